//! Ed25519 keys that sign compact JWS (RFC 7515, RFC 8037).

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use platform::{Error, Result};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::model::Jwk;

platform::text_enum! {
    /// What a signing key is for.
    Purpose {
        /// Access tokens: retires.
        Token = "token",
        /// Receipts, letters, checkpoints: published for ever.
        Evidence = "evidence",
    }
}

/// A key pair, ready to sign.
pub(crate) struct SigningKey {
    pub(crate) kid: String,
    pub(crate) public_key: Vec<u8>,
    pub(crate) retired_at: Option<DateTime<Utc>>,
    encoding: EncodingKey,
}

impl SigningKey {
    /// The pair grown from a 32-byte seed; its `kid` is the beginning of the public key's hash.
    pub(crate) fn from_seed(seed: &[u8], retired_at: Option<DateTime<Utc>>) -> Result<Self> {
        let unusable = || Error::internal("a signing key is unusable");
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| unusable())?;
        let document = pair.to_pkcs8v1().map_err(|_| unusable())?;
        let public_key = pair.public_key().as_ref().to_vec();
        let kid = platform::hex(&Sha256::digest(&public_key)[..8]);
        Ok(Self {
            kid,
            public_key,
            retired_at,
            encoding: EncodingKey::from_ed_der(document.as_ref()),
        })
    }

    /// A compact JWS over the claims, with `kid` and the given `typ`.
    pub(crate) fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(typ.to_owned());
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.encoding).map_err(Error::internal)
    }

    pub(crate) fn jwk(&self) -> Jwk {
        Jwk::ed25519(&self.kid, &self.public_key)
    }
}
