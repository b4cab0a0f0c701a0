use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

#[cfg(test)]
mod tests;

/// An era (元号) since 明治. 平成 and 令和 began at midnight (昭和64年政令第1号, 平成31年政令第143号);
/// 大正 and 昭和 began in the course of a day, which is written in the new era and read in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 明治, in the solar calendar from 1873-01-01 (明治6年).
    Meiji,
    /// 大正, from 1912-07-30.
    Taisho,
    /// 昭和, from 1926-12-25.
    Showa,
    /// 平成, from 1989-01-08.
    Heisei,
    /// 令和, from 2019-05-01.
    Reiwa,
}

impl Era {
    const NEWEST_FIRST: [Self; 5] = [
        Self::Reiwa,
        Self::Heisei,
        Self::Showa,
        Self::Taisho,
        Self::Meiji,
    ];

    /// Its name, 「令和」.
    pub fn name(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// The letter that stands for it on forms, `R`.
    pub fn letter(self) -> char {
        match self {
            Self::Meiji => 'M',
            Self::Taisho => 'T',
            Self::Showa => 'S',
            Self::Heisei => 'H',
            Self::Reiwa => 'R',
        }
    }

    /// The Gregorian year of its 元年.
    fn first_year(self) -> i32 {
        match self {
            Self::Meiji => 1868,
            Self::Taisho => 1912,
            Self::Showa => 1926,
            Self::Heisei => 1989,
            Self::Reiwa => 2019,
        }
    }

    /// The first day written in it, as year, month, day.
    fn starts(self) -> (i32, u32, u32) {
        match self {
            // Until 明治5年 the calendar was lunisolar, so no Gregorian day answers to it.
            Self::Meiji => (1873, 1, 1),
            Self::Taisho => (1912, 7, 30),
            Self::Showa => (1926, 12, 25),
            Self::Heisei => (1989, 1, 8),
            Self::Reiwa => (2019, 5, 1),
        }
    }

    fn of(date: NaiveDate) -> Option<Self> {
        let day = (date.year(), date.month(), date.day());
        Self::NEWEST_FIRST
            .into_iter()
            .find(|era| era.starts() <= day)
    }

    /// The old era of a day on which the new one began after midnight.
    fn ended_during(date: NaiveDate) -> Option<Self> {
        match (date.year(), date.month(), date.day()) {
            (1912, 7, 30) => Some(Self::Meiji),
            (1926, 12, 25) => Some(Self::Taisho),
            _ => None,
        }
    }
}

/// A day in the years of an era. Written 「令和8年4月1日」, the first year as 「元年」; read from
/// that or from `R8.4.1`, with digits of either width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wareki {
    date: NaiveDate,
    era: Era,
}

/// Why a day has no 和暦, or a text is none. Carries no input: it may be a birthday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WarekiError {
    /// Before 明治6年1月1日 (1873-01-01) Japan counted days by another calendar.
    #[error("days before 1873-01-01 have no date in the solar calendar of Japan")]
    BeforeSolarCalendar,
    /// Neither 「令和8年4月1日」 nor `R8.4.1`.
    #[error("a date is written like 令和8年4月1日 or R8.4.1")]
    Malformed,
    /// The month has no such day, or there is no such month.
    #[error("there is no such day")]
    NoSuchDay,
    /// The day exists, but in another era (平成31年5月1日).
    #[error("the day lies outside the era")]
    OutsideEra,
}

/// The day `date` in the years of its era.
///
/// # Errors
/// [`WarekiError::BeforeSolarCalendar`] before 1873-01-01.
pub fn to_wareki(date: NaiveDate) -> Result<Wareki, WarekiError> {
    let era = Era::of(date).ok_or(WarekiError::BeforeSolarCalendar)?;
    Ok(Wareki { date, era })
}

impl Wareki {
    /// The same day in the Gregorian calendar.
    pub fn date(self) -> NaiveDate {
        self.date
    }

    /// Its era.
    pub fn era(self) -> Era {
        self.era
    }

    /// The year of the era, from 1.
    pub fn year(self) -> i32 {
        self.date.year() - self.era.first_year() + 1
    }

    /// The year as people write it: 「元」 for the first.
    pub(crate) fn year_label(self) -> String {
        match self.year() {
            1 => "元".to_owned(),
            year => year.to_string(),
        }
    }
}

impl fmt::Display for Wareki {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (era, year) = (self.era.name(), self.year_label());
        write!(
            f,
            "{era}{year}年{}月{}日",
            self.date.month(),
            self.date.day()
        )
    }
}

impl FromStr for Wareki {
    type Err = WarekiError;

    fn from_str(text: &str) -> Result<Self, WarekiError> {
        let (era, year, month, day) = split(text).ok_or(WarekiError::Malformed)?;
        let gregorian = era.first_year() + i32::from(year) - 1;
        let date = NaiveDate::from_ymd_opt(gregorian, month.into(), day.into())
            .ok_or(WarekiError::NoSuchDay)?;
        let wareki = to_wareki(date)?;
        if wareki.era == era || Era::ended_during(date) == Some(era) {
            Ok(wareki)
        } else {
            Err(WarekiError::OutsideEra)
        }
    }
}

fn split(text: &str) -> Option<(Era, u16, u16, u16)> {
    Era::NEWEST_FIRST.into_iter().find_map(|era| {
        let (year, month, day) = match text.strip_prefix(era.name()) {
            Some(rest) => split_named(rest)?,
            None => split_dotted(text.strip_prefix(era.letter())?)?,
        };
        let year = if year == "元" { 1 } else { number(year)? };
        Some((era, year, number(month)?, number(day)?))
    })
}

fn split_named(text: &str) -> Option<(&str, &str, &str)> {
    let (year, rest) = text.strip_suffix('日')?.split_once('年')?;
    let (month, day) = rest.split_once('月')?;
    Some((year, month, day))
}

fn split_dotted(text: &str) -> Option<(&str, &str, &str)> {
    let (year, rest) = text.split_once('.')?;
    let (month, day) = rest.split_once('.')?;
    Some((year, month, day))
}

/// A number in digits of either width; no sign, no space.
fn number(text: &str) -> Option<u16> {
    text.chars()
        .map(digit)
        .collect::<Option<String>>()?
        .parse()
        .ok()
}

fn digit(c: char) -> Option<char> {
    let value = match c {
        '０'..='９' => u32::from(c) - u32::from('０'),
        _ => c.to_digit(10)?,
    };
    char::from_digit(value, 10)
}
