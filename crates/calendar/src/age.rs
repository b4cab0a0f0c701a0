use chrono::NaiveDate;

use crate::period_end;

/// The age in whole years held throughout the day `on`; zero before birth.
///
/// A year of age is complete when the eve of the birthday ends at 24:00 (年齢計算ニ関スル法律,
/// 民法143条), so `on` shows the new age from the birthday, and for a birth on 29 February from
/// 1 March of a common year. Where a statute asks for the day an age is *attained* (達する日),
/// which is the eve, use [`attains_age_on`].
pub fn age_on(born: NaiveDate, on: NaiveDate) -> u32 {
    on.years_since(born).unwrap_or(0)
}

/// The day at whose end a person born on `born` completes `years`, 「`years`歳に達する日」: the
/// eve of the birthday, 28 February for a birth on 29 February. Statutes that count from it
/// include 児童手当法 (18歳に達する日以後の最初の3月31日) and 学校教育法17条.
///
/// `None` past the last day chrono can name.
pub fn attains_age_on(born: NaiveDate, years: u32) -> Option<NaiveDate> {
    period_end(born, years.checked_mul(12)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_birthday_eve_completes_the_year() {
        let born = day("2008-04-02");
        assert_eq!(attains_age_on(born, 18), Some(day("2026-04-01")));
        assert_eq!(age_on(born, day("2026-04-01")), 17);
        assert_eq!(age_on(born, day("2026-04-02")), 18);
    }

    #[test]
    fn a_child_of_the_first_of_april_belongs_to_the_older_school_year() {
        assert_eq!(
            attains_age_on(day("2020-04-01"), 6),
            Some(day("2026-03-31"))
        );
        assert_eq!(
            attains_age_on(day("2020-04-02"), 6),
            Some(day("2026-04-01"))
        );
    }

    #[test]
    fn a_leap_day_birth_ages_at_the_end_of_february_28() {
        let born = day("2008-02-29");
        assert_eq!(attains_age_on(born, 18), Some(day("2026-02-28")));
        assert_eq!(age_on(born, day("2026-02-28")), 17);
        assert_eq!(age_on(born, day("2026-03-01")), 18);
        assert_eq!(attains_age_on(born, 20), Some(day("2028-02-28")));
        assert_eq!(age_on(born, day("2028-02-28")), 19);
        assert_eq!(age_on(born, day("2028-02-29")), 20);
    }

    #[test]
    fn a_birth_on_march_1_ages_on_the_last_of_february() {
        assert_eq!(
            attains_age_on(day("2007-03-01"), 19),
            Some(day("2026-02-28"))
        );
        assert_eq!(
            attains_age_on(day("2007-03-01"), 21),
            Some(day("2028-02-29"))
        );
    }

    #[test]
    fn nobody_has_an_age_before_birth() {
        let born = day("2026-04-01");
        assert_eq!(age_on(born, born), 0);
        assert_eq!(age_on(born, day("2020-01-01")), 0);
        assert_eq!(attains_age_on(born, u32::MAX), None);
    }

    proptest! {
        #[test]
        fn the_day_after_attaining_an_age_is_its_first(days in -20_000i32..25_000, years in 1u32..120) {
            let born = NaiveDate::from_epoch_days(days).unwrap();
            let attained = attains_age_on(born, years).unwrap();
            prop_assert_eq!(age_on(born, attained), years - 1);
            prop_assert_eq!(age_on(born, attained.succ_opt().unwrap()), years);
        }
    }
}
