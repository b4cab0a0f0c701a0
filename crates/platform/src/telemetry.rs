//! What an operator sees of each request: id, span, log line, metrics, and never a person's data.

mod metrics;

use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Instant;

use actix_web::HttpMessage as _;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use futures_util::FutureExt as _;
use tracing::Instrument as _;

use crate::Clock;
use crate::edge::{PageAccess, complete_security_headers};
use crate::error::{Error, Result};
use crate::extract::{RequestId, app_state, route_pattern};
use crate::problem::Code;

pub use metrics::Metrics;

/// Which of the listeners a request came in on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Listener {
    /// Residents and open data.
    Resident,
    /// Clerks and analysts.
    Staff,
    /// Health, metrics, API documentation.
    Ops,
}

impl Listener {
    /// The name in logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resident => "resident",
            Self::Staff => "staff",
            Self::Ops => "ops",
        }
    }
}

/// In an application's data when people reach it by https.
#[derive(Clone, Copy, Debug)]
pub struct OverTls;

/// What of a request may be told: the route's pattern, never the path.
struct Seen {
    listener: Listener,
    method: &'static str,
    route: Rc<str>,
}

impl Seen {
    fn route(&self) -> &str {
        if self.route.is_empty() {
            "-"
        } else {
            &self.route
        }
    }
}

/// The outermost middleware: gives each request its id and span, turns panics into problems, adds the
/// headers every answer has, logs and counts.
///
/// # Errors
/// Passes on what handlers turn into no response, and a panic as `internal_error`.
pub async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let id = request_id(&request);
    request.extensions_mut().insert(RequestId(id));
    let seen = Seen {
        listener: app_state(request.request())?,
        method: method_label(request.method()),
        route: route_pattern(request.request()),
    };
    let metrics: Metrics = app_state(request.request())?;
    let over_tls = request.app_data::<OverTls>().is_some();
    let span =
        tracing::info_span!("request", request.id = %id, http.listener = seen.listener.as_str());

    let page = PageAccess::of(&request);
    let answered = answer(request, next, &page).instrument(span.clone()).await;
    let (status, error) = match &answered {
        Ok(response) => (response.status(), response.response().error()),
        Err(error) => (error.as_response_error().status_code(), Some(error)),
    };
    let seconds = started.elapsed().as_secs_f64();
    metrics.observe(&seen, status.as_u16(), seconds);
    span.in_scope(|| log(&seen, status.as_u16(), error, seconds));
    complete(answered, |headers| {
        name_request(headers, id);
        complete_security_headers(headers, over_tls);
        page.complete(headers);
    })
}

/// Completes the headers of an answer, also of an error that has no request to make a response with.
fn complete(
    answered: Result<ServiceResponse<BoxBody>, actix_web::Error>,
    headers: impl FnOnce(&mut HeaderMap),
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    match answered {
        Ok(mut response) => {
            headers(response.headers_mut());
            Ok(response)
        }
        Err(error) => {
            let mut response = error.error_response();
            headers(response.headers_mut());
            Err(InternalError::from_response(error, response).into())
        }
    }
}

/// A client may invent methods; a label of each would fill the memory.
fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

async fn answer(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
    page: &PageAccess,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    if names_nul(&request) {
        let refused = Error::new(Code::NulCharacter);
        return Ok(ServiceResponse::from_err(refused, request.into_parts().0));
    }
    if let Some(preflight) = page.preflight() {
        return Ok(request.into_response(preflight));
    }
    // The request cannot be kept beside the call, actix wants it to itself: a panic has no response.
    match AssertUnwindSafe(next.call(request)).catch_unwind().await {
        Ok(answered) => answered.map(ServiceResponse::map_into_boxed_body),
        Err(_) => Err(Error::internal("a handler panicked").into()),
    }
}

/// A `%00` would become U+0000, which PostgreSQL's text cannot hold.
fn names_nul(request: &ServiceRequest) -> bool {
    request.uri().to_string().contains("%00")
}

fn request_id(request: &ServiceRequest) -> uuid::Uuid {
    let now = app_state::<Clock>(request.request())
        .unwrap_or_else(|_| Clock::real())
        .now();
    crate::id::new_v7(now)
}

fn name_request(headers: &mut HeaderMap, id: uuid::Uuid) {
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}

/// One line per request; a failure is logged once, here, with its cause.
fn log(seen: &Seen, status: u16, error: Option<&actix_web::Error>, seconds: f64) {
    let (method, route) = (seen.method, seen.route());
    let error = error.and_then(|error| error.as_error::<Error>());
    let code = error.map(|error| error.code().as_str());
    let told = |error: &&Error| status >= 500 || has_fixed_cause(error.code());
    let cause = error.filter(told).and_then(Error::cause);
    let cause = cause.map(ToString::to_string);
    if status < 500 {
        tracing::info!(
            http.method = method,
            http.route = route,
            http.status = status,
            duration.seconds = seconds,
            error.code = code,
            error.cause = cause,
            "request answered"
        );
        return;
    }
    tracing::error!(
        http.method = method,
        http.route = route,
        http.status = status,
        duration.seconds = seconds,
        error.code = code,
        error.cause = cause,
        "request failed"
    );
}

/// Refusals whose causes are fixed texts of `auth`; others might quote what a person sent.
const fn has_fixed_cause(code: Code) -> bool {
    matches!(
        code,
        Code::LoginFailed | Code::Unauthenticated | Code::InvalidRefreshToken | Code::Forbidden
    )
}

#[cfg(test)]
mod tests;
