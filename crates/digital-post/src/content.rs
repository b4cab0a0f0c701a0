//! What the recipient gets: sealed at rest, hashed for the evidence.

use keys::Keys;
use platform::{Code, Error, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::enclosure::Enclosure;
use crate::model::DeliveryId;

/// Characters; the API's schemas promise the same.
const MAX_TITLE: usize = 200;
const MAX_BODY: usize = 20_000;

/// The place the content is sealed for.
const COLUMN: &str = "deliveries.content";

/// To whom a paper is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// The name exactly as registered.
    pub name: String,
    /// The address, a line each; none where it is not to be printed.
    pub address: Vec<String>,
}

/// A message in another language than Japanese.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Translation {
    /// BCP 47, such as `en`.
    pub language: String,
    /// At most 200 characters.
    pub title: String,
    /// Plain text, at most 20,000 characters.
    pub body: String,
}

/// Title and plain text of a message, and what the files enclosed with it are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Content {
    pub(crate) title: String,
    pub(crate) body: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) enclosures: Vec<Enclosure>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) addressee: Option<Addressee>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) translations: Vec<Translation>,
}

impl Content {
    /// Refuses what the API could not show.
    pub(crate) fn new(title: String, body: String, enclosures: Vec<Enclosure>) -> Result<Self> {
        check_lengths(&title, &body)?;
        Ok(Self {
            title,
            body,
            enclosures,
            addressee: None,
            translations: Vec::new(),
        })
    }

    /// The same, which is told in other languages, too.
    pub(crate) fn translated(mut self, translations: Vec<Translation>) -> Result<Self> {
        for told in &translations {
            check_lengths(&told.title, &told.body)?;
        }
        self.translations = translations;
        Ok(self)
    }

    /// The same, which is for somebody by hand.
    pub(crate) fn addressed_to(mut self, addressee: Option<Addressee>) -> Self {
        self.addressee = addressee;
        self
    }

    /// Whether it says where the recipient lives, and so may its enclosures.
    pub(crate) fn has_address(&self) -> bool {
        let addressee = self.addressee.as_ref();
        addressee.is_some_and(|addressee| !addressee.address.is_empty())
    }

    /// The SHA-256 of the canonical JSON (RFC 8785).
    pub(crate) fn sha256(&self) -> Result<Vec<u8>> {
        let canonical = serde_json_canonicalizer::to_vec(self)?;
        Ok(Sha256::digest(canonical).to_vec())
    }

    /// An enclosure by its place, from 1.
    pub(crate) fn enclosure(self, number: usize) -> Result<Enclosure> {
        let mut enclosures = self.enclosures.into_iter();
        let found = number
            .checked_sub(1)
            .and_then(|index| enclosures.nth(index));
        found.ok_or_else(|| Code::NotFound.into())
    }

    pub(crate) fn seal(&self, keys: &Keys, id: DeliveryId) -> Result<Vec<u8>> {
        keys.seal(COLUMN, id.as_uuid(), &serde_json::to_vec(self)?)
    }

    pub(crate) fn open(keys: &Keys, id: DeliveryId, sealed: &[u8]) -> Result<Self> {
        let plain = keys.open(COLUMN, id.as_uuid(), sealed)?;
        Ok(serde_json::from_slice(&plain)?)
    }
}

fn check_lengths(title: &str, body: &str) -> Result<()> {
    let (title, body) = (title.chars().count(), body.chars().count());
    if title > MAX_TITLE || body > MAX_BODY {
        return Err(Error::internal(format!(
            "a message is too long: title {title}, body {body} characters"
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_the_canonical_json() {
        let title = "給食費の\"お知らせ\"".to_owned();
        let mut content = Content::new(title, "1行目\n2行目".to_owned(), Vec::new()).unwrap();
        let canonical = r#"{"body":"1行目\n2行目","title":"給食費の\"お知らせ\""}"#;
        assert_eq!(
            content.sha256().unwrap(),
            Sha256::digest(canonical).to_vec()
        );

        content.enclosures = vec![Enclosure {
            name: "通知書.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            bytes: 3,
            sha256: "ab".to_owned(),
        }];
        let canonical = r#"{"body":"1行目\n2行目","enclosures":[{"bytes":3,"media_type":"application/pdf","name":"通知書.pdf","sha256":"ab"}],"title":"給食費の\"お知らせ\""}"#;
        assert_eq!(
            content.sha256().unwrap(),
            Sha256::digest(canonical).to_vec()
        );
    }

    #[test]
    fn lengths_are_counted_in_characters() {
        let content = |title: usize, body: usize| {
            Content::new("窓".repeat(title), "口".repeat(body), Vec::new())
        };
        assert!(content(MAX_TITLE, MAX_BODY).is_ok());
        assert!(content(MAX_TITLE + 1, 0).is_err());
        assert!(content(0, MAX_BODY + 1).is_err());
    }
}
