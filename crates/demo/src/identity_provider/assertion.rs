//! `private_key_jwt` (RFC 7523): a client proves who it is with a signed assertion.

use chrono::{DateTime, TimeDelta};
use keys::{Expectation, KeySet, SigningAlgorithm, TokenVerifier};
use serde::Deserialize;
use serde_json::Value;

use super::{Client, Credential, Provider};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// An assertion that is good for longer could be used by whoever finds it.
const LONGEST: TimeDelta = TimeDelta::minutes(5);

/// The parameters of `/token` that carry the proof.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Assertion {
    client_id: String,
    client_assertion_type: String,
    client_assertion: String,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    jti: String,
    exp: i64,
}

impl Assertion {
    /// The client that signed it; each assertion counts once.
    pub(super) fn client<'a>(&self, provider: &'a Provider) -> Option<&'a Client> {
        let client = provider.client(&self.client_id)?;
        let Credential::Keys(published) = &client.credential else {
            return None;
        };
        let claims = self.verified(provider, client, published)?;
        let expires_at = DateTime::from_timestamp(claims.exp, 0)?;
        let good = self.client_assertion_type == TYPE
            && claims.sub == client.client_id
            && !claims.jti.is_empty()
            && expires_at <= provider.now() + LONGEST;
        if !good {
            return None;
        }
        let name = format!("{} {}", client.client_id, claims.jti);
        let fresh = provider.assertions.note(name, expires_at, provider.now());
        fresh.then_some(client)
    }

    /// Signature, `iss`, `aud`, `exp` and `iat`; the `aud` may be the token endpoint or the issuer.
    fn verified(&self, provider: &Provider, client: &Client, published: &Value) -> Option<Claims> {
        let keys = KeySet::from_jwks(published, &[SigningAlgorithm::ES256]);
        let audiences = [&provider.token_endpoint(), &provider.settings.issuer];
        audiences.into_iter().find_map(|audience| {
            let expected = Expectation {
                issuer: &client.client_id,
                audience,
                typ: None,
                longest: 4096,
                now: provider.now(),
            };
            TokenVerifier::verify(&self.client_assertion, &keys, &expected).ok()
        })
    }
}
