use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{Month, jst_date, to_wareki};

/// A fiscal year (会計年度): 1 April to 31 March in Japan (地方自治法208条1項), known by the
/// year it starts in. Text is `FY2030`; JSON is the integer 2030.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i32", into = "i32")]
pub struct FiscalYear(i32);

/// The value is not a fiscal year: its start year has four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a fiscal year is written like FY2030 or 2030")]
pub struct InvalidFiscalYear;

impl FiscalYear {
    /// The fiscal year in which the day `date` (in Japan) lies.
    pub fn of(date: NaiveDate) -> Self {
        Self(date.year() - i32::from(date.month() < 4))
    }

    /// The fiscal year in which the instant `at` lies, by the calendar of Japan.
    pub fn of_instant(at: DateTime<Utc>) -> Self {
        Self::of(jst_date(at))
    }

    /// The calendar year in which it starts.
    pub fn start_year(self) -> i32 {
        self.0
    }

    /// Its 1 April.
    pub fn first_day(self) -> NaiveDate {
        april_first(self.0)
    }

    /// The 1 April after it, which is no longer part of it.
    pub fn end_exclusive(self) -> NaiveDate {
        april_first(self.0.saturating_add(1))
    }

    /// Its twelve months, April first.
    pub fn months(self) -> [Month; 12] {
        let april = Month::of(self.first_day());
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map(|months| april.plus(months))
    }

    /// The fiscal year after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The fiscal year before it.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The name residents read, 「令和12年度」. The era is the one at the end of the calendar
    /// year it starts in: that makes April 2019, still 平成, part of 「令和元年度」, as the
    /// national government decided for the change of 2019.
    pub fn label_ja(self) -> String {
        let wareki = NaiveDate::from_ymd_opt(self.0, 12, 31).and_then(|day| to_wareki(day).ok());
        match wareki {
            Some(wareki) => format!("{}{}年度", wareki.era().name(), wareki.year_label()),
            None => format!("{}年度", self.0),
        }
    }

    /// Its stable identifier in addresses and data sets: `FY2030`.
    pub fn id(self) -> String {
        format!("FY{:04}", self.0)
    }
}

/// 1 April of `year`, or the nearest day the calendar can name.
fn april_first(year: i32) -> NaiveDate {
    let edge = if year < 0 {
        NaiveDate::MIN
    } else {
        NaiveDate::MAX
    };
    NaiveDate::from_ymd_opt(year, 4, 1).unwrap_or(edge)
}

impl fmt::Display for FiscalYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id())
    }
}

impl FromStr for FiscalYear {
    type Err = InvalidFiscalYear;

    fn from_str(text: &str) -> Result<Self, InvalidFiscalYear> {
        let digits = text.strip_prefix("FY").unwrap_or(text);
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidFiscalYear);
        }
        let year: i32 = digits.parse().map_err(|_| InvalidFiscalYear)?;
        year.try_into()
    }
}

impl TryFrom<i32> for FiscalYear {
    type Error = InvalidFiscalYear;

    fn try_from(start_year: i32) -> Result<Self, InvalidFiscalYear> {
        if (1000..=9999).contains(&start_year) {
            Ok(Self(start_year))
        } else {
            Err(InvalidFiscalYear)
        }
    }
}

impl From<FiscalYear> for i32 {
    fn from(year: FiscalYear) -> Self {
        year.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::start_of_jst_day;
    use proptest::prelude::*;

    fn fiscal_year(start_year: i32) -> FiscalYear {
        start_year.try_into().unwrap()
    }

    fn year_at(text: &str) -> i32 {
        FiscalYear::of_instant(text.parse().unwrap()).start_year()
    }

    #[test]
    fn the_year_turns_at_midnight_of_the_first_of_april_in_japan() {
        assert_eq!(year_at("2031-03-31T23:59:59.999+09:00"), 2030);
        assert_eq!(year_at("2031-04-01T00:00:00+09:00"), 2031);
        assert_eq!(year_at("2031-03-31T15:00:00Z"), 2031);
        assert_eq!(year_at("2031-03-31T14:59:59Z"), 2030);
    }

    #[test]
    fn a_year_has_twelve_months_from_april_to_march() {
        let months = fiscal_year(2030).months().map(|month| month.to_string());
        assert_eq!(months[0], "2030-04");
        assert_eq!(months[8], "2030-12");
        assert_eq!(months[9], "2031-01");
        assert_eq!(months[11], "2031-03");
        assert_eq!(
            fiscal_year(2030).months()[11].end_exclusive(),
            fiscal_year(2030).end_exclusive()
        );
    }

    #[test]
    fn the_label_follows_the_era() {
        let labels = [1988, 1989, 2018, 2019, 2020, 2030].map(|year| fiscal_year(year).label_ja());
        let expected = [
            "昭和63年度",
            "平成元年度",
            "平成30年度",
            "令和元年度",
            "令和2年度",
            "令和12年度",
        ];
        assert_eq!(labels, expected);
    }

    #[test]
    fn both_spellings_are_read_and_one_is_written() {
        assert_eq!("FY2030".parse(), Ok(fiscal_year(2030)));
        assert_eq!("2030".parse(), Ok(fiscal_year(2030)));
        assert_eq!(fiscal_year(2030).to_string(), "FY2030");
        for text in [
            "",
            "FY",
            "fy2030",
            "FY30",
            "+2030",
            "-2030",
            "20300",
            "FY2030 ",
            "２０３０",
        ] {
            assert_eq!(text.parse::<FiscalYear>(), Err(InvalidFiscalYear), "{text}");
        }
    }

    #[test]
    fn json_is_an_integer_of_four_digits() {
        assert_eq!(serde_json::to_string(&fiscal_year(2030)).unwrap(), "2030");
        assert_eq!(
            serde_json::from_str::<FiscalYear>("2030").unwrap(),
            fiscal_year(2030)
        );
        assert!(serde_json::from_str::<FiscalYear>("30").is_err());
        assert!(serde_json::from_str::<FiscalYear>(r#""FY2030""#).is_err());
    }

    #[test]
    fn the_edges_of_the_calendar_do_not_panic() {
        for date in [NaiveDate::MIN, NaiveDate::MAX] {
            let year = FiscalYear::of(date);
            assert!(year.first_day() <= date && date <= year.end_exclusive());
            assert_eq!(year.months().len(), 12);
        }
    }

    proptest! {
        #[test]
        fn every_day_lies_in_exactly_one_fiscal_year(days in -30_000i32..60_000) {
            let date = NaiveDate::from_epoch_days(days).unwrap();
            let year = FiscalYear::of(date);
            prop_assert!(year.first_day() <= date && date < year.end_exclusive());
            prop_assert_eq!(year.end_exclusive(), year.next().first_day());
            prop_assert_eq!(year.next().previous(), year);
            prop_assert_eq!(FiscalYear::of_instant(start_of_jst_day(date)), year);
        }
    }
}
