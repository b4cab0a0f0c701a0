use std::error::Error;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Client, Fault, Faults, Login};

const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// The keys of one provider; all but the first are for faults.
pub(super) struct SigningKeys {
    current: SigningKey,
    next: SigningKey,
    unpublished: SigningKey,
}

struct SigningKey {
    private: EncodingKey,
    public: Jwk,
    kid: String,
}

/// The claims of an id_token (OpenID Connect Core 2).
#[derive(Serialize)]
pub(super) struct IdToken {
    iss: String,
    sub: String,
    aud: String,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    nonce: String,
    acr: String,
    at_hash: String,
}

impl SigningKeys {
    pub(super) fn generate() -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Self {
            current: SigningKey::generate()?,
            next: SigningKey::generate()?,
            unpublished: SigningKey::generate()?,
        })
    }

    /// What `/jwks` shows.
    pub(super) fn published(&self, faults: &Faults) -> JwkSet {
        let mut keys = vec![self.current.public.clone()];
        if faults.has(Fault::RotatedKey) {
            keys.push(self.next.public.clone());
        }
        JwkSet { keys }
    }

    /// Signs the token, with the faults that concern the signature.
    pub(super) fn sign(
        &self,
        token: &IdToken,
        client: &Client,
        faults: &Faults,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        if faults.has(Fault::Hs256) {
            let secret = EncodingKey::from_secret(client.client_secret.as_bytes());
            return encode(token, Algorithm::HS256, &self.current.kid, &secret);
        }
        let named = if faults.has(Fault::RotatedKey) {
            &self.next
        } else if faults.has(Fault::UnknownKey) {
            &self.unpublished
        } else {
            &self.current
        };
        let signer = if faults.has(Fault::ForgedSignature) {
            &self.unpublished
        } else {
            named
        };
        encode(token, Algorithm::ES256, &named.kid, &signer.private)
    }
}

impl SigningKey {
    fn generate() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())?;
        let private = EncodingKey::from_ec_der(document.as_ref());
        let mut public = Jwk::from_encoding_key(&private, Algorithm::ES256)?;
        let kid = public.thumbprint(ThumbprintHash::SHA256)?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self {
            private,
            public,
            kid,
        })
    }
}

impl IdToken {
    pub(super) fn new(issuer: &str, login: &Login, access_token: &str, now: DateTime<Utc>) -> Self {
        Self {
            iss: issuer.to_owned(),
            sub: login.person.subject().to_owned(),
            aud: login.client_id.clone(),
            iat: now.timestamp(),
            exp: (now + LIFETIME).timestamp(),
            auth_time: Some(login.auth_time.timestamp()),
            nonce: login.nonce.clone(),
            acr: login.acr.to_owned(),
            at_hash: access_token_hash(access_token),
        }
    }

    /// Applies the faults that concern the claims.
    pub(super) fn tampered(mut self, faults: &Faults) -> Self {
        if faults.has(Fault::WrongNonce) {
            self.nonce = "another-nonce".into();
        }
        if faults.has(Fault::WrongAudience) {
            self.aud = "another-client".into();
        }
        if faults.has(Fault::WrongIssuer) {
            self.iss = "https://another-provider.example".into();
        }
        if faults.has(Fault::WrongAccessTokenHash) {
            self.at_hash = access_token_hash("another-access-token");
        }
        if faults.has(Fault::LowAssurance) {
            self.acr = "aal1".into();
        }
        if faults.has(Fault::Expired) {
            let hour = TimeDelta::hours(1).num_seconds();
            self.iat -= hour;
            self.exp -= hour;
            self.auth_time = self.auth_time.map(|time| time - hour);
        }
        if faults.has(Fault::OldAuthentication) {
            let day = TimeDelta::days(1).num_seconds();
            self.auth_time = self.auth_time.map(|time| time - day);
        }
        if faults.has(Fault::AuthenticationAhead) {
            self.auth_time = self.auth_time.map(|time| time + 60);
        }
        if faults.has(Fault::NoAuthenticationTime) {
            self.auth_time = None;
        }
        self
    }
}

fn encode(
    token: &IdToken,
    algorithm: Algorithm,
    kid: &str,
    key: &EncodingKey,
) -> Result<String, jsonwebtoken::errors::Error> {
    let mut header = Header::new(algorithm);
    header.kid = Some(kid.to_owned());
    jsonwebtoken::encode(&header, token, key)
}

/// The left half of the hash of the access token (OpenID Connect Core 3.1.3.6).
fn access_token_hash(access_token: &str) -> String {
    let digest = Sha256::digest(access_token);
    BASE64_URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2])
}
