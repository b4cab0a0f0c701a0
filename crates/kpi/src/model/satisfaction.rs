//! What is particular to observations of a survey.

use serde::Serialize;
use utoipa::ToSchema;

use super::observation::JudgedTarget;
use crate::ratio::{Decimal, Share};

/// A target and whether the value of a survey reaches it.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = JudgedSurveyTarget)]
pub(crate) struct ConfidentTarget {
    /// The target and whether the value reaches it.
    #[serde(flatten)]
    pub(crate) judged: JudgedTarget,
    /// Whether even the lower end of the confidence interval does; null without a value.
    #[schema(required, example = false)]
    pub(crate) met_with_confidence: Option<bool>,
}

platform::text_enum! {
    /// How a confidence interval is computed.
    IntervalMethod {
        /// Wilson's score interval.
        Wilson = "wilson",
    }
}

/// The value lies in it with a confidence of 95 percent (z = 1.959963984540054).
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct ConfidenceInterval {
    /// How it is computed.
    pub(crate) method: IntervalMethod,
    /// Lower end.
    pub(crate) low: Share,
    /// Upper end.
    pub(crate) high: Share,
}

/// Answers by rating.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct RatingCounts {
    /// とても不満
    #[serde(rename = "1")]
    #[schema(minimum = 0, example = 6)]
    pub(crate) very_dissatisfied: i64,
    /// やや不満
    #[serde(rename = "2")]
    #[schema(minimum = 0, example = 10)]
    pub(crate) dissatisfied: i64,
    /// どちらともいえない
    #[serde(rename = "3")]
    #[schema(minimum = 0, example = 40)]
    pub(crate) neutral: i64,
    /// やや満足
    #[serde(rename = "4")]
    #[schema(minimum = 0, example = 84)]
    pub(crate) satisfied: i64,
    /// とても満足
    #[serde(rename = "5")]
    #[schema(minimum = 0, example = 60)]
    pub(crate) very_satisfied: i64,
}

/// How many of the applicants a survey reached. Each number is of its own day: an answer may come in a
/// later period than its offer, so that a rate may exceed 1.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct SurveyReach {
    /// Digital applications that arrived in the period.
    #[schema(minimum = 0, example = 1250)]
    pub(crate) eligible: i64,
    /// Applicants asked in the period.
    #[schema(minimum = 0, example = 1000)]
    pub(crate) offered: i64,
    /// Ratings given in the period.
    #[schema(minimum = 0, example = 200)]
    pub(crate) answered: i64,
    /// Offered over eligible; null without an eligible one.
    #[schema(required, value_type = Option<f64>, minimum = 0, example = 0.8)]
    pub(crate) offer_rate: Option<Decimal>,
    /// Answered over offered; null when nobody was asked.
    #[schema(required, value_type = Option<f64>, minimum = 0, example = 0.2)]
    pub(crate) response_rate: Option<Decimal>,
    /// Answered over eligible; null without an eligible one.
    #[schema(required, value_type = Option<f64>, minimum = 0, example = 0.16)]
    pub(crate) coverage: Option<Decimal>,
}
