//! Requests and answers.

use chrono::{DateTime, NaiveDate, Utc};
use forms::{AnswerProblem, FormVersionId, ProcedureKind};
use kpi::survey::Touchpoint;
use platform::JsonObject;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::difference::Change;
use crate::identity::Identity;
use crate::state::{Event, Status};

platform::id!(
    /// An application, from draft on.
    ApplicationId
);

platform::id!(
    /// A file that answers a field of an application.
    AttachmentId
);

platform::text_enum! {
    /// What was decided.
    Outcome {
        /// 認める
        Grant = "grant",
        /// 一部を認める
        PartialGrant = "partial_grant",
        /// 却下
        Refuse = "refuse",
    }
}

impl Outcome {
    /// The word on the notice.
    pub(crate) const fn ja(self) -> &'static str {
        match self {
            Self::Grant => "申請のとおり認めます。",
            Self::PartialGrant => "申請の一部を認めます。",
            Self::Refuse => "申請を却下します。",
        }
    }
}

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

/// Why it is taken back or sent back.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonRequest {
    /// The reason, in plain words.
    #[validate(length(min = 1, max = 1000))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "家族が同じ届出をすでに提出していたため"
    )]
    pub(crate) reason: String,
}

/// White space of any width is no reason.
fn not_blank(text: &str) -> Result<(), ValidationError> {
    if text.trim().is_empty() {
        return Err(ValidationError::new("blank").with_message("内容を入力してください。".into()));
    }
    Ok(())
}

/// 起案: what is proposed.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposalRequest {
    /// The outcome proposed.
    pub(crate) outcome: Outcome,
    /// Why; required unless all is granted (行政手続法8条).
    #[validate(length(min = 1, max = 4000), custom(function = not_blank))]
    #[schema(
        min_length = 1,
        max_length = 4000,
        example = "市内に住所があることを確認できないため"
    )]
    pub(crate) reason: Option<String>,
    /// The provision it rests on; required unless all is granted.
    #[validate(length(min = 1, max = 300), custom(function = not_blank))]
    #[schema(min_length = 1, max_length = 300, example = "児童手当法第4条第1項")]
    pub(crate) legal_basis: Option<String>,
}

/// Why not all is granted (行政手続法8条).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Grounds {
    /// The reason.
    #[schema(max_length = 4000, example = "市内に住所があることを確認できないため")]
    pub(crate) reason: String,
    /// The provision it rests on.
    #[schema(max_length = 300, example = "児童手当法第4条第1項")]
    pub(crate) legal_basis: String,
}

/// A procedure, named.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProcedureRef {
    /// Its code.
    #[schema(max_length = 60, example = "dog-registration-change")]
    pub(crate) code: String,
    /// Its name in Japanese.
    #[schema(max_length = 200, example = "犬の登録事項変更届")]
    pub(crate) name: String,
    /// What becomes of what is filed.
    pub(crate) kind: ProcedureKind,
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
    /// What its owner can do now.
    #[schema(max_items = 20)]
    pub(crate) allowed_events: Vec<Event>,
    /// The filing; absent for a draft.
    pub(crate) filing: Option<Filing>,
    /// The correction that waits for the applicant; absent when none does.
    pub(crate) correction: Option<CorrectionView>,
    /// The files added so far.
    #[schema(max_items = 50)]
    pub(crate) attachments: Vec<AttachmentView>,
    /// When it was decided; the decision itself is in the notice.
    pub(crate) decided_at: Option<DateTime<Utc>>,
    /// When it was begun.
    pub(crate) created_at: DateTime<Utc>,
    /// When anything last happened to it.
    pub(crate) updated_at: DateTime<Utc>,
}

/// When and under which number it was filed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Filing {
    /// 受付番号
    #[schema(max_length = 20, example = "2026-7K3M-9QPT-X")]
    pub(crate) reference_number: String,
    /// 到達
    pub(crate) arrived_at: DateTime<Utc>,
    /// 受付
    pub(crate) accepted_on: Option<NaiveDate>,
    /// By when the city means to decide; absent for a notification.
    pub(crate) due_on: Option<NaiveDate>,
    /// Whether the decision comes by digital post.
    #[schema(example = true)]
    pub(crate) electronic_notice_consent: bool,
}

/// A decision (処分・決定).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionView {
    /// What was decided.
    pub(crate) outcome: Outcome,
    /// Why; always there unless all was granted.
    pub(crate) grounds: Option<Grounds>,
    /// When.
    pub(crate) decided_at: DateTime<Utc>,
    /// SHA-256 of the notice's canonical data, hex.
    #[schema(
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub(crate) notice_sha256: String,
}

/// What the form says about the answers so far.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Validation {
    /// Whether it could be filed as it is.
    #[schema(example = false)]
    pub(crate) valid: bool,
    /// What is missing or wrong.
    #[schema(max_items = 1000)]
    pub(crate) problems: Vec<AnswerProblem>,
    /// JSON Pointers of the fields that the form's rules hide now; answers to them are dropped at filing.
    #[schema(max_items = 1000, example = json!(["/new_owner_name"]))]
    pub(crate) hidden: Vec<String>,
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

/// Which of the department's applications to list.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct QueueQuery {
    /// Only those that stand here; left out: all that are open.
    pub(crate) status: Option<Status>,
    /// Only this procedure.
    #[validate(length(max = 60))]
    #[param(max_length = 60, example = "dog-registration-change")]
    pub(crate) procedure: Option<String>,
    /// Only those the asker works on (`true`).
    #[param(example = true)]
    pub(crate) mine: Option<bool>,
    /// `next` of the page before.
    #[validate(length(max = 200))]
    #[param(max_length = 200, example = "eyJpZCI6MX0")]
    pub(crate) after: Option<String>,
    /// How many entries at the most, 1 to 100.
    #[validate(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 20, example = 20)]
    pub(crate) limit: Option<i64>,
}

/// A line of the queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueueEntry {
    /// The application.
    pub(crate) id: ApplicationId,
    /// What it is about.
    pub(crate) procedure: ProcedureRef,
    /// 受付番号
    #[schema(max_length = 20, example = "2026-7K3M-9QPT-X")]
    pub(crate) reference_number: String,
    /// Where it stands.
    pub(crate) status: Status,
    /// 到達
    pub(crate) arrived_at: DateTime<Utc>,
    /// End of the 標準処理期間; absent for a notification.
    pub(crate) due_on: Option<NaiveDate>,
    /// Whether that day has passed and it is still open.
    #[schema(example = false)]
    pub(crate) overdue: bool,
    /// The reviewer who took it up.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) assignee_id: Option<Uuid>,
    /// Number of the newest change, as in `ETag`.
    #[schema(example = 3)]
    pub(crate) version: i32,
}

/// An application as the department sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseView {
    /// The application.
    pub(crate) id: ApplicationId,
    /// What it is about.
    pub(crate) procedure: ProcedureRef,
    /// The version of the form it was filed on.
    pub(crate) form_version_id: FormVersionId,
    /// Where it stands.
    pub(crate) status: Status,
    /// Number of the newest change, as in `ETag`.
    #[schema(example = 3)]
    pub(crate) version: i32,
    /// 申請者, as their identity provider vouched for them when they filed.
    pub(crate) applicant: Identity,
    /// The filing.
    pub(crate) filing: Filing,
    /// Whether the due day has passed and it is still open.
    #[schema(example = false)]
    pub(crate) overdue: bool,
    /// The answers as filed.
    #[schema(value_type = Object, example = json!({"dog_name": "ポチ"}))]
    pub(crate) answers: Map<String, Value>,
    /// 申請者
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) applicant_id: Uuid,
    /// 対象者
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) subject_id: Uuid,
    /// 行為者: who filed it.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) actor_id: Uuid,
    /// The reviewer who took it up.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) assignee_id: Option<Uuid>,
    /// The files that the answers name.
    #[schema(max_items = 50)]
    pub(crate) attachments: Vec<AttachmentView>,
    /// What was asked to be put right, and what was changed.
    #[schema(max_items = 100)]
    pub(crate) corrections: Vec<CorrectionRound>,
    /// The newest proposal (起案).
    pub(crate) proposal: Option<ProposalView>,
    /// The decision.
    pub(crate) decision: Option<DecisionView>,
    /// Events possible from here, for anyone.
    #[schema(max_items = 20)]
    pub(crate) allowed_events: Vec<Event>,
}

/// A proposal (起案).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposalView {
    /// Counts from 1; a new one after each return.
    #[schema(example = 1)]
    pub(crate) round: i32,
    /// The outcome proposed.
    pub(crate) outcome: Outcome,
    /// Why; always there unless all is granted.
    pub(crate) grounds: Option<Grounds>,
    /// Who proposed.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) proposed_by: Uuid,
    /// When.
    pub(crate) proposed_at: DateTime<Utc>,
}

/// An event with everything that was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseEvent {
    /// The application's version after it.
    #[schema(example = 3)]
    pub(crate) version: i32,
    /// What happened.
    pub(crate) event: Event,
    /// When.
    pub(crate) occurred_at: DateTime<Utc>,
    /// `resident`, `staff` or `system`.
    #[schema(max_length = 20, example = "staff")]
    pub(crate) actor_kind: String,
    /// Who, unless the program itself.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) actor_id: Option<Uuid>,
    /// Why, where a reason is asked for.
    #[schema(max_length = 1000, example = "添付書類を確認してください")]
    pub(crate) reason: Option<String>,
}

/// The events of an application.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CaseEventList {
    /// In the order they happened.
    #[schema(max_items = 1000)]
    pub(crate) items: Vec<CaseEvent>,
}

/// 補正依頼: what to put right.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CorrectionRequest {
    /// The fields to put right; only these unlock.
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
    #[validate(length(min = 1, max = 1000), custom(function = not_blank))]
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
