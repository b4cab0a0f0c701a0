//! Signing in, the second step: a code of the authenticator or a recovery code.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use platform::{AsyncPgConnection, Error, Result, doubling};
use serde_json::Map;
use unicode_normalization::UnicodeNormalization as _;

use super::attempts;
use super::sign_in::{Visitor, failed};
use super::totp::Authenticator;
use super::{ISSUER, TOTP_SECRET, recovery_code};
use crate::assurance::{Aal, Assurance, Ial};
use crate::login::Session;
use crate::person::StaffId;
use crate::provider::VerifiedIdentity;
use crate::schema::{local_accounts, sign_ins, staff_members};
use crate::session::{Client, hash};

/// Second factors that may be tried after one password.
const MOST_TRIES: i32 = 3;
/// Wrong codes of the authenticator in a row without a wait; a recovery code never waits.
const FREE_CODES: i32 = 10;
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(1);
/// The class of a login with two factors.
const ACR: &str = "aal2";

#[derive(Queryable, Selectable)]
#[diesel(table_name = local_accounts)]
struct Account {
    staff_id: StaffId,
    sealed_totp_secret: Option<Vec<u8>>,
    totp_last_step: i64,
    totp_failures: i32,
    totp_failed_at: DateTime<Utc>,
}

/// A refusal that is to be remembered: the transaction commits.
type Remembered<T> = Result<T, Error>;

impl Visitor {
    /// The second step.
    ///
    /// # Errors
    /// `login_failed`, or `too_many_requests` after many wrong codes.
    pub(crate) async fn check_second_factor(
        &self,
        transaction: &str,
        code: &str,
        client: Client,
    ) -> Result<Session> {
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            let transaction = hash(transaction);
            let Some((account, login_name)) = self.take_try(conn, &transaction).await? else {
                return Ok(Err(failed("the sign-in is unknown, used up or over")));
            };
            if let Err(refused) = self.use_code(conn, &account, code).await? {
                let (actor, id) = (audit::Actor::Anonymous, account.staff_id);
                self.record(conn, actor, "auth.second_factor_refused", id)
                    .await?;
                return Ok(Err(refused));
            }
            diesel::delete(sign_ins::table.find(transaction))
                .execute(conn)
                .await?;
            let login = attempts::login_hash(&self.admission.keys, &login_name)?;
            attempts::succeed(conn, &login, &self.address, self.admission.now).await?;
            Ok::<_, Error>(Ok(self.admit(conn, login_name, client).await?))
        })
        .await?
    }

    /// The account of a sign-in with tries left, one of which is spent; locked, so that codes take turns.
    async fn take_try(
        &self,
        conn: &mut AsyncPgConnection,
        transaction: &[u8],
    ) -> Result<Option<(Account, String)>> {
        let staff: Option<StaffId> = diesel::update(sign_ins::table.find(transaction))
            .filter(sign_ins::tries.lt(MOST_TRIES))
            .filter(sign_ins::expires_at.gt(self.admission.now))
            .set(sign_ins::tries.eq(sign_ins::tries + 1))
            .returning(sign_ins::staff_id)
            .get_result(conn)
            .await
            .optional()?;
        let Some(staff) = staff else {
            return Ok(None);
        };
        Ok(local_accounts::table
            .inner_join(staff_members::table)
            .filter(local_accounts::staff_id.eq(staff))
            .filter(staff_members::disabled_at.is_null())
            .select((Account::as_select(), staff_members::subject))
            .for_update()
            .first(conn)
            .await
            .optional()?)
    }

    /// Uses a code up, whichever kind it is of.
    async fn use_code(
        &self,
        conn: &mut AsyncPgConnection,
        account: &Account,
        code: &str,
    ) -> Result<Remembered<()>> {
        let now = self.admission.now;
        // Authenticators show the digits in groups, and a Japanese keyboard may widen them.
        let code: String = code.nfkc().filter(|c| !c.is_whitespace()).collect();
        let is_of_authenticator = code.len() == 6;
        if !is_of_authenticator {
            let id = account.staff_id;
            if !recovery_code::spend(conn, id, &code).await? {
                return Ok(Err(wrong_code()));
            }
            let owner = audit::Actor::Staff(id.as_uuid());
            self.record(conn, owner, "staff_account.recover", id)
                .await?;
            return Ok(Ok(()));
        }
        let wait = account.totp_failed_at + wait(account.totp_failures) - now;
        if wait > TimeDelta::zero() {
            return Ok(Err(Error::too_soon(wait).detail(
                "認証コードの誤りが続いています。リカバリーコードは使えます。",
            )));
        }
        let step = self.step_of(account, &code)?;
        let right = step.filter(|step| *step > account.totp_last_step);
        let last_step = right.unwrap_or(account.totp_last_step);
        let failures = right.map_or(account.totp_failures + 1, |_| 0);
        diesel::update(local_accounts::table.find(account.staff_id))
            .set((
                local_accounts::totp_last_step.eq(last_step),
                local_accounts::totp_failures.eq(failures),
                local_accounts::totp_failed_at.eq(now),
            ))
            .execute(conn)
            .await?;
        Ok(right.map(|_| ()).ok_or_else(wrong_code))
    }

    fn step_of(&self, account: &Account, code: &str) -> Result<Option<i64>> {
        let Some(sealed) = &account.sealed_totp_secret else {
            return Ok(None);
        };
        let id = account.staff_id.as_uuid();
        let secret = self.admission.keys.open(TOTP_SECRET, id, sealed)?;
        Ok(Authenticator::of(&secret)?.step_of(code, self.admission.now))
    }

    async fn admit(
        &self,
        conn: &mut AsyncPgConnection,
        login_name: String,
        client: Client,
    ) -> Result<Session> {
        let identity = VerifiedIdentity {
            issuer: ISSUER.to_owned(),
            subject: login_name,
            acr: ACR.to_owned(),
            authenticated_at: self.admission.now,
            attributes: Map::new(),
            companies: Vec::new(),
            claims: Map::new(),
        };
        // The city knows whom it employs; that nobody looked at a card with a chip for this login is another matter.
        let assurance = Assurance {
            ial: Ial::LOWEST,
            aal: Aal::TWO_FACTORS,
        };
        let admission = &self.admission;
        admission.admit(conn, &identity, assurance, client).await
    }
}

/// How long after so many wrong codes in a row the next one may be: a minute, two, four … an hour.
fn wait(failures: i32) -> TimeDelta {
    let Ok(beyond) = u32::try_from(failures - FREE_CODES) else {
        return TimeDelta::zero();
    };
    doubling(TimeDelta::minutes(1), beyond, LONGEST_WAIT)
}

fn wrong_code() -> Error {
    failed("wrong or used second factor").detail("認証コードが違うか、すでに使われています。")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_codes_make_the_next_one_wait_up_to_an_hour() {
        let minutes: Vec<_> = (9..=18)
            .map(|failures| wait(failures).num_minutes())
            .collect();
        assert_eq!(minutes, [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(wait(i32::MAX), LONGEST_WAIT);
    }
}
