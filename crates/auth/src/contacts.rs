//! Where residents are written to: proved mail addresses, sealed.

mod change;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jobs::Job;
use jobs::mail::{MailAddress, Notice, VerificationCode};
use keys::Keys;
use platform::{AsyncPgConnection, Error, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::mandates::holds_on;
use crate::model::Email;
use crate::person::ResidentId;
use crate::schema::{contact_points, mandates};

pub(crate) use change::{Change, SetEmail};

platform::text_enum! {
    /// A way to reach somebody.
    Kind {
        /// 電子メール
        Email = "email",
    }
}

platform::text_enum! {
    /// Why nothing is sent to a proved address any more.
    Suppressed {
        /// The mail server knows no such mailbox.
        NoSuchMailbox = "no_such_mailbox",
    }
}

/// The places addresses and codes are sealed for.
const ADDRESS: &str = "contact_points.address";
const CODE: &str = "contact_points.code";
/// How long a code can be used; its mail says so.
const CODE_LIFETIME: TimeDelta = TimeDelta::minutes(VerificationCode::MINUTES);
/// How often a wrong code may be given before it is void.
const MOST_TRIES: i32 = 5;
/// How long to wait for the next code.
const CODE_PAUSE: TimeDelta = TimeDelta::minutes(1);

/// The promise to mail a verification code, made in the transaction that drew it.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendCode {
    resident_id: ResidentId,
    /// Names the code; a newer one takes its place.
    made_at: DateTime<Utc>,
}

impl Job for SendCode {
    const KIND: &'static str = "auth.send_code";

    fn deduplication_key(&self) -> String {
        format!("{}:{}", self.resident_id, self.made_at.timestamp_micros())
    }
}

/// The promise to tell a resident that a login of theirs was copied, made in the transaction that ended it.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellOfCopiedLogin {
    pub(crate) resident_id: ResidentId,
    pub(crate) login_id: Uuid,
}

impl Job for TellOfCopiedLogin {
    const KIND: &'static str = "auth.tell_of_copied_login";

    fn deduplication_key(&self) -> String {
        self.login_id.to_string()
    }
}

/// The mail of the promise; `None` when there is nowhere to send it.
///
/// # Errors
/// When the address cannot be read or opened.
pub async fn copied_login_mail(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    promise: &TellOfCopiedLogin,
) -> Result<Option<(Recipient, Notice)>> {
    let recipient = verified_email(conn, keys, promise.resident_id).await?;
    Ok(recipient.map(|recipient| (recipient, Notice::LoginCopied)))
}

/// An address to write to, as it stands now.
#[derive(Debug)]
pub struct Recipient {
    /// The address.
    pub address: MailAddress,
    /// Whose contact point it is, as it is kept there.
    point: Option<(ResidentId, Vec<u8>)>,
}

impl Recipient {
    /// An address that is nobody's contact point.
    pub(crate) fn at(address: MailAddress) -> Self {
        let point = None;
        Self { address, point }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = contact_points)]
struct ContactPoint {
    sealed_address: Option<Vec<u8>>,
    verified_at: Option<DateTime<Utc>>,
    suppressed_reason: Option<Suppressed>,
    sealed_code: Option<Vec<u8>>,
    code_made_at: DateTime<Utc>,
    code_tries: i32,
}

impl ContactPoint {
    fn is_used(&self) -> bool {
        self.verified_at.is_some() && self.suppressed_reason.is_none()
    }

    /// The code that may still be given at the moment.
    fn code(
        &self,
        keys: &Keys,
        id: ResidentId,
        now: DateTime<Utc>,
    ) -> Result<Option<VerificationCode>> {
        let over = now >= self.code_made_at + CODE_LIFETIME || self.code_tries >= MOST_TRIES;
        let Some(sealed) = self.sealed_code.as_ref().filter(|_| !over) else {
            return Ok(None);
        };
        let digits = keys.open_text(CODE, id.as_uuid(), sealed)?;
        Ok(VerificationCode::from_digits(&digits))
    }

    fn recipient(self, keys: &Keys, id: ResidentId) -> Result<Option<Recipient>> {
        let Some(sealed) = self.sealed_address else {
            return Ok(None);
        };
        let address = keys.open_text(ADDRESS, id.as_uuid(), &sealed)?;
        Ok(Some(Recipient {
            address: address.parse().map_err(Error::internal)?,
            point: Some((id, sealed)),
        }))
    }
}

/// Who hears by mail of the resident's post: they themselves and those who receive it for them on the day, as far as mail has
/// somewhere to go.
///
/// # Errors
/// When the database cannot be asked.
pub async fn hearers_of_post(
    conn: &mut AsyncPgConnection,
    id: ResidentId,
    day: NaiveDate,
) -> Result<Vec<ResidentId>> {
    let representatives = mandates::table
        .filter(mandates::principal_id.eq(id))
        .filter(mandates::may_receive_post)
        .filter(holds_on(day))
        .select(mandates::representative_id.assume_not_null());
    let hears = contact_points::resident_id
        .eq(id)
        .or(contact_points::resident_id.eq_any(representatives));
    Ok(contact_points::table
        .filter(hears)
        .filter(contact_points::kind.eq(Kind::Email))
        .filter(contact_points::verified_at.is_not_null())
        .filter(contact_points::suppressed_reason.is_null())
        .select(contact_points::resident_id)
        .load(conn)
        .await?)
}

/// Whether mail for the resident has somewhere to go.
pub(crate) async fn has_verified_email(
    conn: &mut AsyncPgConnection,
    id: ResidentId,
) -> Result<bool> {
    let point = load(conn, id).await?;
    Ok(point.is_some_and(|point| point.is_used()))
}

/// The resident's proved address, unless it is suppressed.
///
/// # Errors
/// When it cannot be read or opened.
pub async fn verified_email(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    id: ResidentId,
) -> Result<Option<Recipient>> {
    match load(conn, id).await?.filter(ContactPoint::is_used) {
        None => Ok(None),
        Some(point) => point.recipient(keys, id),
    }
}

/// The mail with the code of the promise; `None` when the code is void or a newer one has been made.
///
/// # Errors
/// When address or code cannot be read or opened.
pub async fn code_mail(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    promise: &SendCode,
    now: DateTime<Utc>,
) -> Result<Option<(Recipient, Notice)>> {
    let id = promise.resident_id;
    let newest = load(conn, id).await?;
    let Some(point) = newest.filter(|point| point.code_made_at == promise.made_at) else {
        return Ok(None);
    };
    let Some(code) = point.code(keys, id, now)? else {
        return Ok(None);
    };
    let recipient = point.recipient(keys, id)?;
    Ok(recipient.map(|recipient| (recipient, Notice::VerifyAddress { code })))
}

/// Sends nothing more to an address that turned out to have no mailbox, if it is still the resident's.
///
/// # Errors
/// When the row cannot be written.
pub async fn suppress(conn: &mut AsyncPgConnection, recipient: &Recipient) -> Result<()> {
    let Some((resident, sealed)) = &recipient.point else {
        return Ok(());
    };
    diesel::update(contact_points::table.find((resident, Kind::Email)))
        .filter(contact_points::sealed_address.eq(sealed))
        .set(contact_points::suppressed_reason.eq(Suppressed::NoSuchMailbox))
        .execute(conn)
        .await?;
    Ok(())
}

/// Writes to an address that was proved by logging in with it, unless the resident has had any before; whether it does.
pub(crate) async fn adopt(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    id: ResidentId,
    address: &MailAddress,
    now: DateTime<Utc>,
) -> Result<bool> {
    let sealed = keys.seal(ADDRESS, id.as_uuid(), address.as_str().as_bytes())?;
    let adopted = diesel::insert_into(contact_points::table)
        .values((
            contact_points::resident_id.eq(id),
            contact_points::kind.eq(Kind::Email),
            contact_points::sealed_address.eq(sealed),
            contact_points::verified_at.eq(now),
            // No code was ever sent.
            contact_points::code_made_at.eq(DateTime::UNIX_EPOCH),
            contact_points::code_tries.eq(0),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(adopted == 1)
}

/// Writes to the proved address of one resident for another who has none.
pub(crate) async fn take_over(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    (from, to): (ResidentId, ResidentId),
    now: DateTime<Utc>,
) -> Result<()> {
    if has_verified_email(conn, to).await? {
        return Ok(());
    }
    let Some(proved) = verified_email(conn, keys, from).await? else {
        return Ok(());
    };
    let address = proved.address.as_str().as_bytes();
    let told = (
        contact_points::sealed_address.eq(keys.seal(ADDRESS, to.as_uuid(), address)?),
        contact_points::verified_at.eq(now),
        contact_points::suppressed_reason.eq(None::<Suppressed>),
        contact_points::sealed_code.eq(None::<Vec<u8>>),
    );
    diesel::insert_into(contact_points::table)
        .values((
            contact_points::resident_id.eq(to),
            contact_points::kind.eq(Kind::Email),
            contact_points::code_made_at.eq(DateTime::UNIX_EPOCH),
            contact_points::code_tries.eq(0),
            told.clone(),
        ))
        .on_conflict((contact_points::resident_id, contact_points::kind))
        .do_update()
        .set(told)
        .execute(conn)
        .await?;
    Ok(())
}

/// An address that somebody typed.
///
/// # Errors
/// `email` at the pointer when it is none.
pub(crate) fn mail_address(pointer: &str, given: &str) -> Result<MailAddress> {
    given.parse().map_err(|_| {
        let message = "メールアドレスの書き方が正しくありません。";
        Error::field(pointer, "email", message)
    })
}

/// What the resident sees of it.
pub(crate) async fn email(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    id: ResidentId,
) -> Result<Option<Email>> {
    let Some(point) = load(conn, id).await? else {
        return Ok(None);
    };
    let verified = point.is_used();
    let recipient = point.recipient(keys, id)?;
    Ok(recipient.map(|recipient| Email {
        address: recipient.address.as_str().to_owned(),
        verified,
    }))
}

async fn load(conn: &mut AsyncPgConnection, id: ResidentId) -> Result<Option<ContactPoint>> {
    Ok(contact_points::table
        .find((id, Kind::Email))
        .select(ContactPoint::as_select())
        .first(conn)
        .await
        .optional()?)
}
