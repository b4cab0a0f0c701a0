//! What residents send and read.

use chrono::{DateTime, NaiveDate, Utc};
use forms::{AnswerProblem, FormVersionId, Verdict};
use kpi::survey::Touchpoint;
use platform::JsonObject;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::{
    AnswerProvenance, ApplicationId, AttachmentView, CorrectionView, Filing, ProcedureRef,
};
use crate::state::{Event, Status};

/// Which procedure to begin.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewDraft {
    /// Code of the procedure.
    #[validate(length(min = 1, max = 60))]
    #[schema(min_length = 1, max_length = 60, example = "dog-registration-change")]
    pub(crate) procedure: String,
}

/// Answers to keep.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswersPatch {
    /// JSON Merge Patch (RFC 7396) on the answers kept so far: `null` removes an answer.
    #[schema(value_type = Object, example = json!({"dog_name": "ポチ"}))]
    pub(crate) answers: JsonObject,
}

/// How to file.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SubmitRequest {
    /// Whether the applicant wants the decision in the digital post (デジタル手続法7条1項但書); else it comes on paper.
    #[schema(example = true)]
    pub(crate) electronic_notice_consent: bool,
}

/// Where an application stands, in words for its owner.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Standing {
    /// What has happened.
    #[schema(max_length = 200, example = "申請を受け付けました。")]
    pub(crate) now: String,
    /// What happens next, and by when.
    #[schema(
        max_length = 200,
        example = "担当課が確認を始めます。2026年12月22日までに決定する予定です。"
    )]
    pub(crate) next: String,
}

/// A line of one's own applications.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnApplicationSummary {
    /// The application.
    pub(crate) id: ApplicationId,
    /// What it is about.
    pub(crate) procedure: ProcedureRef,
    /// 受付番号; absent for a draft.
    #[schema(max_length = 20, example = "2026-7K3M-9QPT-X")]
    pub(crate) reference_number: Option<String>,
    /// Where it stands.
    pub(crate) status: Status,
    /// When it was begun.
    pub(crate) created_at: DateTime<Utc>,
    /// When anything last happened to it.
    pub(crate) updated_at: DateTime<Utc>,
}

/// One's own application.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnApplication {
    /// The application.
    pub(crate) id: ApplicationId,
    /// What it is about.
    pub(crate) procedure: ProcedureRef,
    /// The version of the form it is pinned to.
    pub(crate) form_version_id: FormVersionId,
    /// Where it stands.
    pub(crate) status: Status,
    /// The same in words.
    pub(crate) standing: Standing,
    /// Number of the newest change, as in `ETag`.
    #[schema(example = 3)]
    pub(crate) version: i32,
    /// The answers, code point for code point as sent.
    #[schema(value_type = Object, example = json!({"dog_name": "ポチ"}))]
    pub(crate) answers: Map<String, Value>,
    /// JSON Pointers of the answers that are left out for whoever acts for the applicant: they tell an address that they must not see
    /// (DV等支援措置), or the form does not show them to representatives (`x-visible-to`).
    #[schema(max_items = 1000, example = json!(["/owner_address"]))]
    pub(crate) hidden_answers: Vec<String>,
    /// What its owner can do now.
    #[schema(max_items = 20)]
    pub(crate) allowed_events: Vec<Event>,
    /// The filing; absent for a draft.
    pub(crate) filing: Option<Filing>,
    /// 法定期限: the day by which law wants the decision, where it says so; after an extension, the day that was told instead.
    pub(crate) limit_on: Option<NaiveDate>,
    /// The correction that waits for the applicant; absent when none does.
    pub(crate) correction: Option<CorrectionView>,
    /// What was typed into fields that the form does not have any more since the draft was moved to another version;
    /// kept until it is filed, and no part of the filing.
    #[schema(max_items = 1000)]
    pub(crate) removed_answers: Vec<RemovedAnswer>,
    /// Which answers were filled in from elsewhere.
    #[schema(max_items = 1000)]
    pub(crate) provenance: Vec<AnswerProvenance>,
    /// The version of the form in force, when a draft is on another; it has to be moved there before it is filed.
    pub(crate) newer_form: Option<NewerForm>,
    /// The files added so far.
    #[schema(max_items = 50)]
    pub(crate) attachments: Vec<AttachmentView>,
    /// When it was decided; the decision itself is in the notice.
    pub(crate) decided_at: Option<DateTime<Utc>>,
    /// When it was begun.
    pub(crate) created_at: DateTime<Utc>,
    /// When anything last happened to it.
    pub(crate) updated_at: DateTime<Utc>,
    /// The day on which a draft is deleted with its files unless it is saved before; never without a warning in the digital
    /// post fourteen days ahead, so it may become a later one. Absent for what was filed.
    pub(crate) expires_on: Option<NaiveDate>,
}

/// An answer to what is not asked any more.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct RemovedAnswer {
    /// JSON Pointer of the answer on the older version.
    #[schema(max_length = 2000, example = "/dog_features")]
    pub(crate) pointer: String,
    /// What the older version called the field.
    #[schema(max_length = 4000, example = "犬の特徴")]
    pub(crate) label: String,
    /// The answer, code point for code point as sent.
    #[schema(value_type = Value, example = "左耳の先が白い")]
    pub(crate) value: Value,
}

/// The version of a form in force, and what a draft on an older one needs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewerForm {
    /// The version.
    pub(crate) form_version_id: FormVersionId,
    /// Version number within the procedure.
    #[schema(minimum = 1, example = 2)]
    pub(crate) number: i32,
    /// What becomes of the draft: it is moved by itself, by its owner, or not at all.
    pub(crate) verdict: Verdict,
    /// What its owner has to look at.
    #[schema(max_items = 1000)]
    pub(crate) needs: Vec<Need>,
}

/// Something that is not as it was on the version of the draft.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Need {
    /// JSON Pointer of the answer, without list numbers; empty when it is about none.
    #[schema(max_length = 2000, example = "/owner_email")]
    pub(crate) pointer: String,
    /// What is different, for programs.
    #[schema(max_length = 60, example = "required_field_added")]
    pub(crate) code: String,
    /// In plain Japanese.
    #[schema(
        max_length = 500,
        example = "「メールアドレス」の入力が新しく必要になりました。"
    )]
    pub(crate) message: String,
}

/// Which part of the form to look over.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageOfForm {
    /// Number of the page, from 1: an element of the root of the UI schema, such as a category of a categorization. Left out: the
    /// whole form.
    #[validate(range(min = 1, max = 1000))]
    #[param(minimum = 1, maximum = 1000, example = 2)]
    pub(crate) page: Option<u16>,
}

/// What the form says about the answers so far.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Validation {
    /// Whether it could be filed as it is; of one page, whether nothing on it stands in the way.
    #[schema(example = false)]
    pub(crate) valid: bool,
    /// What is missing or wrong.
    #[schema(max_items = 1000)]
    pub(crate) problems: Vec<AnswerProblem>,
    /// JSON Pointers of the fields that the form's rules hide now; answers to them are dropped at filing.
    #[schema(max_items = 1000, example = json!(["/new_owner_name"]))]
    pub(crate) hidden: Vec<String>,
    /// JSON Pointers of the fields that are shown and take no other answer now.
    #[schema(max_items = 1000, example = json!(["/fee_yen"]))]
    pub(crate) disabled: Vec<String>,
}

/// An event of one's own application; steps inside the city hall are not among them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnEvent {
    /// What happened.
    pub(crate) event: Event,
    /// When.
    pub(crate) occurred_at: DateTime<Utc>,
}

/// The events of one's own application.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnEventList {
    /// In the order they happened.
    #[schema(max_items = 1000)]
    pub(crate) items: Vec<OwnEvent>,
}

/// When the applicant wants to be asked.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SurveyOffer {
    /// After filing, or after the decision.
    pub(crate) touchpoint: Touchpoint,
}

/// A token for one answer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SurveyToken {
    /// To be sent with the answer.
    #[schema(
        max_length = 43,
        example = "8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8"
    )]
    pub(crate) token: String,
}
