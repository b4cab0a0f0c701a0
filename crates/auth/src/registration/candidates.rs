//! Who of the register a resident may be.

use chrono::{DateTime, Utc};
use keys::Keys;
use platform::{AsyncPgConnection, Result};

use super::addressee::{Addressee, AddresseeId};
use super::basics::{Basics, Matches};
use super::store::{self, FoundRow};

/// A person of the register beside a resident.
pub(super) struct Candidate {
    pub(super) id: AddresseeId,
    pub(super) addressee: Addressee,
    pub(super) matches: Matches,
    pub(super) protected: bool,
    pub(super) gone_at: Option<DateTime<Utc>>,
}

impl Candidate {
    /// # Errors
    /// When what the register says cannot be opened.
    pub(super) fn beside(basics: &Basics, found: FoundRow, keys: &Keys) -> Result<Self> {
        let addressee = Addressee::open(keys, found.id, &found.sealed)?;
        Ok(Self {
            id: found.id,
            matches: basics.matches(&addressee.basics),
            addressee,
            protected: found.protected,
            gone_at: found.gone_at,
        })
    }

    fn is_certain(&self) -> bool {
        self.matches.are_all() && self.gone_at.is_none()
    }
}

/// Everybody who shares two of name, birthdate and address, the likeliest first.
pub(super) async fn candidates(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    basics: &Basics,
) -> Result<Vec<Candidate>> {
    let found = store::find_by_pairs(conn, &basics.pair_hashes(keys)?).await?;
    let beside = found.into_iter();
    let beside = beside.map(|found| Candidate::beside(basics, found, keys));
    let mut candidates = beside.collect::<Result<Vec<_>>>()?;
    candidates.sort_by_key(|candidate| std::cmp::Reverse(candidate.matches.count()));
    Ok(candidates)
}

/// The only one of whom all four attributes are the resident's, if there is exactly one.
pub(super) fn only_certain(candidates: &[Candidate]) -> Option<AddresseeId> {
    let mut certain = candidates.iter().filter(|candidate| candidate.is_certain());
    match (certain.next(), certain.next()) {
        (Some(one), None) => Some(one.id),
        _ => None,
    }
}
