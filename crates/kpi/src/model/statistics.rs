//! The catalogue of figures and their observations.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::catalogue::Metric;
use crate::channel::{Channel, Class};
use crate::ratio::Share;

/// A name in two languages.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = KpiName)]
pub(crate) struct Name {
    /// Japanese.
    #[schema(max_length = 100, example = "デジタル申請率")]
    pub(crate) ja: &'static str,
    /// English.
    #[schema(max_length = 100, example = "Digital application rate")]
    pub(crate) en: &'static str,
}

platform::text_enum! {
    /// What a value is counted in.
    KpiUnit {
        /// A share between 0 and 1.
        Ratio = "ratio",
    }
}

/// All figures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KpiList {
    /// The figures.
    #[schema(max_items = 100)]
    pub(crate) items: Vec<Kpi>,
}

/// A figure and what it means.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Kpi {
    /// Its identifier in addresses.
    pub(crate) id: Metric,
    /// Its name.
    pub(crate) name: Name,
    /// Version of the definition.
    #[schema(minimum = 1, example = 1)]
    pub(crate) definition_version: i32,
    /// What it says, in plain Japanese.
    #[schema(max_length = 1000, example = "デジタルで届いた申請の割合。")]
    pub(crate) definition: &'static str,
    /// N: digital applications; O: applications by other channels.
    #[schema(max_length = 200, example = "N / (N + O)")]
    pub(crate) formula: &'static str,
    /// What its values are counted in.
    pub(crate) unit: KpiUnit,
    /// The city's targets, by fiscal year.
    #[schema(max_items = 100)]
    pub(crate) targets: Vec<Target>,
}

/// A target of the city (小平市2040DXビジョン, Strategy 1).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = KpiTarget)]
pub(crate) struct Target {
    /// The fiscal year (年度) to reach it in.
    #[schema(minimum = 1000, maximum = 9999, example = 2030)]
    pub(crate) fiscal_year: i32,
    /// At least this.
    pub(crate) value: Share,
}

/// A target and whether the observed value reaches it.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = JudgedKpiTarget)]
pub(crate) struct JudgedTarget {
    /// The fiscal year (年度) to reach it in.
    #[schema(minimum = 1000, maximum = 9999, example = 2030)]
    pub(crate) fiscal_year: i32,
    /// At least this.
    pub(crate) value: Share,
    /// Judged on numerator and denominator, not on the rounded value; null without a value.
    #[schema(required, example = true)]
    pub(crate) met: Option<bool>,
}

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

platform::text_enum! {
    /// How far a value can be relied on.
    ObservationStatus {
        /// Complete, and the fiscal year is closed.
        Final = "final",
        /// The fiscal year is open, or reports are missing.
        Provisional = "provisional",
        /// All is reported, and there were no applications.
        NoEvents = "no_events",
        /// Nothing is reported.
        NotReported = "not_reported",
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
    /// Compute from what was recorded by then; now by default, never in the future.
    #[param(example = "2026-11-22T00:00:00Z")]
    pub(crate) as_of: Option<DateTime<Utc>>,
    /// As what applications count that staff helped to submit; digital by default.
    #[param(inline)]
    pub(crate) assisted: Option<Class>,
}

/// Observations of one figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ObservationSeries {
    /// The figure.
    pub(crate) metric: Metric,
    /// Its name.
    pub(crate) name: Name,
    /// Version of its definition.
    #[schema(minimum = 1, example = 1)]
    pub(crate) definition_version: i32,
    /// What its values are counted in.
    pub(crate) unit: KpiUnit,
    /// Time zone of all days.
    #[schema(max_length = 20, example = "Asia/Tokyo")]
    pub(crate) time_zone: &'static str,
    /// Month and day on which a fiscal year starts.
    #[schema(max_length = 5, example = "04-01")]
    pub(crate) fiscal_year_start: &'static str,
    /// Computed from what was recorded by then.
    #[schema(example = "2031-06-30T00:00:00+09:00")]
    pub(crate) as_of: DateTime<FixedOffset>,
    /// One for each period, the earliest first; a period without applications is there, too.
    #[schema(max_items = 360)]
    pub(crate) observations: Vec<Observation>,
}

/// The figure for one period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Observation {
    /// The period.
    pub(crate) period: ObservedPeriod,
    /// The part of the city.
    pub(crate) scope: ObservedScope,
    /// Digital applications.
    #[schema(minimum = 0, example = 800)]
    pub(crate) numerator: i64,
    /// All applications.
    #[schema(minimum = 0, example = 1120)]
    pub(crate) denominator: i64,
    /// Numerator over denominator to six decimal places, half up; null when the denominator is 0.
    #[schema(required)]
    pub(crate) value: Option<Share>,
    /// The same as a percentage to one decimal place, half up.
    #[schema(required, max_length = 5, example = "71.4")]
    pub(crate) percent: Option<String>,
    /// The denominator by channel; a channel without applications may be absent.
    #[schema(example = json!({"portal_self": 800, "counter": 320}))]
    pub(crate) breakdown: BTreeMap<Channel, i64>,
    /// How much of the period is reported.
    pub(crate) coverage: Coverage,
    /// How far the value can be relied on.
    pub(crate) status: ObservationStatus,
    /// The target of the period's fiscal year, if it has one.
    #[schema(required)]
    pub(crate) target: Option<JudgedTarget>,
    /// For the whole city: the value against every target.
    #[schema(max_items = 100)]
    pub(crate) targets: Vec<JudgedTarget>,
    /// Figures to understand the value by, not to publish.
    pub(crate) diagnostics: Diagnostics,
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

/// How much of a period is reported. A cell is one month of one procedure.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ObservationCoverage)]
pub(crate) struct Coverage {
    /// Digital applications in reported cells over all digital ones; null without digital ones.
    #[schema(required)]
    pub(crate) ratio: Option<Share>,
    /// Cells with a report of paper applications.
    #[schema(minimum = 0, example = 412)]
    pub(crate) cells_reported: usize,
    /// Cells that should have one.
    #[schema(minimum = 0, example = 412)]
    pub(crate) cells_expected: usize,
}

/// Figures to understand a value by.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ObservationDiagnostics)]
pub(crate) struct Diagnostics {
    /// The mean of the procedures' rates, each with the same weight; null without any.
    #[schema(required)]
    pub(crate) unweighted_mean: Option<Share>,
}
