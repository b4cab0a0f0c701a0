//! Logins of web pages: an opaque secret in a cookie, of which only the hash is kept.
//!
//! What a request costs is one statement, and one more when the session has not been seen for a while.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Randomness, Result};
use uuid::Uuid;

use super::{Family, hash, revoke, secret};
use crate::person::Role;
use crate::schema::{postings, refresh_families, residents, staff_members, web_sessions};
use crate::scope::Reach;
use crate::store::{self, HeldRow};
use crate::token::Audience;

/// A session is noted as seen when it was last seen in an earlier tenth of what it may lie unused.
const NOTES_IN_IDLE_LIFETIME: i32 = 10;

/// Begins the session of a login; answers what the cookie holds.
pub(super) async fn issue(
    conn: &mut AsyncPgConnection,
    randomness: &Randomness,
    family: Uuid,
    epoch: i32,
    now: DateTime<Utc>,
) -> Result<String> {
    let secret = secret(randomness)?;
    diesel::insert_into(web_sessions::table)
        .values((
            web_sessions::secret_sha256.eq(hash(&secret)),
            web_sessions::family_id.eq(family),
            web_sessions::epoch.eq(epoch),
            web_sessions::last_seen_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(secret)
}

/// The login of a resident's session; `None` when it is over or they are disabled.
pub(crate) async fn resident(
    conn: &mut AsyncPgConnection,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<Option<Family>> {
    let hash = hash(secret);
    let is_theirs = residents::id.eq(refresh_families::person_id);
    let found = web_sessions::table
        .inner_join(refresh_families::table.on(refresh_families::id.eq(web_sessions::family_id)))
        .inner_join(residents::table.on(is_theirs))
        .filter(web_sessions::secret_sha256.eq(&hash))
        .filter(web_sessions::last_seen_at.gt(now - Audience::Resident.idle_lifetime()))
        .filter(web_sessions::epoch.eq(residents::auth_epoch))
        .filter(residents::disabled_at.is_null())
        .filter(refresh_families::audience.eq(Audience::Resident))
        .filter(refresh_families::revoked_at.is_null())
        .filter(refresh_families::expires_at.gt(now))
        .select((Family::as_select(), web_sessions::last_seen_at))
        .first(conn)
        .await
        .optional()?;
    let Some((family, last_seen)) = found else {
        return Ok(None);
    };
    note_seen(conn, &family, &hash, last_seen, now).await?;
    Ok(Some(family))
}

/// The login of a member of staff's session, and what they hold on the day; `None` when it is over or they
/// are disabled.
pub(crate) async fn staff(
    conn: &mut AsyncPgConnection,
    secret: &str,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<(Family, Vec<(Role, Reach)>)>> {
    type Row = (Family, DateTime<Utc>, HeldRow);
    let hash = hash(secret);
    let is_theirs = staff_members::id.eq(refresh_families::person_id);
    let rows: Vec<Row> = web_sessions::table
        .inner_join(refresh_families::table.on(refresh_families::id.eq(web_sessions::family_id)))
        .inner_join(staff_members::table.on(is_theirs))
        .left_join(postings::table.on(store::posting_holds_on(today)))
        .filter(web_sessions::secret_sha256.eq(&hash))
        .filter(web_sessions::last_seen_at.gt(now - Audience::Staff.idle_lifetime()))
        .filter(web_sessions::epoch.eq(staff_members::auth_epoch))
        .filter(staff_members::disabled_at.is_null())
        .filter(refresh_families::audience.eq(Audience::Staff))
        .filter(refresh_families::revoked_at.is_null())
        .filter(refresh_families::expires_at.gt(now))
        .select((
            Family::as_select(),
            web_sessions::last_seen_at,
            (
                postings::role.nullable(),
                postings::department_id.nullable(),
                postings::procedures.nullable(),
            ),
        ))
        .load(conn)
        .await?;
    let Some((family, last_seen, ..)) = rows.as_slice().first().cloned() else {
        return Ok(None);
    };
    note_seen(conn, &family, &hash, last_seen, now).await?;
    let held = rows.into_iter().filter_map(|(.., row)| store::held(row));
    Ok(Some((family, held.collect())))
}

/// Ends the login of a session; answers it, if the secret was one of ours.
pub(crate) async fn end(
    conn: &mut AsyncPgConnection,
    audience: Audience,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<Option<Family>> {
    let family = web_sessions::table
        .find(hash(secret))
        .select(web_sessions::family_id)
        .single_value();
    let family: Option<Family> = refresh_families::table
        .filter(refresh_families::id.nullable().eq(family))
        .filter(refresh_families::audience.eq(audience))
        .filter(refresh_families::revoked_at.is_null())
        .for_update()
        .select(Family::as_select())
        .first(conn)
        .await
        .optional()?;
    if let Some(family) = &family {
        revoke(conn, family.id, now).await?;
    }
    Ok(family)
}

async fn note_seen(
    conn: &mut AsyncPgConnection,
    family: &Family,
    hash: &[u8],
    last_seen: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    let while_unnoted: TimeDelta = family.audience.idle_lifetime() / NOTES_IN_IDLE_LIFETIME;
    if now < last_seen + while_unnoted {
        return Ok(());
    }
    diesel::update(web_sessions::table.find(hash))
        .filter(web_sessions::last_seen_at.lt(now))
        .set(web_sessions::last_seen_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}
