//! The cookies of a browser: of a login that has begun, and of the session that comes of it.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};

use crate::token::{Audience, Realm};

/// Which cookie.
#[derive(Clone, Copy)]
pub(crate) enum Name {
    /// Ties a login to the browser it began in.
    Login,
    /// The login of a web page.
    Session,
}

impl Name {
    /// Browsers accept a `__Host-` cookie only over TLS, so the demo without it goes without the prefix. They do not
    /// tell the ports of a host apart, so the two listeners' sessions differ by name.
    fn of(self, realm: &Realm) -> String {
        let prefix = if is_over_tls(realm) { "__Host-" } else { "" };
        let name = match (self, realm.audience) {
            (Self::Login, _) => "login",
            (Self::Session, Audience::Resident) => "session",
            (Self::Session, Audience::Staff) => "staff-session",
        };
        format!("{prefix}{name}")
    }

    /// What the request brings.
    pub(crate) fn read(self, request: &HttpRequest, realm: &Realm) -> Option<String> {
        let cookie = request.cookie(&self.of(realm))?;
        Some(cookie.value().to_owned())
    }

    /// The cookie to be kept for so long.
    pub(crate) fn write(self, realm: &Realm, value: String, lasts: Duration) -> Cookie<'static> {
        Cookie::build(self.of(realm), value)
            .path("/")
            .http_only(true)
            .secure(is_over_tls(realm))
            .same_site(SameSite::Lax)
            .max_age(lasts)
            .finish()
    }

    /// The cookie to be forgotten.
    pub(crate) fn clear(self, realm: &Realm) -> Cookie<'static> {
        self.write(realm, String::new(), Duration::ZERO)
    }
}

fn is_over_tls(realm: &Realm) -> bool {
    realm.base_url.starts_with("https://")
}
