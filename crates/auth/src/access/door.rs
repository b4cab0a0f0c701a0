//! At the door: who a request comes from, by its token.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Data;
use keys::{Keys, Rejected};
use platform::extract::app_state;
use platform::{Clock, Code, Database, Error, Result};

use super::{Refusal, Resident, Staff};
use crate::person::{DepartmentId, ResidentId, Role, Scope, StaffId};
use crate::store;
use crate::throttle;
use crate::token::{self, Claims, Realm};

/// What of the request and the program it takes to know somebody.
pub(super) struct Door<'a> {
    request: &'a HttpRequest,
    token: Option<String>,
    realm: Realm,
    keys: Data<Keys>,
    database: Database,
    clock: Clock,
}

impl<'a> Door<'a> {
    pub(super) fn of(request: &'a HttpRequest, realm: Realm) -> Result<Self> {
        Ok(Self {
            request,
            token: bearer(request),
            keys: app_state(request)?,
            database: app_state(request)?,
            clock: app_state(request)?,
            realm,
        })
    }

    pub(super) async fn resident(&self) -> Result<Resident> {
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

    pub(super) async fn staff(&self, roles: &[Role]) -> Result<Staff, Refusal> {
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
