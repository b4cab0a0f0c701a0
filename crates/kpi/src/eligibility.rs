//! When a procedure accepts digital applications: only then do its applications count, on either side.

use calendar::Month;
use chrono::NaiveDate;

/// Days of Asia/Tokyo in which a procedure accepts digital applications, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) starts_on: NaiveDate,
    pub(crate) ends_on: Option<NaiveDate>,
}

impl Interval {
    /// Whether all days of a half-open period lie within.
    fn covers(self, starts_on: NaiveDate, ends_on: NaiveDate) -> bool {
        self.starts_on <= starts_on && self.ends_on.is_none_or(|end| ends_on <= end)
    }

    fn first_day_in(self, month: Month) -> Option<NaiveDate> {
        let day = self.starts_on.max(month.start());
        let inside = day < month.end_exclusive() && self.ends_on.is_none_or(|end| day < end);
        inside.then_some(day)
    }
}

/// Whether the half-open period lies within one of the intervals.
pub(crate) fn covers(intervals: &[Interval], starts_on: NaiveDate, ends_on: NaiveDate) -> bool {
    intervals
        .iter()
        .any(|interval| interval.covers(starts_on, ends_on))
}

/// The first day of the month that lies within the intervals.
pub(crate) fn first_day_in(intervals: &[Interval], month: Month) -> Option<NaiveDate> {
    intervals
        .iter()
        .filter_map(|interval| interval.first_day_in(month))
        .min()
}

/// The days that lie within intervals of both lists; within either list the intervals do not overlap.
pub(crate) fn overlap(some: &[Interval], others: &[Interval]) -> Vec<Interval> {
    let pairs = some
        .iter()
        .flat_map(|one| others.iter().map(move |other| (one, other)));
    let shared = pairs.filter_map(|(one, other)| {
        let starts_on = one.starts_on.max(other.starts_on);
        let ends_on = [one.ends_on, other.ends_on].into_iter().flatten().min();
        let is_any = ends_on.is_none_or(|end| starts_on < end);
        is_any.then_some(Interval { starts_on, ends_on })
    });
    shared.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn suspended_in_november() -> [Interval; 2] {
        [
            Interval {
                starts_on: day("2026-10-15"),
                ends_on: Some(day("2026-11-10")),
            },
            Interval {
                starts_on: day("2026-12-01"),
                ends_on: None,
            },
        ]
    }

    #[test]
    fn a_period_may_touch_the_edges_but_not_cross_them() {
        let intervals = suspended_in_november();
        assert!(covers(&intervals, day("2026-10-15"), day("2026-11-10")));
        assert!(!covers(&intervals, day("2026-10-14"), day("2026-10-20")));
        assert!(!covers(&intervals, day("2026-11-01"), day("2026-11-11")));
        assert!(covers(&intervals, day("2026-12-01"), day("2027-01-01")));
    }

    #[test]
    fn the_first_day_of_a_month_is_that_of_the_interval_when_it_begins_within() {
        let first = |month: &str| first_day_in(&suspended_in_november(), month.parse().unwrap());
        assert_eq!(first("2026-09"), None);
        assert_eq!(first("2026-10"), Some(day("2026-10-15")));
        assert_eq!(first("2026-11"), Some(day("2026-11-01")));
        assert_eq!(first("2027-01"), Some(day("2027-01-01")));
    }
}
