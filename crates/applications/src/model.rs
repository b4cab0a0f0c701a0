//! Requests and answers, a file for each who sends or reads them; here is what they share.

mod approval;
mod attachment;
mod correction;
mod export;
mod extension;
mod intake;
mod provenance;
mod reorganisation;
mod resident;
mod reuse;
mod staff;

use chrono::{DateTime, NaiveDate, Utc};
use forms::ProcedureKind;
use platform::individual_number;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

pub(crate) use approval::{DepartmentRef, RouteStep, StepStatus};
pub(crate) use attachment::{AttachmentView, UploadQuery};
pub(crate) use correction::{CorrectionItem, CorrectionRequest, CorrectionRound, CorrectionView};
pub(crate) use export::ApplicationExport;
pub(crate) use extension::{ExtensionRequest, ExtensionView};
pub(crate) use intake::{IntakeDraft, IntakeDrafts, IntakeRequest};
pub(crate) use provenance::{AnswerProvenance, AnswerSource};
pub(crate) use reorganisation::{
    PlanQuery, Reorganisation, ReorganisationEffect, ReorganisationId, ReorganisationList,
    ReorganisationPlan,
};
pub(crate) use resident::{
    AnswersPatch, Need, NewDraft, NewerForm, OwnApplication, OwnApplicationSummary, OwnEvent,
    OwnEventList, PageOfForm, RemovedAnswer, Standing, SubmitRequest, SurveyOffer, SurveyToken,
    Validation,
};
pub(crate) use reuse::{EarlierAnswer, EarlierApplication, EarlierApplicationList, ReuseRequest};
pub(crate) use staff::{
    CaseEvent, CaseEventList, CaseView, DecisionView, ProposalRequest, ProposalView, QueueEntry,
    QueueQuery,
};

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
    /// The same in the languages of the portal.
    pub(crate) fn told(self) -> forms::Localized {
        let (ja_x_easy, en) = match self {
            Self::Grant => (
                "申（もう）し込（こ）みの とおりに 認（みと）めます。",
                "Granted as applied for.",
            ),
            Self::PartialGrant => (
                "申（もう）し込（こ）みの 一部（いちぶ）を 認（みと）めます。",
                "Granted in part.",
            ),
            Self::Refuse => ("申（もう）し込（こ）みを 認（みと）めません。", "Refused."),
        };
        forms::Localized::new(self.ja(), ja_x_easy, en)
    }

    /// The word on the notice.
    pub(crate) const fn ja(self) -> &'static str {
        match self {
            Self::Grant => "申請のとおり認めます。",
            Self::PartialGrant => "申請の一部を認めます。",
            Self::Refuse => "申請を却下します。",
        }
    }
}

/// Why it is taken back or sent back.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonRequest {
    /// The reason, in plain words.
    #[validate(length(min = 1, max = 1000), custom(function = individual_number::refuse))]
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
