//! Who is admitted to what: the token, the person and the policy table, in one middleware; the actors
//! that handlers name in their signatures.

use std::future::{Ready, ready};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use chrono::{DateTime, Utc};
use keys::{Keys, Rejected};
use platform::extract::{app_state, route_pattern};
use platform::{Clock, Code, Database, Error, Result};
use uuid::Uuid;

use crate::assurance::Assurance;
use crate::denial;
use crate::person::{DepartmentId, ResidentId, Role, Scope, StaffId};
use crate::policy::{self, Access};
use crate::store;
use crate::throttle;
use crate::token::{self, Audience, Claims, Realm};

/// Whoever is logged in, on either listener.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) audience: Audience,
    pub(crate) id: Uuid,
    /// The login in hand.
    pub(crate) login: Uuid,
}

/// A logged-in resident.
#[derive(Clone, Debug)]
pub struct Resident {
    /// Who.
    pub id: ResidentId,
    /// Authentication context class of the login, such as `aal3`.
    pub acr: String,
    /// The levels it stands for.
    pub assurance: Assurance,
    /// When they proved who they are.
    pub authenticated_at: DateTime<Utc>,
    login: Uuid,
}

impl Resident {
    /// The resident as the audit knows them.
    pub fn actor(&self) -> audit::Actor {
        audit::Actor::Resident(self.id.as_uuid())
    }
}

/// A member of staff whose role allows the operation in hand.
#[derive(Clone, Debug)]
pub struct Staff {
    /// Who.
    pub id: StaffId,
    scope: Scope,
    login: Uuid,
}

impl Staff {
    /// The member of staff as the audit knows them.
    pub fn actor(&self) -> audit::Actor {
        audit::Actor::Staff(self.id.as_uuid())
    }

    /// The departments in which they hold a role that allows the operation in hand.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
}

/// The middleware that admits people to operations, before anything else of a request is looked at.
///
/// What the policy table does not know is left to the routes, which do not know it either.
///
/// # Errors
/// Passes on those of the handler; a refusal is a response.
pub async fn admit(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let (answered, actor) = match check(request.request()).await {
        Ok(admitted) => {
            let actor = admitted.enter(&request);
            (next.call(request).await?.map_into_boxed_body(), actor)
        }
        Err(Refusal { error, actor }) => {
            let refused = ServiceResponse::from_err(error, request.into_parts().0);
            (refused, actor)
        }
    };
    if let Some(actor) = actor
        && denial::is_one(answered.status())
    {
        denial::record(&answered, actor).await;
    }
    Ok(answered)
}

enum Admitted {
    Anyone,
    Resident(Resident),
    Staff(Staff),
}

impl Admitted {
    /// Lets them in: the handler finds them in the request.
    fn enter(self, request: &ServiceRequest) -> Option<audit::Actor> {
        match self {
            Self::Anyone => None,
            Self::Resident(resident) => {
                let actor = resident.actor();
                request.extensions_mut().insert(resident);
                Some(actor)
            }
            Self::Staff(staff) => {
                let actor = staff.actor();
                request.extensions_mut().insert(staff);
                Some(actor)
            }
        }
    }
}

/// Why somebody is not let in, and who it is, if that is known.
struct Refusal {
    error: Error,
    actor: Option<audit::Actor>,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self { error, actor: None }
    }
}

async fn check(request: &HttpRequest) -> Result<Admitted, Refusal> {
    let realm: Realm = app_state(request)?;
    let pattern = route_pattern(request);
    let Some(rule) = policy::rule(realm.listener(), request.method(), &pattern) else {
        return Ok(Admitted::Anyone);
    };
    match rule.access {
        Access::Anyone => Ok(Admitted::Anyone),
        Access::Resident => {
            let resident = Door::of(request, realm)?.resident().await?;
            Ok(Admitted::Resident(resident))
        }
        Access::Staff(roles) => {
            let staff = Door::of(request, realm)?.staff(roles).await?;
            Ok(Admitted::Staff(staff))
        }
    }
}

impl FromRequest for Resident {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(admitted(request))
    }
}

impl FromRequest for Staff {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(admitted(request))
    }
}

impl From<Resident> for Person {
    fn from(resident: Resident) -> Self {
        Self {
            audience: Audience::Resident,
            id: resident.id.as_uuid(),
            login: resident.login,
        }
    }
}

impl From<Staff> for Person {
    fn from(staff: Staff) -> Self {
        Self {
            audience: Audience::Staff,
            id: staff.id.as_uuid(),
            login: staff.login,
        }
    }
}

/// A handler that asks for an actor where the table admits nobody is closed, not open.
fn admitted<T: Clone + 'static>(request: &HttpRequest) -> Result<T> {
    let actor = request.extensions().get::<T>().cloned();
    actor.ok_or_else(|| {
        Error::internal(format!(
            "{:?} has an actor and no fitting row in the policy table",
            request.match_pattern()
        ))
    })
}

/// Where the postings give one of the roles; `None` when they give none.
fn scope_of(held: &[(Role, Option<DepartmentId>)], roles: &[Role]) -> Option<Scope> {
    let fitting: Vec<_> = held
        .iter()
        .filter(|(role, _)| roles.contains(role))
        .map(|(_, department)| *department)
        .collect();
    if fitting.is_empty() {
        return None;
    }
    let departments: Option<Vec<_>> = fitting.into_iter().collect();
    Some(departments.map_or(Scope::City, Scope::Departments))
}

/// What of the request and the program it takes to know somebody.
struct Door<'a> {
    request: &'a HttpRequest,
    token: Option<String>,
    realm: Realm,
    keys: Data<Keys>,
    database: Database,
    clock: Clock,
}

impl<'a> Door<'a> {
    fn of(request: &'a HttpRequest, realm: Realm) -> Result<Self> {
        Ok(Self {
            request,
            token: bearer(request),
            keys: app_state(request)?,
            database: app_state(request)?,
            clock: app_state(request)?,
            realm,
        })
    }

    async fn resident(&self) -> Result<Resident> {
        let claims = self.claims().await?;
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

    async fn staff(&self, roles: &[Role]) -> Result<Staff, Refusal> {
        let claims = self.claims().await?;
        let id = StaffId::from(claims.sub);
        let today = calendar::jst_date(self.clock.now());
        let mut conn = self.database.connection().await?;
        let held = store::staff_postings(&mut conn, (id, claims.sid), claims.epoch, today).await?;
        let held = held.ok_or_else(|| unauthenticated().because(NOT_NOW))?;
        match scope_of(&held, roles) {
            Some(scope) => Ok(Staff {
                id,
                scope,
                login: claims.sid,
            }),
            None => Err(Refusal {
                error: forbidden("no posting with a fitting role"),
                actor: Some(audit::Actor::Staff(id.as_uuid())),
            }),
        }
    }

    /// A key we have not seen may be one that another process has just made: load and look again.
    async fn claims(&self) -> Result<Claims> {
        let token = self.token.as_deref();
        let token = token.ok_or_else(|| unauthenticated().because("no bearer token"))?;
        let now = self.clock.now();
        let first = token::verify(&self.keys, &self.realm, token, now);
        let verified = match first {
            Err(Rejected::UnknownKey) if self.keys.may_reload(now) => {
                let mut conn = self.database.connection().await?;
                self.keys.reload(&mut conn).await?;
                token::verify(&self.keys, &self.realm, token, now)
            }
            other => other,
        };
        let claims = verified.map_err(|rejected| unauthenticated().because(rejected))?;
        throttle::count_person(self.request, claims.sub)?;
        Ok(claims)
    }
}

fn bearer(request: &HttpRequest) -> Option<String> {
    let value = request
        .headers()
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.to_owned())
}

/// Why a good token is refused. Causes below 500 are logged, so they are fixed texts.
const NOT_NOW: &str =
    "the person is disabled, the login was ended, or the token is of another epoch";

fn forbidden(why: &'static str) -> Error {
    Error::new(Code::Forbidden).because(why)
}

/// One and the same answer, whatever is wrong with the token.
fn unauthenticated() -> Error {
    Error::new(Code::Unauthenticated)
        .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn department(n: u128) -> DepartmentId {
        uuid::Uuid::from_u128(n).into()
    }

    #[test]
    fn only_postings_with_a_fitting_role_count() {
        let held = [
            (Role::Reviewer, Some(department(1))),
            (Role::Approver, Some(department(2))),
        ];
        assert_eq!(
            scope_of(&held, &[Role::Reviewer]),
            Some(Scope::Departments(vec![department(1)]))
        );
        assert_eq!(scope_of(&held, &[Role::Analyst]), None);
    }

    #[test]
    fn a_city_wide_posting_reaches_every_department() {
        let held = [(Role::Analyst, Some(department(1))), (Role::Analyst, None)];
        assert_eq!(scope_of(&held, &[Role::Analyst]), Some(Scope::City));
    }
}
