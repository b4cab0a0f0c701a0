//! How often who may ask: an address before anything else of a request is looked at, a person once their token
//! has proved who they are.
//!
//! Nobody can use up another person's requests: they count for a person only with a valid token of theirs.

use std::net::IpAddr;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpMessage as _, HttpRequest};
use platform::Result;
use platform::edge::{Class, Count, Edge};
use platform::extract::{app_state, route_pattern};
use platform::telemetry::{Listener, Metrics};
use uuid::Uuid;

use crate::policy;

/// The middleware that counts requests, and tells in each answer where its sender stands.
///
/// # Errors
/// Passes on those of the handler; a refusal is a response.
pub async fn throttle(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let mut answered = match begin(request.request()) {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(refused) => ServiceResponse::from_err(refused, request.into_parts().0),
    };
    let count = answered.request().extensions_mut().remove::<Count>();
    if let Some(count) = count {
        count.tell(answered.headers_mut());
    }
    Ok(answered)
}

fn begin(request: &HttpRequest) -> Result<()> {
    let edge: Edge = app_state(request)?;
    let Some(limits) = &edge.limits else {
        return Ok(());
    };
    let class = policy::class(
        app_state(request)?,
        request.method(),
        &route_pattern(request),
    );
    request.extensions_mut().insert(limits.count(class));
    let address: IpAddr = edge.proxies.client_address(request);
    counted(request, "address", |count| count.address(address))
}

/// Counts the request for the person whose token or cookie came with it.
pub(crate) fn count_person(request: &HttpRequest, id: Uuid) -> Result<()> {
    counted(request, "account", |count| count.account(id))
}

fn counted(
    request: &HttpRequest,
    limit: &'static str,
    add: impl FnOnce(&mut Count) -> Result<()>,
) -> Result<()> {
    let (class, added) = match request.extensions_mut().get_mut::<Count>() {
        Some(count) => (count.class(), add(count)),
        None => return Ok(()),
    };
    added.inspect_err(|_| note_refusal(request, class, limit))
}

fn note_refusal(request: &HttpRequest, class: Class, limit: &str) {
    let (listener, metrics) = (
        app_state::<Listener>(request),
        app_state::<Metrics>(request),
    );
    if let (Ok(listener), Ok(metrics)) = (listener, metrics) {
        metrics.count_rate_limited(listener, class, limit);
    }
}
