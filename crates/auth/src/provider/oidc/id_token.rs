//! The id token: what OpenID Connect Core 3.1.3.7 asks of it beyond signature, `iss`, `aud` and times.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use platform::Result;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::answers::failed;
use super::config::OidcConfig;
use crate::provider::Challenge;

/// The claims that are looked at.
#[derive(Deserialize)]
pub(super) struct IdClaims {
    pub(super) sub: String,
    nonce: String,
    #[serde(default)]
    azp: Option<String>,
    #[serde(default)]
    acr: Option<String>,
    #[serde(default)]
    auth_time: Option<i64>,
    #[serde(default)]
    at_hash: Option<String>,
    iat: i64,
    aud: Value,
    /// All others.
    #[serde(flatten)]
    pub(super) others: Map<String, Value>,
}

impl IdClaims {
    /// The class that the person reached, if the token answers this login and the class will do.
    pub(super) fn check(
        &self,
        config: &OidcConfig,
        challenge: &Challenge,
        access_token: &str,
    ) -> Result<String> {
        if self.nonce != challenge.nonce {
            return Err(failed("nonce is another"));
        }
        let several = self.aud.as_array().is_some_and(|aud| aud.len() > 1);
        let azp = self.azp.as_deref();
        if (several && azp.is_none()) || azp.is_some_and(|azp| azp != config.client_id) {
            return Err(failed("azp is another"));
        }
        if challenge.step_up.max_age.is_some() && self.auth_time.is_none() {
            return Err(failed("auth_time is missing"));
        }
        let hash = self.at_hash.as_deref();
        if hash.is_some_and(|hash| hash != at_hash(access_token)) {
            return Err(failed("at_hash is another"));
        }
        let acr = self.acr.as_deref();
        let acr = acr.or_else(|| config.class_when_absent(&self.others));
        let good = acr.filter(|acr| config.acceptable_acr.iter().any(|good| good == acr));
        good.map(str::to_owned)
            .ok_or_else(|| failed("acr is too low"))
    }

    /// When the person authenticated, in seconds.
    pub(super) fn authenticated_at(&self) -> i64 {
        self.auth_time.unwrap_or(self.iat)
    }
}

/// The left half of the access token's SHA-256 (OpenID Connect Core 3.1.3.6).
fn at_hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16])
}
