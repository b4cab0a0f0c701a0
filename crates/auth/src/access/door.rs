//! At the door: who a request comes from, by its token or cookie.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Data;
use chrono::{DateTime, NaiveDate, Utc};
use keys::{Keys, Rejected};
use platform::extract::app_state;
use platform::{Clock, Code, Database, Error, Result};
use uuid::Uuid;

use super::credential::Credential;
use super::{Refusal, Resident, Staff};
use crate::person::{ResidentId, Role, StaffId};
use crate::policy::Access;
use crate::scope::{Reach, Scope};
use crate::session::web;
use crate::store;
use crate::throttle;
use crate::token::{self, Claims, Realm};

/// What of the request and the program it takes to know somebody.
pub(super) struct Door<'a> {
    request: &'a HttpRequest,
    credential: Option<Credential>,
    realm: Realm,
    keys: Data<Keys>,
    database: Database,
    now: DateTime<Utc>,
}

impl<'a> Door<'a> {
    pub(super) fn of(request: &'a HttpRequest, realm: Realm) -> Result<Self> {
        let clock: Clock = app_state(request)?;
        Ok(Self {
            request,
            credential: Credential::of(request, &realm),
            keys: app_state(request)?,
            database: app_state(request)?,
            now: clock.now(),
            realm,
        })
    }

    pub(super) async fn resident(&self) -> Result<Resident> {
        match self.credential()? {
            Credential::Token(token) => self.resident_by_token(token).await,
            Credential::Cookie(secret) => self.resident_by_cookie(secret).await,
        }
    }

    pub(super) async fn staff(&self, access: Access) -> Result<Staff, Refusal> {
        let (id, login, held) = match self.credential()? {
            Credential::Token(token) => self.staff_by_token(token).await?,
            Credential::Cookie(secret) => self.staff_by_cookie(secret).await?,
        };
        let fitting = held
            .iter()
            .filter(|(role, reach)| access.admits(*role, reach));
        let approving = fitting.clone().filter(|(role, _)| *role == Role::Approver);
        let approving = Scope::of(approving.map(|(_, reach)| reach));
        match Scope::of(fitting.map(|(_, reach)| reach)) {
            Some(scope) => Ok(Staff {
                id,
                scope,
                approving,
                held,
                login,
            }),
            None => Err(Refusal {
                error: forbidden("no posting with a fitting role"),
                actor: Some(audit::Actor::Staff(id.as_uuid())),
            }),
        }
    }

    fn credential(&self) -> Result<&Credential> {
        let credential = self.credential.as_ref();
        credential.ok_or_else(|| unauthenticated().because("no token, and no cookie that counts"))
    }

    async fn resident_by_token(&self, token: &str) -> Result<Resident> {
        let claims = self.claims(token).await?;
        let id = ResidentId::from(claims.sub);
        let mut conn = self.database.connection().await?;
        match store::resident_login(&mut conn, id, claims.sid).await? {
            Some(epoch) if claims.epoch == epoch => Ok(Resident {
                id,
                acr: claims.acr,
                assurance: claims.assurance,
                authenticated_at: claims.auth_time,
                login: claims.sid,
            }),
            _ => Err(unauthenticated().because(NOT_NOW)),
        }
    }

    async fn resident_by_cookie(&self, secret: &str) -> Result<Resident> {
        let mut conn = self.database.connection().await?;
        let login = web::resident(&mut conn, secret, self.now).await?;
        let login = login.ok_or_else(|| unauthenticated().because(NO_SESSION))?;
        throttle::count_person(self.request, login.person_id)?;
        Ok(Resident {
            id: login.person_id.into(),
            assurance: login.assurance(),
            acr: login.acr,
            authenticated_at: login.authenticated_at,
            login: login.id,
        })
    }

    async fn staff_by_token(&self, token: &str) -> Result<Known> {
        let claims = self.claims(token).await?;
        let (id, login) = (StaffId::from(claims.sub), claims.sid);
        let mut conn = self.database.connection().await?;
        let held = store::staff_postings(&mut conn, (id, login), claims.epoch, self.today());
        let held = held.await?;
        let held = held.ok_or_else(|| unauthenticated().because(NOT_NOW))?;
        Ok((id, login, held))
    }

    async fn staff_by_cookie(&self, secret: &str) -> Result<Known> {
        let mut conn = self.database.connection().await?;
        let known = web::staff(&mut conn, secret, self.today(), self.now).await?;
        let (login, held) = known.ok_or_else(|| unauthenticated().because(NO_SESSION))?;
        throttle::count_person(self.request, login.person_id)?;
        Ok((login.person_id.into(), login.id, held))
    }

    fn today(&self) -> NaiveDate {
        calendar::jst_date(self.now)
    }

    /// A key we have not seen may be one that another process has just made: load and look again.
    async fn claims(&self, token: &str) -> Result<Claims> {
        let first = token::verify(&self.keys, &self.realm, token, self.now);
        let verified = match first {
            Err(Rejected::UnknownKey) => {
                self.keys.look_for_unknown(&self.database, self.now).await?;
                token::verify(&self.keys, &self.realm, token, self.now)
            }
            other => other,
        };
        let claims = verified.map_err(|rejected| unauthenticated().because(rejected))?;
        throttle::count_person(self.request, claims.sub)?;
        Ok(claims)
    }
}

/// A member of staff, their login, and what they hold today.
type Known = (StaffId, Uuid, Vec<(Role, Reach)>);

/// Why a good token is refused. Causes below 500 are logged, so they are fixed texts.
const NOT_NOW: &str =
    "the person is disabled, the login was ended, or the token is of another epoch";
/// The same of a cookie.
const NO_SESSION: &str = "the session is unknown or over, or the person is disabled";

fn forbidden(why: &'static str) -> Error {
    Error::new(Code::Forbidden).because(why)
}

/// One and the same answer, whatever is wrong with the token.
fn unauthenticated() -> Error {
    Error::new(Code::Unauthenticated)
        .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}
