//! The legal dates of an arrival.

use calendar::{MissingYear, OpeningDays, ProcessingPeriod, jst_date};
use chrono::{DateTime, NaiveDate, Utc};
use forms::PublishedForm;
use platform::Result;

/// That the table of holidays ends must not keep anything from arriving: a day that cannot be told yet is left open.
pub(crate) struct Dates {
    pub(crate) arrived_at: DateTime<Utc>,
    pub(crate) accepted_on: Option<NaiveDate>,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) limit_on: Option<NaiveDate>,
}

impl Dates {
    pub(crate) fn of(arrived_at: DateTime<Utc>, form: &PublishedForm) -> Self {
        let days = OpeningDays::national();
        let policy = &form.definition.policy;
        let limit = policy.statutory_limit.as_ref().map(|limit| limit.period);
        let end = |period: Option<ProcessingPeriod>| {
            let last = period?.due_on(jst_date(arrived_at), 0, &days);
            told(last)
        };
        Self {
            arrived_at,
            accepted_on: told(calendar::accepted_on(arrived_at, &days)),
            due_on: end(policy.processing_period),
            limit_on: end(limit),
        }
    }
}

fn told(day: Result<NaiveDate, MissingYear>) -> Option<NaiveDate> {
    day.inspect_err(|missing| {
        tracing::error!(error.cause = %missing, "the table of holidays must be extended");
    })
    .ok()
}
