//! The only caller of jsonwebtoken's `decode`.
//!
//! That library leaves `nbf`, `iat`, `typ` and `crit` unchecked, accepts tokens without `iss` or `aud`
//! and reads the system clock; everything is checked here, against a time that is an argument.

mod jwk;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use jsonwebtoken::dangerous::insecure_decode_claims;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use quick_cache::sync::Cache;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

pub use jwk::SigningAlgorithm;

/// Seconds by which clocks may differ.
const SKEW: i64 = 30;

/// Public keys by `kid`, each with the one algorithm it is for.
#[derive(Clone, Default)]
pub struct KeySet(HashMap<String, (Algorithm, DecodingKey)>);

impl KeySet {
    /// The usable keys of a JWKS document (RFC 7517): those with a `kid` that are for signatures by one of the
    /// algorithms, RSA ones of 2048 bits at least; others are left out.
    pub fn from_jwks(document: &Value, algorithms: &[SigningAlgorithm]) -> Self {
        let keys = document["keys"].as_array().into_iter().flatten();
        Self(
            keys.filter_map(|key| jwk::usable(key, algorithms))
                .collect(),
        )
    }

    pub(crate) fn add_ed25519(&mut self, kid: &str, public_key: &[u8]) {
        let key = DecodingKey::from_ed_der(public_key);
        self.0.insert(kid.to_owned(), (Algorithm::EdDSA, key));
    }
}

/// What a token must say to be accepted.
#[derive(Clone, Copy, Debug)]
pub struct Expectation<'a> {
    /// `iss`, exactly.
    pub issuer: &'a str,
    /// One of `aud`.
    pub audience: &'a str,
    /// The header's `typ`, where the issuer sets one.
    pub typ: Option<&'a str>,
    /// Longest token looked at, in bytes.
    pub longest: usize,
    /// The moment of the check.
    pub now: DateTime<Utc>,
}

/// Why a token is not accepted; for the log, never for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// The header names a key that is not in the set: it may be new.
    #[error("the key is not known")]
    UnknownKey,
    /// Anything else.
    #[error("{0}")]
    Invalid(&'static str),
}

/// Signatures that were found good, so that a token that comes with every request is checked once.
///
/// Nothing but the signature is remembered: all that a token says is checked each time, and so is whether
/// its key is still among those that verify.
pub(crate) struct GoodSignatures(Cache<[u8; 32], ()>);

impl GoodSignatures {
    /// Remembers the tokens of so many people.
    pub(crate) fn of(people: usize) -> Self {
        Self(Cache::new(people))
    }

    fn digest(token: &str) -> [u8; 32] {
        Sha256::digest(token).into()
    }

    fn knows(&self, token: &str) -> bool {
        self.0.get(&Self::digest(token)).is_some()
    }

    fn remember(&self, token: &str) {
        self.0.insert(Self::digest(token), ());
    }
}

/// Checks signed tokens: our own and those of identity providers.
pub struct TokenVerifier;

impl TokenVerifier {
    /// The claims of a token that fulfils the expectation.
    ///
    /// # Errors
    /// [`Rejected`] with the first rule the token breaks.
    pub fn verify<T: DeserializeOwned>(
        token: &str,
        keys: &KeySet,
        expected: &Expectation<'_>,
    ) -> Result<T, Rejected> {
        let (algorithm, key) = key_of(token, keys, expected)?;
        read(signed_claims(token, *algorithm, key)?, expected)
    }

    /// The same, with a signature that was found good before taken for good.
    pub(crate) fn verify_again<T: DeserializeOwned>(
        token: &str,
        keys: &KeySet,
        expected: &Expectation<'_>,
        good: &GoodSignatures,
    ) -> Result<T, Rejected> {
        let (algorithm, key) = key_of(token, keys, expected)?;
        let claims = if good.knows(token) {
            insecure_decode_claims(token)
                .map_err(|_| Rejected::Invalid("the claims are unreadable"))?
        } else {
            let claims = signed_claims(token, *algorithm, key)?;
            good.remember(token);
            claims
        };
        read(claims, expected)
    }
}

type Claims = Map<String, Value>;

/// The key that the header names, if the header is as it must be.
fn key_of<'k>(
    token: &str,
    keys: &'k KeySet,
    expected: &Expectation<'_>,
) -> Result<&'k (Algorithm, DecodingKey), Rejected> {
    if token.len() > expected.longest {
        return Err(Rejected::Invalid("the token is too long"));
    }
    let header = decode_header(token).map_err(|_| Rejected::Invalid("the header is unreadable"))?;
    if header.crit.is_some() {
        return Err(Rejected::Invalid("the header has crit"));
    }
    if let Some(typ) = expected.typ
        && header.typ.as_deref() != Some(typ)
    {
        return Err(Rejected::Invalid("typ is another"));
    }
    let kid = header.kid.ok_or(Rejected::Invalid("kid is missing"))?;
    let key = keys.0.get(&kid).ok_or(Rejected::UnknownKey)?;
    if header.alg != key.0 {
        return Err(Rejected::Invalid("alg is not the key's"));
    }
    Ok(key)
}

fn signed_claims(token: &str, algorithm: Algorithm, key: &DecodingKey) -> Result<Claims, Rejected> {
    let decoded = decode::<Claims>(token, key, &signature_only(algorithm));
    let decoded = decoded.map_err(|_| Rejected::Invalid("the signature is wrong"))?;
    Ok(decoded.claims)
}

fn read<T: DeserializeOwned>(claims: Claims, expected: &Expectation<'_>) -> Result<T, Rejected> {
    check(&claims, expected)?;
    serde_json::from_value(Value::Object(claims))
        .map_err(|_| Rejected::Invalid("a claim is missing or unreadable"))
}

fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation
}

fn check(claims: &Claims, expected: &Expectation<'_>) -> Result<(), Rejected> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let time = |name: &str| match claims.get(name) {
        None => Ok(None),
        Some(value) => value
            .as_i64()
            .map(Some)
            .ok_or(Rejected::Invalid("a time is not a number")),
    };
    let now = expected.now.timestamp();
    if text("iss") != Some(expected.issuer) {
        return Err(Rejected::Invalid("iss is another"));
    }
    if !names_audience(claims.get("aud"), expected.audience) {
        return Err(Rejected::Invalid("aud is another"));
    }
    if text("sub").is_none_or(str::is_empty) {
        return Err(Rejected::Invalid("sub is missing"));
    }
    if time("exp")?.is_none_or(|exp| exp + SKEW <= now) {
        return Err(Rejected::Invalid("exp is past or missing"));
    }
    if time("iat")?.is_none_or(|iat| iat > now + SKEW) {
        return Err(Rejected::Invalid("iat is ahead or missing"));
    }
    if time("nbf")?.is_some_and(|nbf| nbf > now + SKEW) {
        return Err(Rejected::Invalid("nbf is ahead"));
    }
    Ok(())
}

fn names_audience(aud: Option<&Value>, audience: &str) -> bool {
    match aud {
        Some(Value::String(one)) => one == audience,
        Some(Value::Array(several)) => several.iter().any(|one| one == audience),
        _ => false,
    }
}
