//! Our own access tokens (RFC 9068): short-lived, signed, one audience per listener.

use actix_web::http::header::HeaderValue;
use chrono::{DateTime, TimeDelta, Utc};
use keys::{Expectation, Keys, Rejected};
use platform::Result;
use platform::telemetry::Listener;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use url::Url;
use uuid::Uuid;

use crate::assurance::Assurance;
use crate::provider::Providers;

platform::text_enum! {
    /// Whom a token is for.
    Audience {
        /// The residents' listener.
        Resident = "resident",
        /// The staff listener.
        Staff = "staff",
    }
}

impl Audience {
    /// The listener they use.
    pub const fn listener(self) -> Listener {
        match self {
            Self::Resident => Listener::Resident,
            Self::Staff => Listener::Staff,
        }
    }

    /// How long a login lasts at the most, whatever is refreshed meanwhile.
    pub(crate) const fn absolute_lifetime(self) -> TimeDelta {
        match self {
            Self::Resident => TimeDelta::days(30),
            Self::Staff => TimeDelta::hours(10),
        }
    }

    /// How long a refresh token may lie unused.
    pub(crate) const fn idle_lifetime(self) -> TimeDelta {
        match self {
            Self::Resident => TimeDelta::days(7),
            Self::Staff => TimeDelta::minutes(30),
        }
    }
}

/// How long an access token lives.
pub(crate) const ACCESS_LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// The header's `typ` of an access token.
const ACCESS_TYP: &str = "at+jwt";
/// Longest access token looked at, in bytes.
const LONGEST: usize = 4096;

/// One listener's side of logging in: its people, its address, its identity providers.
#[derive(Clone)]
pub struct Realm {
    /// Whom its tokens are for.
    pub audience: Audience,
    /// Where the listener is reached, without a trailing slash; also the tokens' issuer.
    pub base_url: String,
    /// Where people log in.
    pub providers: Arc<Providers>,
    /// Where the web pages are that log in by cookie, without a trailing slash; none: there are none.
    pub web_url: Option<String>,
    /// Whether staff may sign in with accounts of the portal's own.
    pub local_accounts: bool,
}

impl Realm {
    /// Whether the origin, as browsers write it, is the listener's own.
    pub(crate) fn has_origin(&self, origin: &HeaderValue) -> bool {
        let own = Url::parse(&self.base_url).map(|url| url.origin().ascii_serialization());
        own.is_ok_and(|own| own.as_bytes() == origin.as_bytes())
    }

    /// Where its people go with a browser: the web pages if there are any.
    #[must_use]
    pub fn people_url(&self) -> &str {
        self.web_url.as_deref().unwrap_or(&self.base_url)
    }

    /// The listener the realm belongs to.
    pub const fn listener(&self) -> Listener {
        self.audience.listener()
    }
}

/// What an access token says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Claims {
    pub(crate) sub: Uuid,
    /// The login it belongs to; when that ends, it is void.
    pub(crate) sid: Uuid,
    #[serde(with = "chrono::serde::ts_seconds")]
    pub(crate) iat: DateTime<Utc>,
    /// Authentication context class the person logged in with.
    pub(crate) acr: String,
    /// `ial` and `aal`: the levels it stands for.
    #[serde(flatten)]
    pub(crate) assurance: Assurance,
    #[serde(with = "chrono::serde::ts_seconds")]
    pub(crate) auth_time: DateTime<Utc>,
    /// The person's epoch at the time of issue; counting it up voids the token.
    pub(crate) epoch: i32,
}

#[derive(Serialize)]
struct SignedClaims<'a> {
    iss: &'a str,
    aud: &'a str,
    exp: i64,
    jti: Uuid,
    #[serde(flatten)]
    claims: &'a Claims,
}

/// Signs an access token.
pub(crate) fn issue(keys: &Keys, realm: &Realm, claims: &Claims) -> Result<String> {
    let signed = SignedClaims {
        iss: &realm.base_url,
        aud: realm.audience.as_str(),
        exp: (claims.iat + ACCESS_LIFETIME).timestamp(),
        jti: platform::id::new_v7(claims.iat),
        claims,
    };
    keys.sign_token(ACCESS_TYP, &signed, claims.iat)
}

/// The claims of a valid access token of the realm.
pub(crate) fn verify(
    keys: &Keys,
    realm: &Realm,
    token: &str,
    now: DateTime<Utc>,
) -> Result<Claims, Rejected> {
    let expected = Expectation {
        issuer: &realm.base_url,
        audience: realm.audience.as_str(),
        typ: Some(ACCESS_TYP),
        longest: LONGEST,
        now,
    };
    keys.verify_token(token, &expected)
}
