//! Proving to a provider who asks.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use keys::ClientKey;
use platform::{Error, Randomness, Result};
use reqwest::RequestBuilder;
use serde_json::json;
use url::form_urlencoded;

use super::config::{AssertionAudience, ClientAuthentication};

/// Long enough for clocks that differ, far below the five minutes that providers allow.
const ASSERTION_LASTS: TimeDelta = TimeDelta::minutes(2);
/// RFC 7523 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What proves to a provider who we are.
pub(super) enum Credential {
    Secret(String),
    Key(ClientKey, AssertionAudience),
}

/// Where and when the proof is given.
pub(super) struct Occasion<'a> {
    pub(super) client_id: &'a str,
    pub(super) issuer: &'a str,
    pub(super) token_endpoint: &'a str,
    pub(super) randomness: &'a Randomness,
    pub(super) now: DateTime<Utc>,
}

impl Credential {
    /// Reads the key, where there is one.
    pub(super) fn load(configured: &ClientAuthentication) -> Result<Self> {
        Ok(match configured {
            ClientAuthentication::ClientSecretBasic { client_secret } => {
                Self::Secret(client_secret.clone())
            }
            ClientAuthentication::PrivateKeyJwt {
                key_file,
                key_id,
                assertion_audience,
            } => {
                let key = ClientKey::load(key_file, key_id.as_deref()).map_err(Error::internal)?;
                Self::Key(key, *assertion_audience)
            }
        })
    }

    /// The request with its form and the proof.
    pub(super) fn prove(
        &self,
        request: RequestBuilder,
        form: &[(&str, &str)],
        occasion: &Occasion<'_>,
    ) -> Result<RequestBuilder> {
        Ok(match self {
            Self::Secret(secret) => {
                let proof = basic(occasion.client_id, secret);
                request.header("authorization", proof).form(form)
            }
            Self::Key(key, audience) => {
                let assertion = assertion(key, *audience, occasion)?;
                let proof = [
                    ("client_id", occasion.client_id),
                    ("client_assertion_type", ASSERTION_TYPE),
                    ("client_assertion", &assertion),
                ];
                request.form(&[form, &proof].concat())
            }
        })
    }
}

/// Both parts are form-encoded first (RFC 6749 2.3.1).
fn basic(client_id: &str, secret: &str) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let credentials = format!("{}:{}", encoded(client_id), encoded(secret));
    format!("Basic {}", STANDARD.encode(credentials))
}

fn assertion(
    key: &ClientKey,
    audience: AssertionAudience,
    occasion: &Occasion<'_>,
) -> Result<String> {
    let audience = match audience {
        AssertionAudience::TokenEndpoint => occasion.token_endpoint,
        AssertionAudience::Issuer => occasion.issuer,
    };
    key.sign(&json!({
        "iss": occasion.client_id,
        "sub": occasion.client_id,
        "aud": audience,
        "jti": URL_SAFE_NO_PAD.encode(occasion.randomness.bytes::<16>()?),
        "iat": occasion.now.timestamp(),
        "exp": (occasion.now + ASSERTION_LASTS).timestamp(),
    }))
}
