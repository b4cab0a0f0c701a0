//! What every answer says to browsers about itself.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// What every answer carries; a handler's own cache rule and content policy stand.
pub(crate) fn complete(headers: &mut HeaderMap, over_tls: bool) {
    let mut set = |name: HeaderName, value| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::CACHE_CONTROL, "no-store");
    set(header::REFERRER_POLICY, "no-referrer");
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; frame-ancestors 'none'",
    );
    set(header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin");
    if over_tls {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}
