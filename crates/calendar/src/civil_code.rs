use chrono::{Datelike, Months, NaiveDate};

/// The last day of a period of `months` counted from the start of `first_day` (民法143条2項):
/// the eve of the corresponding day, or the month's last day where that day does not exist.
/// From 31 January one month ends on 28 February; a year is twelve months.
///
/// `None` past the last day chrono can name.
pub fn period_end(first_day: NaiveDate, months: u32) -> Option<NaiveDate> {
    let end = first_day.checked_add_months(Months::new(months))?;
    if end.day() == first_day.day() {
        end.pred_opt()
    } else {
        // chrono has already fallen back to the last day of the month.
        Some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(first_day: &str, months: u32) -> String {
        period_end(first_day.parse().unwrap(), months)
            .unwrap()
            .to_string()
    }

    #[test]
    fn a_period_ends_on_the_eve_of_the_corresponding_day() {
        assert_eq!(end("2026-04-01", 1), "2026-04-30");
        assert_eq!(end("2026-04-16", 2), "2026-06-15");
        assert_eq!(end("2026-03-01", 12), "2027-02-28");
    }

    #[test]
    fn without_a_corresponding_day_the_month_ends_the_period() {
        assert_eq!(end("2026-01-31", 1), "2026-02-28");
        assert_eq!(end("2028-01-31", 1), "2028-02-29");
        assert_eq!(end("2026-01-29", 1), "2026-02-28");
        assert_eq!(end("2026-03-31", 1), "2026-04-30");
    }

    #[test]
    fn the_shortest_month_still_has_a_corresponding_day() {
        assert_eq!(end("2026-01-28", 1), "2026-02-27");
        assert_eq!(end("2028-01-29", 1), "2028-02-28");
    }

    #[test]
    fn a_period_beyond_the_calendar_has_no_end() {
        assert_eq!(period_end(NaiveDate::MAX, 1), None);
    }
}
