//! Public keys as others publish them (RFC 7517).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

/// Bits of an RSA modulus, at least (RFC 7518 3.3).
const SHORTEST_MODULUS: usize = 2048;

/// A signature algorithm of RFC 7518 or RFC 8037, by its name there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum SigningAlgorithm {
    /// ECDSA with P-256 and SHA-256.
    ES256,
    /// Ed25519.
    EdDSA,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256,
}

impl SigningAlgorithm {
    /// The one algorithm that a key is used for here.
    fn of(jwk: &Jwk) -> Option<Self> {
        match &jwk.algorithm {
            AlgorithmParameters::EllipticCurve(ec) if ec.curve == EllipticCurve::P256 => {
                Some(Self::ES256)
            }
            AlgorithmParameters::OctetKeyPair(okp) if okp.curve == EllipticCurve::Ed25519 => {
                Some(Self::EdDSA)
            }
            AlgorithmParameters::RSA(rsa) if is_long_enough(&rsa.n) => Some(Self::RS256),
            _ => None,
        }
    }

    const fn name(self) -> Algorithm {
        match self {
            Self::ES256 => Algorithm::ES256,
            Self::EdDSA => Algorithm::EdDSA,
            Self::RS256 => Algorithm::RS256,
        }
    }
}

/// A key by its `kid`, if it is published for signatures by one of the algorithms.
pub(super) fn usable(
    jwk: &Value,
    algorithms: &[SigningAlgorithm],
) -> Option<(String, (Algorithm, DecodingKey))> {
    let jwk: Jwk = serde_json::from_value(jwk.clone()).ok()?;
    let algorithm = SigningAlgorithm::of(&jwk)?;
    let (name, common) = (algorithm.name(), &jwk.common);
    let used = common.public_key_use.as_ref();
    let signs = used.is_none_or(|used| *used == PublicKeyUse::Signature);
    let named = common.key_algorithm;
    let fits = named.is_none_or(|named| named == KeyAlgorithm::from(name));
    if !(algorithms.contains(&algorithm) && signs && fits) {
        return None;
    }
    let key = DecodingKey::from_jwk(&jwk).ok()?;
    Some((jwk.common.key_id?, (name, key)))
}

fn is_long_enough(modulus: &str) -> bool {
    let Ok(modulus) = URL_SAFE_NO_PAD.decode(modulus) else {
        return false;
    };
    let zeros = modulus.iter().take_while(|&&byte| byte == 0).count();
    let bits = modulus[zeros..].first().map_or(0, |first| {
        (modulus.len() - zeros) * 8 - first.leading_zeros() as usize
    });
    bits >= SHORTEST_MODULUS
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ALL: [SigningAlgorithm; 3] = [
        SigningAlgorithm::ES256,
        SigningAlgorithm::EdDSA,
        SigningAlgorithm::RS256,
    ];

    /// An RSA key with a modulus of these bytes.
    fn rsa(modulus: &[u8]) -> Value {
        json!({"kty": "RSA", "kid": "1", "n": URL_SAFE_NO_PAD.encode(modulus), "e": "AQAB"})
    }

    fn with(mut jwk: Value, name: &str, value: &str) -> Value {
        jwk[name] = json!(value);
        jwk
    }

    #[test]
    fn a_key_is_taken_only_for_an_algorithm_that_is_asked_for() {
        let key = rsa(&[0xff; 256]);
        assert!(usable(&key, &ALL).is_some_and(|(_, (name, _))| name == Algorithm::RS256));
        assert!(usable(&key, &ALL[..2]).is_none());
    }

    #[test]
    fn an_rsa_key_has_2048_bits_at_least() {
        assert!(usable(&rsa(&[0x80; 256]), &ALL).is_some());
        assert!(usable(&rsa(&[0x7f; 256]), &ALL).is_none());
        assert!(usable(&rsa(&[&[0], [0xff; 255].as_slice()].concat()), &ALL).is_none());
        assert!(usable(&rsa(&[]), &ALL).is_none());
    }

    #[test]
    fn a_key_for_encryption_or_another_algorithm_is_left_out() {
        let key = rsa(&[0xff; 256]);
        assert!(usable(&with(key.clone(), "use", "sig"), &ALL).is_some());
        assert!(usable(&with(key.clone(), "use", "enc"), &ALL).is_none());
        assert!(usable(&with(key.clone(), "alg", "RS256"), &ALL).is_some());
        for alg in ["PS256", "RS512", "RSA-OAEP", "ES256", "new"] {
            assert!(
                usable(&with(key.clone(), "alg", alg), &ALL).is_none(),
                "{alg}"
            );
        }
    }
}
