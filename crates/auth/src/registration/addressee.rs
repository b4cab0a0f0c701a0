//! 宛名: a person of the city's register.

use keys::Keys;
use platform::Result;
use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid, Version};

use super::basics::Basics;
use super::fold;

platform::id!(
    /// The place of a 宛名番号 in the portal. Whoever has the number and the keys finds it, and nobody else.
    AddresseeId
);

/// What they are sealed for.
const SEALED: &str = "addressees.sealed";

/// What the register says of a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Addressee {
    /// 宛名番号: the city's own key of a person; never shown to residents.
    pub(super) number: String,
    #[serde(flatten)]
    pub(super) basics: Basics,
}

impl AddresseeId {
    /// The place of a number, however wide its digits are.
    ///
    /// # Errors
    /// When there is no key.
    pub(super) fn of(keys: &Keys, number: &str) -> Result<Self> {
        let hash = keys.lookup_hash("addressees.number", &fold::text(number))?;
        let mut bytes = [0; 16];
        for (byte, hashed) in bytes.iter_mut().zip(hash) {
            *byte = hashed;
        }
        // Version 8 of RFC 9562: an id that is not of a moment.
        let id: Uuid = Builder::from_bytes(bytes)
            .with_version(Version::Custom)
            .into_uuid();
        Ok(id.into())
    }
}

impl Addressee {
    pub(super) fn seal(&self, keys: &Keys, id: AddresseeId) -> Result<Vec<u8>> {
        keys.seal(SEALED, id.as_uuid(), &serde_json::to_vec(self)?)
    }

    pub(super) fn open(keys: &Keys, id: AddresseeId, sealed: &[u8]) -> Result<Self> {
        let plain = keys.open(SEALED, id.as_uuid(), sealed)?;
        Ok(serde_json::from_slice(&plain)?)
    }
}
