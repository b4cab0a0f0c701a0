//! The life of a version: written, published, in force, superseded or retired. Pure.
//!
//! ```text
//! draft ──publish──► scheduled ──its day──► in_force ──the next one's day──► superseded
//!                        └──────retire──────────┴──► retired
//! ```
//! What is published never changes; a state is told from the moments on record and the time.

use chrono::{DateTime, Utc};
use platform::{Code, Error, Result};

platform::text_enum! {
    /// Where a published version stands.
    VersionState {
        /// Its day is still to come.
        Scheduled = "scheduled",
        /// The one to fill in.
        InForce = "in_force",
        /// A later one has taken its place.
        Superseded = "superseded",
        /// Taken out of use, or back before its day.
        Retired = "retired",
    }
}

/// What is on record of a published version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moments {
    pub(crate) in_force_from: DateTime<Utc>,
    pub(crate) retired_at: Option<DateTime<Utc>>,
}

impl Moments {
    /// Taken back before its day: as if it had never been.
    pub(crate) fn is_cancelled(&self) -> bool {
        let retired = self.retired_at;
        retired.is_some_and(|retired| retired < self.in_force_from)
    }
}

/// Where each version of a procedure stands; they come newest first.
pub(crate) fn states(newest_first: &[Moments], now: DateTime<Utc>) -> Vec<VersionState> {
    let has_begun = |v: &Moments| v.in_force_from <= now && !v.is_cancelled();
    let newest = newest_first.iter().position(has_begun);
    let numbered = newest_first.iter().enumerate();
    numbered
        .map(|(n, version)| {
            if version.retired_at.is_some_and(|retired| retired <= now) {
                VersionState::Retired
            } else if version.in_force_from > now {
                VersionState::Scheduled
            } else if newest == Some(n) {
                VersionState::InForce
            } else {
                VersionState::Superseded
            }
        })
        .collect()
}

/// Which of the versions, newest first, is the one to fill in. When that one is retired, none is: no earlier one
/// comes back by itself.
pub(crate) fn in_force(newest_first: &[Moments], now: DateTime<Utc>) -> Option<usize> {
    let states = states(newest_first, now);
    states
        .iter()
        .position(|state| *state == VersionState::InForce)
}

/// What is not in use any more cannot be retired.
///
/// # Errors
/// 409 `illegal_transition`
pub(crate) fn retire(state: VersionState) -> Result<()> {
    match state {
        VersionState::Scheduled | VersionState::InForce => Ok(()),
        VersionState::Superseded | VersionState::Retired => {
            let none: [&str; 0] = [];
            Err(Error::new(Code::IllegalTransition).allowed_events(none))
        }
    }
}

/// The moment from which a version is in force that is published now: now, or within two years, and not before one
/// that is there already.
///
/// # Errors
/// 422 at `/in_force_from`
pub(crate) fn in_force_from(
    wished: Option<DateTime<Utc>>,
    others: &[Moments],
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>> {
    let from = wished.unwrap_or(now);
    let refuse = |code, message: &str| Err(Error::field("/in_force_from", code, message));
    if from < now {
        return refuse("in_the_past", "使い始める日時は、今より後にしてください。");
    }
    if from > now + chrono::Days::new(731) {
        return refuse("too_far", "使い始める日時は、2年以内にしてください。");
    }
    let standing = others.iter().filter(|other| !other.is_cancelled());
    if standing.map(|other| other.in_force_from).max() > Some(from) {
        let message = "公開済みの版が使われ始める日時より後にしてください。";
        return refuse("before_another", message);
    }
    Ok(from)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn version(from: i64, retired: Option<i64>) -> Moments {
        Moments {
            in_force_from: at(from),
            retired_at: retired.map(at),
        }
    }

    #[test]
    fn a_version_is_in_force_from_its_day_to_the_next_ones() {
        use VersionState::{InForce, Scheduled, Superseded};
        let versions = [version(10, None), version(0, None)];
        assert_eq!(states(&versions, at(9)), [Scheduled, InForce]);
        assert_eq!(states(&versions, at(10)), [InForce, Superseded]);
    }

    #[test]
    fn retiring_what_is_in_force_leaves_nothing_and_taking_back_what_is_not_leaves_the_other() {
        assert_eq!(
            in_force(&[version(5, Some(7)), version(0, None)], at(8)),
            None
        );
        assert_eq!(
            in_force(&[version(5, Some(3)), version(0, None)], at(8)),
            Some(1)
        );
    }

    #[test]
    fn a_version_begins_now_or_later_and_never_before_another() {
        let others = [version(20, None), version(30, Some(1)), version(0, None)];
        for (wished, good) in [(None, false), (Some(9), false), (Some(20), true)] {
            let from = in_force_from(wished.map(at), &others, at(10));
            assert_eq!(from.is_ok(), good, "{wished:?}");
        }
        assert_eq!(in_force_from(None, &others, at(25)).unwrap(), at(25));
        assert!(in_force_from(Some(at(24 * 800)), &others, at(25)).is_err());
    }

    proptest! {
        #[test]
        fn at_most_one_version_is_in_force_and_none_before_its_day(
            versions in proptest::collection::vec((0..50_i64, proptest::option::of(0..50_i64)), 0..6),
            now in 0..60_i64,
        ) {
            let versions: Vec<_> = versions.into_iter().map(|(from, retired)| version(from, retired)).collect();
            let states = states(&versions, at(now));
            let in_force = states.iter().filter(|state| **state == VersionState::InForce).count();
            prop_assert!(in_force <= 1);
            for (version, state) in versions.iter().zip(&states) {
                prop_assert_eq!(*state == VersionState::Scheduled,
                    version.in_force_from > at(now) && version.retired_at.is_none_or(|r| r > at(now)));
            }
        }
    }
}
