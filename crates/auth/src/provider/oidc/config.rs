//! What the providers file says about one OpenID Connect provider.

use std::path::{Path, PathBuf};

use keys::SigningAlgorithm;
use platform::{Code, Error, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::assurance::StepUp;
use crate::provider::CompanyClaims;

/// How to speak to a provider.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcConfig {
    /// Its issuer identifier; the discovery document lies below it.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// How we prove there who we are.
    pub client_authentication: ClientAuthentication,
    /// What every login asks for beside `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// What a login asks for beside these, if something needs the person's name, address, birthdate and gender.
    #[serde(default)]
    pub attribute_scopes: Vec<String>,
    /// Where it tells for which companies somebody acts; absent: it tells of none.
    #[serde(default)]
    pub companies: Option<CompanyClaims>,
    /// The authentication context classes that a login asks for, such as `aal3 crl`; absent: it asks for none.
    #[serde(default)]
    pub acr_values: Option<String>,
    /// The authentication context classes that will do.
    pub acceptable_acr: Vec<String>,
    /// The class that an id token without `acr` stands for, as agreed with the provider.
    #[serde(default)]
    pub acr_when_absent: Option<String>,
    /// What an id token without `acr` must have besides, so that it stands for that class.
    #[serde(default)]
    pub proof_when_absent: Option<ClaimedProof>,
    /// The algorithms that its id tokens may be signed with; Entra ID knows RS256 alone.
    #[serde(default = "elliptic_curves")]
    pub id_token_algorithms: Vec<SigningAlgorithm>,
    /// Seconds within which the provider has to answer in full.
    #[serde(default = "five")]
    pub timeout_seconds: u64,
}

/// A value that a claim, an array of strings, must have: `mfa` in `amr` (RFC 8176), for instance.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimedProof {
    /// Name of the claim.
    pub claim: String,
    /// The value among its values.
    pub value: String,
}

impl ClaimedProof {
    fn is_in(&self, claims: &Map<String, Value>) -> bool {
        let values = claims.get(&self.claim).and_then(Value::as_array);
        values.is_some_and(|values| values.iter().any(|value| *value == self.value))
    }
}

impl OidcConfig {
    /// The `scope` of a login.
    pub(super) fn scope(&self, with_attributes: bool) -> String {
        let attributes = self.attribute_scopes.iter().filter(|_| with_attributes);
        let others = self.scopes.iter().chain(attributes).map(String::as_str);
        let all: Vec<_> = std::iter::once("openid").chain(others).collect();
        all.join(" ")
    }

    /// The class that an id token with these claims and without `acr` stands for.
    pub(super) fn class_when_absent(&self, claims: &Map<String, Value>) -> Option<&str> {
        let proved = self.proof_when_absent.as_ref();
        let proved = proved.is_none_or(|proof| proof.is_in(claims));
        self.acr_when_absent.as_deref().filter(|_| proved)
    }

    /// The `acr_values` of a login: the usual ones, or the classes that were asked for, as far as they will do.
    /// Words that are no class, such as `crl`, ask for something else and always go along.
    ///
    /// # Errors
    /// `invalid_query` when none of the classes that were asked for will do.
    pub(super) fn classes_to_ask_for(&self, step_up: &StepUp) -> Result<String> {
        let usual = self.acr_values.as_deref().unwrap_or_default();
        if step_up.acr_values.is_empty() {
            return Ok(usual.to_owned());
        }
        let is_class = |word: &str| self.acceptable_acr.iter().any(|good| good == word);
        let asked = step_up.acr_values.iter().map(String::as_str);
        let mut words: Vec<_> = asked.filter(|word| is_class(word)).collect();
        if words.is_empty() {
            return Err(Error::new(Code::InvalidQuery)
                .detail("acr_values に、この本人確認サービスの値がありません。"));
        }
        words.extend(usual.split_whitespace().filter(|word| !is_class(word)));
        Ok(words.join(" "))
    }
}

/// How a client authenticates at the token endpoint (OpenID Connect Core 9).
#[derive(Clone, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientAuthentication {
    /// A shared secret.
    ClientSecretBasic {
        /// The secret.
        client_secret: String,
    },
    /// An assertion signed with a key of our own (RFC 7523).
    PrivateKeyJwt {
        /// PEM file with the P-256 private key; a relative path begins at the providers file.
        key_file: PathBuf,
        /// Its `kid` there; absent: its RFC 7638 thumbprint.
        #[serde(default)]
        key_id: Option<String>,
        /// Whom the assertion is addressed to.
        #[serde(default)]
        assertion_audience: AssertionAudience,
    },
}

/// The `aud` of a client assertion; providers differ in which one they take.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssertionAudience {
    /// The address of the token endpoint.
    #[default]
    TokenEndpoint,
    /// The issuer identifier.
    Issuer,
}

impl ClientAuthentication {
    /// Lets a relative key file begin at the folder.
    pub(crate) fn begin_at(&mut self, folder: &Path) {
        if let Self::PrivateKeyJwt { key_file, .. } = self {
            *key_file = folder.join(&key_file);
        }
    }
}

fn elliptic_curves() -> Vec<SigningAlgorithm> {
    vec![SigningAlgorithm::ES256, SigningAlgorithm::EdDSA]
}

const fn five() -> u64 {
    5
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn silent_on_acr(proof: Value) -> OidcConfig {
        let config = json!({
            "issuer": "https://id.example",
            "client_id": "portal",
            "client_authentication": {"method": "client_secret_basic", "client_secret": "secret"},
            "acceptable_acr": ["agreed"],
            "acr_when_absent": "agreed",
            "proof_when_absent": proof,
        });
        serde_json::from_value(config).unwrap()
    }

    #[test]
    fn without_acr_a_token_stands_for_the_class_only_with_its_proof() {
        let mfa = silent_on_acr(json!({"claim": "amr", "value": "mfa"}));
        let class = |claims: Value| mfa.class_when_absent(claims.as_object().unwrap()).is_some();
        assert!(class(json!({"amr": ["pwd", "mfa"]})));
        for claims in [
            json!({}),
            json!({"amr": ["pwd"]}),
            json!({"amr": "mfa"}),
            json!({"acrs": ["mfa"]}),
        ] {
            assert!(!class(claims.clone()), "{claims}");
        }
        let as_agreed = silent_on_acr(Value::Null);
        assert_eq!(as_agreed.class_when_absent(&Map::new()), Some("agreed"));
    }

    fn ask(usual: Option<&str>, asked: &[&str]) -> Result<String> {
        let config = json!({
            "issuer": "https://id.example",
            "client_id": "portal",
            "client_authentication": {"method": "client_secret_basic", "client_secret": "secret"},
            "acr_values": usual,
            "acceptable_acr": ["aal2", "aal3"],
        });
        let config: OidcConfig = serde_json::from_value(config).unwrap();
        let acr_values = asked.iter().map(|&acr| acr.to_owned()).collect();
        config.classes_to_ask_for(&StepUp {
            acr_values,
            max_age: None,
        })
    }

    #[test]
    fn a_login_asks_for_the_usual_classes_unless_others_are_asked_for() {
        assert_eq!(ask(Some("aal2 crl"), &[]).unwrap(), "aal2 crl");
        assert_eq!(ask(None, &[]).unwrap(), "");
        assert_eq!(ask(Some("aal2 crl"), &["aal3"]).unwrap(), "aal3 crl");
        assert_eq!(ask(None, &["aal9", "aal3"]).unwrap(), "aal3");
    }

    #[test]
    fn classes_that_will_not_do_are_refused() {
        let refused = ask(Some("aal3"), &["aal9"]).unwrap_err();
        assert_eq!(refused.code(), Code::InvalidQuery);
    }
}
