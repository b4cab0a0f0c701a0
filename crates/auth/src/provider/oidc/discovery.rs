//! What a provider publishes about itself, and how long that is believed.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use keys::{KeySet, SigningAlgorithm};
use platform::Result;
use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::answers::{published, unavailable};

/// The provider's keys are asked for at most this often.
const KEYS_ASKED_AT_MOST_EVERY: TimeDelta = TimeDelta::seconds(10);
/// Keys older than this are asked for again: the provider may have withdrawn one.
const KEYS_LAST: TimeDelta = TimeDelta::hours(1);

/// Discovery document and keys of a provider, once fetched.
pub(super) struct Discovery {
    algorithms: Vec<SigningAlgorithm>,
    known: Mutex<Option<Known>>,
}

#[derive(Clone)]
pub(super) struct Known {
    pub(super) metadata: Metadata,
    keys: KeySet,
    keys_fetched_at: DateTime<Utc>,
    keys_asked_at: DateTime<Utc>,
}

#[derive(Clone, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    jwks_uri: Url,
}

impl Known {
    fn has_old_keys(&self, now: DateTime<Utc>) -> bool {
        now - self.keys_fetched_at >= KEYS_LAST
    }

    fn may_ask(&self, now: DateTime<Utc>) -> bool {
        now - self.keys_asked_at >= KEYS_ASKED_AT_MOST_EVERY
    }
}

impl Metadata {
    /// The endpoints get our proofs and people's attributes.
    fn is_protected(&self) -> bool {
        let [authorization, token, jwks] = [
            &self.authorization_endpoint,
            &self.token_endpoint,
            &self.jwks_uri,
        ];
        let endpoints = [authorization, token, jwks].into_iter();
        endpoints.chain(&self.userinfo_endpoint).all(is_protected)
    }
}

impl Discovery {
    /// Nothing is fetched yet; of the provider's keys those for other algorithms are left out.
    pub(super) fn of_keys_for(algorithms: Vec<SigningAlgorithm>) -> Self {
        Self {
            algorithms,
            known: Mutex::default(),
        }
    }

    /// What is known of the issuer; asked for when nothing is.
    pub(super) async fn known(
        &self,
        http: &reqwest::Client,
        issuer: &str,
        now: DateTime<Utc>,
    ) -> Result<Known> {
        if let Some(known) = self.remembered() {
            return Ok(known);
        }
        let below = issuer.trim_end_matches('/');
        let location = format!("{below}/.well-known/openid-configuration");
        let metadata: Metadata = published(http.get(location)).await?;
        if metadata.issuer != issuer {
            return Err(unavailable("the discovery document is another issuer's"));
        }
        if !metadata.is_protected() {
            return Err(unavailable(
                "the discovery document names an endpoint without TLS",
            ));
        }
        let document: Value = published(http.get(metadata.jwks_uri.clone())).await?;
        let known = Known {
            keys: KeySet::from_jwks(&document, &self.algorithms),
            keys_fetched_at: now,
            keys_asked_at: now,
            metadata,
        };
        self.remember(known.clone());
        Ok(known)
    }

    /// Keys that are not too old, if the provider lets us have such.
    pub(super) async fn keys(
        &self,
        http: &reqwest::Client,
        known: &Known,
        now: DateTime<Utc>,
    ) -> KeySet {
        if known.has_old_keys(now) {
            self.newest_keys(http, known, now).await
        } else {
            known.keys.clone()
        }
    }

    /// The newest keys there are, asked for unless that was done a moment ago. Old ones stay in use
    /// when the provider does not answer.
    pub(super) async fn newest_keys(
        &self,
        http: &reqwest::Client,
        known: &Known,
        now: DateTime<Utc>,
    ) -> KeySet {
        let mut known = self.remembered().unwrap_or_else(|| known.clone());
        if known.may_ask(now) {
            known.keys_asked_at = now;
            let request = http.get(known.metadata.jwks_uri.clone());
            if let Ok(document) = published::<Value>(request).await {
                known.keys = KeySet::from_jwks(&document, &self.algorithms);
                known.keys_fetched_at = now;
            }
            self.remember(known.clone());
        }
        known.keys
    }

    fn remembered(&self) -> Option<Known> {
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn remember(&self, known: Known) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
    }
}

/// Whether nobody on the way can read along: TLS, or this machine.
pub(super) fn is_protected(url: &Url) -> bool {
    url.scheme() == "https"
        || match url.host() {
            Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(token_endpoint: &str) -> Metadata {
        let metadata = serde_json::json!({
            "issuer": "https://id.example",
            "authorization_endpoint": "https://id.example/authorize",
            "token_endpoint": token_endpoint,
            "jwks_uri": "https://id.example/jwks",
        });
        serde_json::from_value(metadata).unwrap()
    }

    fn known(fetched_at: DateTime<Utc>, asked_at: DateTime<Utc>) -> Known {
        Known {
            metadata: metadata("https://id.example/token"),
            keys: KeySet::default(),
            keys_fetched_at: fetched_at,
            keys_asked_at: asked_at,
        }
    }

    #[test]
    fn keys_are_old_after_an_hour() {
        let fetched = DateTime::UNIX_EPOCH;
        let known = known(fetched, fetched);
        assert!(!known.has_old_keys(fetched + TimeDelta::seconds(3_599)));
        assert!(known.has_old_keys(fetched + TimeDelta::seconds(3_600)));
    }

    #[test]
    fn a_provider_that_did_not_answer_is_left_alone_for_a_moment() {
        let fetched = DateTime::UNIX_EPOCH;
        let asked = fetched + TimeDelta::hours(2);
        let known = known(fetched, asked);
        assert!(!known.may_ask(asked + TimeDelta::seconds(9)));
        assert!(known.may_ask(asked + TimeDelta::seconds(10)));
        assert!(known.has_old_keys(asked + TimeDelta::seconds(10)));
    }

    #[test]
    fn every_endpoint_is_reached_by_tls_or_on_this_machine() {
        assert!(metadata("https://id.example/token").is_protected());
        assert!(metadata("http://127.0.0.1:9000/token").is_protected());
        assert!(!metadata("http://id.example/token").is_protected());
    }
}
