//! All drafts on a version of a form.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use forms::{FormVersionId, ProcedureId};
use platform::{AsyncPgConnection, Result};

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

/// Moves all drafts from one version to another as they are; answers how many. One that is filed at this moment is a
/// draft no more when its turn comes, and stays.
pub(crate) async fn move_drafts(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
    from: FormVersionId,
    to: FormVersionId,
    now: DateTime<Utc>,
) -> Result<usize> {
    let drafts = applications::table
        .filter(applications::procedure_id.eq(procedure))
        .filter(applications::form_version_id.eq(from))
        .filter(applications::status.eq(Status::Draft));
    Ok(diesel::update(drafts)
        .set((
            applications::form_version_id.eq(to),
            applications::version.eq(applications::version + 1),
            applications::updated_at.eq(now),
        ))
        .execute(conn)
        .await?)
}
