//! The periods of observations.

use calendar::{FiscalYear, Month, start_of_jst_day, to_wareki};
use chrono::{DateTime, Utc};

use crate::model::{ObservationGrain, ObservedPeriod};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Period {
    Year(FiscalYear),
    Month(Month),
}

impl Period {
    pub(super) fn first_month(self) -> Month {
        match self {
            Self::Year(year) => Month::of(year.first_day()),
            Self::Month(month) => month,
        }
    }

    pub(super) fn end_month(self) -> Month {
        match self {
            Self::Year(year) => Month::of(year.end_exclusive()),
            Self::Month(month) => month.next(),
        }
    }

    pub(super) fn fiscal_year(self) -> FiscalYear {
        FiscalYear::of(self.first_month().start())
    }

    /// The books of a fiscal year stay open two months, until 1 June in Japan.
    pub(super) fn closes_at(self) -> DateTime<Utc> {
        let june = Month::of(self.fiscal_year().end_exclusive()).next().next();
        start_of_jst_day(june.start())
    }

    pub(super) fn observed(self) -> ObservedPeriod {
        let (kind, id, label_ja) = match self {
            Self::Year(year) => (ObservationGrain::FiscalYear, year.id(), year.label_ja()),
            Self::Month(month) => (
                ObservationGrain::Month,
                month.to_string(),
                month_label(month),
            ),
        };
        ObservedPeriod {
            kind,
            id,
            label_ja,
            start: self.first_month().start(),
            end_exclusive: self.end_month().start(),
        }
    }
}

/// 「令和12年6月」, by the era of the month's first day.
fn month_label(month: Month) -> String {
    let first_day = to_wareki(month.start()).map(|day| day.to_string());
    let label = first_day
        .ok()
        .and_then(|day| Some(day.strip_suffix("1日")?.to_owned()));
    label.unwrap_or_else(|| month.to_string())
}
