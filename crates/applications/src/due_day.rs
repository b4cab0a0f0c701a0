//! The day by which an application is to be decided: the 標準処理期間 (行政手続法6条), of which the time
//! that applicants take to correct is no part, or an earlier day that law sets.

use calendar::{OpeningDays, PeriodUnit, jst_date};
use chrono::NaiveDate;
use forms::Forms;
use platform::{AsyncPgConnection, Error, Result};

use crate::store::{self, Application, Correction};

/// Moves the due day by the time that corrections took.
pub(crate) async fn prolong(
    conn: &mut AsyncPgConnection,
    forms: &Forms,
    application: &mut Application,
) -> Result<()> {
    let form = forms.version(conn, application.form_version_id).await?;
    let (Some(period), Some(arrived_at)) = (
        form.definition.policy.processing_period,
        application.arrived_at,
    ) else {
        return Ok(());
    };
    let days = OpeningDays::national();
    let all = store::list_corrections(conn, application.id).await?;
    let mut paused = 0;
    for correction in &all {
        paused += paused_days(correction, period.unit, &days).map_err(Error::internal)?;
    }
    let due = period.due_on(jst_date(arrived_at), paused, &days);
    // An extension of the statutory limit may have moved it further.
    let due = due.map_err(Error::internal)?;
    application.due_on = application.due_on.max(Some(due));
    store::save(conn, application).await
}

impl Application {
    /// The day by which it is to be decided.
    pub(crate) fn decide_by(&self) -> Option<NaiveDate> {
        earlier(self.due_on, self.limit_on)
    }
}

/// Of the two days that there may be, the one by which a decision is to be there. Corrections prolong the 標準処理期間 and leave
/// what law sets as it is.
pub(crate) fn earlier(due_on: Option<NaiveDate>, limit_on: Option<NaiveDate>) -> Option<NaiveDate> {
    due_on.into_iter().chain(limit_on).min()
}

/// Days between asking and ending, in the unit that the period counts in.
fn paused_days(
    correction: &Correction,
    unit: PeriodUnit,
    days: &OpeningDays,
) -> Result<u32, calendar::MissingYear> {
    let Some(ended_at) = correction.ended_at else {
        return Ok(0);
    };
    let (from, to) = (jst_date(correction.requested_at), jst_date(ended_at));
    let mut paused = 0;
    for day in from.iter_days().skip(1).take_while(|day| *day <= to) {
        if unit != PeriodUnit::OpeningDays || days.is_open(day)? {
            paused += 1;
        }
    }
    Ok(paused)
}
