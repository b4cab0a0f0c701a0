//! What the recipient reads: sealed at rest, hashed for the evidence.

use keys::Keys;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::model::DeliveryId;

/// Characters; the API's schemas promise the same.
const MAX_TITLE: usize = 200;
const MAX_BODY: usize = 20_000;

/// The place the content is sealed for.
const COLUMN: &str = "deliveries.content";

/// Title and plain text of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Content {
    pub(crate) title: String,
    pub(crate) body: String,
}

impl Content {
    /// Refuses what the API could not show.
    pub(crate) fn new(title: String, body: String) -> Result<Self> {
        let (title_length, body_length) = (title.chars().count(), body.chars().count());
        if title_length > MAX_TITLE || body_length > MAX_BODY {
            return Err(Error::internal(format!(
                "a message is too long: title {title_length}, body {body_length} characters"
            )));
        }
        Ok(Self { title, body })
    }

    /// The SHA-256 of the canonical JSON (RFC 8785).
    pub(crate) fn sha256(&self) -> Result<Vec<u8>> {
        let canonical = serde_json_canonicalizer::to_vec(self)?;
        Ok(Sha256::digest(canonical).to_vec())
    }

    pub(crate) fn seal(&self, keys: &Keys, id: DeliveryId) -> Result<Vec<u8>> {
        keys.seal(COLUMN, id.as_uuid(), &serde_json::to_vec(self)?)
    }

    pub(crate) fn open(keys: &Keys, id: DeliveryId, sealed: &[u8]) -> Result<Self> {
        let plain = keys.open(COLUMN, id.as_uuid(), sealed)?;
        Ok(serde_json::from_slice(&plain)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_canonical_json() {
        let content = Content::new("給食費の\"お知らせ\"".to_owned(), "1行目\n2行目".to_owned());
        let canonical = r#"{"body":"1行目\n2行目","title":"給食費の\"お知らせ\""}"#;
        assert_eq!(
            content.unwrap().sha256().unwrap(),
            Sha256::digest(canonical).to_vec()
        );
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        assert!(Content::new("窓".repeat(MAX_TITLE), "口".repeat(MAX_BODY)).is_ok());
        assert!(Content::new("窓".repeat(MAX_TITLE + 1), String::new()).is_err());
        assert!(Content::new(String::new(), "口".repeat(MAX_BODY + 1)).is_err());
    }
}
