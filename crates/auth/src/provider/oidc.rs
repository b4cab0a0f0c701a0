//! OpenID Connect relying party: authorization code with PKCE S256, state and nonce, all mandatory.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use keys::{Expectation, KeySet, Rejected, TokenVerifier};
use platform::{Code, Error, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{Challenge, IdentityProvider, ProviderFuture, VerifiedIdentity};

/// Longest answer read from a provider, in bytes.
const LONGEST_ANSWER: usize = 256 * 1024;
/// The provider's keys are asked for at most this often.
const KEYS_ASKED_AT_MOST_EVERY: TimeDelta = TimeDelta::seconds(10);
/// Keys older than this are asked for again: the provider may have withdrawn one.
const KEYS_LAST: TimeDelta = TimeDelta::hours(1);
/// Attributes taken from userinfo; everything else it sends is left there.
const ATTRIBUTES: [&str; 4] = ["name", "address", "birthdate", "gender"];

/// How to speak to a provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OidcConfig {
    /// Its issuer identifier; the discovery document lies below it.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: String,
    /// What we ask for beside `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// The authentication context classes that will do.
    pub acceptable_acr: Vec<String>,
}

/// A provider that speaks OpenID Connect.
pub struct OidcProvider {
    config: OidcConfig,
    http: reqwest::Client,
    /// Discovery document and keys, once fetched.
    known: Mutex<Option<Known>>,
}

#[derive(Clone)]
struct Known {
    metadata: Metadata,
    keys: KeySet,
    keys_fetched_at: DateTime<Utc>,
    keys_asked_at: DateTime<Utc>,
}

impl Known {
    fn has_old_keys(&self, now: DateTime<Utc>) -> bool {
        now - self.keys_fetched_at >= KEYS_LAST
    }

    fn may_ask(&self, now: DateTime<Utc>) -> bool {
        now - self.keys_asked_at >= KEYS_ASKED_AT_MOST_EVERY
    }
}

#[derive(Clone, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: Url,
    token_endpoint: String,
    userinfo_endpoint: Option<String>,
    jwks_uri: String,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: String,
    access_token: String,
}

#[derive(Deserialize)]
struct IdClaims {
    sub: String,
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
}

impl OidcProvider {
    /// A client for the provider; nothing is fetched yet.
    ///
    /// # Errors
    /// When the issuer is reached without TLS and is not on this machine.
    pub fn new(config: OidcConfig) -> Result<Self> {
        let issuer = Url::parse(&config.issuer).map_err(Error::internal)?;
        if issuer.scheme() != "https" && !is_loopback(&issuer) {
            return Err(Error::internal(format!(
                "the identity provider {issuer} must be reached by https"
            )));
        }
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(5))
            .build()
            .map_err(Error::internal)?;
        Ok(Self {
            config,
            http,
            known: Mutex::new(None),
        })
    }

    async fn known(&self, now: DateTime<Utc>) -> Result<Known> {
        if let Some(known) = self.remembered() {
            return Ok(known);
        }
        let location = format!(
            "{}/.well-known/openid-configuration",
            self.config.issuer.trim_end_matches('/')
        );
        let metadata: Metadata = self.get(&location, None).await?;
        if metadata.issuer != self.config.issuer {
            return Err(unavailable("the discovery document is another issuer's"));
        }
        let document: Value = self.get(&metadata.jwks_uri, None).await?;
        let known = Known {
            keys: KeySet::from_jwks(&document),
            keys_fetched_at: now,
            keys_asked_at: now,
            metadata,
        };
        self.remember(known.clone());
        Ok(known)
    }

    /// The newest keys there are, asked for unless that was done a moment ago. Old ones stay in use
    /// when the provider does not answer.
    async fn newest_keys(&self, known: &Known, now: DateTime<Utc>) -> KeySet {
        let mut known = self.remembered().unwrap_or_else(|| known.clone());
        if known.may_ask(now) {
            known.keys_asked_at = now;
            if let Ok(document) = self.get::<Value>(&known.metadata.jwks_uri, None).await {
                known.keys = KeySet::from_jwks(&document);
                known.keys_fetched_at = now;
            }
            self.remember(known.clone());
        }
        known.keys
    }

    fn remembered(&self) -> Option<Known> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.clone()
    }

    fn remember(&self, known: Known) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
    }

    async fn authorization_url(
        &self,
        challenge: &Challenge,
        login_hint: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<String> {
        let mut url = self.known(now).await?.metadata.authorization_endpoint;
        let scopes = ["openid"].into_iter();
        let scopes = scopes.chain(self.config.scopes.iter().map(String::as_str));
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.config.client_id)
            .append_pair("redirect_uri", &challenge.redirect_uri)
            .append_pair("scope", &scopes.collect::<Vec<_>>().join(" "))
            .append_pair("state", &challenge.state)
            .append_pair("nonce", &challenge.nonce)
            .append_pair("code_challenge", &s256(&challenge.code_verifier))
            .append_pair("code_challenge_method", "S256")
            .append_pair("acr_values", &self.acr_values(challenge)?.join(" "));
        if let Some(seconds) = challenge.step_up.max_age {
            url.query_pairs_mut()
                .append_pair("max_age", &seconds.to_string());
        }
        if let Some(hint) = login_hint {
            url.query_pairs_mut().append_pair("login_hint", hint);
        }
        Ok(url.into())
    }

    /// What was asked for, as far as it will do; all that will do when nothing was.
    fn acr_values<'a>(&'a self, challenge: &'a Challenge) -> Result<Vec<&'a str>> {
        let (good, asked) = (&self.config.acceptable_acr, &challenge.step_up.acr_values);
        let wanted = if asked.is_empty() { good } else { asked };
        let wanted = wanted.iter().filter(|acr| good.contains(acr));
        let wanted: Vec<_> = wanted.map(String::as_str).collect();
        if wanted.is_empty() && !asked.is_empty() {
            return Err(Error::new(Code::InvalidQuery)
                .detail("acr_values に、この本人確認サービスの値がありません。"));
        }
        Ok(wanted)
    }

    async fn identity(
        &self,
        challenge: &Challenge,
        code: &str,
        issuer: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<VerifiedIdentity> {
        if issuer.is_some_and(|issuer| issuer != self.config.issuer) {
            return Err(failed("the callback is another issuer's"));
        }
        let known = self.known(now).await?;
        let answer = self.exchange(&known.metadata, challenge, code).await?;
        let claims = self.verify(&known, &answer.id_token, now).await?;
        self.check(&claims, challenge, &answer.access_token)?;
        let attributes = match &known.metadata.userinfo_endpoint {
            None => Map::new(),
            Some(location) => self.attributes(location, &answer, &claims.sub).await?,
        };
        Ok(VerifiedIdentity {
            issuer: self.config.issuer.clone(),
            subject: claims.sub,
            acr: claims.acr.unwrap_or_default(),
            authenticated_at: DateTime::from_timestamp(claims.auth_time.unwrap_or(claims.iat), 0)
                .unwrap_or(now),
            attributes,
        })
    }

    async fn exchange(
        &self,
        metadata: &Metadata,
        challenge: &Challenge,
        code: &str,
    ) -> Result<TokenAnswer> {
        let credentials = format!("{}:{}", self.config.client_id, self.config.client_secret);
        let request = self
            .http
            .post(&metadata.token_endpoint)
            .header(
                "authorization",
                format!("Basic {}", STANDARD.encode(credentials)),
            )
            .form(&[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", &challenge.redirect_uri),
                ("code_verifier", &challenge.code_verifier),
            ]);
        self.answer(request).await
    }

    async fn verify(&self, known: &Known, token: &str, now: DateTime<Utc>) -> Result<IdClaims> {
        let expected = Expectation {
            issuer: &self.config.issuer,
            audience: &self.config.client_id,
            typ: None,
            now,
        };
        let keys = if known.has_old_keys(now) {
            self.newest_keys(known, now).await
        } else {
            known.keys.clone()
        };
        let mut verified = TokenVerifier::verify(token, &keys, &expected);
        if verified.as_ref().err() == Some(&Rejected::UnknownKey) {
            let keys = self.newest_keys(known, now).await;
            verified = TokenVerifier::verify(token, &keys, &expected);
        }
        verified.map_err(|rejected| Error::new(Code::LoginFailed).because(rejected))
    }

    /// What OpenID Connect Core 3.1.3.7 asks for beyond signature, `iss`, `aud` and times.
    fn check(&self, claims: &IdClaims, challenge: &Challenge, access_token: &str) -> Result<()> {
        if claims.nonce != challenge.nonce {
            return Err(failed("nonce is another"));
        }
        let several = claims.aud.as_array().is_some_and(|aud| aud.len() > 1);
        let azp = claims.azp.as_deref();
        if (several && azp.is_none()) || azp.is_some_and(|azp| azp != self.config.client_id) {
            return Err(failed("azp is another"));
        }
        let acr = claims.acr.as_deref().unwrap_or_default();
        if !self.config.acceptable_acr.iter().any(|good| good == acr) {
            return Err(failed("acr is too low"));
        }
        if challenge.step_up.max_age.is_some() && claims.auth_time.is_none() {
            return Err(failed("auth_time is missing"));
        }
        let expected = at_hash(access_token);
        if claims
            .at_hash
            .as_ref()
            .is_some_and(|hash| *hash != expected)
        {
            return Err(failed("at_hash is another"));
        }
        Ok(())
    }

    async fn attributes(
        &self,
        location: &str,
        answer: &TokenAnswer,
        subject: &str,
    ) -> Result<Map<String, Value>> {
        let mut userinfo: Map<String, Value> =
            self.get(location, Some(&answer.access_token)).await?;
        if userinfo.get("sub").and_then(Value::as_str) != Some(subject) {
            return Err(failed("userinfo is about somebody else"));
        }
        userinfo.retain(|name, _| ATTRIBUTES.contains(&name.as_str()));
        Ok(userinfo)
    }

    async fn get<T: DeserializeOwned>(&self, location: &str, token: Option<&str>) -> Result<T> {
        let mut request = self.http.get(location);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        self.answer(request).await
    }

    async fn answer<T: DeserializeOwned>(&self, request: reqwest::RequestBuilder) -> Result<T> {
        let mut response = request.send().await.map_err(unavailable)?;
        let status = response.status();
        if status.is_client_error() {
            return Err(failed("the provider refused"));
        }
        if !status.is_success() {
            return Err(unavailable(format!("the provider answered {status}")));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(unavailable("the provider's answer is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body).map_err(unavailable)
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
        code: &'a str,
        issuer: Option<&'a str>,
        now: DateTime<Utc>,
    ) -> ProviderFuture<'a, VerifiedIdentity> {
        Box::pin(self.identity(challenge, code, issuer, now))
    }
}

/// PKCE code challenge, method S256 (RFC 7636 §4.2).
fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// The left half of the access token's SHA-256 (OpenID Connect Core 3.1.3.6).
fn at_hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&Sha256::digest(access_token)[..16])
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

fn failed(why: &'static str) -> Error {
    Error::new(Code::LoginFailed).because(why)
}

fn unavailable(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(Code::IdentityProviderUnavailable).because(why)
}

#[cfg(test)]
mod tests;
