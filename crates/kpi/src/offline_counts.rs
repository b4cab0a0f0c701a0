//! Rules of reported counts: which may be stored, and which revision is in force.

use std::collections::BTreeMap;

use calendar::{FiscalYear, Month};
use chrono::{DateTime, NaiveDate, Utc};
use platform::Error;

use crate::application_rate::Report;
use crate::channel::Channel;
use crate::eligibility::{self, Interval};

/// Why a count is not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    UnknownProcedure,
    ChannelNotCounted,
    TranscribedNotApplicable,
    EndsBeforeStart,
    CrossesFiscalYear,
    CrossesMonth,
    FuturePeriod,
    PeriodPrecedesEligibility,
    CrossesOwnerChange,
    ReasonRequired,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        let (pointer, code, message) = match fault {
            Fault::UnknownProcedure => {
                ("/procedure", "unknown_procedure", "この手続はありません。")
            }
            Fault::ChannelNotCounted => (
                "/channel",
                "channel_not_counted",
                "この受付方法はポータルが自動で数えるため、件数を登録できません。",
            ),
            Fault::TranscribedNotApplicable => (
                "/includes_transcribed",
                "not_applicable",
                "代行入力を含むかどうかは、紙や電話などの件数でだけ指定できます。",
            ),
            Fault::EndsBeforeStart => (
                "/ends_on",
                "ends_before_start",
                "終了日が開始日より前になっています。",
            ),
            Fault::CrossesFiscalYear => (
                "/ends_on",
                "crosses_fiscal_year",
                "年度をまたぐ期間は登録できません。",
            ),
            Fault::CrossesMonth => (
                "/ends_on",
                "crosses_month",
                "月をまたぐ期間は登録できません。",
            ),
            Fault::FuturePeriod => (
                "/ends_on",
                "future_period",
                "まだ終わっていない期間は登録できません。",
            ),
            Fault::PeriodPrecedesEligibility => (
                "/starts_on",
                "period_precedes_eligibility",
                "デジタル申請を受け付けていない日が含まれています。受け付けた日の件数を登録してください。",
            ),
            Fault::CrossesOwnerChange => (
                "/ends_on",
                "crosses_owner_change",
                "期間の途中で担当課が変わっています。変わる日の前と後に分けて登録してください。",
            ),
            Fault::ReasonRequired => (
                "/reason",
                "required",
                "登録済みの件数を訂正するときは、理由を入力してください。",
            ),
        };
        Self::field(pointer, code, message)
    }
}

/// The days a count covers, half-open, within one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, diesel::Insertable)]
#[diesel(table_name = crate::schema::offline_count_revisions)]
pub(crate) struct Period {
    pub(crate) starts_on: NaiveDate,
    pub(crate) ends_on: NaiveDate,
}

impl Period {
    /// From the first to the last day, both inclusive; `today` is the day in Japan.
    pub(crate) fn new(first: NaiveDate, last: NaiveDate, today: NaiveDate) -> Result<Self, Fault> {
        if last < first {
            return Err(Fault::EndsBeforeStart);
        }
        if FiscalYear::of(first) != FiscalYear::of(last) {
            return Err(Fault::CrossesFiscalYear);
        }
        if Month::of(first) != Month::of(last) {
            return Err(Fault::CrossesMonth);
        }
        let ends_on = last.succ_opt().filter(|_| last <= today);
        Ok(Self {
            starts_on: first,
            ends_on: ends_on.ok_or(Fault::FuturePeriod)?,
        })
    }

    /// A count of days before and after a procedure became another department's is neither's.
    pub(crate) fn check_owner(self, changes: &[NaiveDate]) -> Result<(), Fault> {
        let within = |day: &NaiveDate| self.starts_on < *day && *day < self.ends_on;
        if changes.iter().any(within) {
            return Err(Fault::CrossesOwnerChange);
        }
        Ok(())
    }

    /// A count with days on which the procedure accepts nothing digital is refused, not pro-rated in silence.
    pub(crate) fn check_eligibility(self, accepts: &[Interval]) -> Result<(), Fault> {
        if eligibility::covers(accepts, self.starts_on, self.ends_on) {
            Ok(())
        } else {
            Err(Fault::PeriodPrecedesEligibility)
        }
    }
}

/// Only what the portal does not see itself is reported.
pub(crate) fn check_channel(channel: Channel, includes_transcribed: bool) -> Result<(), Fault> {
    if channel.is_counted_by_portal() {
        return Err(Fault::ChannelNotCounted);
    }
    if includes_transcribed && channel.class() == crate::Class::Digital {
        return Err(Fault::TranscribedNotApplicable);
    }
    Ok(())
}

/// The number of the next revision; a correction must say why.
pub(crate) fn next_revision(former: Option<i32>, reason: Option<&str>) -> Result<i32, Fault> {
    let explained = reason.is_some_and(|reason| !reason.trim().is_empty());
    match former {
        Some(_) if !explained => Err(Fault::ReasonRequired),
        former => Ok(former.unwrap_or_default() + 1),
    }
}

/// One revision of a report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Revision {
    pub(crate) number: i32,
    pub(crate) recorded_at: DateTime<Utc>,
    pub(crate) report: Report,
}

/// The reports as they stood at `as_of`: of each, the highest revision recorded by then.
pub(crate) fn in_force(revisions: Vec<Revision>, as_of: DateTime<Utc>) -> Vec<Report> {
    let mut latest = BTreeMap::new();
    for revision in revisions {
        if revision.recorded_at > as_of {
            continue;
        }
        let report = revision.report;
        let key = (
            report.procedure_id,
            report.channel,
            report.starts_on,
            report.ends_on,
        );
        let held = latest.entry(key).or_insert(revision);
        if held.number < revision.number {
            *held = revision;
        }
    }
    latest
        .into_values()
        .map(|revision| revision.report)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn period(first: &str, last: &str) -> Result<Period, Fault> {
        Period::new(day(first), day(last), day("2026-11-22"))
    }

    #[test]
    fn the_last_day_is_inclusive_outside_and_exclusive_inside() {
        let october = period("2026-10-01", "2026-10-31").unwrap();
        assert_eq!(october.ends_on, day("2026-11-01"));
        assert!(period("2026-11-22", "2026-11-22").is_ok());
    }

    #[test]
    fn a_period_lies_within_one_month_and_one_fiscal_year_of_the_past() {
        for (first, last, fault) in [
            ("2026-10-02", "2026-10-01", Fault::EndsBeforeStart),
            ("2026-03-31", "2026-04-01", Fault::CrossesFiscalYear),
            ("2025-10-01", "2026-10-31", Fault::CrossesFiscalYear),
            ("2026-10-01", "2026-11-01", Fault::CrossesMonth),
            ("2026-11-01", "2026-11-23", Fault::FuturePeriod),
        ] {
            assert_eq!(period(first, last), Err(fault), "{first}..{last}");
        }
        assert_eq!(
            Period::new(NaiveDate::MAX, NaiveDate::MAX, NaiveDate::MAX),
            Err(Fault::FuturePeriod)
        );
    }

    #[test]
    fn a_row_that_starts_before_the_procedure_went_digital_is_refused() {
        let accepts = [Interval {
            starts_on: day("2026-10-15"),
            ends_on: None,
        }];
        let check = |first, last| period(first, last).unwrap().check_eligibility(&accepts);
        assert_eq!(
            check("2026-10-01", "2026-10-31"),
            Err(Fault::PeriodPrecedesEligibility)
        );
        assert_eq!(check("2026-10-15", "2026-10-31"), Ok(()));
        let october = period("2026-10-15", "2026-10-31").unwrap();
        assert_eq!(
            october.check_eligibility(&[]),
            Err(Fault::PeriodPrecedesEligibility)
        );
    }

    #[test]
    fn what_the_portal_counts_is_not_reported() {
        let refused: Vec<_> = Channel::ALL
            .iter()
            .copied()
            .filter(|channel| check_channel(*channel, false) == Err(Fault::ChannelNotCounted))
            .collect();
        assert_eq!(
            refused,
            [
                Channel::PortalSelf,
                Channel::PortalProxy,
                Channel::PortalAssisted,
                Channel::ClerkTranscribed
            ]
        );
        assert_eq!(check_channel(Channel::Postal, true), Ok(()));
        assert_eq!(
            check_channel(Channel::ExtEltax, true),
            Err(Fault::TranscribedNotApplicable)
        );
    }

    #[test]
    fn a_correction_needs_a_reason_and_the_first_count_does_not() {
        assert_eq!(next_revision(None, None), Ok(1));
        assert_eq!(next_revision(Some(1), Some("集計漏れ")), Ok(2));
        assert_eq!(next_revision(Some(1), None), Err(Fault::ReasonRequired));
        assert_eq!(
            next_revision(Some(1), Some("　 ")),
            Err(Fault::ReasonRequired)
        );
    }
}
