//! The survey: what is asked, and an answer.

use platform::individual_number;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

platform::text_enum! {
    /// What the applicant's opinion rests on.
    Reason {
        /// 見つけやすさ
        EaseOfFinding = "ease_of_finding",
        /// 分かりやすさ
        Clarity = "clarity",
        /// 入力の手間
        EffortOfInput = "effort_of_input",
        /// 本人確認
        IdentityCheck = "identity_check",
        /// 所要時間
        TimeTaken = "time_taken",
        /// 不具合
        Malfunction = "malfunction",
    }
}

/// An answer to the survey.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSurveyAnswer)]
pub(crate) struct NewAnswer {
    /// The token of the offer; good for one answer.
    #[validate(length(max = 100))]
    #[schema(
        max_length = 100,
        example = "mX0gq3sG7hYc1n8Zr5wT2vKpJ4bLdF6eQaUiOxEyRtM"
    )]
    pub(crate) token: String,
    /// 1 (とても不満) to 5 (とても満足); null for 回答しない.
    // Leaving it out is not the same as declining.
    #[serde(deserialize_with = "Option::deserialize")]
    #[validate(range(min = 1, max = 5))]
    #[schema(required, minimum = 1, maximum = 5, example = 4)]
    pub(crate) rating: Option<i16>,
    /// What the opinion rests on, each once.
    #[serde(default)]
    #[validate(length(max = 6))]
    #[schema(value_type = BTreeSet<Reason>, max_items = 6, example = json!(["clarity", "time_taken"]))]
    pub(crate) reasons: Vec<Reason>,
    /// In the applicant's own words.
    #[serde(default)]
    #[validate(length(max = 1000), custom(function = individual_number::refuse))]
    #[schema(max_length = 1000, example = "住所の入力が一度で済んで楽でした。")]
    pub(crate) free_text: Option<String>,
}

/// A text of the survey in three languages.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(crate) struct SurveyText {
    /// Japanese.
    #[schema(max_length = 200, example = "とても満足")]
    pub(crate) ja: &'static str,
    /// やさしい日本語.
    #[serde(rename = "ja-x-easy")]
    #[schema(max_length = 200, example = "とても よかった")]
    pub(crate) ja_x_easy: &'static str,
    /// English.
    #[schema(max_length = 200, example = "Very satisfied")]
    pub(crate) en: &'static str,
}

/// The survey as it is shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Survey {
    /// How satisfied the applicant is.
    pub(crate) rating: RatingQuestion,
    /// What that rests on; optional.
    pub(crate) reasons: ReasonsQuestion,
    /// Anything else; optional.
    pub(crate) free_text: FreeTextQuestion,
}

/// The question for a rating.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SurveyRatingQuestion)]
pub(crate) struct RatingQuestion {
    /// The question.
    pub(crate) question: SurveyText,
    /// The ratings, in the order to be shown.
    #[schema(min_items = 5, max_items = 5)]
    pub(crate) labels: &'static [RatingLabel],
    /// The way out: rating null.
    pub(crate) decline: SurveyText,
}

/// A rating and what it is called.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SurveyRatingLabel)]
pub(crate) struct RatingLabel {
    /// To be sent as `rating`.
    #[schema(minimum = 1, maximum = 5, example = 5)]
    pub(crate) rating: i16,
    /// Its name.
    pub(crate) label: SurveyText,
}

/// The question for reasons.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SurveyReasonsQuestion)]
pub(crate) struct ReasonsQuestion {
    /// The question.
    pub(crate) question: SurveyText,
    /// The reasons, in the order to be shown; any number of them may be chosen.
    #[schema(max_items = 6)]
    pub(crate) options: &'static [ReasonOption],
}

/// A reason and what it is called.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SurveyReasonOption)]
pub(crate) struct ReasonOption {
    /// To be sent in `reasons`.
    pub(crate) reason: Reason,
    /// Its name.
    pub(crate) label: SurveyText,
}

/// The question for free text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SurveyFreeTextQuestion)]
pub(crate) struct FreeTextQuestion {
    /// The question.
    pub(crate) question: SurveyText,
    /// What not to write.
    pub(crate) hint: SurveyText,
    /// Characters allowed.
    #[schema(minimum = 1, example = 1000)]
    pub(crate) max_length: u16,
}
