use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::{MissingYear, OpeningDays, period_end};

#[cfg(test)]
mod tests;

/// The standard processing period of a procedure (標準処理期間, 行政手続法6条) as a counting
/// policy. The act fixes neither unit nor first day and cities count differently, so every
/// part is configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessingPeriod {
    /// How many units; at least 1, zero is refused when read.
    #[serde(deserialize_with = "at_least_one")]
    pub length: u16,
    /// What is counted.
    pub unit: PeriodUnit,
    /// Which day is the first.
    pub start: PeriodStart,
    /// What happens when the last day is closed.
    pub holiday_rule: HolidayRule,
}

/// What a period counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodUnit {
    /// Opening days (開庁日) only.
    OpeningDays,
    /// Every day.
    CalendarDays,
    /// Seven days each.
    Weeks,
    /// By the calendar (暦に従って, 民法143条).
    Months,
}

/// The first day of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodStart {
    /// The day of arrival is day 1 (到達日算入).
    ArrivalDay,
    /// The day after is day 1 (初日不算入, 民法140条).
    DayAfterArrival,
}

/// What a period does when its last day is closed. Without effect on opening days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HolidayRule {
    /// It ends on the next opening day (民法142条).
    NextOpeningDay,
    /// It ends there all the same.
    Unchanged,
}

impl ProcessingPeriod {
    /// The last day of the period for an application that arrived on `arrived_on` (in Japan).
    ///
    /// Day 1 is the arrival day or the day after it. Days and weeks end with their last day,
    /// months by [`period_end`]; opening days skip closed ones, so that after an arrival on a
    /// closed day both starts give the next opening day as day 1.
    ///
    /// `paused_days` is the time the clock stood still, as for a correction, which by the
    /// practice under 行政手続法6条 is not part of the period. They are opening days for a
    /// period in opening days and calendar days for all others, and are added to the last day
    /// before the holiday rule looks at it.
    ///
    /// # Errors
    /// [`MissingYear`] where the table of holidays, or the calendar itself, ends.
    pub fn due_on(
        &self,
        arrived_on: NaiveDate,
        paused_days: u32,
        opening_days: &OpeningDays,
    ) -> Result<NaiveDate, MissingYear> {
        let length = u32::from(self.length);
        let eve = self.eve_of_first_day(arrived_on);
        let last = match self.unit {
            PeriodUnit::OpeningDays => {
                return opening_days.add_opening_days(eve, length.saturating_add(paused_days));
            }
            PeriodUnit::CalendarDays => add_days(eve, length),
            PeriodUnit::Weeks => add_days(eve, 7 * length),
            PeriodUnit::Months => eve.succ_opt().and_then(|first| period_end(first, length)),
        };
        let last = last
            .and_then(|last| add_days(last, paused_days))
            .ok_or(MissingYear(NaiveDate::MAX.year()))?;
        match self.holiday_rule {
            HolidayRule::NextOpeningDay => opening_days.next_open_on_or_after(last),
            HolidayRule::Unchanged => Ok(last),
        }
    }

    fn eve_of_first_day(&self, arrived_on: NaiveDate) -> NaiveDate {
        match self.start {
            PeriodStart::ArrivalDay => arrived_on.pred_opt().unwrap_or(arrived_on),
            PeriodStart::DayAfterArrival => arrived_on,
        }
    }
}

fn add_days(date: NaiveDate, days: u32) -> Option<NaiveDate> {
    date.checked_add_days(Days::new(days.into()))
}

fn at_least_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    match u16::deserialize(deserializer)? {
        0 => Err(de::Error::custom("length must be at least 1")),
        length => Ok(length),
    }
}
