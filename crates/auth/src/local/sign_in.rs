//! Signing in, the first step: the password.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use platform::extract::app_state;
use platform::{AsyncPgConnection, Code, Database, Error, Result};
use serde_json::json;

use super::attempts;
use super::model::SecondFactorDue;
use super::password::Password;
use super::{ISSUER, check_open};
use crate::login::Admission;
use crate::person::StaffId;
use crate::schema::{local_accounts, sign_ins, staff_members};
use crate::session::{hash, secret};

/// How long the second factor may take.
const LASTS: TimeDelta = TimeDelta::minutes(5);

/// Somebody at the staff listener who has not signed in.
pub(crate) struct Visitor {
    pub(super) database: Database,
    pub(super) address: String,
    pub(crate) admission: Admission,
}

impl Visitor {
    fn of(request: &HttpRequest, payload: &mut Payload) -> Result<Self> {
        let admission = Admission::of(request, payload)?;
        check_open(&admission.realm)?;
        Ok(Self {
            database: app_state(request)?,
            address: attempts::address(request)?,
            admission,
        })
    }

    /// What somebody with an account did, or what was done in their name.
    pub(super) async fn record(
        &self,
        conn: &mut AsyncPgConnection,
        actor: audit::Actor,
        action: &'static str,
        id: StaffId,
    ) -> Result<()> {
        let entry = audit::Entry {
            occurred_at: self.admission.now,
            actor,
            action,
            object_kind: "staff",
            object_id: Some(id.as_uuid()),
            request_id: Some(self.admission.request),
            detail: json!({}),
        };
        audit::record(conn, entry).await
    }

    /// The first step. A login name that is not there costs the same work and gets the same answer as a wrong password.
    ///
    /// # Errors
    /// `login_failed`, or `too_many_requests` when it comes too soon after others.
    pub(crate) async fn check_password(
        &self,
        login_name: &str,
        password: &str,
    ) -> Result<SecondFactorDue> {
        let Admission { keys, now, .. } = &self.admission;
        let login_name = login_name.to_lowercase();
        let found = {
            let mut conn = self.database.connection().await?;
            conn.transaction(async |conn| {
                let login = attempts::login_hash(keys, &login_name)?;
                attempts::claim(conn, &login, &self.address, *now).await?;
                find(conn, &login_name).await
            })
            .await?
        };
        let (staff, hashed) = found.unzip();
        let right = Password::of(password).verify(hashed.flatten()).await?;
        match staff {
            Some(staff) if right => self.expect_second_factor(staff).await,
            _ => Err(failed("wrong login name or password")
                .detail("ログイン名またはパスワードが違います。")),
        }
    }

    async fn expect_second_factor(&self, staff: StaffId) -> Result<SecondFactorDue> {
        let transaction = secret(&self.admission.randomness)?;
        let mut conn = self.database.connection().await?;
        diesel::insert_into(sign_ins::table)
            .values((
                sign_ins::transaction_sha256.eq(hash(&transaction)),
                sign_ins::staff_id.eq(staff),
                sign_ins::expires_at.eq(self.admission.now + LASTS),
            ))
            .execute(&mut conn)
            .await?;
        Ok(SecondFactorDue {
            transaction,
            expires_in: LASTS.num_seconds(),
        })
    }
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Self::of(request, payload))
    }
}

/// The account with a login name and its password's hash, unless it is disabled.
async fn find(
    conn: &mut AsyncPgConnection,
    login_name: &str,
) -> Result<Option<(StaffId, Option<String>)>> {
    Ok(local_accounts::table
        .inner_join(staff_members::table)
        .filter(staff_members::issuer.eq(ISSUER))
        .filter(staff_members::subject.eq(login_name))
        .filter(staff_members::disabled_at.is_null())
        .select((local_accounts::staff_id, local_accounts::password_hash))
        .first(conn)
        .await
        .optional()?)
}

pub(super) fn failed(why: &'static str) -> Error {
    Error::new(Code::LoginFailed).because(why)
}
