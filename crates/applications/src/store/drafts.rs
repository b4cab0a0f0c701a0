//! Drafts that the program looks after: all on a version of a form, and those whose day comes near.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use forms::{FormVersionId, ProcedureId};
use platform::{AsyncPgConnection, Result};

use super::Application;
use crate::model::ApplicationId;
use crate::schema::applications;
use crate::state::Status;

/// The versions that drafts of the procedure are on.
pub(crate) async fn versions_of_drafts(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
) -> Result<BTreeSet<FormVersionId>> {
    let versions: Vec<FormVersionId> = applications::table
        .filter(applications::procedure_id.eq(procedure))
        .filter(applications::status.eq(Status::Draft))
        .select(applications::form_version_id)
        .distinct()
        .load(conn)
        .await?;
    Ok(versions.into_iter().collect())
}

/// The drafts of the procedure on a version.
pub(crate) async fn drafts_on(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
    version: FormVersionId,
) -> Result<Vec<ApplicationId>> {
    Ok(applications::table
        .filter(applications::procedure_id.eq(procedure))
        .filter(applications::form_version_id.eq(version))
        .filter(applications::status.eq(Status::Draft))
        .order(applications::id)
        .select(applications::id)
        .load(conn)
        .await?)
}

/// Those of them that still are drafts on the version; nobody else changes them until the transaction ends.
pub(crate) async fn lock_drafts(
    conn: &mut AsyncPgConnection,
    ids: &[ApplicationId],
    version: FormVersionId,
) -> Result<Vec<Application>> {
    Ok(applications::table
        .filter(applications::id.eq_any(ids))
        .filter(applications::form_version_id.eq(version))
        .filter(applications::status.eq(Status::Draft))
        .order(applications::id)
        .for_update()
        .select(Application::as_select())
        .load(conn)
        .await?)
}

/// Drafts looked for at one time.
const MOST_AT_ONCE: i64 = 100;

/// Drafts that go today or before, and those that go by the other day and whose owner has not been warned; soonest first.
pub(crate) async fn drafts_near_expiry(
    conn: &mut AsyncPgConnection,
    today: NaiveDate,
    warned_until: NaiveDate,
) -> Result<Vec<ApplicationId>> {
    let unwarned = applications::expiry_warned_on.is_null();
    let gone = applications::expires_on.le(today);
    Ok(applications::table
        .filter(applications::status.eq(Status::Draft))
        .filter(applications::expires_on.le(warned_until))
        .filter(unwarned.or(gone))
        .order((applications::expires_on, applications::id))
        .limit(MOST_AT_ONCE)
        .select(applications::id)
        .load(conn)
        .await?)
}

/// The draft, if it still is one; nobody else changes it until the transaction ends.
pub(crate) async fn lock_draft(
    conn: &mut AsyncPgConnection,
    id: ApplicationId,
) -> Result<Option<Application>> {
    Ok(applications::table
        .find(id)
        .filter(applications::status.eq(Status::Draft))
        .for_update()
        .select(Application::as_select())
        .first(conn)
        .await
        .optional()?)
}
