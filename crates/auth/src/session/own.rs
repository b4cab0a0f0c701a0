//! What people see of their own logins, and how they end one.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::max;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Code, Result};
use uuid::Uuid;

use super::{Client, Family, revoke};
use crate::access::Person;
use crate::schema::{refresh_families, refresh_tokens, web_sessions};

/// A login that goes on, and when something was last heard of it.
pub(crate) struct OwnLogin {
    pub(crate) family: Family,
    pub(crate) client: Client,
    pub(crate) last_seen_at: DateTime<Utc>,
}

/// A person's logins that go on, the newest first.
pub(crate) async fn list_own(
    conn: &mut AsyncPgConnection,
    person: Person,
    now: DateTime<Utc>,
) -> Result<Vec<OwnLogin>> {
    let families: Vec<Family> = refresh_families::table
        .filter(refresh_families::person_id.eq(person.id))
        .filter(refresh_families::audience.eq(person.audience))
        .filter(refresh_families::revoked_at.is_null())
        .filter(refresh_families::expires_at.gt(now))
        .order(refresh_families::id.desc())
        .select(Family::as_select())
        .load(conn)
        .await?;
    let ids: Vec<_> = families.iter().map(|family| family.id).collect();
    let seen = last_seen(conn, &ids).await?;
    let idle = person.audience.idle_lifetime();
    let going_on = families.into_iter().filter_map(|family| {
        let (client, last_seen_at) = *seen.get(&family.id)?;
        (last_seen_at + idle > now).then_some(OwnLogin {
            family,
            client,
            last_seen_at,
        })
    });
    Ok(going_on.collect())
}

/// When tokens were last renewed, or a page was last seen.
async fn last_seen(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, (Client, DateTime<Utc>)>> {
    let renewed: Vec<(Uuid, Option<DateTime<Utc>>)> = refresh_tokens::table
        .filter(refresh_tokens::family_id.eq_any(ids))
        .group_by(refresh_tokens::family_id)
        .select((refresh_tokens::family_id, max(refresh_tokens::issued_at)))
        .load(conn)
        .await?;
    let pages: Vec<(Uuid, DateTime<Utc>)> = web_sessions::table
        .filter(web_sessions::family_id.eq_any(ids))
        .select((web_sessions::family_id, web_sessions::last_seen_at))
        .load(conn)
        .await?;
    let renewed = renewed.into_iter();
    let renewed = renewed.filter_map(|(id, at)| Some((id, (Client::App, at?))));
    let pages = pages.into_iter().map(|(id, at)| (id, (Client::Web, at)));
    Ok(renewed.chain(pages).collect())
}

/// Ends one of a person's logins: its tokens are void at once.
///
/// # Errors
/// 404 when it is not theirs or over.
pub(crate) async fn end_own(
    conn: &mut AsyncPgConnection,
    person: Person,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Family> {
    let family = refresh_families::table
        .find(id)
        .filter(refresh_families::person_id.eq(person.id))
        .filter(refresh_families::audience.eq(person.audience))
        .filter(refresh_families::revoked_at.is_null())
        .for_update()
        .select(Family::as_select())
        .first(conn)
        .await
        .optional()?
        .ok_or(Code::NotFound)?;
    revoke(conn, id, now).await?;
    Ok(family)
}
