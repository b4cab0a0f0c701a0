//! How デジタル申請利用者満足度 is presented.

use super::{Period, TargetRow, Wanted, judged};
use crate::City;
use crate::catalogue::Metric;
use crate::model::{
    ConfidenceInterval, ConfidentTarget, IntervalMethod, ObservationSeries, RatingCounts,
    SatisfactionObservation, SurveyReach,
};
use crate::ratio::{Ratio, Share};
use crate::satisfaction::{Figure, Months, wilson95};

impl Wanted {
    /// デジタル申請利用者満足度 in every period of the query.
    pub(crate) fn satisfaction(
        &self,
        city: &City,
        months: &Months,
        targets: &[TargetRow],
    ) -> ObservationSeries {
        let series = self.series(Metric::DigitalSatisfactionRate, |period| {
            let figure = months.figure(period.first_month(), period.end_month());
            self.satisfaction_in(city, period, figure, targets)
        });
        ObservationSeries::SatisfactionRate(series)
    }

    pub(super) fn satisfaction_in(
        &self,
        city: &City,
        period: Period,
        figure: Figure,
        targets: &[TargetRow],
    ) -> SatisfactionObservation {
        let rate = figure.rate();
        let (target, targets) = self.judge(period, targets, |row| confident(rate, row));
        SatisfactionObservation {
            observed: self.observed(city, period, rate, self.status(period, rate)),
            ci95: interval(rate),
            ratings: ratings(figure.ratings),
            mean: figure.mean().quotient(),
            index: figure.index().value(),
            declined: figure.declined,
            survey: reach(&figure),
            target,
            targets,
        }
    }
}

fn confident(rate: Ratio, row: TargetRow) -> ConfidentTarget {
    let (_, percent) = row;
    ConfidentTarget {
        judged: judged(rate, row),
        met_with_confidence: wilson95(rate).map(|(low, _)| low * 100.0 >= f64::from(percent)),
    }
}

fn interval(rate: Ratio) -> Option<ConfidenceInterval> {
    let (low, high) = wilson95(rate)?;
    Some(ConfidenceInterval {
        method: IntervalMethod::Wilson,
        low: Share::nearest(low),
        high: Share::nearest(high),
    })
}

fn ratings(counts: [i64; 5]) -> RatingCounts {
    let [
        very_dissatisfied,
        dissatisfied,
        neutral,
        satisfied,
        very_satisfied,
    ] = counts;
    RatingCounts {
        very_dissatisfied,
        dissatisfied,
        neutral,
        satisfied,
        very_satisfied,
    }
}

fn reach(figure: &Figure) -> SurveyReach {
    SurveyReach {
        eligible: figure.eligible,
        offered: figure.offered,
        answered: figure.answered(),
        offer_rate: figure.offer_rate().quotient(),
        response_rate: figure.response_rate().quotient(),
        coverage: figure.coverage().quotient(),
    }
}
