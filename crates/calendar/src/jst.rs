use chrono::{DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Utc};

const OFFSET: TimeDelta = TimeDelta::hours(9);

/// Japan Standard Time, +09:00 all year; Japan has had no summer time since 1951.
pub const JST: FixedOffset = match FixedOffset::east_opt(9 * 60 * 60) {
    Some(offset) => offset,
    // Evaluated by the compiler, so it can never be met at run time.
    None => unreachable!(),
};

/// The calendar day in Japan at the instant `at`.
pub fn jst_date(at: DateTime<Utc>) -> NaiveDate {
    jst_datetime(at).date_naive()
}

/// The instant `at` as read from a clock in Japan.
pub fn jst_datetime(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    at.with_timezone(&JST)
}

/// The instant at which `day` begins in Japan: 15:00 UTC of the day before.
pub fn start_of_jst_day(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN)
        .and_utc()
        .checked_sub_signed(OFFSET)
        .unwrap_or(DateTime::<Utc>::MIN_UTC)
}

/// Whether a day has a year of four digits, as dates are written on forms (RFC 3339) and databases keep them.
pub fn is_writable(day: NaiveDate) -> bool {
    (1..=9999).contains(&day.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_last_second_of_a_day_and_midnight_are_different_days() {
        let day = |text| jst_date(at(text)).to_string();
        assert_eq!(day("2026-06-30T23:59:59+09:00"), "2026-06-30");
        assert_eq!(day("2026-06-30T23:59:59.999999+09:00"), "2026-06-30");
        assert_eq!(day("2026-07-01T00:00:00+09:00"), "2026-07-01");
    }

    #[test]
    fn a_utc_afternoon_is_already_tomorrow_in_japan() {
        assert_eq!(
            jst_datetime(at("2026-12-31T15:00:00Z")).to_rfc3339(),
            "2027-01-01T00:00:00+09:00"
        );
    }

    proptest! {
        #[test]
        fn a_day_begins_exactly_where_the_day_before_ends(days in 0i32..40_000) {
            let day = NaiveDate::from_epoch_days(days).unwrap();
            let start = start_of_jst_day(day);
            prop_assert_eq!(jst_date(start), day);
            prop_assert_eq!(jst_date(start - TimeDelta::nanoseconds(1)), day.pred_opt().unwrap());
        }
    }
}
