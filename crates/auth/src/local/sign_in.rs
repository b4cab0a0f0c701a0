//! Signing in, the first step: the password.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use keys::Keys;
use platform::extract::{RequestId, app_state};
use platform::{AsyncPgConnection, Clock, Code, Database, Error, Randomness, Result};

use super::attempts;
use super::model::SecondFactorDue;
use super::password::Password;
use super::{ISSUER, check_open};
use crate::cookie;
use crate::person::StaffId;
use crate::schema::{local_accounts, sign_ins, staff_members};
use crate::session::{hash, secret};
use crate::token::Realm;

/// How long the second factor may take.
const LASTS: TimeDelta = TimeDelta::minutes(5);

/// Somebody at the staff listener who has not signed in.
pub(crate) struct Visitor {
    pub(super) database: Database,
    pub(super) keys: Data<Keys>,
    pub(super) randomness: Randomness,
    pub(super) request: RequestId,
    pub(super) now: DateTime<Utc>,
    pub(super) address: String,
    pub(super) realm: Realm,
    /// The session this browser has, which a new one replaces.
    pub(super) session: Option<String>,
}

impl Visitor {
    fn of(request: &HttpRequest, payload: &mut Payload) -> Result<Self> {
        let realm: Realm = app_state(request)?;
        check_open(&realm)?;
        Ok(Self {
            session: cookie::Name::Session.read(request, &realm),
            realm,
            database: app_state(request)?,
            keys: app_state(request)?,
            randomness: app_state(request)?,
            request: RequestId::from_request(request, payload).into_inner()?,
            now: app_state::<Clock>(request)?.now(),
            address: attempts::address(request)?,
        })
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
        let login_name = login_name.to_lowercase();
        let found = {
            let mut conn = self.database.connection().await?;
            conn.transaction(async |conn| {
                let login = attempts::login_hash(&self.keys, &login_name)?;
                attempts::claim(conn, &login, &self.address, self.now).await?;
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
        let transaction = secret(&self.randomness)?;
        let mut conn = self.database.connection().await?;
        diesel::insert_into(sign_ins::table)
            .values((
                sign_ins::transaction_sha256.eq(hash(&transaction)),
                sign_ins::staff_id.eq(staff),
                sign_ins::expires_at.eq(self.now + LASTS),
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
