//! Observations of the figures.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use serde::Serialize;
use utoipa::ToSchema;

use super::kpi::{KpiUnit, Name};
use super::observation_query::{ObservedPeriod, ObservedScope};
use super::satisfaction::{ConfidenceInterval, ConfidentTarget, RatingCounts, SurveyReach};
use crate::channel::Channel;
use crate::ratio::{Decimal, Share};

/// Observations of one figure; which one says what is in them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "metric")]
pub(crate) enum ObservationSeries {
    /// デジタル申請率
    #[serde(rename = "digital_application_rate")]
    ApplicationRate(Series<ApplicationRateObservation>),
    /// デジタル申請利用者満足度
    #[serde(rename = "digital_satisfaction_rate")]
    SatisfactionRate(Series<SatisfactionObservation>),
}

/// Observations over time, whatever the figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Series<O> {
    /// Name of the figure.
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
    /// One for each period, the earliest first; a period in which nothing happened is there, too.
    #[schema(max_items = 360)]
    pub(crate) observations: Vec<O>,
}

/// What was observed, whatever the figure: a ratio of whole numbers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Observation {
    /// The period.
    pub(crate) period: ObservedPeriod,
    /// The part of the city.
    pub(crate) scope: ObservedScope,
    /// Digital applications, or ratings of 4 or 5.
    #[schema(minimum = 0, example = 800)]
    pub(crate) numerator: i64,
    /// All applications, or all ratings.
    #[schema(minimum = 0, example = 1120)]
    pub(crate) denominator: i64,
    /// Numerator over denominator to six decimal places, half up; null when the denominator is 0.
    #[schema(required)]
    pub(crate) value: Option<Share>,
    /// The same as a percentage to one decimal place, half up.
    #[schema(required, max_length = 5, example = "71.4")]
    pub(crate) percent: Option<String>,
    /// How far the value can be relied on.
    pub(crate) status: ObservationStatus,
}

/// デジタル申請率 of one period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApplicationRateObservation {
    /// Digital applications over all.
    #[serde(flatten)]
    pub(crate) observed: Observation,
    /// The denominator by channel; a channel without applications may be absent.
    #[schema(example = json!({"portal_self": 800, "counter": 320}))]
    pub(crate) breakdown: BTreeMap<Channel, i64>,
    /// How much of the period is reported.
    pub(crate) coverage: Coverage,
    /// The target of the period's fiscal year, if it has one.
    #[schema(required)]
    pub(crate) target: Option<JudgedTarget>,
    /// For the whole city: the value against every target.
    #[schema(max_items = 100)]
    pub(crate) targets: Vec<JudgedTarget>,
    /// Figures to understand the value by, not to publish.
    pub(crate) diagnostics: Diagnostics,
}

/// デジタル申請利用者満足度 of one period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SatisfactionObservation {
    /// Ratings of 4 or 5 over all ratings.
    #[serde(flatten)]
    pub(crate) observed: Observation,
    /// How far chance may have moved the value; null without a rating.
    #[schema(required)]
    pub(crate) ci95: Option<ConfidenceInterval>,
    /// The denominator by rating.
    pub(crate) ratings: RatingCounts,
    /// Mean of the ratings, 1 to 5; null without one.
    #[schema(required, value_type = Option<f64>, minimum = 1, maximum = 5, example = 3.91)]
    pub(crate) mean: Option<Decimal>,
    /// The mean put between 0 and 1; not the share of the satisfied. Null without a rating.
    #[schema(required)]
    pub(crate) index: Option<Share>,
    /// Answers without a rating (回答しない); in no other number here.
    #[schema(minimum = 0, example = 7)]
    pub(crate) declined: i64,
    /// How many were asked and how many answered.
    pub(crate) survey: SurveyReach,
    /// The target of the period's fiscal year, if it has one.
    #[schema(required)]
    pub(crate) target: Option<ConfidentTarget>,
    /// For the whole city: the value against every target.
    #[schema(max_items = 100)]
    pub(crate) targets: Vec<ConfidentTarget>,
}

platform::text_enum! {
    /// How far a value can be relied on.
    ObservationStatus {
        /// Complete, and the fiscal year is closed.
        Final = "final",
        /// The fiscal year is open, or reports are missing.
        Provisional = "provisional",
        /// All is reported, and there was nothing to count: no applications, no ratings.
        NoEvents = "no_events",
        /// Nothing is reported.
        NotReported = "not_reported",
    }
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
