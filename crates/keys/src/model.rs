//! Published keys.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Public keys as a JSON Web Key Set (RFC 7517).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct JwkSet {
    /// The keys, newest first.
    #[schema(max_items = 1000)]
    pub keys: Vec<Jwk>,
}

/// One public Ed25519 key (RFC 8037).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Jwk {
    /// Key type, always `OKP`.
    #[schema(max_length = 10, example = "OKP")]
    pub kty: String,
    /// Curve, always `Ed25519`.
    #[schema(max_length = 10, example = "Ed25519")]
    pub crv: String,
    /// The public key, base64url.
    #[schema(
        max_length = 43,
        example = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
    )]
    pub x: String,
    /// The name a signature gives for it.
    #[schema(max_length = 16, example = "90bf1d2c3e4f5a6b")]
    pub kid: String,
    /// Always `sig`.
    #[serde(rename = "use")]
    #[schema(max_length = 3, example = "sig")]
    pub usage: String,
    /// Always `EdDSA`.
    #[schema(max_length = 10, example = "EdDSA")]
    pub alg: String,
}

impl Jwk {
    pub(crate) fn ed25519(kid: &str, public_key: &[u8]) -> Self {
        Self {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            x: URL_SAFE_NO_PAD.encode(public_key),
            kid: kid.to_owned(),
            usage: "sig".to_owned(),
            alg: "EdDSA".to_owned(),
        }
    }
}
