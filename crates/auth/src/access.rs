//! Who is admitted to what: the token, the person and the policy table, in one middleware; the actors
//! that handlers name in their signatures.

mod credential;
mod door;

use std::future::{Ready, ready};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use chrono::{DateTime, Utc};
use platform::extract::{app_state, route_pattern};
use platform::{Error, Result};
use uuid::Uuid;

use crate::assurance::Assurance;
use crate::denial;
use crate::person::{DepartmentId, ResidentId, Role, StaffId};
use crate::policy::{self, Access};
use crate::scope::{Reach, Scope};
use crate::token::{Audience, Realm};
pub(crate) use credential::{is_from_our_pages, session_cookie};
use door::Door;

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
    approving: Option<Scope>,
    held: Vec<(Role, Reach)>,
    login: Uuid,
}

impl Staff {
    /// The member of staff as the audit knows them.
    pub fn actor(&self) -> audit::Actor {
        audit::Actor::Staff(self.id.as_uuid())
    }

    /// Whether they are 利用登録担当 anywhere, who alone see where protected people live (DV等支援措置).
    pub fn is_registrar(&self) -> bool {
        let mut held = self.held.iter();
        held.any(|(role, reach)| *role == Role::Registrar && !reach.is_limited())
    }

    /// Whether they review a procedure's cases that a department is in charge of.
    pub fn reviews(&self, department: DepartmentId, procedure: Uuid) -> bool {
        let mut held = self.held.iter();
        held.any(|(role, reach)| *role == Role::Reviewer && reach.covers(department, procedure))
    }

    /// Whether they may do the operation in hand as 決裁者 of a department for a procedure, be it about a case of another one's.
    pub fn approves(&self, department: DepartmentId, procedure: Uuid) -> bool {
        let approving = self.approving();
        approving.is_some_and(|scope| scope.covers(department, procedure))
    }

    /// Where they may do the operation in hand as 決裁者; `None` where it asks for another role.
    pub fn approving(&self) -> Option<&Scope> {
        self.approving.as_ref()
    }

    /// Where they hold a role that allows the operation in hand.
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
        Access::Staff(_) | Access::StaffByProcedure(_) => {
            let staff = Door::of(request, realm)?.staff(rule.access).await?;
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
