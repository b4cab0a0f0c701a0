//! Observations: what a query asks for, and how a figure is presented. Pure.

use calendar::{FiscalYear, Month, jst_datetime, start_of_jst_day, to_wareki};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use platform::{Code, Error, Result};

use crate::application_rate::{Cells, Figure};
use crate::catalogue::Metric;
use crate::channel::Class;
use crate::model::{
    Coverage, Diagnostics, JudgedTarget, KpiUnit, Observation, ObservationGrain, ObservationSeries,
    ObservationStatus, ObservationsQuery, ObservedPeriod, ObservedScope, ObservedScopeKind,
};
use crate::ratio::{Ratio, Share};

const MOST_YEARS: i32 = 30;

/// The part of the city a query asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    City,
    Department(String),
    Procedure(String),
}

impl Scope {
    fn read(text: &str) -> Result<Self> {
        match text.split_once(':') {
            None if text == "city" => Ok(Self::City),
            Some(("department", code)) if !code.is_empty() => Ok(Self::Department(code.to_owned())),
            Some(("procedure", code)) if !code.is_empty() => Ok(Self::Procedure(code.to_owned())),
            _ => Err(invalid("scope")),
        }
    }

    fn observed(&self, city_code: &str) -> ObservedScope {
        let (kind, id) = match self {
            Self::City => (ObservedScopeKind::City, city_code),
            Self::Department(code) => (ObservedScopeKind::Department, code.as_str()),
            Self::Procedure(code) => (ObservedScopeKind::Procedure, code.as_str()),
        };
        ObservedScope {
            kind,
            id: id.to_owned(),
        }
    }
}

fn invalid(parameter: &str) -> Error {
    Error::new(Code::InvalidQuery).detail(format!("{parameter} の値が正しくありません。"))
}

/// A fiscal year of a query, `2026` or `FY2026`.
pub(crate) fn read_fiscal_year(parameter: &str, text: &str) -> Result<FiscalYear> {
    text.parse().map_err(|_| invalid(parameter))
}

/// A query, understood.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) scope: Scope,
    pub(crate) as_of: DateTime<Utc>,
    first: FiscalYear,
    last: FiscalYear,
    grain: ObservationGrain,
    assisted: Class,
}

impl Wanted {
    /// # Errors
    /// `invalid_query` naming the parameter that cannot be understood.
    pub(crate) fn read(query: &ObservationsQuery, now: DateTime<Utc>) -> Result<Self> {
        let as_of = query.as_of.unwrap_or(now);
        // What is yet to be recorded may still change the figure; and the database's time begins somewhere.
        if as_of > now || as_of.timestamp() < 0 {
            return Err(invalid("as_of"));
        }
        let current = FiscalYear::of_instant(now);
        let year = |name, text: &Option<String>| match text {
            Some(text) => read_fiscal_year(name, text),
            None => Ok(current),
        };
        let (first, last) = (year("from", &query.from)?, year("to", &query.to)?);
        check_years(first, last)?;
        Ok(Self {
            scope: Scope::read(query.scope.as_deref().unwrap_or("city"))?,
            as_of,
            first,
            last,
            grain: query.grain.unwrap_or(ObservationGrain::FiscalYear),
            assisted: query.assisted.unwrap_or(Class::Digital),
        })
    }

    fn years(&self) -> impl Iterator<Item = FiscalYear> {
        let all = std::iter::successors(Some(self.first), |year| Some(year.next()));
        all.take_while(|year| *year <= self.last)
    }

    /// Every month of the years.
    pub(crate) fn months(&self) -> Vec<Month> {
        self.years().flat_map(|year| year.months()).collect()
    }

    /// From the first day to before the end.
    pub(crate) fn days(&self) -> (NaiveDate, NaiveDate) {
        (self.first.first_day(), self.last.end_exclusive())
    }

    fn periods(&self) -> Vec<Period> {
        match self.grain {
            ObservationGrain::FiscalYear => self.years().map(Period::Year).collect(),
            ObservationGrain::Month => self.months().into_iter().map(Period::Month).collect(),
        }
    }

    /// Computes every period of the query; `targets` are fiscal years and per cents.
    pub(crate) fn observe(
        &self,
        metric: Metric,
        cells: &Cells,
        targets: &[(i32, i32)],
        city_code: &str,
    ) -> ObservationSeries {
        let definition = metric.definition();
        let observe = |period: Period| {
            let figure = cells.figure(period.first_month(), period.end_month(), self.assisted);
            self.observation(period, figure, targets, city_code)
        };
        ObservationSeries {
            metric,
            name: definition.name,
            definition_version: definition.version,
            unit: KpiUnit::Ratio,
            time_zone: "Asia/Tokyo",
            fiscal_year_start: "04-01",
            as_of: jst_datetime(self.as_of),
            observations: self.periods().into_iter().map(observe).collect(),
        }
    }

    fn observation(
        &self,
        period: Period,
        figure: Figure,
        targets: &[(i32, i32)],
        city_code: &str,
    ) -> Observation {
        let rate = figure.rate;
        let judge = |(year, percent): &(i32, i32)| judged(rate, *year, *percent);
        let own = targets
            .iter()
            .find(|(year, _)| *year == period.fiscal_year().start_year());
        let all = match self.scope {
            Scope::City => targets.iter().map(judge).collect(),
            Scope::Department(_) | Scope::Procedure(_) => Vec::new(),
        };
        Observation {
            period: period.observed(),
            scope: self.scope.observed(city_code),
            numerator: rate.numerator,
            denominator: rate.denominator,
            value: rate.value(),
            percent: rate.percent(),
            status: status(&figure, period.fiscal_year(), self.as_of),
            breakdown: figure.breakdown,
            coverage: Coverage {
                ratio: figure.coverage.value(),
                cells_reported: figure.cells_reported,
                cells_expected: figure.cells_expected,
            },
            target: own.map(judge),
            targets: all,
            diagnostics: Diagnostics {
                unweighted_mean: figure.unweighted_mean,
            },
        }
    }
}

fn check_years(first: FiscalYear, last: FiscalYear) -> Result<()> {
    // Beyond 9999 a day no longer has the ten characters of RFC 3339.
    if last < first || last.end_exclusive().year() > 9999 {
        return Err(invalid("to"));
    }
    if last.start_year() - first.start_year() >= MOST_YEARS {
        return Err(Error::new(Code::InvalidQuery)
            .detail(format!("一度に指定できるのは {MOST_YEARS} 年度までです。")));
    }
    Ok(())
}

fn judged(rate: Ratio, fiscal_year: i32, percent: i32) -> JudgedTarget {
    JudgedTarget {
        fiscal_year,
        value: Share::of_percent(percent),
        met: rate.reaches(percent),
    }
}

fn status(figure: &Figure, year: FiscalYear, as_of: DateTime<Utc>) -> ObservationStatus {
    if figure.cells_expected > 0 && figure.cells_reported == 0 {
        ObservationStatus::NotReported
    } else if as_of < closes_at(year) || figure.cells_reported < figure.cells_expected {
        ObservationStatus::Provisional
    } else if figure.rate.denominator == 0 {
        ObservationStatus::NoEvents
    } else {
        ObservationStatus::Final
    }
}

/// The books of a fiscal year stay open two months, until 1 June in Japan.
fn closes_at(year: FiscalYear) -> DateTime<Utc> {
    let june = Month::of(year.end_exclusive()).next().next();
    start_of_jst_day(june.start())
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Period {
    Year(FiscalYear),
    Month(Month),
}

impl Period {
    fn first_month(self) -> Month {
        match self {
            Self::Year(year) => Month::of(year.first_day()),
            Self::Month(month) => month,
        }
    }

    fn end_month(self) -> Month {
        match self {
            Self::Year(year) => Month::of(year.end_exclusive()),
            Self::Month(month) => month.next(),
        }
    }

    fn fiscal_year(self) -> FiscalYear {
        FiscalYear::of(self.first_month().start())
    }

    fn observed(self) -> ObservedPeriod {
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

#[cfg(test)]
mod tests;
