//! 延期, as staff ask for it and see it.

use chrono::{DateTime, NaiveDate, Utc};
use platform::individual_number;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::not_blank;

/// 延期: why the statutory limit cannot be kept, and by when a decision is expected. Both are told to the applicant.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExtensionRequest {
    /// The reason, in plain words.
    #[validate(length(min = 1, max = 1000), custom(function = not_blank), custom(function = individual_number::refuse))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "主治医の意見書が届くまでに時間がかかっているため"
    )]
    pub(crate) reason: String,
    /// The day by which a decision is expected; after the limit, by a year at the most.
    #[schema(example = "2027-01-15")]
    pub(crate) expected_on: NaiveDate,
}

/// An extension of the statutory limit; the reason is with its event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExtensionView {
    /// The day that law had set.
    pub(crate) former_limit_on: NaiveDate,
    /// The day that the applicant was told instead.
    pub(crate) expected_on: NaiveDate,
    /// Who extended it.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) extended_by: Uuid,
    /// When.
    pub(crate) extended_at: DateTime<Utc>,
}
