//! Applications of somebody whose login leads to who they were before.

use std::collections::BTreeSet;

use auth::ResidentId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};

use crate::model::ApplicationId;
use crate::schema::applications;

/// Whatever names the one resident names the other; that is theirs, or of those beside them. Answers which. What was filed, decided
/// and done says who it was then.
pub(crate) async fn move_resident(
    conn: &mut AsyncPgConnection,
    (from, to): (ResidentId, ResidentId),
    beside: &[ResidentId],
) -> Result<BTreeSet<ApplicationId>> {
    let concerned = [&[from], beside].concat();
    let concerned = applications::applicant_id.eq_any(concerned);
    let about: Vec<ApplicationId> = diesel::update(applications::table)
        .filter(concerned.clone())
        .filter(applications::subject_id.eq(from))
        .set(applications::subject_id.eq(to))
        .returning(applications::id)
        .get_results(conn)
        .await?;
    let filed: Vec<ApplicationId> = diesel::update(applications::table)
        .filter(concerned)
        .filter(applications::actor_id.eq(from.as_uuid()))
        .set(applications::actor_id.eq(to.as_uuid()))
        .returning(applications::id)
        .get_results(conn)
        .await?;
    let owned: Vec<ApplicationId> = diesel::update(applications::table)
        .filter(applications::applicant_id.eq(from))
        .set(applications::applicant_id.eq(to))
        .returning(applications::id)
        .get_results(conn)
        .await?;
    Ok(about.into_iter().chain(filed).chain(owned).collect())
}
