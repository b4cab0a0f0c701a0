//! 補正, as both sides see it.

use chrono::{DateTime, NaiveDate, Utc};
use platform::individual_number;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use super::not_blank;
use crate::difference::Change;

/// 補正依頼: what to put right.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CorrectionRequest {
    /// The fields to put right; only these unlock. Their reasons have 10,000 characters together.
    #[validate(length(min = 1, max = 50), nested)]
    #[schema(min_items = 1, max_items = 50)]
    pub(crate) items: Vec<CorrectionItem>,
    /// Last day on which the answer is awaited.
    #[schema(example = "2026-12-08")]
    pub(crate) deadline: NaiveDate,
}

/// A field to put right.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CorrectionItem {
    /// JSON Pointer of the field.
    #[validate(length(min = 2, max = 500))]
    #[schema(min_length = 2, max_length = 500, example = "/account_holder_kana")]
    pub(crate) pointer: String,
    /// What is wrong with it, in plain words.
    #[validate(length(min = 1, max = 1000), custom(function = not_blank), custom(function = individual_number::refuse))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "口座名義が申請者と異なります"
    )]
    pub(crate) reason: String,
}

/// A correction as the applicant sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CorrectionView {
    /// The fields to put right, and why.
    #[schema(max_items = 50)]
    pub(crate) items: Vec<CorrectionItem>,
    /// Last day on which the answer is awaited.
    pub(crate) deadline: NaiveDate,
    /// The answers with what was changed so far; sent by `respond-correction`.
    #[schema(value_type = Object, example = json!({"dog_name": "ポチ"}))]
    pub(crate) answers: Map<String, Value>,
}

/// A correction as the department sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CorrectionRound {
    /// Counts from 1.
    #[schema(example = 1)]
    pub(crate) round: i32,
    /// The fields to put right, and why.
    #[schema(max_items = 50)]
    pub(crate) items: Vec<CorrectionItem>,
    /// When it was asked for.
    pub(crate) requested_at: DateTime<Utc>,
    /// Last day on which the answer is awaited.
    pub(crate) deadline: NaiveDate,
    /// When it was sent or closed.
    pub(crate) ended_at: Option<DateTime<Utc>>,
    /// Whether the applicant answered; absent while it is open.
    #[schema(example = true)]
    pub(crate) answered: Option<bool>,
    /// What the answer changed; empty until it is sent.
    #[schema(max_items = 1000)]
    pub(crate) changes: Vec<Change>,
}
