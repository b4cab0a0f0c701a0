//! What an invited person does: set a password, enrol an authenticator, note the recovery codes.

use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use jobs::mail::InvitationCode;
use platform::{AsyncPgConnection, Error, Result};

use super::model::{Enrolled, EnrolmentBegun};
use super::password::Password;
use super::sign_in::Visitor;
use super::totp::Authenticator;
use super::{TOTP_SECRET, recovery_code};
use crate::person::StaffId;
use crate::schema::{local_accounts, staff_invitations, staff_members};
use crate::session::{hash, secret};

/// The name under which authenticators list the account.
const PORTAL: &str = "Madoguchi";

/// Whoever holds an invitation.
#[derive(Queryable)]
struct Invited {
    staff_id: StaffId,
    login_name: String,
    display_name: String,
}

/// What was set up, and not yet proved.
#[derive(Queryable, Selectable)]
#[diesel(table_name = staff_invitations)]
struct SetUp {
    staff_id: StaffId,
    password_hash: Option<String>,
    sealed_totp_secret: Option<Vec<u8>>,
}

impl Visitor {
    /// Keeps password and a new authenticator's secret beside the invitation. Beginning again replaces both.
    ///
    /// # Errors
    /// `validation_failed` when the invitation is none, or the password is weak.
    pub(crate) async fn begin_enrolment(
        &self,
        invitation: &str,
        password: &str,
    ) -> Result<EnrolmentBegun> {
        let code: InvitationCode = invitation.parse().map_err(|_| no_invitation())?;
        let code = hash(code.as_str());
        let invited = {
            let mut conn = self.database.connection().await?;
            self.invited(&mut conn, &code).await?
        };
        let invited = invited.ok_or_else(no_invitation)?;
        let password = Password::of(password);
        let names = [invited.login_name.as_str(), &invited.display_name];
        password
            .check(names)
            .map_err(super::password::Weak::problem)?;
        let hashed = password.hash(&self.admission.randomness).await?;
        let authenticator =
            Authenticator::draw(&self.admission.randomness, &invited.login_name, PORTAL)?;
        let id = invited.staff_id.as_uuid();
        let sealed = self
            .admission
            .keys
            .seal(TOTP_SECRET, id, authenticator.secret())?;
        let enrolment = secret(&self.admission.randomness)?;
        let mut conn = self.database.connection().await?;
        let kept = diesel::update(staff_invitations::table)
            .filter(staff_invitations::code_sha256.eq(&code))
            .set((
                staff_invitations::enrolment_sha256.eq(hash(&enrolment)),
                staff_invitations::password_hash.eq(hashed),
                staff_invitations::sealed_totp_secret.eq(sealed),
            ))
            .execute(&mut conn)
            .await?;
        if kept == 0 {
            return Err(no_invitation());
        }
        Ok(EnrolmentBegun {
            enrolment,
            otpauth_uri: authenticator.uri()?,
        })
    }

    /// Makes the account usable; the invitation is used up. The code does not sign in any more.
    ///
    /// # Errors
    /// `validation_failed` when the enrolment is none, or the code is wrong.
    pub(crate) async fn confirm_enrolment(&self, enrolment: &str, code: &str) -> Result<Enrolled> {
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            let set_up = self.lock_set_up(conn, &hash(enrolment)).await?;
            let (id, hashed, sealed) = set_up.ok_or_else(no_enrolment)?;
            let secret = self
                .admission
                .keys
                .open(TOTP_SECRET, id.as_uuid(), &sealed)?;
            let step = Authenticator::of(&secret)?.step_of(code, self.admission.now);
            let step = step.ok_or_else(wrong_code)?;
            diesel::update(local_accounts::table.find(id))
                .set((
                    local_accounts::password_hash.eq(hashed),
                    local_accounts::sealed_totp_secret.eq(sealed),
                    local_accounts::totp_last_step.eq(step),
                    local_accounts::totp_failures.eq(0),
                ))
                .execute(conn)
                .await?;
            diesel::delete(staff_invitations::table.find(id))
                .execute(conn)
                .await?;
            let owner = audit::Actor::Staff(id.as_uuid());
            self.record(conn, owner, "staff_account.enrol", id).await?;
            let recovery_codes = recovery_code::renew(conn, &self.admission.randomness, id).await?;
            Ok(Enrolled { recovery_codes })
        })
        .await
    }

    async fn invited(&self, conn: &mut AsyncPgConnection, code: &[u8]) -> Result<Option<Invited>> {
        Ok(staff_invitations::table
            .inner_join(staff_members::table.on(staff_members::id.eq(staff_invitations::staff_id)))
            .filter(staff_invitations::code_sha256.eq(code))
            .filter(staff_invitations::expires_at.gt(self.admission.now))
            .filter(staff_members::disabled_at.is_null())
            .select((
                staff_members::id,
                staff_members::subject,
                staff_members::display_name,
            ))
            .first(conn)
            .await
            .optional()?)
    }

    async fn lock_set_up(
        &self,
        conn: &mut AsyncPgConnection,
        enrolment: &[u8],
    ) -> Result<Option<(StaffId, String, Vec<u8>)>> {
        // Rows are locked in the order of these tables, which is that of a reset.
        let set_up: Option<SetUp> = local_accounts::table
            .inner_join(staff_members::table)
            .inner_join(staff_invitations::table)
            .filter(staff_invitations::enrolment_sha256.eq(enrolment))
            .filter(staff_invitations::expires_at.gt(self.admission.now))
            .filter(staff_members::disabled_at.is_null())
            .select(SetUp::as_select())
            .for_update()
            .first(conn)
            .await
            .optional()?;
        Ok(set_up.and_then(|set_up| {
            let SetUp {
                staff_id,
                password_hash,
                sealed_totp_secret,
            } = set_up;
            Some((staff_id, password_hash?, sealed_totp_secret?))
        }))
    }
}

/// One answer for a wrong, a used, a replaced and an old one.
fn no_invitation() -> Error {
    let message =
        "招待コードが違うか、使えなくなっています。管理者に新しい招待を依頼してください。";
    Error::field("/invitation", "invalid_invitation", message)
}

fn no_enrolment() -> Error {
    let message = "手続が途中で無効になりました。招待コードからやり直してください。";
    Error::field("/enrolment", "invalid_enrolment", message)
}

fn wrong_code() -> Error {
    let message = "認証コードが違います。端末の時刻を確かめて、新しいコードを入力してください。";
    Error::field("/code", "wrong_code", message)
}
