//! Logging in with a mail address alone, for what asks for no more: whoever reads the mail is let in.
//!
//! Nobody can lock anybody out. A code is too long to be guessed, so that tries need no counting; and when an address
//! has had its mails for the hour, the last code goes on working and no further mail is sent.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jobs::Job;
use jobs::mail::{LOGIN_CODE_MINUTES, LoginCode, MailAddress, Notice};
use keys::Keys;
use platform::{AsyncPgConnection, Error, Randomness, Result, hex};
use serde::{Deserialize, Serialize};
use serde_json::Map;
use uuid::Uuid;

use crate::contacts::Recipient;
use crate::provider::{EMAIL, VerifiedIdentity};
use crate::schema::email_login_codes;
use crate::store;

const ADDRESS: &str = "email_login_codes.address";
const CODE: &str = "email_login_codes.code";
const CODE_LIFETIME: TimeDelta = TimeDelta::minutes(LOGIN_CODE_MINUTES);
/// Mails to one address while the first code lives.
const MOST_MAILS: i64 = 5;
/// Who vouches for such a person: the portal.
const ISSUER: &str = "urn:madoguchi:email";

/// The promise to mail a code, made in the transaction that drew it.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendLoginCode {
    code_id: Uuid,
}

impl Job for SendLoginCode {
    const KIND: &'static str = "auth.send_login_code";

    fn deduplication_key(&self) -> String {
        self.code_id.to_string()
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = email_login_codes)]
struct Sent {
    id: Uuid,
    sealed_address: Vec<u8>,
    sealed_code: Vec<u8>,
}

impl Sent {
    fn code(&self, keys: &Keys) -> Result<LoginCode> {
        let code = keys.open_text(CODE, self.id, &self.sealed_code)?;
        code.parse().map_err(Error::internal)
    }
}

/// Draws a code for the address and promises to mail it, unless it has had its mails.
pub(crate) async fn send_code(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    randomness: &Randomness,
    address: &MailAddress,
    now: DateTime<Utc>,
) -> Result<()> {
    let hash = address_hash(keys, address)?;
    if count_sent(conn, &hash, now).await? >= MOST_MAILS {
        return Ok(());
    }
    let id = platform::id::new_v7(now);
    let code = LoginCode::random(randomness)?;
    diesel::insert_into(email_login_codes::table)
        .values((
            email_login_codes::id.eq(id),
            email_login_codes::address_hash.eq(&hash),
            email_login_codes::sealed_address.eq(keys.seal(
                ADDRESS,
                id,
                address.as_str().as_bytes(),
            )?),
            email_login_codes::sealed_code.eq(keys.seal(CODE, id, code.as_str().as_bytes())?),
            email_login_codes::made_at.eq(now),
        ))
        .execute(conn)
        .await?;
    jobs::enqueue(conn, &SendLoginCode { code_id: id }, now).await
}

/// The mail of the promise; `None` when the code was used or is too old.
///
/// # Errors
/// When address or code cannot be read or opened.
pub async fn code_mail(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    promise: &SendLoginCode,
    now: DateTime<Utc>,
) -> Result<Option<(Recipient, Notice)>> {
    let sent: Option<Sent> = email_login_codes::table
        .find(promise.code_id)
        .filter(email_login_codes::made_at.gt(now - CODE_LIFETIME))
        .select(Sent::as_select())
        .first(conn)
        .await
        .optional()?;
    let Some(sent) = sent else {
        return Ok(None);
    };
    let address = keys.open_text(ADDRESS, sent.id, &sent.sealed_address)?;
    let to = Recipient::at(address.parse().map_err(Error::internal)?);
    let code = sent.code(keys)?;
    Ok(Some((to, Notice::LogIn { code })))
}

/// Who has read the code that was sent to the address; it is used up, and so are the others sent there.
pub(crate) async fn identify(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    address: &MailAddress,
    given: &LoginCode,
    now: DateTime<Utc>,
) -> Result<Option<VerifiedIdentity>> {
    let hash = address_hash(keys, address)?;
    // Of two that bring the code at once, the second finds it gone.
    let used: Vec<Sent> = email_login_codes::table
        .filter(email_login_codes::address_hash.eq(&hash))
        .filter(email_login_codes::made_at.gt(now - CODE_LIFETIME))
        .for_update()
        .select(Sent::as_select())
        .load(conn)
        .await?;
    let codes: Vec<_> = used
        .iter()
        .map(|sent| sent.code(keys))
        .collect::<Result<_>>()?;
    if !codes.contains(given) {
        return Ok(None);
    }
    diesel::delete(email_login_codes::table)
        .filter(email_login_codes::address_hash.eq(&hash))
        .execute(conn)
        .await?;
    Ok(Some(VerifiedIdentity {
        issuer: ISSUER.to_owned(),
        subject: hex(&hash),
        acr: EMAIL.to_owned(),
        authenticated_at: now,
        attributes: Map::new(),
        companies: Vec::new(),
        claims: Map::new(),
    }))
}

/// Deletes codes that can no longer be used; answers how many.
pub(crate) async fn forget_old(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> Result<usize> {
    let old = email_login_codes::table.filter(email_login_codes::made_at.le(now - CODE_LIFETIME));
    Ok(diesel::delete(old).execute(conn).await?)
}

/// How many codes are under way; whoever else asks for the address waits until the transaction ends.
async fn count_sent(conn: &mut AsyncPgConnection, hash: &[u8], now: DateTime<Utc>) -> Result<i64> {
    store::take_turn(conn, hex(hash)).await?;
    Ok(email_login_codes::table
        .filter(email_login_codes::address_hash.eq(hash))
        .filter(email_login_codes::made_at.gt(now - CODE_LIFETIME))
        .count()
        .get_result(conn)
        .await?)
}

/// The same however its case is written. Mail servers may tell cases of the first part apart; none in use does.
fn address_hash(keys: &Keys, address: &MailAddress) -> Result<Vec<u8>> {
    keys.lookup_hash(ADDRESS, &address.as_str().to_lowercase())
}
