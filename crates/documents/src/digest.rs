//! Hashes that anyone can recompute.

use platform::Result;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// The canonical JSON of a value (RFC 8785).
///
/// # Errors
/// When the value cannot be written as JSON.
pub fn canonical(value: &impl Serialize) -> Result<Vec<u8>> {
    Ok(serde_json_canonicalizer::to_vec(value)?)
}

/// SHA-256 of the bytes.
pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}
