//! Taking over what was filed earlier.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

use super::{ApplicationId, ProcedureRef};

/// What could be taken over into a draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EarlierApplicationList {
    /// The applications that were filed in the last five years, newest first, as far as something of them fits.
    #[schema(max_items = 20)]
    pub(crate) items: Vec<EarlierApplication>,
}

/// An application that was filed earlier, and what of it fits a draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EarlierApplication {
    /// The application.
    pub(crate) application_id: ApplicationId,
    /// What it was about.
    pub(crate) procedure: ProcedureRef,
    /// 受付番号
    #[schema(max_length = 20, example = "2026-7K3M-9QPT-X")]
    pub(crate) reference_number: String,
    /// 到達
    pub(crate) arrived_at: DateTime<Utc>,
    /// The answers that fit, in the order of the form.
    #[schema(max_items = 1000)]
    pub(crate) answers: Vec<EarlierAnswer>,
}

/// An answer that was given earlier.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EarlierAnswer {
    /// JSON Pointer of the field of the draft.
    #[schema(max_length = 500, example = "/owner_phone")]
    pub(crate) pointer: String,
    /// What the draft's form calls the field.
    #[schema(max_length = 4000, example = "電話番号")]
    pub(crate) label: String,
    /// JSON Pointer of the answer in the earlier application.
    #[schema(max_length = 500, example = "/owner_phone")]
    pub(crate) from: String,
    /// The answer, code point for code point.
    #[schema(value_type = Value, example = "042-346-9508")]
    pub(crate) value: Value,
}

/// What to take over.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReuseRequest {
    /// The application that was filed earlier.
    pub(crate) application_id: ApplicationId,
    /// JSON Pointers of the fields of the draft to fill in, as `earlier-answers` tells them.
    #[validate(length(min = 1, max = 1000))]
    #[schema(min_items = 1, max_items = 1000, example = json!(["/owner_phone"]))]
    pub(crate) pointers: Vec<String>,
}
