//! 基本4情報, and whether they are the same.

use keys::Keys;
use platform::Result;
use serde::{Deserialize, Serialize};

use super::fold;

/// The four attributes of a person, code point for code point as a provider or the register has them; empty where it
/// has none.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Basics {
    pub(super) name: String,
    /// On one line.
    pub(super) address: String,
    pub(super) birthdate: String,
    pub(super) gender: String,
}

/// Keyed hashes of two attributes each, by which whoever has both is found again.
pub(super) struct PairHashes {
    pub(super) name_birthdate: Vec<u8>,
    pub(super) name_address: Vec<u8>,
    pub(super) birthdate_address: Vec<u8>,
}

impl Basics {
    /// The same as they are compared.
    pub(super) fn folded(&self) -> Self {
        Self {
            name: fold::text(&self.name),
            address: fold::address(&self.address),
            birthdate: fold::birthdate(&self.birthdate),
            gender: fold::gender(&self.gender),
        }
    }

    /// The hashes of folded attributes.
    ///
    /// # Errors
    /// When there is no key.
    pub(super) fn pair_hashes(&self, keys: &Keys) -> Result<PairHashes> {
        let folded = self.folded();
        let hash = |pair: &str, one: &str, other: &str| {
            keys.lookup_hash(&format!("addressees.{pair}"), &format!("{one}\n{other}"))
        };
        Ok(PairHashes {
            name_birthdate: hash("name_birthdate", &folded.name, &folded.birthdate)?,
            name_address: hash("name_address", &folded.name, &folded.address)?,
            birthdate_address: hash("birthdate_address", &folded.birthdate, &folded.address)?,
        })
    }
}
