//! What administrators do with local accounts, within what they administer: invite, reset, disable.

mod managed;
mod opening;
mod postings;

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, RunQueryDsl};
use jobs::mail::Mailer;
use keys::Keys;
use platform::extract::{RequestId, app_state};
use platform::page::{Page, PageQuery};
use platform::{AsyncPgConnection, Clock, Code, Database, Error, Randomness, Result};
use serde_json::{Value, json};

use super::invitation::invite;
use super::model::{AccountState, NewStaffAccount, StaffAccount};
use super::{ISSUER, check_open};
use crate::access::Staff;
use crate::contacts::mail_address;
use crate::organisation::{Roster, Source, shut_out};
use crate::person::StaffId;
use crate::schema::staff_members;
use crate::token::Realm;
use managed::Which;
pub use opening::invite_imported;

/// An administrator at work.
pub(crate) struct Administrator {
    staff: Staff,
    database: Database,
    keys: Data<Keys>,
    randomness: Randomness,
    has_mail: bool,
    request: RequestId,
    now: DateTime<Utc>,
}

impl Administrator {
    fn of(request: &HttpRequest, payload: &mut Payload) -> Result<Self> {
        let staff = Staff::from_request(request, payload).into_inner()?;
        check_open(&app_state::<Realm>(request)?)?;
        Ok(Self {
            staff,
            database: app_state(request)?,
            keys: app_state(request)?,
            randomness: app_state(request)?,
            has_mail: app_state::<Data<Option<Mailer>>>(request)?.is_some(),
            request: RequestId::from_request(request, payload).into_inner()?,
            now: app_state::<Clock>(request)?.now(),
        })
    }

    /// Makes an account and promises the mail with the invitation.
    ///
    /// # Errors
    /// `mail_closed`, `validation_failed`, `forbidden` beyond what they administer, `login_name_taken`,
    /// `illegal_transition` for somebody who is shut out.
    pub(crate) async fn invite(&self, new: &NewStaffAccount) -> Result<StaffAccount> {
        self.check_mail()?;
        let email = mail_address("/email", &new.email)?;
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            let postings = self.resolve(conn, &new.postings, &[]).await?;
            let id = self.member(conn, new).await?;
            if !opening::open(conn, &self.keys, id, &email, self.now).await? {
                return Err(Code::LoginNameTaken.into());
            }
            let roster = self.roster(id);
            for posting in &postings {
                roster.give(conn, posting).await?;
            }
            invite(conn, &self.keys, &self.randomness, id, self.now).await?;
            roster
                .record(conn, "staff_account.invite", json!({}))
                .await?;
            let account = self.managed(conn, id).await?;
            check_enabled(&account)?;
            Ok(account)
        })
        .await
    }

    /// Takes password, authenticator and recovery codes away, ends all logins, and invites anew.
    ///
    /// # Errors
    /// `not_found`, `mail_closed`, `illegal_transition` while they are shut out: the invitation would be good for nothing.
    pub(crate) async fn reset(&self, id: StaffId) -> Result<StaffAccount> {
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            // First, in the order in which a sign-in locks; all of it is undone where it may not be.
            opening::void(conn, id, self.now).await?;
            let account = self.lock(conn, id).await?;
            check_enabled(&account)?;
            self.check_mail()?;
            invite(conn, &self.keys, &self.randomness, id, self.now).await?;
            let roster = self.roster(id);
            roster
                .record(conn, "staff_account.reset", json!({}))
                .await?;
            self.managed(conn, id).await
        })
        .await
    }

    /// Shuts somebody out from their next request on, or lets them sign in again.
    ///
    /// # Errors
    /// `not_found`.
    pub(crate) async fn set_disabled(&self, id: StaffId, disabled: bool) -> Result<()> {
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            self.lock(conn, id).await?;
            if shut_out::set(conn, id, disabled, self.now).await? {
                let action = match disabled {
                    true => "staff_account.disable",
                    false => "staff_account.enable",
                };
                self.roster(id).record(conn, action, json!({})).await?;
            }
            Ok(())
        })
        .await
    }

    /// The accounts within what they administer; that they were looked at is recorded.
    ///
    /// # Errors
    /// `invalid_query` when the cursor is not one of ours.
    pub(crate) async fn list(&self, query: &PageQuery) -> Result<Page<StaffAccount>> {
        let (after, limit) = (query.after::<String>()?, query.limit());
        let mut conn = self.database.connection().await?;
        let rows = conn
            .transaction(async |conn| {
                audit::record(
                    conn,
                    self.entry("staff_account.list", json!({"after": after})),
                )
                .await?;
                let which = Which::After(after.as_deref(), limit + 1);
                managed::load(conn, self.staff.scope(), which, self.now).await
            })
            .await?;
        Page::cut(rows, limit, |last| last.login_name.clone(), |row| row)
    }

    fn check_mail(&self) -> Result<()> {
        if self.has_mail {
            Ok(())
        } else {
            Err(Code::MailClosed.into())
        }
    }

    /// As [`Self::managed`], and nobody else changes the account until the transaction ends.
    async fn lock(&self, conn: &mut AsyncPgConnection, id: StaffId) -> Result<StaffAccount> {
        let locked = staff_members::table.find(id).for_update();
        let locked: Option<StaffId> = locked
            .select(staff_members::id)
            .first(conn)
            .await
            .optional()?;
        match locked {
            Some(id) => self.managed(conn, id).await,
            None => Err(Code::NotFound.into()),
        }
    }

    /// The account, if it is one of theirs.
    async fn managed(&self, conn: &mut AsyncPgConnection, id: StaffId) -> Result<StaffAccount> {
        let which = Which::One(id);
        let found = managed::load(conn, self.staff.scope(), which, self.now).await?;
        found
            .into_iter()
            .next()
            .ok_or_else(|| Code::NotFound.into())
    }

    /// The member of staff with the login name; the staff file may know them before they have an account.
    async fn member(&self, conn: &mut AsyncPgConnection, new: &NewStaffAccount) -> Result<StaffId> {
        let id = StaffId::new(self.now);
        let inserted = diesel::insert_into(staff_members::table)
            .values((
                staff_members::id.eq(id),
                staff_members::issuer.eq(ISSUER),
                staff_members::subject.eq(&new.login_name),
                staff_members::display_name.eq(&new.display_name),
            ))
            .on_conflict((staff_members::issuer, staff_members::subject))
            .do_nothing()
            .execute(conn)
            .await?;
        if inserted == 1 {
            return Ok(id);
        }
        let known: StaffId = staff_members::table
            .filter(staff_members::issuer.eq(ISSUER))
            .filter(staff_members::subject.eq(&new.login_name))
            .select(staff_members::id)
            .for_update()
            .first(conn)
            .await?;
        if managed::reaches(conn, self.staff.scope(), known, self.now).await? {
            Ok(known)
        } else {
            Err(Code::LoginNameTaken.into())
        }
    }

    fn roster(&self, staff: StaffId) -> Roster {
        Roster {
            staff,
            source: Source::Account,
            actor: self.staff.actor(),
            request: Some(self.request),
            now: self.now,
        }
    }

    fn entry(&self, action: &'static str, detail: Value) -> audit::Entry<'static> {
        audit::Entry {
            occurred_at: self.now,
            actor: self.staff.actor(),
            action,
            object_kind: "staff",
            object_id: None,
            request_id: Some(self.request),
            detail,
        }
    }
}

/// An invitation would be good for nothing while somebody is shut out.
fn check_enabled(account: &StaffAccount) -> Result<()> {
    match account.state {
        AccountState::Disabled => Err(Code::IllegalTransition.into()),
        AccountState::Invited | AccountState::Lapsed | AccountState::Active => Ok(()),
    }
}

impl FromRequest for Administrator {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Self::of(request, payload))
    }
}
