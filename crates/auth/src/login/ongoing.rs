//! What becomes of a login: it is refreshed, and it ends.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Code, Database, Error, Randomness, Result};
use serde_json::json;
use uuid::Uuid;

use super::Session;
use super::actor;
use crate::access::Person;
use crate::contacts::{self, TellOfCopiedLogin};
use crate::session::{self, Presented, web};
use crate::store;
use crate::token::{Audience, Realm};

/// Answers the next pair of tokens for a refresh token.
pub(crate) async fn refresh(
    database: &Database,
    realm: &Realm,
    randomness: &Randomness,
    request: RequestId,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Session> {
    let mut conn = database.connection().await?;
    // A refusal commits, too: a reused token ends its family.
    let refreshed: Result<Session, &'static str> = conn
        .transaction(async |conn| {
            match session::rotate(conn, randomness, realm.audience, token, now).await? {
                Presented::Successor(family, successor) => continued(conn, family, successor).await,
                Presented::Reused(family) => {
                    let reuse = entry("auth.refresh_reuse", &family, request, now);
                    audit::record(conn, reuse).await?;
                    tell_of_copy(conn, &family, now).await?;
                    Ok(Err("a copy of the refresh token is about"))
                }
                Presented::Refused(why) => Ok::<_, Error>(Err(why)),
            }
        })
        .await?;
    refreshed.map_err(|why| Error::new(Code::InvalidRefreshToken).because(why))
}

/// The owner should look who else is logged in. Staff are told by their log, and by being logged out.
async fn tell_of_copy(
    conn: &mut AsyncPgConnection,
    family: &session::Family,
    now: DateTime<Utc>,
) -> Result<()> {
    let resident_id = family.person_id.into();
    let is_resident = family.audience == Audience::Resident;
    if !is_resident || !contacts::has_verified_email(conn, resident_id).await? {
        return Ok(());
    }
    let promise = TellOfCopiedLogin {
        resident_id,
        login_id: family.id,
    };
    jobs::enqueue(conn, &promise, now).await
}

/// The person may have been disabled meanwhile.
async fn continued(
    conn: &mut AsyncPgConnection,
    family: session::Family,
    successor: String,
) -> Result<Result<Session, &'static str>> {
    let epoch = store::epoch(conn, family.audience, family.person_id).await?;
    Ok(epoch.ok_or("the person is disabled").map(|epoch| Session {
        person_id: family.person_id,
        assurance: family.assurance(),
        acr: family.acr,
        authenticated_at: family.authenticated_at,
        epoch,
        login_id: family.id,
        secret: successor,
    }))
}

/// Ends a login. An unknown token is as good as ended.
pub(crate) async fn log_out(
    database: &Database,
    realm: &Realm,
    request: RequestId,
    token: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut conn = database.connection().await?;
    conn.transaction(async |conn| {
        if let Some(family) = session::end(conn, realm.audience, token, now).await? {
            audit::record(conn, entry("auth.logout", &family, request, now)).await?;
        }
        Ok(())
    })
    .await
}

/// Ends the login of a web page. An unknown session is as good as ended.
pub(crate) async fn log_out_of_web(
    database: &Database,
    realm: &Realm,
    request: RequestId,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut conn = database.connection().await?;
    conn.transaction(async |conn| {
        if let Some(family) = web::end(conn, realm.audience, secret, now).await? {
            audit::record(conn, entry("auth.logout", &family, request, now)).await?;
        }
        Ok(())
    })
    .await
}

/// Ends one of a person's own logins.
///
/// # Errors
/// 404 when it is not theirs or over.
pub(crate) async fn end(
    database: &Database,
    person: Person,
    request: RequestId,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut conn = database.connection().await?;
    conn.transaction(async |conn| {
        let family = session::end_own(conn, person, id, now).await?;
        audit::record(conn, entry("auth.end_login", &family, request, now)).await
    })
    .await
}

pub(super) fn entry(
    action: &'static str,
    family: &session::Family,
    request: RequestId,
    now: DateTime<Utc>,
) -> audit::Entry<'static> {
    audit::Entry {
        occurred_at: now,
        actor: actor(family.audience, family.person_id),
        action,
        object_kind: "login",
        object_id: Some(family.id),
        request_id: Some(request),
        detail: json!({}),
    }
}
