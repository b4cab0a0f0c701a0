//! Somebody has proved who they are: their login begins.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Utc};
use keys::Keys;
use platform::extract::{RequestId, app_state};
use platform::{AsyncPgConnection, Clock, Error, Randomness, Result};
use serde_json::json;
use uuid::Uuid;

use super::Session;
use super::{actor, failed, ongoing};
use crate::access::is_from_our_pages;
use crate::assurance::Assurance;
use crate::cookie;
use crate::mandates::Vouched;
use crate::provider::VerifiedIdentity;
use crate::residents;
use crate::session::{self, Client, NewLogin, web};
use crate::store;
use crate::token::{Audience, Realm};

/// What it takes to let somebody in.
pub(crate) struct Admission {
    pub(crate) realm: Realm,
    pub(crate) keys: Data<Keys>,
    pub(crate) randomness: Randomness,
    pub(crate) request: RequestId,
    /// The session this browser has, which a new one replaces.
    session: Option<String>,
    /// Whether one of the city's own pages asks.
    is_for_page: bool,
    pub(crate) now: DateTime<Utc>,
}

impl Admission {
    pub(crate) fn of(request: &HttpRequest, payload: &mut Payload) -> Result<Self> {
        let realm: Realm = app_state(request)?;
        Ok(Self {
            session: cookie::Name::Session.read(request, &realm),
            is_for_page: realm.web_url.is_some() && is_from_our_pages(request, &realm),
            realm,
            keys: app_state(request)?,
            randomness: app_state(request)?,
            request: RequestId::from_request(request, payload).into_inner()?,
            now: app_state::<Clock>(request)?.now(),
        })
    }

    /// A cookie is for the city's own pages.
    ///
    /// # Errors
    /// `foreign_page` when the login is to be kept in one by somebody else.
    pub(crate) fn check_client(&self, client: Client) -> Result<()> {
        if client == Client::App || self.is_for_page {
            return Ok(());
        }
        let message = "ウェブページとしてログインできるのは、市のウェブページだけです。";
        Err(Error::field("/client", "foreign_page", message))
    }

    /// Lets them in, in the caller's transaction: the login begins and is recorded.
    ///
    /// # Errors
    /// `login_failed` for somebody who is not to be let in.
    pub(crate) async fn admit(
        &self,
        conn: &mut AsyncPgConnection,
        identity: &VerifiedIdentity,
        assurance: Assurance,
        client: Client,
    ) -> Result<Session> {
        let audience = self.realm.audience;
        let person_id = match audience {
            Audience::Resident => self.admit_resident(conn, identity, assurance).await?,
            Audience::Staff => admit_staff(conn, identity).await?,
        };
        let epoch = store::epoch(conn, audience, person_id).await?;
        let epoch = epoch.ok_or_else(|| failed("the person is disabled"))?;
        if client == Client::Web {
            self.end_former(conn).await?;
        }
        let login = NewLogin {
            audience,
            person_id,
            epoch,
            identity,
            assurance,
            client,
        };
        let begun = session::begin(conn, &self.randomness, &login, self.now).await?;
        self.record(conn, &login).await?;
        Ok(Session {
            person_id,
            acr: identity.acr.clone(),
            assurance,
            authenticated_at: identity.authenticated_at,
            epoch,
            login_id: begun.id,
            secret: begun.secret,
        })
    }

    /// A browser has one session: the new one takes the place of what its cookie held.
    async fn end_former(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let Some(former) = &self.session else {
            return Ok(());
        };
        let ended = web::end(conn, self.realm.audience, former, self.now).await?;
        match ended {
            Some(family) => {
                let replaced =
                    ongoing::entry("auth.login_replaced", &family, self.request, self.now);
                audit::record(conn, replaced).await
            }
            None => Ok(()),
        }
    }

    async fn record(&self, conn: &mut AsyncPgConnection, login: &NewLogin<'_>) -> Result<()> {
        let entry = audit::Entry {
            occurred_at: self.now,
            actor: actor(login.audience, login.person_id),
            action: "auth.login",
            object_kind: "person",
            object_id: Some(login.person_id),
            request_id: Some(self.request),
            detail: json!({
                "issuer": login.identity.issuer,
                "acr": login.identity.acr,
                "ial": login.assurance.ial,
                "aal": login.assurance.aal,
                "client": login.client,
            }),
        };
        audit::record(conn, entry).await
    }

    async fn admit_resident(
        &self,
        conn: &mut AsyncPgConnection,
        identity: &VerifiedIdentity,
        assurance: Assurance,
    ) -> Result<Uuid> {
        let (issuer, subject) = (&identity.issuer, &identity.subject);
        let id = store::resident_by_identity(conn, issuer, subject, self.now)
            .await?
            .ok_or_else(|| failed("the resident is disabled"))?;
        residents::keep_attributes(conn, &self.keys, id, identity, assurance, self.now).await?;
        let vouched = Vouched {
            keys: &self.keys,
            representative: id,
            identity,
            assurance,
            request: self.request,
            now: self.now,
        };
        vouched.settle(conn).await?;
        Ok(id.as_uuid())
    }
}

impl FromRequest for Admission {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Self::of(request, payload))
    }
}

async fn admit_staff(conn: &mut AsyncPgConnection, identity: &VerifiedIdentity) -> Result<Uuid> {
    store::staff_by_identity(conn, &identity.issuer, &identity.subject)
        .await?
        .map(crate::StaffId::as_uuid)
        .ok_or_else(|| failed("not a member of staff").detail("職員として登録されていません。"))
}
