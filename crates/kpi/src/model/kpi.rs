//! The catalogue of figures.

use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::Metric;
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
    /// N: digital applications; O: applications by other channels; r1 to r5: answers by rating.
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
