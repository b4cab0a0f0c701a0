//! The route in hand, by its pattern.

use std::rc::Rc;

use actix_web::{HttpMessage as _, HttpRequest};

#[derive(Clone)]
struct Found(Rc<str>);

/// The pattern of the route in hand, such as `/v1/applications/{id}`; empty when there is none.
///
/// Every middleware asks for it, and looking through all routes is dear: it is done once for each request.
pub fn route_pattern(request: &HttpRequest) -> Rc<str> {
    let known = request.extensions().get::<Found>().cloned();
    let found = known.unwrap_or_else(|| {
        let found = Found(request.match_pattern().unwrap_or_default().into());
        request.extensions_mut().insert(found.clone());
        found
    });
    found.0
}
