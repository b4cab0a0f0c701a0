//! Requests and answers.

mod comparison;
mod description;
mod files;
mod form_draft;
mod life_events;
mod versions;

use std::collections::BTreeMap;

use auth::assurance::RequiredAssurance;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::definition::{Fee, Localized, Policy};

pub(crate) use comparison::{ComparisonQuery, ComparisonView};
pub(crate) use description::{
    DescribedProcedure, Description, DescriptionChange, RequiredDocument,
};
pub(crate) use files::{ExportedVersion, ImportQuery, ImportRequest, Imported};
pub(crate) use form_draft::{
    DefinitionParts, DraftOrigin, Findings, FormDraft, NewFormDraft, Preview, PreviewRequest,
    PreviewedMessage, PublishRequest,
};
pub(crate) use life_events::{
    AnswersSoFar, AskedQuestion, AssessedProcedure, LegalDeadline, LifeEventAssessment,
    LifeEventList, LifeEventQuestions, LifeEventSummary, Way,
};
pub(crate) use versions::{FormVersionEntry, FormVersionList, RetireRequest};

platform::id!(
    /// A procedure (手続).
    ProcedureId
);
platform::id!(
    /// A published, immutable version of a procedure's form (様式の版).
    FormVersionId
);

platform::text_enum! {
    /// What becomes of what is filed.
    ProcedureKind {
        /// 申請: asks for a decision.
        Application = "application",
        /// 届出: fulfilled on arrival (行政手続法37条).
        Notification = "notification",
        /// 証明交付請求: ends in a certificate.
        CertificateRequest = "certificate_request",
    }
}

/// A line of the catalogue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProcedureSummary {
    /// Stable code, used in addresses.
    #[schema(max_length = 60, example = "dog-registration-change")]
    pub(crate) code: String,
    /// What becomes of what is filed.
    pub(crate) kind: ProcedureKind,
    /// Name.
    pub(crate) name: Localized,
    /// What it is for.
    pub(crate) summary: Localized,
    /// Code of the department in charge.
    #[schema(max_length = 60, example = "environment")]
    pub(crate) owner_department: String,
    /// Whether it is digital as of today; its period may not be open at this moment.
    #[schema(example = true)]
    pub(crate) accepts_digital: bool,
}

/// A procedure and the version of its form in force.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProcedureDetail {
    /// Everything the catalogue tells; who may apply, fee and documents are those of the version in force.
    pub(crate) procedure: Description,
    /// How the fee comes about and how to say so; absent when no version is in force.
    pub(crate) fee: Option<Fee>,
    /// Whether it can be filed here at this moment.
    #[schema(example = true)]
    pub(crate) accepts_digital: bool,
    /// The version a new draft is pinned to; absent when none is in force.
    pub(crate) form_version_id: Option<FormVersionId>,
    /// What the login must have reached to file on that version; absent: any login will do.
    pub(crate) assurance: Option<RequiredAssurance>,
    /// The moment from which that version can be filed; absent: at any time before `closes_at`.
    pub(crate) opens_at: Option<DateTime<Utc>>,
    /// The moment from which that version can be filed no more; absent: never.
    pub(crate) closes_at: Option<DateTime<Utc>>,
}

/// Which procedures to list.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ProcedureQuery {
    /// Only those that are (`true`) or are not digital as of today.
    #[param(example = true)]
    pub(crate) accepts_digital: Option<bool>,
    /// `next` of the page before.
    #[validate(length(max = 200))]
    #[param(max_length = 200, example = "ImRvZyI")]
    pub(crate) after: Option<String>,
    /// How many entries at the most, 1 to 100.
    #[validate(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 20, example = 20)]
    pub(crate) limit: Option<i64>,
}

/// A form, as a frontend renders it with JSON Forms.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Form {
    /// Version id; filings are pinned to it.
    pub(crate) id: FormVersionId,
    /// Code of the procedure.
    #[schema(max_length = 60, example = "dog-registration-change")]
    pub(crate) procedure: String,
    /// Version number within the procedure, from 1.
    #[schema(minimum = 1, example = 1)]
    pub(crate) number: i32,
    /// When it was published.
    pub(crate) published_at: DateTime<Utc>,
    /// The moment from which it is the one to fill in.
    pub(crate) in_force_from: DateTime<Utc>,
    /// SHA-256 of the canonical definition, hex.
    #[schema(
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub(crate) sha256: String,
    /// JSON Schema 2020-12 of the answers.
    #[schema(value_type = Object, example = json!({"type": "object"}))]
    pub(crate) schema: Value,
    /// JSON Forms UI schema with rules.
    #[schema(value_type = Object, example = json!({"type": "Categorization"}))]
    pub(crate) ui_schema: Value,
    /// Texts by language (`ja`, `ja-x-easy`, `en`) and key.
    #[schema(example = json!({"ja": {"owner.label": "所有者"}}))]
    pub(crate) texts: BTreeMap<String, BTreeMap<String, String>>,
    /// How the city handles what is filed.
    pub(crate) policy: Policy,
}

/// Keywords to search by.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FinderQuery {
    /// Keywords, in any spelling.
    #[validate(length(min = 1, max = 200))]
    #[param(min_length = 1, max_length = 200, example = "いぬ とどけ")]
    pub(crate) q: String,
    /// How many procedures at the most, 1 to 50.
    #[validate(range(min = 1, max = 50))]
    #[param(minimum = 1, maximum = 50, default = 10, example = 10)]
    pub(crate) limit: Option<u8>,
}

/// What somebody says they need.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Need {
    /// In their own words. Nothing of it is kept.
    #[validate(length(min = 1, max = 2000))]
    #[schema(
        min_length = 1,
        max_length = 2000,
        example = "来月、川崎に引っ越します。子どもが2人います"
    )]
    pub(crate) text: String,
}

/// What the finder makes of it, best first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Found {
    /// What seems to be happening in somebody's life.
    #[schema(max_items = 50)]
    pub(crate) life_events: Vec<LikelyEvent>,
    /// What may have to be done.
    #[schema(max_items = 50)]
    pub(crate) procedures: Vec<LikelyProcedure>,
}

/// A life event that a text speaks of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LikelyEvent {
    /// Stable code.
    #[schema(max_length = 60, example = "moving-out")]
    pub(crate) code: String,
    /// Name.
    pub(crate) name: Localized,
    /// The words that led there, as they were said.
    #[schema(max_items = 100, example = json!(["引っ越します"]))]
    pub(crate) words: Vec<String>,
}

/// A procedure that a text asks for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LikelyProcedure {
    /// Stable code, used in addresses.
    #[schema(max_length = 60, example = "moving-out-notification")]
    pub(crate) code: String,
    /// Name.
    pub(crate) name: Localized,
    /// When to apply.
    pub(crate) when_to_apply: Localized,
    /// Whether it is digital as of today; its period may not be open at this moment.
    #[schema(example = true)]
    pub(crate) accepts_digital: bool,
    /// The words that led there, as they were said; none when only pieces of words did.
    #[schema(max_items = 100, example = json!(["引っ越します"]))]
    pub(crate) words: Vec<String>,
}
