//! Life events, their questions, and what answers come to.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use platform::JsonObject;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

use super::{ProcedureKind, RequiredDocument};
use crate::definition::{Fee, Localized};
use crate::question_set::{Necessity, QuestionStatus};

/// The life events that have questions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LifeEventList {
    /// In the order of the catalogue.
    #[schema(max_items = 100)]
    pub(crate) items: Vec<LifeEventSummary>,
}

/// Something that happens in life.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LifeEventSummary {
    /// Stable code, used in addresses; the finder answers the same.
    #[schema(max_length = 60, example = "moving-out")]
    pub(crate) code: String,
    /// Name.
    pub(crate) name: Localized,
    /// Codes of the procedures that the questions are about.
    #[schema(max_items = 50, example = json!(["moving-out-notification", "dog-registration-change"]))]
    pub(crate) procedures: Vec<String>,
}

/// The questions of a life event, as a frontend renders them with JSON Forms.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LifeEventQuestions {
    /// Stable code.
    #[schema(max_length = 60, example = "moving-out")]
    pub(crate) code: String,
    /// Name.
    pub(crate) name: Localized,
    /// Codes of the procedures that the questions are about.
    #[schema(max_items = 50, example = json!(["moving-out-notification", "dog-registration-change"]))]
    pub(crate) procedures: Vec<String>,
    /// JSON Schema 2020-12 of the answers: one member for each question.
    #[schema(value_type = Object, example = json!({"type": "object"}))]
    pub(crate) schema: Value,
    /// JSON Forms UI schema: a control for each question in the order they are asked, with rules.
    #[schema(value_type = Object, example = json!({"type": "VerticalLayout"}))]
    pub(crate) ui_schema: Value,
    /// Texts by language (`ja`, `ja-x-easy`, `en`) and key.
    #[schema(example = json!({"ja": {"move_date.label": "いつ引っ越しますか"}}))]
    pub(crate) texts: BTreeMap<String, BTreeMap<String, String>>,
}

/// What somebody has answered so far.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswersSoFar {
    /// Answers by the codes of the questions. Nothing of it is kept.
    #[schema(value_type = Object, example = json!({"destination": "japan", "moved": "no"}))]
    pub(crate) answers: JsonObject,
}

/// What the answers so far come to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LifeEventAssessment {
    /// Whether no question is open any more.
    #[schema(example = false)]
    pub(crate) complete: bool,
    /// Where each question stands, in the order they are asked.
    #[schema(max_items = 100)]
    pub(crate) questions: Vec<AskedQuestion>,
    /// What the answers mean for each procedure.
    #[schema(max_items = 50)]
    pub(crate) procedures: Vec<AssessedProcedure>,
}

/// Where a question stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AskedQuestion {
    /// Its code.
    #[schema(max_length = 60, example = "move_date")]
    pub(crate) code: String,
    /// Whether it is asked and answered.
    pub(crate) status: QuestionStatus,
}

/// What the answers mean for a procedure, and how it is done.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AssessedProcedure {
    /// Stable code, used in addresses.
    #[schema(max_length = 60, example = "moving-out-notification")]
    pub(crate) code: String,
    /// Name.
    pub(crate) name: Localized,
    /// What becomes of what is filed.
    pub(crate) kind: ProcedureKind,
    /// Whether it has to be seen to; absent as long as questions in `waits_for` are open.
    pub(crate) necessity: Option<Necessity>,
    /// Why, or why not; absent together with `necessity`.
    pub(crate) reason: Option<Localized>,
    /// Codes of the open questions on which it depends.
    #[schema(max_items = 100, example = json!(["has_dog"]))]
    pub(crate) waits_for: Vec<String>,
    /// Until when, where law says so.
    pub(crate) deadline: Option<LegalDeadline>,
    /// Whether it can be filed here and now, is digital but closed at this moment, or is done on paper.
    pub(crate) way: Way,
    /// The moment from which it can be filed here; absent: at any time before `closes_at`.
    pub(crate) opens_at: Option<DateTime<Utc>>,
    /// The moment from which it can be filed here no more; absent: never.
    pub(crate) closes_at: Option<DateTime<Utc>>,
    /// In which period to apply.
    pub(crate) when_to_apply: Localized,
    /// What to have at hand, by the version of the form in force.
    #[schema(max_items = 50)]
    pub(crate) documents_required: Vec<RequiredDocument>,
    /// What it costs, in yen.
    #[schema(example = 0)]
    pub(crate) fee_yen: u32,
    /// How the fee comes about and how to say so; absent when no version of a form is in force.
    pub(crate) fee: Option<Fee>,
    /// Whom to ask.
    pub(crate) contact: Localized,
}

platform::text_enum! {
    /// How a procedure is done at this moment.
    Way {
        /// It can be filed here.
        Digital = "digital",
        /// It can be filed here, but its period has not begun or is over.
        Closed = "closed",
        /// It is done at the counter or by post.
        Paper = "paper",
    }
}

/// The last day of a period that law sets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LegalDeadline {
    /// The last day, Asia/Tokyo, inclusive; the next opening day where law says so. Absent as long as `counted_from` is
    /// open, and where the calendar of holidays does not reach.
    pub(crate) due_on: Option<NaiveDate>,
    /// Code of the question from whose answer it is counted.
    #[schema(max_length = 60, example = "move_date")]
    pub(crate) counted_from: String,
    /// Law and article.
    #[schema(max_length = 300, example = "住民基本台帳法第22条第1項")]
    pub(crate) legal_basis: String,
}
