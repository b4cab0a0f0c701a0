//! The version of a form that is being written.

use auth::StaffId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Code, Error, Result};
use serde_json::Value;

use crate::model::{FormVersionId, ProcedureId};
use crate::schema::form_drafts;

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = form_drafts, primary_key(procedure_id), treat_none_as_null = true)]
pub(crate) struct DraftRow {
    pub(crate) procedure_id: ProcedureId,
    pub(crate) definition: Value,
    pub(crate) version: i32,
    pub(crate) edited_by: StaffId,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) based_on: Option<FormVersionId>,
}

diesel::define_sql_function! {
    /// The next number of a sequence.
    fn nextval(sequence: diesel::sql_types::Text) -> diesel::sql_types::BigInt;
}

/// A version that no draft has had.
pub(crate) async fn next_draft_version(conn: &mut AsyncPgConnection) -> Result<i32> {
    let drawn: i64 = diesel::select(nextval("form_draft_versions"))
        .get_result(conn)
        .await?;
    i32::try_from(drawn).map_err(Error::internal)
}

pub(crate) async fn draft(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
) -> Result<Option<DraftRow>> {
    Ok(form_drafts::table
        .find(procedure)
        .select(DraftRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// As [`draft`], and nobody else changes it until the transaction ends.
pub(crate) async fn lock_draft(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
) -> Result<DraftRow> {
    Ok(form_drafts::table
        .find(procedure)
        .for_update()
        .select(DraftRow::as_select())
        .first(conn)
        .await?)
}

/// # Errors
/// 409 `form_draft_exists`: a procedure has one draft at the most.
pub(crate) async fn insert_draft(conn: &mut AsyncPgConnection, row: &DraftRow) -> Result<()> {
    let inserted = diesel::insert_into(form_drafts::table)
        .values(row)
        .execute(conn)
        .await;
    let exists = |error: DieselError| {
        platform::error::on_constraint(error, "form_drafts_one", || Code::FormDraftExists.into())
    };
    inserted.map_err(exists)?;
    Ok(())
}

pub(crate) async fn save_draft(conn: &mut AsyncPgConnection, row: &DraftRow) -> Result<()> {
    diesel::update(form_drafts::table.find(row.procedure_id))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

pub(crate) async fn delete_draft(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
) -> Result<()> {
    diesel::delete(form_drafts::table.find(procedure))
        .execute(conn)
        .await?;
    Ok(())
}
