//! What a request proves its sender by: an access token, or else the cookie of one of our web pages.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use platform::edge::Edge;
use platform::extract::app_state;

use crate::cookie;
use crate::token::Realm;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

pub(crate) enum Credential {
    /// An access token.
    Token(String),
    /// The secret of a web session.
    Cookie(String),
}

impl Credential {
    /// A request with `Authorization` is judged by that alone.
    pub(crate) fn of(request: &HttpRequest, realm: &Realm) -> Option<Self> {
        match request.headers().get(header::AUTHORIZATION) {
            Some(value) => bearer(value).map(Self::Token),
            None => session_cookie(request, realm).map(Self::Cookie),
        }
    }
}

/// The session's cookie. Any site can make a browser send it along, so with what changes something it
/// counts only when the browser says that the request is one of our own pages'.
pub(crate) fn session_cookie(request: &HttpRequest, realm: &Realm) -> Option<String> {
    let counts = request.method().is_safe() || is_from_our_pages(request, realm);
    let cookie = cookie::Name::Session.read(request, realm);
    cookie.filter(|_| counts)
}

fn bearer(value: &HeaderValue) -> Option<String> {
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.to_owned())
}

/// Browsers name the origin of a page with everything it changes, and it cannot have another named.
pub(crate) fn is_from_our_pages(request: &HttpRequest, realm: &Realm) -> bool {
    let headers = request.headers();
    let site = headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
    if site == Some(b"cross-site") {
        return false;
    }
    let mut origins = headers.get_all(header::ORIGIN);
    match (origins.next(), origins.next()) {
        (Some(origin), None) => {
            let is_listed = |edge: Edge| edge.origins.includes(origin);
            realm.has_origin(origin) || app_state(request).is_ok_and(is_listed)
        }
        (None, _) => site == Some(b"same-origin"),
        (Some(_), Some(_)) => false,
    }
}
