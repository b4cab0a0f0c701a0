//! 基本4情報, and whether they are the same.

use keys::Keys;
use platform::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fold;

/// The four attributes of a person, code point for code point as a provider or the register has them; empty where it
/// has none.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = PersonBasics)]
pub(crate) struct Basics {
    /// 氏名
    #[schema(max_length = 1000, example = "山田 花子")]
    pub(super) name: String,
    /// 住所, on one line.
    #[schema(max_length = 2000, example = "東京都小平市小川町二丁目0番地")]
    pub(super) address: String,
    /// 生年月日, in its source's own notation.
    #[schema(max_length = 500, example = "19900405")]
    pub(super) birthdate: String,
    /// 性別, in its source's own notation.
    #[schema(max_length = 500, example = "2")]
    pub(super) gender: String,
}

/// Which attributes of two people are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AttributeMatches)]
pub(crate) struct Matches {
    /// 氏名
    #[schema(example = true)]
    name: bool,
    /// 住所
    #[schema(example = false)]
    address: bool,
    /// 生年月日
    #[schema(example = true)]
    birthdate: bool,
    /// 性別
    #[schema(example = true)]
    gender: bool,
}

impl Matches {
    pub(super) fn count(self) -> usize {
        let each = [self.name, self.address, self.birthdate, self.gender];
        each.into_iter().filter(|same| *same).count()
    }

    pub(super) fn are_all(self) -> bool {
        self.count() == 4
    }
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

    /// What is the same, as it is compared; what either of them lacks is not.
    pub(super) fn matches(&self, other: &Self) -> Matches {
        let (one, other) = (self.folded(), other.folded());
        let same = |one: &str, other: &str| !one.is_empty() && one == other;
        Matches {
            name: same(&one.name, &other.name),
            address: same(&one.address, &other.address),
            birthdate: same(&one.birthdate, &other.birthdate),
            gender: same(&one.gender, &other.gender),
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
