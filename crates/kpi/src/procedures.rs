//! What the figures need to know of a procedure; `forms` tells it and everything else stays there.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use serde_json::Value;
use uuid::Uuid;

use crate::schema::{
    kpi_digital_intervals as intervals, kpi_procedure_owners as owners, kpi_procedures,
};

/// Since when the first known owner has it: no day counts before.
pub(crate) const THE_BEGINNING: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a date");

/// A procedure as `forms` describes it; the whole of it, each time.
#[derive(Clone, Debug)]
pub struct Described {
    /// Its id in `forms`.
    pub procedure_id: Uuid,
    /// Its code, unique in the city.
    pub code: String,
    /// Its name in all languages.
    pub name: Value,
    /// The department (課) that owns it.
    pub department_code: String,
    /// Whether it is part of Strategy 1's figures.
    pub in_scope: bool,
}

/// Takes over the description, in the caller's transaction; whose a known one is changes by [`hand_over`] alone.
///
/// # Errors
/// `internal_error` when another procedure has the code.
pub async fn upsert(conn: &mut AsyncPgConnection, described: Described) -> Result<()> {
    let id = described.procedure_id;
    let told = (
        kpi_procedures::code.eq(described.code),
        kpi_procedures::name.eq(described.name),
        kpi_procedures::in_scope.eq(described.in_scope),
    );
    diesel::insert_into(kpi_procedures::table)
        .values((
            kpi_procedures::procedure_id.eq(id),
            kpi_procedures::department_code.eq(&described.department_code),
            told.clone(),
        ))
        .on_conflict(kpi_procedures::procedure_id)
        .do_update()
        .set(told)
        .execute(conn)
        .await?;
    diesel::insert_into(owners::table)
        .values((
            owners::procedure_id.eq(id),
            owners::starts_on.eq(THE_BEGINNING),
            owners::department_code.eq(&described.department_code),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// The procedure is another department's from a day on: what was counted before stays with the former one.
///
/// # Errors
/// When the rows cannot be written.
pub async fn hand_over(
    conn: &mut AsyncPgConnection,
    procedure_id: Uuid,
    department_code: &str,
    day: NaiveDate,
) -> Result<()> {
    diesel::update(kpi_procedures::table.find(procedure_id))
        .set(kpi_procedures::department_code.eq(department_code))
        .execute(conn)
        .await?;
    let owner = owners::department_code.eq(department_code);
    diesel::insert_into(owners::table)
        .values((
            owners::procedure_id.eq(procedure_id),
            owners::starts_on.eq(day),
            owner,
        ))
        .on_conflict((owners::procedure_id, owners::starts_on))
        .do_update()
        .set(owner)
        .execute(conn)
        .await?;
    Ok(())
}

/// The days on which the procedure accepts digital applications, all of them, half-open; in the caller's transaction.
///
/// # Errors
/// When the rows cannot be written.
pub async fn set_accepting(
    conn: &mut AsyncPgConnection,
    procedure_id: Uuid,
    periods: &[(NaiveDate, Option<NaiveDate>)],
) -> Result<()> {
    let former = intervals::table.filter(intervals::procedure_id.eq(procedure_id));
    diesel::delete(former).execute(conn).await?;
    let periods: Vec<_> = periods
        .iter()
        .map(|(starts_on, ends_on)| {
            (
                intervals::procedure_id.eq(procedure_id),
                intervals::starts_on.eq(*starts_on),
                intervals::ends_on.eq(*ends_on),
            )
        })
        .collect();
    diesel::insert_into(intervals::table)
        .values(periods)
        .execute(conn)
        .await?;
    Ok(())
}
