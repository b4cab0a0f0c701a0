//! The key with which the portal proves who it is to an identity provider, from a file of the operator's.

use std::path::{Path, PathBuf};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use jsonwebtoken::jwk::{Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use platform::{Error, Result};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use serde::Serialize;

use crate::private_file::{self, Unreadable};

/// A P-256 key that signs client assertions (RFC 7523) with ES256.
pub struct ClientKey {
    kid: String,
    encoding: EncodingKey,
}

/// Why a client key cannot be used; each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ClientKeyError {
    /// The file cannot be read.
    #[error("client key {0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// Other accounts of the machine can read it.
    #[error("client key {0} can be read by others: chmod 600 it")]
    TooOpen(PathBuf),
    /// Not a private key on the curve P-256 in PEM.
    #[error(
        "client key {0} is not a P-256 private key in PEM: make one with `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`"
    )]
    Unusable(PathBuf),
}

impl ClientKey {
    /// Reads the key, in PKCS#8 or SEC 1 form. Without a `kid` it is known by its RFC 7638 thumbprint.
    ///
    /// # Errors
    /// Names the file and what is wrong with it.
    pub fn load(path: &Path, kid: Option<&str>) -> Result<Self, ClientKeyError> {
        let text = private_file::read(path).map_err(|unreadable| match unreadable {
            Unreadable::Io(error) => ClientKeyError::Io(path.to_owned(), error),
            Unreadable::TooOpen => ClientKeyError::TooOpen(path.to_owned()),
        })?;
        Self::decode(&text, kid).ok_or_else(|| ClientKeyError::Unusable(path.to_owned()))
    }

    fn decode(text: &str, kid: Option<&str>) -> Option<Self> {
        let der = PrivateKeyDer::from_pem_slice(text.as_bytes()).ok()?;
        let pair =
            EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, der.secret_der());
        let pkcs8 = pair.ok()?.to_pkcs8v1().ok()?;
        let encoding = EncodingKey::from_ec_der(pkcs8.as_ref());
        let kid = match kid {
            Some(kid) => kid.to_owned(),
            None => {
                let public = Jwk::from_encoding_key(&encoding, Algorithm::ES256).ok()?;
                public.thumbprint(ThumbprintHash::SHA256).ok()?
            }
        };
        Some(Self { kid, encoding })
    }

    /// A compact JWS over the claims, with `kid`.
    ///
    /// # Errors
    /// When the claims cannot be written as JSON.
    pub fn sign(&self, claims: &impl Serialize) -> Result<String> {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.encoding).map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use aws_lc_rs::encoding::{AsDer as _, EcPrivateKeyRfc5915Der};
    use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaSigningAlgorithm};
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use serde_json::{Value, json};

    use super::*;

    fn pem(label: &str, der: &[u8]) -> String {
        let body = STANDARD.encode(der);
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
    }

    fn pkcs8(algorithm: &'static EcdsaSigningAlgorithm) -> String {
        let pair = EcdsaKeyPair::generate(algorithm).unwrap();
        pem("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref())
    }

    fn written(text: &str, mode: u32) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.pem");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    fn header(token: &str) -> Value {
        let header = token.split('.').next().unwrap();
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap()
    }

    #[test]
    fn both_forms_that_openssl_writes_are_the_same_key() {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let sec1: EcPrivateKeyRfc5915Der<'_> = pair.private_key().as_der().unwrap();
        let forms = [
            pem("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref()),
            pem("EC PRIVATE KEY", sec1.as_ref()),
        ];
        let headers = forms.map(|text| {
            let (_folder, path) = written(&text, 0o600);
            let key = ClientKey::load(&path, None).unwrap();
            header(&key.sign(&json!({})).unwrap())
        });
        assert_eq!(headers[0]["alg"], "ES256");
        assert_eq!(headers[0]["kid"].as_str().unwrap().len(), 43);
        assert_eq!(headers[0], headers[1]);
    }

    #[test]
    fn a_provider_may_know_the_key_by_another_name() {
        let (_folder, path) = written(&pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING), 0o600);
        let key = ClientKey::load(&path, Some("card-2026")).unwrap();
        assert_eq!(header(&key.sign(&json!({})).unwrap())["kid"], "card-2026");
    }

    #[test]
    fn a_key_that_is_missing_open_or_of_another_curve_is_refused() {
        let refusal = |path: &Path| ClientKey::load(path, None).err().unwrap();
        assert!(matches!(
            refusal(Path::new("/nowhere/client.pem")),
            ClientKeyError::Io(..)
        ));
        let (_folder, path) = written(&pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING), 0o640);
        assert!(matches!(refusal(&path), ClientKeyError::TooOpen(_)));
        for text in [pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING), "no key".to_owned()] {
            let (_folder, path) = written(&text, 0o600);
            assert!(matches!(refusal(&path), ClientKeyError::Unusable(_)));
        }
    }
}
