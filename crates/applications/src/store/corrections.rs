//! Corrections in the database.

use auth::StaffId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use serde_json::Value;

use crate::model::ApplicationId;
use crate::schema::corrections;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = corrections, treat_none_as_default_value = false)]
pub(crate) struct Correction {
    pub(crate) application_id: ApplicationId,
    pub(crate) round: i32,
    pub(crate) requested_by: StaffId,
    pub(crate) requested_at: DateTime<Utc>,
    pub(crate) deadline: NaiveDate,
    pub(crate) items: Value,
    pub(crate) sealed_answers: Vec<u8>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    pub(crate) answered: Option<bool>,
}

pub(crate) async fn insert_correction(
    conn: &mut AsyncPgConnection,
    row: &Correction,
) -> Result<()> {
    diesel::insert_into(corrections::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps what changes in the life of a correction.
pub(crate) async fn save_correction(conn: &mut AsyncPgConnection, row: &Correction) -> Result<()> {
    diesel::update(corrections::table.find((row.application_id, row.round)))
        .set((
            corrections::sealed_answers.eq(&row.sealed_answers),
            corrections::ended_at.eq(row.ended_at),
            corrections::answered.eq(row.answered),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The one that waits for the applicant; the constraint allows no second.
pub(crate) async fn open_correction(
    conn: &mut AsyncPgConnection,
    application: ApplicationId,
) -> Result<Option<Correction>> {
    Ok(corrections::table
        .filter(corrections::application_id.eq(application))
        .filter(corrections::ended_at.is_null())
        .select(Correction::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// All of them, in their order.
pub(crate) async fn list_corrections(
    conn: &mut AsyncPgConnection,
    application: ApplicationId,
) -> Result<Vec<Correction>> {
    Ok(corrections::table
        .filter(corrections::application_id.eq(application))
        .order(corrections::round)
        .select(Correction::as_select())
        .load(conn)
        .await?)
}
