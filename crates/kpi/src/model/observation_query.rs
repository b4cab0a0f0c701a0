//! What to observe.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::channel::Class;

platform::text_enum! {
    /// Length of the observed periods.
    ObservationGrain {
        /// Fiscal years (年度), April to March.
        FiscalYear = "fy",
        /// Months.
        Month = "month",
    }
}

platform::text_enum! {
    /// What part of the city is observed.
    ObservedScopeKind {
        /// All procedures in the figure's scope.
        City = "city",
        /// Those of one department (課).
        Department = "department",
        /// One procedure.
        Procedure = "procedure",
    }
}

/// Which observations to compute.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ObservationsQuery {
    /// `city`, or `department:` or `procedure:` and a code.
    #[validate(length(max = 120))]
    #[param(
        max_length = 120,
        default = "city",
        pattern = "^(city|(department|procedure):.+)$",
        example = "department:kodomo"
    )]
    pub(crate) scope: Option<String>,
    /// Length of the periods; fiscal years by default.
    #[param(inline)]
    pub(crate) grain: Option<ObservationGrain>,
    /// First fiscal year, such as `2026` or `FY2026`; the current one by default.
    #[validate(length(max = 6))]
    #[param(max_length = 6, pattern = "^(FY)?[1-9][0-9]{3}$", example = "2026")]
    pub(crate) from: Option<String>,
    /// Last fiscal year, inclusive, at most 30 in all; the current one by default.
    #[validate(length(max = 6))]
    #[param(max_length = 6, pattern = "^(FY)?[1-9][0-9]{3}$", example = "2030")]
    pub(crate) to: Option<String>,
    /// Compute from what was recorded by then; now by default, never in the future. Of surveys only the
    /// day is kept: they are as at the end of that day.
    #[param(example = "2026-11-22T00:00:00Z")]
    pub(crate) as_of: Option<DateTime<Utc>>,
    /// As what applications count that staff helped to submit; digital by default.
    #[param(inline)]
    pub(crate) assisted: Option<Class>,
}

/// A fiscal year or a month.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct ObservedPeriod {
    /// Its kind.
    #[serde(rename = "type")]
    pub(crate) kind: ObservationGrain,
    /// Its stable identifier.
    #[schema(max_length = 7, example = "FY2030")]
    pub(crate) id: String,
    /// Its name in Japanese.
    #[schema(max_length = 20, example = "令和12年度")]
    pub(crate) label_ja: String,
    /// First day.
    #[schema(example = "2030-04-01")]
    pub(crate) start: NaiveDate,
    /// The day after the last.
    #[schema(example = "2031-04-01")]
    pub(crate) end_exclusive: NaiveDate,
}

/// A part of the city.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ObservedScope {
    /// Its kind.
    #[serde(rename = "type")]
    pub(crate) kind: ObservedScopeKind,
    /// 全国地方公共団体コード of the city, or the code of the department or procedure.
    #[schema(max_length = 120, example = "132110")]
    pub(crate) id: String,
}
