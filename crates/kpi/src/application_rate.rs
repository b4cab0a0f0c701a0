//! デジタル申請率 (Strategy 1-2), pure: rows in, figures out.
//!
//! The rate is digital applications over all applications to procedures that accept digital ones, from
//! the day they do. A month of a procedure without a report of its paper applications (an explicit 0
//! is a report) is left out of both sides, or the rate would look better than it is.

use std::collections::BTreeMap;

use calendar::{Month, start_of_jst_day};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::channel::{Channel, Class};
use crate::eligibility::{self, Interval};
use crate::ratio::{self, Ratio, Share};

/// A procedure within the scope of the figure.
#[derive(Clone, Debug)]
pub(crate) struct Procedure {
    pub(crate) id: Uuid,
    pub(crate) accepts: Vec<Interval>,
}

/// Applications the portal counted in a month, on days when the procedure accepted digital ones.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PortalCount {
    pub(crate) procedure_id: Uuid,
    pub(crate) month: Month,
    pub(crate) channel: Channel,
    pub(crate) count: i64,
}

/// The count of another channel for days of one month, half-open, as last reported.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report {
    pub(crate) procedure_id: Uuid,
    pub(crate) channel: Channel,
    pub(crate) starts_on: NaiveDate,
    pub(crate) ends_on: NaiveDate,
    pub(crate) count: i32,
    pub(crate) includes_transcribed: bool,
}

/// The months of procedures in which a report is expected, with everything counted in them.
#[derive(Clone, Debug)]
pub(crate) struct Cells(BTreeMap<(Month, Uuid), Cell>);

#[derive(Clone, Debug, Default)]
struct Cell {
    reported: bool,
    transcribed_reported: bool,
    counts: BTreeMap<Channel, i64>,
}

impl Cell {
    fn add(&mut self, channel: Channel, count: i64) {
        *self.counts.entry(channel).or_default() += count;
    }

    /// Transcribed papers are in the portal and perhaps in the report, too; they count once.
    fn counted(&self) -> impl Iterator<Item = (Channel, i64)> {
        self.counts
            .iter()
            .map(|(channel, count)| (*channel, *count))
            .filter(|(channel, _)| {
                *channel != Channel::ClerkTranscribed || !self.transcribed_reported
            })
    }

    fn ratio(&self, assisted: Class) -> Ratio {
        let mut ratio = Ratio::default();
        for (channel, count) in self.counted() {
            ratio.denominator += count;
            if channel.class_with(assisted) == Class::Digital {
                ratio.numerator += count;
            }
        }
        ratio
    }
}

/// The rate of one period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figure {
    pub(crate) rate: Ratio,
    /// What of the denominator came by which channel.
    pub(crate) breakdown: BTreeMap<Channel, i64>,
    /// Digital applications in reported cells over all digital applications.
    pub(crate) coverage: Ratio,
    pub(crate) cells_reported: usize,
    pub(crate) cells_expected: usize,
    pub(crate) unweighted_mean: Option<Share>,
}

impl Cells {
    /// Puts rows into the cells that are expected at `as_of`; rows outside of them do not count.
    pub(crate) fn assemble(
        procedures: &[Procedure],
        months: &[Month],
        portal: &[PortalCount],
        reports: &[Report],
        as_of: DateTime<Utc>,
    ) -> Self {
        let mut cells = Self(BTreeMap::new());
        for procedure in procedures {
            cells.expect(procedure, months, as_of);
            let own = reports
                .iter()
                .filter(|row| row.procedure_id == procedure.id);
            for report in own {
                if eligibility::covers(&procedure.accepts, report.starts_on, report.ends_on) {
                    cells.add_report(report);
                }
            }
        }
        for row in portal {
            if let Some(cell) = cells.0.get_mut(&(row.month, row.procedure_id)) {
                cell.add(row.channel, row.count);
            }
        }
        cells
    }

    /// A cell is expected once the first day that can count has begun.
    fn expect(&mut self, procedure: &Procedure, months: &[Month], as_of: DateTime<Utc>) {
        for month in months {
            let first_day = eligibility::first_day_in(&procedure.accepts, *month);
            if first_day.is_some_and(|day| start_of_jst_day(day) < as_of) {
                self.0.insert((*month, procedure.id), Cell::default());
            }
        }
    }

    fn add_report(&mut self, report: &Report) {
        let key = (Month::of(report.starts_on), report.procedure_id);
        if let Some(cell) = self.0.get_mut(&key) {
            cell.add(report.channel, i64::from(report.count));
            if report.channel.class() == Class::Offline {
                cell.reported = true;
                cell.transcribed_reported |= report.includes_transcribed;
            }
        }
    }

    /// The rate over the months from `first` to before `end`: the ratio of sums, never a mean of ratios.
    pub(crate) fn figure(&self, first: Month, end: Month, assisted: Class) -> Figure {
        let mut figure = Figure::default();
        let mut by_procedure: BTreeMap<Uuid, Ratio> = BTreeMap::new();
        let cells = self.0.range((first, Uuid::nil())..(end, Uuid::nil()));
        for ((_, procedure_id), cell) in cells {
            let ratio = cell.ratio(assisted);
            figure.cells_expected += 1;
            figure.coverage.denominator += ratio.numerator;
            if !cell.reported {
                continue;
            }
            figure.cells_reported += 1;
            figure.coverage.numerator += ratio.numerator;
            figure.rate += ratio;
            *by_procedure.entry(*procedure_id).or_default() += ratio;
            for (channel, count) in cell.counted() {
                *figure.breakdown.entry(channel).or_default() += count;
            }
        }
        figure.unweighted_mean = ratio::unweighted_mean(by_procedure.into_values());
        figure
    }
}

#[cfg(test)]
mod tests;
