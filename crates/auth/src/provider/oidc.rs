//! OpenID Connect relying party: authorization code with PKCE S256, state and nonce, all mandatory.

mod answers;
mod config;
mod credential;
mod discovery;
mod id_token;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use keys::{Expectation, Rejected, TokenVerifier};
use platform::{Code, Error, Randomness, Result};
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{Challenge, IdentityProvider, ProviderFuture, Returned, VerifiedIdentity};
pub(super) use answers::unavailable;
use answers::{answer, failed};
pub use config::{AssertionAudience, ClaimedProof, ClientAuthentication, OidcConfig};
use credential::{Credential, Occasion};
use discovery::{Discovery, Known, Metadata, is_protected};
use id_token::IdClaims;

/// Attributes taken from userinfo, where they are asked for.
const ATTRIBUTES: [&str; 4] = ["name", "address", "birthdate", "gender"];

/// Longest id token looked at, in bytes: one with the 200 groups that Entra ID puts into it has some 12,000.
const LONGEST_ID_TOKEN: usize = 16 * 1024;

/// A provider that speaks OpenID Connect.
pub struct OidcProvider {
    config: OidcConfig,
    credential: Credential,
    http: reqwest::Client,
    discovery: Discovery,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: String,
    access_token: String,
}

impl OidcProvider {
    /// A client for the provider; nothing is fetched yet.
    ///
    /// # Errors
    /// When the issuer is reached without TLS and is not on this machine, or our key cannot be used.
    pub fn new(config: OidcConfig) -> Result<Self> {
        let issuer = Url::parse(&config.issuer).map_err(Error::internal)?;
        if !is_protected(&issuer) {
            return Err(Error::internal(format!(
                "the identity provider {issuer} must be reached by https"
            )));
        }
        Ok(Self {
            credential: Credential::load(&config.client_authentication)?,
            http: answers::client(Duration::from_secs(config.timeout_seconds))?,
            discovery: Discovery::of_keys_for(config.id_token_algorithms.clone()),
            config,
        })
    }

    async fn known(&self, now: DateTime<Utc>) -> Result<Known> {
        let issuer = &self.config.issuer;
        self.discovery.known(&self.http, issuer, now).await
    }

    async fn authorization_url(
        &self,
        challenge: &Challenge,
        login_hint: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<String> {
        let mut url = self.known(now).await?.metadata.authorization_endpoint;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.config.client_id)
            .append_pair("redirect_uri", &challenge.redirect_uri)
            .append_pair("scope", &self.config.scope(challenge.with_attributes))
            .append_pair("state", &challenge.state)
            .append_pair("nonce", &challenge.nonce)
            .append_pair("code_challenge", &s256(&challenge.code_verifier))
            .append_pair("code_challenge_method", "S256");
        let classes = self.config.classes_to_ask_for(&challenge.step_up)?;
        if !classes.is_empty() {
            url.query_pairs_mut().append_pair("acr_values", &classes);
        }
        if let Some(seconds) = challenge.step_up.max_age {
            url.query_pairs_mut()
                .append_pair("max_age", &seconds.to_string());
        }
        if let Some(hint) = login_hint {
            url.query_pairs_mut().append_pair("login_hint", hint);
        }
        Ok(url.into())
    }

    async fn identity(
        &self,
        challenge: &Challenge,
        returned: Returned<'_>,
        randomness: &Randomness,
        now: DateTime<Utc>,
    ) -> Result<VerifiedIdentity> {
        let issuer = returned.issuer;
        if issuer.is_some_and(|issuer| issuer != self.config.issuer) {
            return Err(failed("the callback is another issuer's"));
        }
        let known = self.known(now).await?;
        let occasion = Occasion {
            client_id: &self.config.client_id,
            issuer: &self.config.issuer,
            token_endpoint: known.metadata.token_endpoint.as_str(),
            randomness,
            now,
        };
        let tokens = self.exchange(challenge, returned.code, &occasion).await?;
        let claims = self.verify(&known, &tokens.id_token, now).await?;
        let acr = claims.check(&self.config, challenge, &tokens.access_token)?;
        let mut userinfo = self
            .userinfo(&known.metadata, &tokens.access_token, &claims.sub)
            .await?;
        let companies = match &self.config.companies {
            None => Vec::new(),
            Some(told) => told.read(&userinfo)?,
        };
        let is_asked_for = |name: &str| challenge.with_attributes && ATTRIBUTES.contains(&name);
        userinfo.retain(|name, _| is_asked_for(name));
        Ok(VerifiedIdentity {
            issuer: self.config.issuer.clone(),
            acr,
            authenticated_at: DateTime::from_timestamp(claims.authenticated_at(), 0).unwrap_or(now),
            attributes: userinfo,
            companies,
            subject: claims.sub,
            claims: claims.others,
        })
    }

    async fn exchange(
        &self,
        challenge: &Challenge,
        code: &str,
        occasion: &Occasion<'_>,
    ) -> Result<TokenAnswer> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &challenge.redirect_uri),
            ("code_verifier", &challenge.code_verifier),
        ];
        let request = self.http.post(occasion.token_endpoint);
        answer(self.credential.prove(request, &form, occasion)?).await
    }

    async fn verify(&self, known: &Known, token: &str, now: DateTime<Utc>) -> Result<IdClaims> {
        let expected = Expectation {
            issuer: &self.config.issuer,
            audience: &self.config.client_id,
            typ: None,
            longest: LONGEST_ID_TOKEN,
            now,
        };
        let keys = self.discovery.keys(&self.http, known, now).await;
        let mut verified = TokenVerifier::verify(token, &keys, &expected);
        if verified.as_ref().err() == Some(&Rejected::UnknownKey) {
            let keys = self.discovery.newest_keys(&self.http, known, now).await;
            verified = TokenVerifier::verify(token, &keys, &expected);
        }
        verified.map_err(|rejected| Error::new(Code::LoginFailed).because(rejected))
    }

    async fn userinfo(
        &self,
        metadata: &Metadata,
        access_token: &str,
        subject: &str,
    ) -> Result<Map<String, Value>> {
        let Some(location) = &metadata.userinfo_endpoint else {
            return Ok(Map::new());
        };
        let request = self.http.get(location.clone()).bearer_auth(access_token);
        let userinfo: Map<String, Value> = answer(request).await?;
        if userinfo.get("sub").and_then(Value::as_str) != Some(subject) {
            return Err(failed("userinfo is about somebody else"));
        }
        Ok(userinfo)
    }
}

impl IdentityProvider for OidcProvider {
    fn start<'a>(
        &'a self,
        challenge: &'a Challenge,
        login_hint: Option<&'a str>,
        now: DateTime<Utc>,
    ) -> ProviderFuture<'a, String> {
        Box::pin(self.authorization_url(challenge, login_hint, now))
    }

    fn finish<'a>(
        &'a self,
        challenge: &'a Challenge,
        returned: Returned<'a>,
        randomness: &'a Randomness,
        now: DateTime<Utc>,
    ) -> ProviderFuture<'a, VerifiedIdentity> {
        Box::pin(self.identity(challenge, returned, randomness, now))
    }
}

/// PKCE code challenge, method S256 (RFC 7636 §4.2).
fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

#[cfg(test)]
mod tests;
