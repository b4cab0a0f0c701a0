//! Logins that last: families of rotating refresh tokens, [`refresh`], or the session of a web page, [`web`].
//!
//! Only hashes are stored. An access token is good only as long as its family is.

mod own;
mod refresh;
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
use crate::schema::refresh_families;
use crate::token::Audience;

pub(crate) use own::{OwnLogin, end_own, list_own};
pub(crate) use refresh::{Presented, end, rotate};

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
        Client::App => refresh::issue(conn, randomness, id, None, now).await?,
        Client::Web => web::issue(conn, randomness, id, epoch, now).await?,
    };
    Ok(Begun { id, secret })
}

impl Family {
    /// The levels that the login reached; nothing that is refreshed raises them.
    pub(crate) fn assurance(&self) -> Assurance {
        Assurance {
            ial: self.ial,
            aal: self.aal,
        }
    }
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

async fn revoke(conn: &mut AsyncPgConnection, family: Uuid, now: DateTime<Utc>) -> Result<()> {
    diesel::update(refresh_families::table.find(family))
        .filter(refresh_families::revoked_at.is_null())
        .set(refresh_families::revoked_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// 256 random bits, base64url.
pub(crate) fn secret(randomness: &Randomness) -> Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(randomness.bytes::<32>()?))
}

/// SHA-256, which is all that is kept of a secret.
pub(crate) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}
