//! What the figures need to know of a procedure; `forms` tells it and everything else stays there.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use serde_json::Value;
use uuid::Uuid;

use crate::schema::{kpi_digital_intervals, kpi_procedures};

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
    /// The first day in Japan on which it accepts digital applications, if it does at all.
    pub accepts_digital_from: Option<NaiveDate>,
}

/// Takes over the description, in the caller's transaction.
///
/// # Errors
/// `internal_error` when another procedure has the code.
pub async fn upsert(conn: &mut AsyncPgConnection, described: Described) -> Result<()> {
    let told = (
        kpi_procedures::code.eq(described.code),
        kpi_procedures::name.eq(described.name),
        kpi_procedures::department_code.eq(described.department_code),
        kpi_procedures::in_scope.eq(described.in_scope),
    );
    diesel::insert_into(kpi_procedures::table)
        .values((
            kpi_procedures::procedure_id.eq(described.procedure_id),
            told.clone(),
        ))
        .on_conflict(kpi_procedures::procedure_id)
        .do_update()
        .set(told)
        .execute(conn)
        .await?;
    replace_interval(conn, described.procedure_id, described.accepts_digital_from).await
}

async fn replace_interval(
    conn: &mut AsyncPgConnection,
    procedure_id: Uuid,
    starts_on: Option<NaiveDate>,
) -> Result<()> {
    let former =
        kpi_digital_intervals::table.filter(kpi_digital_intervals::procedure_id.eq(procedure_id));
    diesel::delete(former).execute(conn).await?;
    if let Some(starts_on) = starts_on {
        diesel::insert_into(kpi_digital_intervals::table)
            .values((
                kpi_digital_intervals::procedure_id.eq(procedure_id),
                kpi_digital_intervals::starts_on.eq(starts_on),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}
