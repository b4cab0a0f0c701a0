//! Logins that last: families of rotating refresh tokens.
//!
//! Only hashes are stored. Each use answers a successor. A used token is accepted again while its
//! successor is unused, because the answer may have been lost on the way; the unused successor is
//! superseded then. Any other reuse, and any use of a superseded token, means that somebody has a
//! copy, and ends the family. An access token is good only as long as its family is.
//! Web pages have no tokens but a cookie: [`web`].

mod own;
pub(crate) mod web;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Randomness, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::assurance::{Aal, Assurance, Ial};
use crate::email_login;
use crate::provider::VerifiedIdentity;
use crate::schema::{refresh_families, refresh_tokens};
use crate::token::Audience;

pub(crate) use own::{OwnLogin, end_own, list_own};

/// A login: who, how, and for how long.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = refresh_families)]
pub(crate) struct Family {
    pub(crate) id: Uuid,
    pub(crate) audience: Audience,
    pub(crate) person_id: Uuid,
    pub(crate) acr: String,
    ial: Ial,
    aal: Aal,
    pub(crate) authenticated_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
}

/// A token as it is kept.
#[derive(Queryable, Selectable)]
#[diesel(table_name = refresh_tokens)]
struct Token {
    used_at: Option<DateTime<Utc>>,
    superseded_at: Option<DateTime<Utc>>,
    issued_at: DateTime<Utc>,
}

/// What became of a refresh token that was presented.
pub(crate) enum Presented {
    /// Its family lives on with this token.
    Successor(Family, String),
    /// Two hold tokens of this login: the family was ended.
    Reused(Family),
    /// Not accepted, and why, for the log.
    Refused(&'static str),
}

/// What a login is kept in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Client {
    /// A program that keeps tokens.
    #[default]
    App,
    /// A browser, by cookie.
    Web,
}

/// Somebody who has just proved who they are.
pub(crate) struct NewLogin<'a> {
    pub(crate) audience: Audience,
    pub(crate) person_id: Uuid,
    pub(crate) epoch: i32,
    pub(crate) identity: &'a VerifiedIdentity,
    pub(crate) assurance: Assurance,
    pub(crate) client: Client,
}

/// A login that has just begun.
pub(crate) struct Begun {
    pub(crate) id: Uuid,
    /// The first refresh token, or what the cookie holds.
    pub(crate) secret: String,
}

/// Begins a login.
pub(crate) async fn begin(
    conn: &mut AsyncPgConnection,
    randomness: &Randomness,
    login: &NewLogin<'_>,
    now: DateTime<Utc>,
) -> Result<Begun> {
    let NewLogin {
        audience,
        person_id,
        epoch,
        identity,
        assurance,
        client,
    } = *login;
    let id = platform::id::new_v7(now);
    diesel::insert_into(refresh_families::table)
        .values((
            refresh_families::id.eq(id),
            refresh_families::audience.eq(audience),
            refresh_families::person_id.eq(person_id),
            refresh_families::acr.eq(&identity.acr),
            refresh_families::ial.eq(assurance.ial),
            refresh_families::aal.eq(assurance.aal),
            refresh_families::authenticated_at.eq(identity.authenticated_at),
            refresh_families::expires_at.eq(now + audience.absolute_lifetime()),
        ))
        .execute(conn)
        .await?;
    let secret = match client {
        Client::App => issue(conn, randomness, id, None, now).await?,
        Client::Web => web::issue(conn, randomness, id, epoch, now).await?,
    };
    Ok(Begun { id, secret })
}

/// Rotates a token. The caller commits also when the token is reused, so that the family ends.
pub(crate) async fn rotate(
    conn: &mut AsyncPgConnection,
    randomness: &Randomness,
    audience: Audience,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Presented> {
    let hash = hash(token);
    // The family's row lock makes parallel uses of any of its tokens take turns.
    let Some(family) = lock_family(conn, &hash).await? else {
        return Ok(Presented::Refused("the refresh token is unknown"));
    };
    if let Some(why) = family.refusal(audience, now) {
        return Ok(Presented::Refused(why));
    }
    let token: Token = refresh_tokens::table
        .find(&hash)
        .select(Token::as_select())
        .first(conn)
        .await?;
    if token.superseded_at.is_some() {
        return reused(conn, family, now).await;
    }
    if token.issued_at + audience.idle_lifetime() <= now {
        return Ok(Presented::Refused("the refresh token lay unused too long"));
    }
    if token.used_at.is_some() && !supersede(conn, family.id, &hash, now).await? {
        return reused(conn, family, now).await;
    }
    diesel::update(refresh_tokens::table.find(&hash))
        .set(refresh_tokens::used_at.eq(now))
        .execute(conn)
        .await?;
    let successor = issue(conn, randomness, family.id, Some(&hash), now).await?;
    Ok(Presented::Successor(family, successor))
}

impl Family {
    /// The levels that the login reached; nothing that is refreshed raises them.
    pub(crate) fn assurance(&self) -> Assurance {
        Assurance {
            ial: self.ial,
            aal: self.aal,
        }
    }

    /// Why none of its tokens is accepted any more, if so.
    fn refusal(&self, audience: Audience, now: DateTime<Utc>) -> Option<&'static str> {
        if self.audience != audience {
            return Some("the refresh token is for the other listener");
        }
        if self.revoked_at.is_some() {
            return Some("the login was ended");
        }
        (self.expires_at <= now).then_some("the login is over")
    }
}

async fn reused(
    conn: &mut AsyncPgConnection,
    family: Family,
    now: DateTime<Utc>,
) -> Result<Presented> {
    revoke(conn, family.id, now).await?;
    Ok(Presented::Reused(family))
}

/// Ends the family of a token; answers it, if the token was one of ours.
pub(crate) async fn end(
    conn: &mut AsyncPgConnection,
    audience: Audience,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Option<Family>> {
    let family = lock_family(conn, &hash(token)).await?;
    let family = family.filter(|family| family.audience == audience);
    if let Some(family) = &family {
        revoke(conn, family.id, now).await?;
    }
    Ok(family)
}

/// Ends all logins of a person.
pub(crate) async fn end_all(
    conn: &mut AsyncPgConnection,
    audience: Audience,
    person: Uuid,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::update(refresh_families::table)
        .filter(refresh_families::person_id.eq(person))
        .filter(refresh_families::audience.eq(audience))
        .filter(refresh_families::revoked_at.is_null())
        .set(refresh_families::revoked_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes logins, login attempts and mailed codes that are over; answers how many rows.
///
/// # Errors
/// When the rows cannot be deleted.
pub async fn forget_expired(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> Result<usize> {
    use crate::schema::login_transactions;
    let families = refresh_families::table.filter(refresh_families::expires_at.lt(now));
    let attempts = login_transactions::table.filter(login_transactions::expires_at.lt(now));
    let deleted = diesel::delete(families).execute(conn).await?;
    let attempts = diesel::delete(attempts).execute(conn).await?;
    Ok(deleted + attempts + email_login::forget_old(conn, now).await?)
}

async fn lock_family(conn: &mut AsyncPgConnection, hash: &[u8]) -> Result<Option<Family>> {
    let family = refresh_tokens::table
        .find(hash)
        .select(refresh_tokens::family_id)
        .single_value();
    Ok(refresh_families::table
        .filter(refresh_families::id.nullable().eq(family))
        .for_update()
        .select(Family::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// The client never saw the successor: the next one takes its place. `false` when it has been used.
///
/// The superseded one is kept: whoever presents it did see it.
async fn supersede(
    conn: &mut AsyncPgConnection,
    family: Uuid,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<bool> {
    let superseded = diesel::update(refresh_tokens::table)
        .filter(refresh_tokens::family_id.eq(family))
        .filter(refresh_tokens::predecessor_sha256.eq(hash))
        .filter(refresh_tokens::used_at.is_null())
        .filter(refresh_tokens::superseded_at.is_null())
        .set(refresh_tokens::superseded_at.eq(now))
        .execute(conn)
        .await?;
    Ok(superseded == 1)
}

async fn revoke(conn: &mut AsyncPgConnection, family: Uuid, now: DateTime<Utc>) -> Result<()> {
    diesel::update(refresh_families::table.find(family))
        .filter(refresh_families::revoked_at.is_null())
        .set(refresh_families::revoked_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

async fn issue(
    conn: &mut AsyncPgConnection,
    randomness: &Randomness,
    family: Uuid,
    predecessor: Option<&[u8]>,
    now: DateTime<Utc>,
) -> Result<String> {
    let token = secret(randomness)?;
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::token_sha256.eq(hash(&token)),
            refresh_tokens::family_id.eq(family),
            refresh_tokens::predecessor_sha256.eq(predecessor),
            refresh_tokens::issued_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(token)
}

/// 256 random bits, base64url.
pub(crate) fn secret(randomness: &Randomness) -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(randomness.bytes::<32>()?))
}

/// SHA-256, which is all that is kept of a secret.
pub(crate) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}
