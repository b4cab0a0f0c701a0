//! What registrations are to residents and clerks.

pub(crate) mod clerk;
pub(crate) mod resident;

use chrono::{DateTime, Utc};
use keys::Keys;
use platform::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::basics::Basics;
use super::store::Row;
use crate::residents::Attributes;

platform::id!(
    /// A resident's request to be found in the register, and what became of it.
    RegistrationId
);

/// The places attributes and reasons are sealed for.
const ATTRIBUTES: &str = "registrations.attributes";
const REASON: &str = "registrations.reason";

/// Who a resident is, as their provider vouched for them when they asked to be found.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = VouchedPerson)]
pub(crate) struct Vouched {
    /// 基本4情報
    #[serde(flatten)]
    pub(super) basics: Basics,
    /// Who vouches for them.
    #[schema(max_length = 255, example = "https://id.example")]
    pub(super) issuer: String,
    /// When they were read.
    pub(super) verified_at: DateTime<Utc>,
}

impl From<Attributes> for Vouched {
    fn from(attributes: Attributes) -> Self {
        let text = |name| attributes.text(name).unwrap_or_default();
        let address = attributes
            .address()
            .map(|address| address.lines().join(" "));
        Self {
            basics: Basics {
                name: text("name"),
                address: address.unwrap_or_default(),
                birthdate: text("birthdate"),
                gender: text("gender"),
            },
            issuer: attributes.issuer,
            verified_at: attributes.verified_at,
        }
    }
}

impl Vouched {
    pub(super) fn seal(&self, keys: &Keys, id: RegistrationId) -> Result<Vec<u8>> {
        keys.seal(ATTRIBUTES, id.as_uuid(), &serde_json::to_vec(self)?)
    }
}

impl Row {
    pub(super) fn vouched(&self, keys: &Keys) -> Result<Vouched> {
        let plain = keys.open(ATTRIBUTES, self.id.as_uuid(), &self.sealed_attributes)?;
        Ok(serde_json::from_slice(&plain)?)
    }

    pub(super) fn seal_reason(&self, keys: &Keys, reason: &str) -> Result<Vec<u8>> {
        keys.seal(REASON, self.id.as_uuid(), reason.as_bytes())
    }

    pub(super) fn reason(&self, keys: &Keys) -> Result<Option<String>> {
        let Some(sealed) = &self.sealed_reason else {
            return Ok(None);
        };
        keys.open_text(REASON, self.id.as_uuid(), sealed).map(Some)
    }
}
