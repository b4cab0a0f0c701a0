//! What a register lacks that the one before had: a file that was cut short, or an export without its 支援措置, looks like
//! people who have gone and protection that has ended.

/// So many of a hundred are refused to be lost at one time; a daily import loses a few in a thousand.
const MOST_OF_A_HUNDRED: i64 = 10;
/// So few are never refused: in a small register one person is more than a tenth.
const A_HANDFUL: i64 = 5;

/// Whether an import may take away much of what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loss {
    /// It is refused: the file is likely to be wrong.
    Refuse,
    /// Somebody has looked at the file and says it is right.
    Accept,
}

/// More people or protection would be lost than is likely.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{} of {} people would be gone and {} of {} no longer protected; nothing was imported. \
     If the file is right, import it with --accept-losses",
    people.lost(), people.before, protected.lost(), protected.before
)]
pub struct Losses {
    pub(super) people: Change,
    pub(super) protected: Change,
}

/// How many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) before: i64,
    pub(super) after: i64,
}

impl Change {
    fn lost(self) -> i64 {
        (self.before - self.after).max(0)
    }

    fn is_unlikely(self) -> bool {
        self.lost() > A_HANDFUL && self.lost() * 100 > self.before * MOST_OF_A_HUNDRED
    }
}

impl Losses {
    /// # Errors
    /// Itself, when people or protection fall unlikely far.
    pub(super) fn refuse_unlikely(self) -> Result<(), Self> {
        if self.people.is_unlikely() || self.protected.is_unlikely() {
            Err(self)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_tenth_and_more_than_a_handful_is_unlikely() {
        for (before, after, unlikely) in [
            (0, 0, false),
            (5, 0, false),
            (6, 0, true),
            (59, 53, true),
            (60, 54, false),
            (100_000, 90_000, false),
            (100_000, 89_999, true),
            (10, 1_000, false),
        ] {
            let change = Change { before, after };
            assert_eq!(change.is_unlikely(), unlikely, "{before} {after}");
        }
    }
}
