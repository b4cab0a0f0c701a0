//! The kinds of mandates, how each begins, and when the law ends it.

use calendar::attains_age_on;
use chrono::{Days, NaiveDate};
use platform::{Error, Result};

use crate::model::unwritable;

/// Years at which one is of age (民法4条).
const MAJORITY: u32 = 18;

platform::text_enum! {
    /// Why somebody may act for somebody else.
    MandateKind {
        /// 親権者・未成年後見人
        GuardianOfChild = "guardian_of_child",
        /// 成年後見人・保佐人・補助人
        GuardianOfAdult = "guardian_of_adult",
        /// 任意代理人（委任）
        Attorney = "attorney",
        /// 同一世帯員
        HouseholdMember = "household_member",
        /// 法人の代表者・担当者
        CompanyOfficer = "company_officer",
    }
}

/// How a mandate begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beginning {
    /// The principal gives it, and the representative accepts.
    Given,
    /// The representative claims it, and a clerk verifies it by evidence: the principal cannot speak for themselves here.
    Claimed,
}

impl MandateKind {
    pub(crate) const fn beginning(self) -> Beginning {
        match self {
            Self::Attorney | Self::HouseholdMember => Beginning::Given,
            Self::GuardianOfChild | Self::GuardianOfAdult | Self::CompanyOfficer => {
                Beginning::Claimed
            }
        }
    }

    /// The first day on which the law lets it hold no more, for somebody born on the day.
    ///
    /// A child is of age from the birthday on: the year is complete when its eve ends (年齢計算ニ関スル法律).
    pub(crate) fn ends_by_law(self, born: Option<NaiveDate>) -> Option<NaiveDate> {
        let born = born.filter(|_| self == Self::GuardianOfChild)?;
        attains_age_on(born, MAJORITY)?.checked_add_days(Days::new(1))
    }
}

/// The days on which a mandate holds: from the first until the last, which is no more one of them.
///
/// # Errors
/// `out_of_range` for days that no calendar has; `over` when none is left, after what the law ends.
pub(crate) fn term(
    kind: MandateKind,
    from: NaiveDate,
    until: Option<NaiveDate>,
    born: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<Option<NaiveDate>> {
    for (pointer, day) in [
        ("/extent/valid_from", Some(from)),
        ("/extent/valid_until", until),
    ] {
        if let Some(error) = unwritable(pointer, day) {
            return Err(Error::validation(vec![error]));
        }
    }
    let by_law = kind.ends_by_law(born);
    let ends = until.into_iter().chain(by_law).min();
    if ends.is_some_and(|ends| ends <= from || ends <= today) {
        let (pointer, message) = if ends == until {
            (
                "/extent/valid_until",
                "終わりの日は、始まりの日と今日より後にしてください。",
            )
        } else {
            (
                "/principal/birthdate",
                "成年（18歳）に達した方の親権者としては登録できません。",
            )
        };
        return Err(Error::field(pointer, "over", message));
    }
    Ok(ends)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_guardian_of_a_child_acts_until_the_eve_of_the_eighteenth_birthday() {
        let ends = |born| MandateKind::GuardianOfChild.ends_by_law(Some(day(born)));
        assert_eq!(ends("2010-05-14"), Some(day("2028-05-14")));
        // Born on 29 February: of age when 28 February 2026 ends.
        assert_eq!(ends("2008-02-29"), Some(day("2026-03-01")));
        assert_eq!(
            MandateKind::GuardianOfAdult.ends_by_law(Some(day("2010-05-14"))),
            None
        );
    }

    #[test]
    fn the_earlier_of_will_and_law_ends_it() {
        let term = |until: &str| {
            let until = Some(day(until));
            term(
                MandateKind::GuardianOfChild,
                day("2026-11-24"),
                until,
                Some(day("2010-05-14")),
                day("2026-11-24"),
            )
        };
        assert_eq!(term("2027-04-01").unwrap(), Some(day("2027-04-01")));
        assert_eq!(term("2040-04-01").unwrap(), Some(day("2028-05-14")));
        assert!(term("2026-11-24").is_err());
    }

    proptest! {
        #[test]
        fn nobody_is_under_age_and_of_age_on_the_same_day(days in 0_u64..40_000) {
            let born = day("1920-01-01") + Days::new(days);
            let ends = MandateKind::GuardianOfChild.ends_by_law(Some(born)).unwrap();
            prop_assert_eq!(calendar::age_on(born, ends), MAJORITY);
            prop_assert_eq!(calendar::age_on(born, ends.pred_opt().unwrap()), MAJORITY - 1);
        }
    }
}
