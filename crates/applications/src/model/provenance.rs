//! Where answers come from.

use auth::assurance::{Aal, Ial};
use chrono::{DateTime, Utc};
use forms::IdentityAttribute;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ApplicationId;

/// Where an answer comes from, and how far that can be relied on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "source", rename_all = "snake_case")]
pub(crate) enum AnswerSource {
    /// The applicant has answered a question of an intake.
    Intake {
        /// Code of the life event.
        #[schema(max_length = 60, example = "moving-out")]
        life_event: String,
        /// Code of the question.
        #[schema(max_length = 60, example = "move_date")]
        question: String,
    },
    /// An identity provider vouches for it.
    Identity {
        /// What it vouches for.
        attribute: IdentityAttribute,
        /// Who vouches.
        #[schema(max_length = 255, example = "https://id.example")]
        issuer: String,
        /// Authentication context class of the login that brought it.
        #[schema(max_length = 100, example = "aal3")]
        assurance: String,
        /// 身元確認保証レベル of that login, 0 to 3.
        #[schema(value_type = u8, minimum = 0, maximum = 3, example = 3)]
        ial: Ial,
        /// 当人認証保証レベル of that login, 1 to 3.
        #[schema(value_type = u8, minimum = 1, maximum = 3, example = 3)]
        aal: Aal,
        /// When it was brought.
        verified_at: DateTime<Utc>,
    },
    /// The applicant has taken it over from what they filed earlier.
    EarlierApplication {
        /// The application that was filed.
        application_id: ApplicationId,
        /// Its 受付番号.
        #[schema(max_length = 20, example = "2026-7K3M-9QPT-X")]
        reference_number: String,
        /// Its 到達.
        arrived_at: DateTime<Utc>,
        /// JSON Pointer of the answer in it.
        #[schema(max_length = 500, example = "/owner_phone")]
        from: String,
    },
}

/// An answer that was not typed into the form.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnswerProvenance {
    /// JSON Pointer of the answer.
    #[schema(max_length = 500, example = "/move_date")]
    pub(crate) pointer: String,
    /// Where it comes from.
    #[serde(flatten)]
    pub(crate) source: AnswerSource,
    /// When it was filled in.
    pub(crate) given_at: DateTime<Utc>,
    /// Whether the answer is another one now, or none.
    #[schema(example = false)]
    pub(crate) changed: bool,
}
