//! Files.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::AttachmentId;

/// An attached file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttachmentView {
    /// To be named in the field's answer.
    pub(crate) id: AttachmentId,
    /// JSON Pointer of the field it answers.
    #[schema(max_length = 200, example = "/employment_certificates")]
    pub(crate) field: String,
    /// The file's name as sent.
    #[schema(max_length = 255, example = "就労証明書.pdf")]
    pub(crate) name: String,
    /// What it is, judged by its content.
    #[schema(max_length = 100, example = "application/pdf")]
    pub(crate) media_type: String,
    /// Size.
    #[schema(example = 52341)]
    pub(crate) bytes: i64,
    /// SHA-256 of the content, hex.
    #[schema(
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub(crate) sha256: String,
}

/// Where an uploaded file belongs.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// JSON Pointer of the field it answers.
    #[validate(length(min = 2, max = 200))]
    #[param(min_length = 2, max_length = 200, example = "/employment_certificates")]
    pub(crate) field: String,
    /// The file's name.
    #[validate(length(min = 1, max = 255))]
    #[param(min_length = 1, max_length = 255, example = "就労証明書.pdf")]
    pub(crate) name: String,
}
