//! Accounts of staff that the portal keeps itself, for cities without an identity provider for their staff: by invitation
//! only, with a password and a second factor.
//!
//! - [`accounts`] what administrators do: invite, reset, disable
//! - [`enrolment`] what the invited person does: set a password, enrol an authenticator
//! - [`sign_in`] password, then [`second_factor`]
//! - [`attempts`] how often a password may be tried, such that nobody can keep the owner out

pub(crate) mod accounts;
mod attempts;
pub(crate) mod enrolment;
mod invitation;
pub(crate) mod model;
mod password;
mod recovery_code;
mod second_factor;
pub(crate) mod sign_in;
mod totp;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Code, Error, Result};

use crate::token::Realm;
pub use accounts::invite_imported;
pub use invitation::{SendInvitation, invitation_mail};

/// Who vouches for a local account: the portal itself.
pub(crate) const ISSUER: &str = "urn:madoguchi:local";

/// Columns that are sealed.
const EMAIL: &str = "local_accounts.email";
const TOTP_SECRET: &str = "local_accounts.totp_secret";
const INVITATION: &str = "staff_invitations.code";

/// Whether somebody can sign in with the name: small letters, digits, `.`, `_` and `-`, 2 to 60 of them.
pub(crate) fn is_login_name(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let begins = name.bytes().next().is_some_and(is_plain);
    let mut bytes = name.bytes();
    begins
        && (2..=60).contains(&name.len())
        && bytes.all(|byte| is_plain(byte) || b"._-".contains(&byte))
}

/// A city with an identity provider for its staff has no use for passwords.
///
/// # Errors
/// `local_accounts_closed` unless `MADOGUCHI_LOCAL_STAFF` is on.
pub(crate) fn check_open(realm: &Realm) -> Result<()> {
    if realm.local_accounts {
        Ok(())
    } else {
        Err(Error::new(Code::LocalAccountsClosed))
    }
}

/// Deletes invitations, sign-ins and attempts that are over; answers how many rows.
///
/// # Errors
/// When the rows cannot be deleted.
pub async fn forget_expired(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> Result<usize> {
    use crate::schema::{sign_ins, staff_invitations};
    let invitations = staff_invitations::table.filter(staff_invitations::expires_at.le(now));
    let sign_ins = sign_ins::table.filter(sign_ins::expires_at.le(now));
    let invitations = diesel::delete(invitations).execute(conn).await?;
    let sign_ins = diesel::delete(sign_ins).execute(conn).await?;
    Ok(invitations + sign_ins + attempts::forget_old(conn, now).await?)
}
