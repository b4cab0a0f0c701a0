//! What somebody filed earlier.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};

use super::{Application, Owner};
use crate::model::ApplicationId;
use crate::schema::{applications, submissions};

/// An application that was filed, with its number.
#[derive(Debug, Queryable)]
pub(crate) struct EarlierFiling {
    pub(crate) application: Application,
    pub(crate) reference_number: String,
    pub(crate) arrived_at: DateTime<Utc>,
}

/// The newest filings since the moment that the reader made in the owner's name, within what the reader may reach; of one
/// application alone where it is given.
pub(crate) async fn list_earlier(
    conn: &mut AsyncPgConnection,
    owner: &Owner,
    since: DateTime<Utc>,
    (one, limit): (Option<ApplicationId>, i64),
) -> Result<Vec<EarlierFiling>> {
    let mut query = applications::table
        .inner_join(submissions::table.on(submissions::application_id.eq(applications::id)))
        .filter(applications::applicant_id.eq(owner.id))
        .filter(applications::actor_id.eq(owner.reader.as_uuid()))
        .filter(submissions::arrived_at.ge(since))
        .order((submissions::arrived_at.desc(), applications::id.desc()))
        .limit(limit)
        .select((
            Application::as_select(),
            submissions::reference_number,
            submissions::arrived_at,
        ))
        .into_boxed();
    if let Some(one) = one {
        query = query.filter(applications::id.eq(one));
    }
    if let Some(procedures) = &owner.procedures {
        query = query.filter(applications::procedure_id.eq_any(procedures));
    }
    Ok(query.load(conn).await?)
}
