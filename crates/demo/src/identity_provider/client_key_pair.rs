use std::error::Error;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::signing::SigningKey;

/// A new key pair for a client that authenticates with `private_key_jwt`.
pub struct ClientKeyPair {
    /// The private key for the client: PKCS#8 in PEM.
    pub pem: String,
    /// The public key for the provider: a JWKS document.
    pub published: Value,
}

impl ClientKeyPair {
    /// A pair on the curve P-256; its `kid` is its RFC 7638 thumbprint.
    ///
    /// # Errors
    /// When no key can be generated.
    pub fn generate() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let key = SigningKey::generate()?;
        let private = BASE64_STANDARD.encode(key.private.as_bytes());
        Ok(Self {
            pem: format!("-----BEGIN PRIVATE KEY-----\n{private}\n-----END PRIVATE KEY-----\n"),
            published: json!({"keys": [key.public]}),
        })
    }
}
