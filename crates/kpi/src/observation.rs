//! Observations: what a query asks for, and how a figure is presented. Pure.

mod application_rate;
mod period;
mod satisfaction;

use calendar::{FiscalYear, Month, jst_date, jst_datetime};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use platform::{Code, Error, Result};

use crate::City;
use crate::catalogue::Metric;
use crate::channel::Class;
use crate::model::{
    JudgedTarget, KpiUnit, Observation, ObservationGrain, ObservationStatus, ObservationsQuery,
    ObservedScope, ObservedScopeKind, Series,
};
use crate::ratio::{Ratio, Share};
use period::Period;

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
    pub(crate) assisted: Class,
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

    /// The days of which anything can be known at `as_of`: of surveys only the day is kept.
    pub(crate) fn known_days(&self) -> (NaiveDate, NaiveDate) {
        let (first, end) = self.days();
        let tomorrow = jst_date(self.as_of) + Days::new(1);
        (first, end.min(tomorrow))
    }

    /// Presents a figure in every period of the query.
    fn series<O>(&self, metric: Metric, observe: impl Fn(Period) -> O) -> Series<O> {
        let definition = metric.definition();
        Series {
            name: definition.name,
            definition_version: definition.version,
            unit: KpiUnit::Ratio,
            time_zone: "Asia/Tokyo",
            fiscal_year_start: "04-01",
            as_of: jst_datetime(self.as_of),
            observations: self.periods().into_iter().map(observe).collect(),
        }
    }

    fn observed(
        &self,
        city: &City,
        period: Period,
        rate: Ratio,
        status: ObservationStatus,
    ) -> Observation {
        Observation {
            period: period.observed(),
            scope: self.scope.observed(&city.code),
            numerator: rate.numerator,
            denominator: rate.denominator,
            value: rate.value(),
            percent: rate.percent(),
            status,
        }
    }

    /// The target of the period's fiscal year and, for the whole city, all of them.
    fn judge<T>(
        &self,
        period: Period,
        targets: &[TargetRow],
        judge: impl Fn(TargetRow) -> T,
    ) -> (Option<T>, Vec<T>) {
        let year = period.fiscal_year().start_year();
        let own = targets.iter().find(|(of, _)| *of == year);
        let all = match self.scope {
            Scope::City => targets,
            Scope::Department(_) | Scope::Procedure(_) => &[],
        };
        (
            own.copied().map(&judge),
            all.iter().copied().map(&judge).collect(),
        )
    }

    /// The status of a value when nothing is missing.
    fn status(&self, period: Period, rate: Ratio) -> ObservationStatus {
        if self.as_of < period.closes_at() {
            ObservationStatus::Provisional
        } else if rate.denominator == 0 {
            ObservationStatus::NoEvents
        } else {
            ObservationStatus::Final
        }
    }
}

/// A target: fiscal year and per cent.
pub(crate) type TargetRow = (i32, i32);

fn judged(rate: Ratio, (fiscal_year, percent): TargetRow) -> JudgedTarget {
    JudgedTarget {
        fiscal_year,
        value: Share::of_percent(percent),
        met: rate.reaches(percent),
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

#[cfg(test)]
mod tests;
