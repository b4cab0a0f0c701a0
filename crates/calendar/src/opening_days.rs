use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};

use crate::{MissingYear, holiday, jst_date};

/// The days on which the city hall is open (開庁日): Monday to Friday, except holidays and
/// 29 December to 3 January. Cities fix their closed days by ordinance (地方自治法4条の2), most
/// with these days; what an ordinance adds or opens is handed in as the city's own days.
#[derive(Clone, Debug, Default)]
pub struct OpeningDays {
    /// The city's own days: is it open?
    city: BTreeMap<NaiveDate, bool>,
}

impl OpeningDays {
    /// The calendar of a city without days of its own.
    pub fn national() -> Self {
        Self::default()
    }

    /// Adds the city's own closures; of two statements about a day the later one holds.
    #[must_use]
    pub fn with_city_days(self, closed: impl IntoIterator<Item = NaiveDate>) -> Self {
        self.with(closed, false)
    }

    /// Adds days on which the city is open although it would be closed, such as the Sunday
    /// counters of the moving season; of two statements about a day the later one holds.
    #[must_use]
    pub fn with_city_openings(self, opened: impl IntoIterator<Item = NaiveDate>) -> Self {
        self.with(opened, true)
    }

    fn with(mut self, days: impl IntoIterator<Item = NaiveDate>, open: bool) -> Self {
        self.city.extend(days.into_iter().map(|day| (day, open)));
        self
    }

    /// Whether the city hall is open on `date`.
    ///
    /// # Errors
    /// [`MissingYear`] where the table of holidays ends, whatever the day of the week.
    pub fn is_open(&self, date: NaiveDate) -> Result<bool, MissingYear> {
        let by_rule = holiday(date)?.is_none() && !is_weekend(date) && !is_turn_of_year(date);
        Ok(self.city.get(&date).copied().unwrap_or(by_rule))
    }

    /// `date` if it is open, else the first opening day after it: a period whose last day is a
    /// holiday ends on the next day of business (民法142条; for filings 地方自治法4条の2第4項).
    ///
    /// # Errors
    /// [`MissingYear`] where the search leaves the table of holidays.
    pub fn next_open_on_or_after(&self, date: NaiveDate) -> Result<NaiveDate, MissingYear> {
        let mut day = date;
        while !self.is_open(day)? {
            day = day_after(day)?;
        }
        Ok(day)
    }

    /// The `n`-th opening day after `date`, which itself is not counted; zero gives `date`.
    ///
    /// # Errors
    /// [`MissingYear`] where the count leaves the table of holidays.
    pub fn add_opening_days(&self, date: NaiveDate, n: u32) -> Result<NaiveDate, MissingYear> {
        (0..n).try_fold(date, |day, _| self.next_open_on_or_after(day_after(day)?))
    }
}

/// The day an application that arrived at `arrived_at` is accepted (受付): the day of arrival in
/// Japan if that is an opening day, else the next one.
///
/// # Errors
/// [`MissingYear`] where the table of holidays ends.
pub fn accepted_on(
    arrived_at: DateTime<Utc>,
    opening_days: &OpeningDays,
) -> Result<NaiveDate, MissingYear> {
    opening_days.next_open_on_or_after(jst_date(arrived_at))
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

/// 29 December to 3 January, as for the state (行政機関の休日に関する法律1条1項3号).
fn is_turn_of_year(date: NaiveDate) -> bool {
    matches!((date.month(), date.day()), (12, 29..) | (1, ..=3))
}

fn day_after(date: NaiveDate) -> Result<NaiveDate, MissingYear> {
    date.succ_opt().ok_or(MissingYear(date.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn accepted(arrived_at: &str) -> NaiveDate {
        accepted_on(arrived_at.parse().unwrap(), &OpeningDays::national()).unwrap()
    }

    #[test]
    fn weekends_holidays_and_the_turn_of_the_year_are_closed() {
        let national = OpeningDays::national();
        let closed = [
            "2026-04-04",
            "2026-04-05",
            "2026-04-29",
            "2026-05-06",
            "2026-09-22",
        ];
        let turn = [
            "2026-12-29",
            "2026-12-30",
            "2026-12-31",
            "2027-01-01",
            "2024-01-02",
            "2024-01-03",
        ];
        for date in closed.into_iter().chain(turn) {
            assert_eq!(national.is_open(day(date)), Ok(false), "{date}");
        }
        for date in ["2026-04-01", "2026-09-24", "2026-12-28", "2027-01-04"] {
            assert_eq!(national.is_open(day(date)), Ok(true), "{date}");
        }
    }

    #[test]
    fn the_city_closes_and_opens_days_of_its_own() {
        let hiroshima = OpeningDays::national()
            .with_city_days([day("2026-08-06")])
            .with_city_openings([day("2026-03-29")]);
        assert_eq!(hiroshima.is_open(day("2026-08-06")), Ok(false));
        assert_eq!(hiroshima.is_open(day("2026-03-29")), Ok(true));
        assert_eq!(hiroshima.is_open(day("2026-03-28")), Ok(false));
        assert_eq!(
            hiroshima.next_open_on_or_after(day("2026-08-06")),
            Ok(day("2026-08-07"))
        );
    }

    #[test]
    fn a_year_without_a_table_is_an_error_even_on_a_sunday() {
        let city = OpeningDays::national().with_city_days([day("2029-01-07")]);
        assert_eq!(city.is_open(day("2029-01-07")), Err(MissingYear(2029)));
        assert_eq!(
            city.next_open_on_or_after(day("2028-12-29")),
            Err(MissingYear(2029))
        );
        assert_eq!(
            city.add_opening_days(day("2028-12-01"), u32::MAX),
            Err(MissingYear(2029))
        );
        assert_eq!(
            city.is_open(NaiveDate::MAX),
            Err(MissingYear(NaiveDate::MAX.year()))
        );
    }

    #[test]
    fn adding_opening_days_skips_the_golden_week() {
        let national = OpeningDays::national();
        assert_eq!(
            national.add_opening_days(day("2019-04-26"), 1),
            Ok(day("2019-05-07"))
        );
        assert_eq!(
            national.add_opening_days(day("2026-05-01"), 2),
            Ok(day("2026-05-08"))
        );
        assert_eq!(
            national.add_opening_days(day("2026-05-02"), 0),
            Ok(day("2026-05-02"))
        );
    }

    #[test]
    fn a_filing_at_the_last_second_of_a_day_is_accepted_that_day() {
        assert_eq!(accepted("2026-06-30T23:59:59+09:00"), day("2026-06-30"));
        assert_eq!(accepted("2026-07-01T00:00:00+09:00"), day("2026-07-01"));
    }

    #[test]
    fn a_filing_on_a_closed_day_is_accepted_on_the_next_opening_day() {
        assert_eq!(accepted("2026-07-03T14:59:59Z"), day("2026-07-03"));
        assert_eq!(accepted("2026-07-03T15:00:00Z"), day("2026-07-06"));
        assert_eq!(accepted("2026-12-28T23:59:59+09:00"), day("2026-12-28"));
        assert_eq!(accepted("2026-12-29T00:00:00+09:00"), day("2027-01-04"));
    }
}
