//! Files enclosed with a message, such as the letter that tells of a decision.

use actix_web::web::Bytes;
use platform::{Error, Result, Storage, hex};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

/// A file in the storage, described; part of the message's content and so of its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Enclosure {
    /// What to save it as.
    #[schema(max_length = 255, example = "決定通知書_2026-7K3M-9QPT-X.pdf")]
    pub name: String,
    /// What it is.
    #[schema(max_length = 100, example = "application/pdf")]
    pub media_type: String,
    /// Size.
    #[schema(minimum = 1, example = 52341)]
    pub bytes: u64,
    /// SHA-256 of the file, hex.
    #[schema(
        max_length = 64,
        pattern = "^[0-9a-f]{64}$",
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub sha256: String,
}

impl Enclosure {
    /// Keeps a file to be enclosed. Kept under its own hash, so keeping it again changes nothing.
    ///
    /// # Errors
    /// `unavailable` when the storage is away.
    pub async fn keep(
        storage: &Storage,
        name: String,
        media_type: &str,
        file: Vec<u8>,
    ) -> Result<Self> {
        let enclosure = Self {
            name,
            media_type: media_type.to_owned(),
            bytes: u64::try_from(file.len()).map_err(Error::internal)?,
            sha256: hex(&Sha256::digest(&file)),
        };
        let key = enclosure.storage_key();
        storage.put(&key, Bytes::from(file)).await?;
        Ok(enclosure)
    }

    /// Where the bytes are.
    pub(crate) fn storage_key(&self) -> String {
        format!("enclosures/{}", self.sha256)
    }
}
