use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// A calendar month, written `2031-04` as text and in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month(NaiveDate);

/// The text is not a month of the form `2031-04`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a month is written like 2031-04")]
pub struct InvalidMonth;

impl Month {
    /// The month in which `date` lies.
    pub fn of(date: NaiveDate) -> Self {
        Self(date.with_day(1).unwrap_or(date))
    }

    /// Its first day.
    pub fn start(self) -> NaiveDate {
        self.0
    }

    /// The first day of the next month, which is no longer part of this one.
    pub fn end_exclusive(self) -> NaiveDate {
        self.next().start()
    }

    /// The month after this one.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }

    /// The month `months` later; the last month of the calendar has no later one.
    #[must_use]
    pub(crate) fn plus(self, months: u32) -> Self {
        let later = self.0.checked_add_months(Months::new(months));
        Self(later.unwrap_or(self.0))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m"))
    }
}

impl FromStr for Month {
    type Err = InvalidMonth;

    fn from_str(text: &str) -> Result<Self, InvalidMonth> {
        let month = format!("{text}-01")
            .parse()
            .map(Self)
            .map_err(|_| InvalidMonth)?;
        // chrono also reads "2031-4": one month has one spelling.
        if month.to_string() == text {
            Ok(month)
        } else {
            Err(InvalidMonth)
        }
    }
}

impl TryFrom<String> for Month {
    type Error = InvalidMonth;

    fn try_from(text: String) -> Result<Self, InvalidMonth> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_runs_from_its_first_day_to_the_first_of_the_next() {
        let december = Month::of(NaiveDate::from_ymd_opt(2027, 12, 31).unwrap());
        assert_eq!(december, month("2027-12"));
        assert_eq!(december.start().to_string(), "2027-12-01");
        assert_eq!(december.end_exclusive().to_string(), "2028-01-01");
        assert_eq!(december.next(), month("2028-01"));
        assert!(december < december.next());
    }

    #[test]
    fn json_is_the_same_text_as_display() {
        assert_eq!(
            serde_json::to_string(&month("2031-04")).unwrap(),
            r#""2031-04""#
        );
        assert_eq!(
            serde_json::from_str::<Month>(r#""2031-04""#).unwrap(),
            month("2031-04")
        );
    }

    #[test]
    fn other_spellings_of_a_month_are_refused() {
        for text in [
            "2031-4",
            "2031-13",
            "2031-00",
            "2031",
            "2031-04-01",
            " 2031-04",
            "",
        ] {
            assert_eq!(text.parse::<Month>(), Err(InvalidMonth), "{text}");
        }
    }
}
