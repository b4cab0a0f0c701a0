//! On which days a procedure accepts digital applications, as the figures need to know it.

use calendar::jst_date;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use platform::{AsyncPgConnection, Result};
use serde::Deserialize;

use crate::model::ProcedureId;
use crate::state::Moments;
use crate::store;

/// Days of Asia/Tokyo, half-open.
type Period = (NaiveDate, Option<NaiveDate>);

/// From when to when a version can be filed, beside the moments on record of it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(crate) struct Opening {
    opens_at: Option<DateTime<Utc>>,
    closes_at: Option<DateTime<Utc>>,
}

/// Tells the figures, after anything has changed about the versions of a procedure.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn tell_kpi(conn: &mut AsyncPgConnection, procedure: ProcedureId) -> Result<()> {
    let since = store::procedure(conn, procedure)
        .await?
        .accepts_digital_from;
    let versions = store::list_openings(conn, procedure).await?;
    let periods = since.map_or_else(Vec::new, |since| days(since, &versions));
    kpi::procedures::set_accepting(conn, procedure.as_uuid(), &periods).await
}

/// The days since the procedure went digital on which a version could be filed, if only for a part of the day; versions
/// come newest first. Before the oldest one other programs may have taken applications, so its beginning is that of the
/// procedure.
fn days(since: NaiveDate, newest_first: &[(Moments, Opening)]) -> Vec<Period> {
    let standing = newest_first.iter().rev();
    let standing: Vec<_> = standing
        .filter(|(version, _)| !version.is_cancelled())
        .collect();
    let mut periods: Vec<Period> = Vec::new();
    for (n, (version, opening)) in standing.iter().enumerate() {
        let begins = (n > 0).then_some(version.in_force_from);
        let next = standing.get(n + 1).map(|(next, _)| next.in_force_from);
        let begins = begins.into_iter().chain(opening.opens_at).max();
        let ends = next.into_iter().chain(version.retired_at);
        let ends = ends.chain(opening.closes_at).min();
        if begins.is_some_and(|begins| ends.is_some_and(|ends| ends <= begins)) {
            continue;
        }
        let first = begins.map_or(since, jst_date).max(since);
        let end = ends.map(first_day_without);
        if end.is_none_or(|end| first < end) {
            add(&mut periods, (first, end));
        }
    }
    periods
}

/// The last day is one of those, if there is any time of it before the end.
fn first_day_without(ends: DateTime<Utc>) -> NaiveDate {
    jst_date(ends - TimeDelta::microseconds(1)) + Days::new(1)
}

/// Periods come in their order; one that begins before the last ends makes that longer.
fn add(periods: &mut Vec<Period>, (first, end): Period) {
    match periods.last_mut() {
        Some((_, last)) if last.is_none_or(|last| first <= last) => {
            *last = last.zip(end).map(|(last, end)| last.max(end));
        }
        _ => periods.push((first, end)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> DateTime<Utc> {
        format!("{text}:00+09:00").parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn version(from: &str, retired: Option<&str>) -> (Moments, Opening) {
        let moments = Moments {
            in_force_from: moment(from),
            retired_at: retired.map(moment),
        };
        (moments, Opening::default())
    }

    fn open(
        mut version: (Moments, Opening),
        opens: Option<&str>,
        closes: Option<&str>,
    ) -> (Moments, Opening) {
        version.1 = Opening {
            opens_at: opens.map(moment),
            closes_at: closes.map(moment),
        };
        version
    }

    fn since_april(newest_first: &[(Moments, Opening)]) -> Vec<Period> {
        days(day("2026-04-01"), newest_first)
    }

    #[test]
    fn versions_that_follow_each_other_leave_no_gap() {
        let versions = [
            version("2026-11-01T09:00", None),
            version("2026-06-01T00:00", None),
        ];
        assert_eq!(since_april(&versions), [(day("2026-04-01"), None)]);
        assert_eq!(since_april(&versions[1..]), [(day("2026-04-01"), None)]);
    }

    #[test]
    fn a_procedure_without_a_version_accepts_nothing() {
        assert_eq!(since_april(&[]), []);
        let cancelled = version("2027-01-01T00:00", Some("2026-12-01T00:00"));
        assert_eq!(since_april(&[cancelled]), []);
    }

    #[test]
    fn between_a_retirement_and_the_next_version_nothing_is_accepted() {
        let versions = [
            version("2026-12-01T00:00", None),
            version("2026-06-01T00:00", Some("2026-11-10T17:00")),
        ];
        let expected = [
            (day("2026-04-01"), Some(day("2026-11-11"))),
            (day("2026-12-01"), None),
        ];
        assert_eq!(since_april(&versions), expected);
    }

    #[test]
    fn a_version_closes_on_the_day_that_has_some_time_of_it_and_not_at_midnight() {
        let first = version("2026-06-01T00:00", None);
        for (closes, end) in [
            ("2026-11-30T17:00", "2026-12-01"),
            ("2026-12-01T00:00", "2026-12-01"),
        ] {
            let seasonal = open(first, Some("2026-10-01T09:00"), Some(closes));
            let expected = [(day("2026-10-01"), Some(day(end)))];
            assert_eq!(since_april(&[seasonal]), expected, "{closes}");
        }
    }

    #[test]
    fn a_version_that_closes_before_it_opens_accepts_nothing() {
        let version = version("2026-06-01T00:00", None);
        let never = open(version, Some("2026-12-01T09:00"), Some("2026-11-30T17:00"));
        assert_eq!(since_april(&[never]), []);
    }

    #[test]
    fn days_before_the_procedure_went_digital_do_not_count() {
        let versions = [
            version("2026-12-01T00:00", None),
            version("2026-01-01T00:00", Some("2026-02-01T00:00")),
        ];
        assert_eq!(since_april(&versions), [(day("2026-12-01"), None)]);
    }
}
