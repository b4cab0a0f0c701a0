//! What staff send and read.

use auth::mandates::MandateId;
use chrono::{DateTime, NaiveDate, Utc};
use forms::FormVersionId;
use platform::individual_number;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::{
    AnswerProvenance, ApplicationId, AttachmentView, CorrectionRound, ExtensionView, Filing,
    Grounds, Outcome, ProcedureRef, RouteStep, not_blank,
};
use crate::identity::Identity;
use crate::state::{Event, Status};

/// 起案: what is proposed.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProposalRequest {
    /// The outcome proposed.
    pub(crate) outcome: Outcome,
    /// Why; required unless all is granted (行政手続法8条).
    #[validate(length(min = 1, max = 4000), custom(function = not_blank), custom(function = individual_number::refuse))]
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
    /// 法定期限: the day by which law wants the decision, where it says so; after an extension, the day that was told instead.
    pub(crate) limit_on: Option<NaiveDate>,
    /// Whether one of the two has passed and it is still open.
    #[schema(example = false)]
    pub(crate) overdue: bool,
    /// The reviewer who took it up.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) assignee_id: Option<Uuid>,
    /// 決裁の経路 of what awaits approval, first step first; empty otherwise.
    #[schema(max_items = 10)]
    pub(crate) approval_route: Vec<RouteStep>,
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
    /// 利用登録: whether the city knows which person of its register the applicant is.
    #[schema(example = true)]
    pub(crate) registered: bool,
    /// 宛名番号 of that person, for reviewers of the department and registrars.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, example = "10000001")]
    pub(crate) addressee_number: Option<String>,
    /// DV等支援措置: the addresses on the applicant's side are hidden from everybody but registrars, who see them only by
    /// reading the application.
    #[schema(example = false)]
    pub(crate) address_protected: bool,
    /// 申請者, as their identity provider vouched for them when they filed.
    pub(crate) applicant: Identity,
    /// Who filed for them, likewise; absent when it was the applicant.
    pub(crate) representative: Option<Identity>,
    /// The filing.
    pub(crate) filing: Filing,
    /// 法定期限: the day by which law wants the decision, where it says so; after an extension, the day that was told instead.
    pub(crate) limit_on: Option<NaiveDate>,
    /// 延期 of that day.
    pub(crate) extension: Option<ExtensionView>,
    /// Whether this day or the due day has passed and it is still open.
    #[schema(example = false)]
    pub(crate) overdue: bool,
    /// The answers as they stand: those filed, or those of the last correction answered.
    #[schema(value_type = Object, example = json!({"dog_name": "ポチ"}))]
    pub(crate) answers: Map<String, Value>,
    /// JSON Pointers of the answers that are left out because they tell a protected address, or the form does not show them to the
    /// clerk's role (`x-visible-to`).
    #[schema(max_items = 1000, example = json!(["/owner_address"]))]
    pub(crate) hidden_answers: Vec<String>,
    /// Which answers were filled in from elsewhere.
    #[schema(max_items = 1000)]
    pub(crate) provenance: Vec<AnswerProvenance>,
    /// 申請者
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) applicant_id: Uuid,
    /// 対象者
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) subject_id: Uuid,
    /// 行為者: who filed it.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) actor_id: Uuid,
    /// The mandate under which it was filed; absent when the applicant filed it.
    pub(crate) mandate_id: Option<MandateId>,
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
    /// 決裁の経路, first step first, and how far the newest proposal has come; empty where nothing is decided.
    #[schema(max_items = 10)]
    pub(crate) approval_route: Vec<RouteStep>,
    /// The decision.
    pub(crate) decision: Option<DecisionView>,
    /// Events possible from here, for anyone. To approve is `agree` in every step but the last.
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
