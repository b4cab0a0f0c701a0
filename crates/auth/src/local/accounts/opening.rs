//! Opening an account and voiding what opened it; and what an operator does while no administrator can get in.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use jobs::mail::MailAddress;
use keys::Keys;
use platform::{AsyncPgConnection, Randomness, Result};
use serde_json::json;

use crate::local::invitation::invite;
use crate::local::{EMAIL, ISSUER, recovery_code};
use crate::organisation::{Roster, Source};
use crate::person::StaffId;
use crate::schema::{local_accounts, sign_ins, staff_members};
use crate::session;
use crate::token::Audience;

/// Invites somebody whom the staff file brought in under the issuer `urn:madoguchi:local`: the first administrator, or one
/// who has lost everything. An account they have already is reset, and its address replaced. `false` when there is no such
/// member of staff.
///
/// # Errors
/// When the account cannot be written.
pub async fn invite_imported(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    randomness: &Randomness,
    login_name: &str,
    email: &MailAddress,
    now: DateTime<Utc>,
) -> Result<bool> {
    conn.transaction(async |conn| {
        let known: Option<StaffId> = staff_members::table
            .filter(staff_members::issuer.eq(ISSUER))
            .filter(staff_members::subject.eq(login_name))
            .select(staff_members::id)
            .first(conn)
            .await
            .optional()?;
        let Some(staff) = known else {
            return Ok(false);
        };
        let action = match open(conn, keys, staff, email, now).await? {
            true => "staff_account.invite",
            false => {
                void(conn, staff, now).await?;
                set_address(conn, keys, staff, email).await?;
                "staff_account.reset"
            }
        };
        invite(conn, keys, randomness, staff, now).await?;
        let roster = Roster {
            staff,
            source: Source::Account,
            actor: audit::Actor::System,
            request: None,
            now,
        };
        roster.record(conn, action, json!({})).await?;
        Ok(true)
    })
    .await
}

/// An account without a password yet; `false` when there is one.
pub(super) async fn open(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    id: StaffId,
    email: &MailAddress,
    now: DateTime<Utc>,
) -> Result<bool> {
    let sealed = keys.seal(EMAIL, id.as_uuid(), email.as_str().as_bytes())?;
    let opened = diesel::insert_into(local_accounts::table)
        .values((
            local_accounts::staff_id.eq(id),
            local_accounts::sealed_email.eq(sealed),
            local_accounts::totp_failed_at.eq(now),
            local_accounts::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(opened == 1)
}

/// Takes password, authenticator and recovery codes away, and ends all logins.
pub(super) async fn void(
    conn: &mut AsyncPgConnection,
    id: StaffId,
    now: DateTime<Utc>,
) -> Result<()> {
    // Before the account is locked, in the order of a sign-in.
    diesel::delete(sign_ins::table.filter(sign_ins::staff_id.eq(id)))
        .execute(conn)
        .await?;
    diesel::update(local_accounts::table.find(id))
        .set((
            local_accounts::password_hash.eq(None::<String>),
            local_accounts::sealed_totp_secret.eq(None::<Vec<u8>>),
            local_accounts::totp_failures.eq(0),
        ))
        .execute(conn)
        .await?;
    diesel::update(staff_members::table.find(id))
        .set(staff_members::auth_epoch.eq(staff_members::auth_epoch + 1))
        .execute(conn)
        .await?;
    recovery_code::remove(conn, id).await?;
    session::end_all(conn, Audience::Staff, id.as_uuid(), now).await
}

async fn set_address(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    id: StaffId,
    email: &MailAddress,
) -> Result<()> {
    let sealed = keys.seal(EMAIL, id.as_uuid(), email.as_str().as_bytes())?;
    diesel::update(local_accounts::table.find(id))
        .set(local_accounts::sealed_email.eq(sealed))
        .execute(conn)
        .await?;
    Ok(())
}
