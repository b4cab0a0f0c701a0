//! How デジタル申請率 is presented.

use super::{Period, TargetRow, Wanted, judged};
use crate::City;
use crate::application_rate::{Cells, Figure};
use crate::catalogue::Metric;
use crate::model::{
    ApplicationRateObservation, Coverage, Diagnostics, ObservationSeries, ObservationStatus,
};

impl Wanted {
    /// デジタル申請率 in every period of the query.
    pub(crate) fn application_rate(
        &self,
        city: &City,
        cells: &Cells,
        targets: &[TargetRow],
    ) -> ObservationSeries {
        let series = self.series(Metric::DigitalApplicationRate, |period| {
            let figure = cells.figure(period.first_month(), period.end_month(), self.assisted);
            self.application_rate_in(city, period, figure, targets)
        });
        ObservationSeries::ApplicationRate(series)
    }

    pub(super) fn application_rate_in(
        &self,
        city: &City,
        period: Period,
        figure: Figure,
        targets: &[TargetRow],
    ) -> ApplicationRateObservation {
        let status = self.status_reported(period, &figure);
        let (target, targets) = self.judge(period, targets, |row| judged(figure.rate, row));
        ApplicationRateObservation {
            observed: self.observed(city, period, figure.rate, status),
            breakdown: figure.breakdown,
            coverage: Coverage {
                ratio: figure.coverage.value(),
                cells_reported: figure.cells_reported,
                cells_expected: figure.cells_expected,
            },
            target,
            targets,
            diagnostics: Diagnostics {
                unweighted_mean: figure.unweighted_mean,
            },
        }
    }

    pub(super) fn status_reported(&self, period: Period, figure: &Figure) -> ObservationStatus {
        if figure.cells_expected > 0 && figure.cells_reported == 0 {
            ObservationStatus::NotReported
        } else if figure.cells_reported < figure.cells_expected {
            ObservationStatus::Provisional
        } else {
            self.status(period, figure.rate)
        }
    }
}
