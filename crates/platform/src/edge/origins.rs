//! Which web pages may read the answers: CORS, by an exact list of origins.

use std::str::FromStr;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use url::Url;

use crate::edge::Edge;

const METHODS: &str = "GET, POST, PUT, PATCH, DELETE";
const ALLOWED_HEADERS: &str =
    "authorization, content-type, if-match, idempotency-key, on-behalf-of";
const EXPOSED_HEADERS: &str = "content-disposition, etag, location, ratelimit, ratelimit-policy, retry-after, \
                               www-authenticate, x-request-id";
/// Seconds for which a browser need not ask again; no browser takes more.
const PREFLIGHT_AGE: &str = "7200";

/// Exact origins, such as `https://city.example`, separated by commas. There is no pattern and no `*`.
#[derive(Clone, Debug, Default)]
pub struct Origins(Arc<[HeaderValue]>);

impl FromStr for Origins {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let entries = text.split(',').map(str::trim);
        let named = entries.filter(|entry| !entry.is_empty());
        named.map(origin).collect::<Result<_, _>>().map(Self)
    }
}

/// Only what browsers write is ever found equal, so nothing else is taken.
fn origin(text: &str) -> Result<HeaderValue, String> {
    let url = Url::parse(text).ok();
    // A star would pass for a host's name, and match nothing.
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && !text.contains('*'));
    let written = url.map(|url| url.origin().ascii_serialization());
    match written {
        Some(written) if written == text => {
            HeaderValue::from_str(text).map_err(|error| error.to_string())
        }
        Some(written) => Err(format!("{text} is no origin, perhaps {written} is meant")),
        None => Err(format!("{text} is no origin such as https://city.example")),
    }
}

impl Origins {
    /// Whether the origin, as browsers write it, is listed.
    pub fn includes(&self, origin: &HeaderValue) -> bool {
        self.0.contains(origin)
    }
}

/// What the page that sent a request may do with the answer.
pub(crate) struct PageAccess {
    /// Whether answers differ by origin at all.
    by_origin: bool,
    granted: Option<HeaderValue>,
    is_preflight: bool,
}

impl PageAccess {
    /// Looks up the request's origin in the listener's list.
    pub(crate) fn of(request: &ServiceRequest) -> Self {
        let listed = request.app_data::<Edge>().map(|edge| &*edge.origins.0);
        let listed = listed.unwrap_or_default();
        let headers = request.headers();
        let mut sent = headers.get_all(header::ORIGIN);
        let origin = sent.next().filter(|_| sent.next().is_none());
        Self {
            by_origin: !listed.is_empty(),
            granted: origin.filter(|origin| listed.contains(origin)).cloned(),
            is_preflight: request.method() == Method::OPTIONS
                && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD),
        }
    }

    /// The answer to a browser that asks before it sends; to any other origin, `OPTIONS` is a wrong method.
    pub(crate) fn preflight(&self) -> Option<HttpResponse> {
        let granted = self.is_preflight && self.granted.is_some();
        granted.then(|| {
            HttpResponse::NoContent()
                .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, METHODS))
                .insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS))
                .insert_header((header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE))
                .finish()
        })
    }

    /// A listed page may send our cookies along: it is one of the city's.
    pub(crate) fn complete(self, headers: &mut HeaderMap) {
        if self.by_origin {
            headers.append(header::VARY, HeaderValue::from_static("Origin"));
        }
        if let Some(origin) = self.granted {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            let allowed = HeaderValue::from_static("true");
            headers.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, allowed);
            let exposed = HeaderValue::from_static(EXPOSED_HEADERS);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_origin_as_browsers_write_it_is_taken() {
        for text in [
            "*",
            "null",
            "https://*.city.example",
            "https://city.example/",
            "https://city.example/path",
            "https://city.example:443",
            "https://City.example",
            "https://user@city.example",
            "https://窓口.example",
            "city.example",
            "file:///",
            "ftp://city.example",
        ] {
            assert!(text.parse::<Origins>().is_err(), "{text}");
        }
        let two = " https://city.example , http://localhost:3000, ";
        assert_eq!(two.parse::<Origins>().unwrap().0.len(), 2);
        assert_eq!("".parse::<Origins>().unwrap().0.len(), 0);
    }
}
