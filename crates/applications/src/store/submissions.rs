//! What was filed.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Error, Result};

use crate::model::ApplicationId;
use crate::schema::submissions;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = submissions, treat_none_as_default_value = false)]
pub(crate) struct Submission {
    pub(crate) application_id: ApplicationId,
    pub(crate) reference_number: String,
    pub(crate) arrived_at: DateTime<Utc>,
    pub(crate) accepted_on: Option<NaiveDate>,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) electronic_notice_consent: bool,
    pub(crate) sealed_content: Vec<u8>,
    pub(crate) content_sha256: Vec<u8>,
    pub(crate) signature: String,
}

/// `false` when the reference number is taken already.
pub(crate) async fn insert_submission(
    conn: &mut AsyncPgConnection,
    row: &Submission,
) -> Result<bool> {
    let inserted = diesel::insert_into(submissions::table)
        .values(row)
        .on_conflict(submissions::reference_number)
        .do_nothing()
        .execute(conn)
        .await?;
    Ok(inserted == 1)
}

pub(crate) async fn submission(
    conn: &mut AsyncPgConnection,
    id: ApplicationId,
) -> Result<Option<Submission>> {
    Ok(submissions::table
        .find(id)
        .select(Submission::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// What was filed; every application that is no draft has it.
pub(crate) async fn submission_of(
    conn: &mut AsyncPgConnection,
    id: ApplicationId,
) -> Result<Submission> {
    submission(conn, id)
        .await?
        .ok_or_else(|| Error::internal("a filed application without its submission"))
}
