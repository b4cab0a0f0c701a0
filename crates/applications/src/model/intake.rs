//! Several drafts from the answers to one set of questions.

use platform::JsonObject;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::ApplicationId;

/// What has happened, what was answered, and what to begin.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IntakeRequest {
    /// Code of the life event.
    #[validate(length(min = 1, max = 60))]
    #[schema(min_length = 1, max_length = 60, example = "moving-out")]
    pub(crate) life_event: String,
    /// Answers by the codes of the questions, as far as they are given.
    #[schema(value_type = Object, example = json!({"destination": "japan", "moved": "no", "move_date": "2026-12-27"}))]
    pub(crate) answers: JsonObject,
    /// Codes of the procedures to begin a draft of.
    #[validate(length(min = 1, max = 20))]
    #[schema(min_items = 1, max_items = 20, example = json!(["moving-out-notification"]))]
    pub(crate) procedures: Vec<String>,
}

/// What was begun.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct IntakeDrafts {
    /// The drafts, in the order of the procedures.
    #[schema(max_items = 20)]
    pub(crate) drafts: Vec<IntakeDraft>,
}

/// A draft that an intake has begun.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct IntakeDraft {
    /// The application.
    pub(crate) id: ApplicationId,
    /// Code of the procedure.
    #[schema(max_length = 60, example = "moving-out-notification")]
    pub(crate) procedure: String,
    /// Where the draft is.
    #[schema(
        max_length = 100,
        example = "/v1/applications/0192f0c1-2345-7abc-8def-0123456789ab"
    )]
    pub(crate) href: String,
    /// The version, for `If-Match`.
    #[schema(max_length = 20, example = "\"1\"")]
    pub(crate) etag: String,
    /// JSON Pointers of the answers that the intake filled in.
    #[schema(max_items = 100, example = json!(["/move_date"]))]
    pub(crate) filled: Vec<String>,
}
