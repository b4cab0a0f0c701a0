//! Invitations: a code by mail, good once and for three days.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use jobs::Job;
use jobs::mail::{INVITATION_HOURS, InvitationCode, Notice};
use keys::Keys;
use platform::{AsyncPgConnection, Error, Randomness, Result};
use serde::{Deserialize, Serialize};

use super::{EMAIL, INVITATION};
use crate::contacts::Recipient;
use crate::person::StaffId;
use crate::schema::{local_accounts, staff_invitations};
use crate::session::hash;

const LASTS: TimeDelta = TimeDelta::hours(INVITATION_HOURS);

/// The promise to mail an invitation, made in the transaction that drew its code.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendInvitation {
    staff_id: StaffId,
    /// Names the invitation; a newer one takes its place.
    made_at: DateTime<Utc>,
}

impl Job for SendInvitation {
    const KIND: &'static str = "auth.send_invitation";

    fn deduplication_key(&self) -> String {
        format!("{}:{}", self.staff_id, self.made_at.timestamp_micros())
    }
}

/// Draws a code in place of any before and promises the mail.
pub(super) async fn invite(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    randomness: &Randomness,
    staff_id: StaffId,
    now: DateTime<Utc>,
) -> Result<()> {
    let code = InvitationCode::random(randomness)?;
    let sealed = keys.seal(INVITATION, staff_id.as_uuid(), code.as_str().as_bytes())?;
    diesel::delete(staff_invitations::table.find(staff_id))
        .execute(conn)
        .await?;
    diesel::insert_into(staff_invitations::table)
        .values((
            staff_invitations::staff_id.eq(staff_id),
            staff_invitations::code_sha256.eq(hash(code.as_str())),
            staff_invitations::sealed_code.eq(sealed),
            staff_invitations::made_at.eq(now),
            staff_invitations::expires_at.eq(now + LASTS),
        ))
        .execute(conn)
        .await?;
    let made_at = now;
    jobs::enqueue(conn, &SendInvitation { staff_id, made_at }, now).await
}

/// The mail of the promise; `None` when the invitation is used, over or replaced. `staff_url` is where staff reach the portal.
///
/// # Errors
/// When address or code cannot be read or opened.
pub async fn invitation_mail(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    promise: &SendInvitation,
    staff_url: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Recipient, Notice)>> {
    let id = promise.staff_id;
    let invitation: Option<(Vec<u8>, Vec<u8>)> = staff_invitations::table
        .inner_join(local_accounts::table)
        .filter(staff_invitations::staff_id.eq(id))
        .filter(staff_invitations::made_at.eq(promise.made_at))
        .filter(staff_invitations::expires_at.gt(now))
        .select((local_accounts::sealed_email, staff_invitations::sealed_code))
        .first(conn)
        .await
        .optional()?;
    let Some((email, code)) = invitation else {
        return Ok(None);
    };
    let email = keys.open_text(EMAIL, id.as_uuid(), &email)?;
    let code = keys.open_text(INVITATION, id.as_uuid(), &code)?;
    let to = Recipient::at(email.parse().map_err(Error::internal)?);
    let code = code.parse().map_err(Error::internal)?;
    let staff_url = staff_url.to_owned();
    Ok(Some((to, Notice::StaffInvitation { code, staff_url })))
}
