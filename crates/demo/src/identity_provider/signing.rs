use std::error::Error;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::{Client, Credential, Fault, Faults, IdTokenAlgorithm, Login};

type Failure = Box<dyn Error + Send + Sync>;

/// Bytes of PKCS#8 before the RSA private key itself, which is what jsonwebtoken wants; the same for all of 2048 bits.
const PKCS8_HEADER: usize = 26;
const LIFETIME: TimeDelta = TimeDelta::minutes(5);

/// The keys of one provider; all but the first are for faults.
pub(super) struct SigningKeys {
    current: SigningKey,
    next: SigningKey,
    unpublished: SigningKey,
}

pub(super) struct SigningKey {
    algorithm: Algorithm,
    pub(super) private: EncodingKey,
    pub(super) public: Jwk,
    kid: String,
}

/// The claims of an id_token (OpenID Connect Core 2).
#[derive(Serialize)]
pub(super) struct IdToken {
    iss: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    aud: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    azp: Option<String>,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_time: Option<i64>,
    nonce: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<String>,
    at_hash: String,
    #[serde(flatten)]
    extra: Map<String, Value>,
}

impl SigningKeys {
    pub(super) fn generate(algorithm: IdTokenAlgorithm) -> Result<Self, Failure> {
        let generate = match algorithm {
            IdTokenAlgorithm::Es256 => SigningKey::generate,
            IdTokenAlgorithm::Rs256 => SigningKey::generate_rsa,
        };
        Ok(Self {
            current: generate()?,
            next: generate()?,
            unpublished: generate()?,
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
            let secret = EncodingKey::from_secret(&self.known_to_both(client)?);
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
        encode(token, signer.algorithm, &named.kid, &signer.private)
    }

    /// What a client that takes a MAC for a signature would check it with.
    fn known_to_both(&self, client: &Client) -> serde_json::Result<Vec<u8>> {
        match &client.credential {
            Credential::Secret(secret) => Ok(secret.clone().into_bytes()),
            Credential::Keys(_) => serde_json::to_vec(&self.current.public),
        }
    }
}

impl SigningKey {
    /// One on the curve P-256.
    pub(super) fn generate() -> Result<Self, Failure> {
        let document =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())?;
        Self::of(
            EncodingKey::from_ec_der(document.as_ref()),
            Algorithm::ES256,
        )
    }

    fn generate_rsa() -> Result<Self, Failure> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
        let document: Pkcs8V1Der<'_> = pair.as_der()?;
        let private = EncodingKey::from_rsa_der(&document.as_ref()[PKCS8_HEADER..]);
        Self::of(private, Algorithm::RS256)
    }

    fn of(private: EncodingKey, algorithm: Algorithm) -> Result<Self, Failure> {
        let mut public = Jwk::from_encoding_key(&private, algorithm)?;
        let kid = public.thumbprint(ThumbprintHash::SHA256)?;
        public.common.key_id = Some(kid.clone());
        public.common.public_key_use = Some(PublicKeyUse::Signature);
        Ok(Self {
            algorithm,
            private,
            public,
            kid,
        })
    }
}

impl IdToken {
    pub(super) fn new(
        issuer: &str,
        login: &Login,
        access_token: &str,
        extra: Map<String, Value>,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            iss: issuer.to_owned(),
            sub: Some(login.person.subject().to_owned()),
            aud: json!(login.client_id),
            azp: None,
            iat: now.timestamp(),
            exp: (now + LIFETIME).timestamp(),
            auth_time: Some(login.auth_time.timestamp()),
            nonce: login.nonce.clone(),
            acr: Some(login.acr.to_owned()),
            at_hash: access_token_hash(access_token),
            extra,
        }
    }

    /// Applies the faults that concern the claims.
    pub(super) fn tampered(self, faults: &Faults) -> Self {
        self.about_another(faults).at_another_time(faults)
    }

    fn about_another(mut self, faults: &Faults) -> Self {
        if faults.has(Fault::WrongNonce) {
            self.nonce = "another-nonce".into();
        }
        if faults.has(Fault::NoSubject) {
            self.sub = None;
        }
        if faults.has(Fault::WrongAudience) {
            self.aud = json!("another-client");
        }
        if faults.has(Fault::WrongAuthorizedParty) {
            self.azp = Some("another-client".into());
        }
        if faults.has(Fault::NoAuthorizedParty) {
            self.aud = json!([self.aud, "another-client"]);
        }
        if faults.has(Fault::WrongIssuer) {
            self.iss = "https://another-provider.example".into();
        }
        if faults.has(Fault::WrongAccessTokenHash) {
            self.at_hash = access_token_hash("another-access-token");
        }
        if faults.has(Fault::LowAssurance) {
            self.acr = Some("aal1".into());
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
        if faults.has(Fault::NoAssurance) {
            self.acr = None;
        }
        self
    }

    fn at_another_time(mut self, faults: &Faults) -> Self {
        let hour = TimeDelta::hours(1).num_seconds();
        let shift = match (faults.has(Fault::Expired), faults.has(Fault::NotYetIssued)) {
            (true, _) => -hour,
            (_, true) => hour,
            _ => 0,
        };
        self.iat += shift;
        self.exp += shift;
        self.auth_time = self.auth_time.map(|time| time + shift);
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
