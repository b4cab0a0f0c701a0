//! The version of a form that is being written: what administrators send and read.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use platform::JsonObject;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use super::FormVersionId;
use crate::definition::{DefinitionProblem, Example, Policy, once_each};
use crate::evaluate::AnswerProblem;
use crate::messages::{Filled, MailSubject, Messages, Occasion};

platform::text_enum! {
    /// What a new draft begins as.
    DraftOrigin {
        /// The newest version, whether it is in force or not.
        Newest = "newest",
        /// A form without fields.
        Empty = "empty",
    }
}

/// How to begin a draft.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewFormDraft {
    /// What it begins as.
    pub(crate) from: DraftOrigin,
}

/// The parts of a definition to replace; what is absent stays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DefinitionParts {
    /// JSON Schema 2020-12 of the answers.
    #[schema(value_type = Option<Object>, example = json!({"type": "object"}))]
    pub(crate) schema: Option<JsonObject>,
    /// JSON Forms UI schema with rules.
    #[schema(value_type = Option<Object>, example = json!({"type": "Categorization"}))]
    pub(crate) ui_schema: Option<JsonObject>,
    /// Texts by language (`ja`, `ja-x-easy`, `en`) and key.
    #[serde(default, deserialize_with = "once_each")]
    #[schema(example = json!({"ja": {"owner.label": "所有者"}}))]
    pub(crate) texts: Option<BTreeMap<String, BTreeMap<String, String>>>,
    /// How the city handles what is filed.
    #[validate(nested)]
    pub(crate) policy: Option<Policy>,
    /// Answers the form must accept or refuse.
    #[validate(length(max = 1000), nested)]
    #[schema(max_items = 1000)]
    pub(crate) examples: Option<Vec<Example>>,
    /// Typst template of the letter that tells of a decision; empty: the program's own.
    #[validate(length(max = 200_000))]
    #[schema(max_length = 200_000, example = "")]
    pub(crate) letter: Option<String>,
    /// What applicants are told in the digital post; `{}`: all in the program's words.
    #[validate(nested)]
    pub(crate) messages: Option<Messages>,
    /// The newest version, once it has been looked at: the draft is to take its place, and not that of the one before.
    pub(crate) based_on: Option<FormVersionId>,
}

/// A version that is being written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FormDraft {
    /// Code of the procedure.
    #[schema(max_length = 60, example = "dog-registration-change")]
    pub(crate) procedure: String,
    /// Number of the newest change, as in `ETag`.
    #[schema(example = 3)]
    pub(crate) version: i32,
    /// The version it is to take the place of: the newest when it was begun. When another has been published since, it
    /// is not published before `based_on` says that one. Absent before the first.
    pub(crate) based_on: Option<FormVersionId>,
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
    /// Answers the form must accept or refuse.
    #[schema(max_items = 1000)]
    pub(crate) examples: Vec<Example>,
    /// Typst template of the letter that tells of a decision; absent: the program's own.
    #[schema(max_length = 200_000, example = "#set document(title: [決定通知書])")]
    pub(crate) letter: Option<String>,
    /// What applicants are told in the digital post; what is absent, is told in the program's words.
    pub(crate) messages: Messages,
    /// When it was begun.
    pub(crate) created_at: DateTime<Utc>,
    /// When it was last changed.
    pub(crate) updated_at: DateTime<Utc>,
}

/// What keeps a definition from being published.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Findings {
    /// Whether it could be published as it is.
    #[schema(example = false)]
    pub(crate) valid: bool,
    /// Everything found.
    #[schema(max_items = 1000)]
    pub(crate) problems: Vec<Finding>,
}

/// One thing that keeps a definition from being published.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Finding {
    /// JSON Pointer into the definition (`/schema`, `/ui_schema`, `/texts`, `/policy`, `/examples`, `/letter`, `/messages`).
    #[schema(max_length = 500, example = "/schema/properties/owner/$ref")]
    pub(crate) pointer: String,
    /// What is wrong, for programs.
    #[schema(max_length = 60, example = "unknown_ref")]
    pub(crate) code: String,
    /// The same in plain Japanese, with the particulars.
    #[schema(
        max_length = 500,
        example = "$ref の参照先がこの様式の中にありません。"
    )]
    pub(crate) message: String,
}

impl From<Vec<DefinitionProblem>> for Findings {
    fn from(problems: Vec<DefinitionProblem>) -> Self {
        let finding = |problem: DefinitionProblem| Finding {
            pointer: problem.place(),
            code: problem.code.to_owned(),
            message: problem.told(),
        };
        Self {
            valid: problems.is_empty(),
            problems: problems.into_iter().map(finding).collect(),
        }
    }
}

/// When to publish for.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishRequest {
    /// The moment from which it is the one to fill in, within two years; absent: now.
    pub(crate) in_force_from: Option<DateTime<Utc>>,
}

/// Answers to try.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PreviewRequest {
    /// As a resident would send them. Nothing of them is kept.
    #[schema(value_type = Object, example = json!({"dog_name": "ポチ"}))]
    pub(crate) answers: JsonObject,
}

/// What the form would say of the answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Preview {
    /// Whether they could be filed.
    #[schema(example = false)]
    pub(crate) valid: bool,
    /// What is missing or wrong.
    #[schema(max_items = 1000)]
    pub(crate) problems: Vec<AnswerProblem>,
    /// JSON Pointers of the fields that the form's rules hide.
    #[schema(max_items = 1000, example = json!(["/new_owner_name"]))]
    pub(crate) hidden: Vec<String>,
    /// The answers that would be filed.
    #[schema(value_type = Object, example = json!({"dog_name": "ポチ"}))]
    pub(crate) answers: Map<String, Value>,
    /// What the applicant would be told, with something to see filled in: each occasion in each language.
    #[schema(max_items = 12)]
    pub(crate) messages: Vec<PreviewedMessage>,
}

/// A message to an applicant, as it may look.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreviewedMessage {
    /// On what occasion it is sent.
    pub(crate) occasion: Occasion,
    /// `ja`, `ja-x-easy` or `en`.
    #[schema(max_length = 20, example = "en")]
    pub(crate) language: &'static str,
    /// Whether the words are the version's own.
    #[schema(example = true)]
    pub(crate) own: bool,
    /// One line; where it is too long to be published, the beginning.
    #[schema(max_length = 200, example = "犬の登録事項変更届を受け付けました")]
    pub(crate) title: String,
    /// Plain text, likewise.
    #[schema(max_length = 20000, example = "受付番号：2026-7K3M-9QPT-X")]
    pub(crate) body: String,
    /// What the mail about it says.
    pub(crate) mail: MailSubject,
}

impl PreviewedMessage {
    /// The message in every language.
    pub(crate) fn of((occasion, own, filled): (Occasion, bool, Filled)) -> [Self; 3] {
        let bodies = filled.body.by_language().map(|(_, body)| body);
        let [ja, ja_x_easy, en] = filled.title.by_language();
        let [first, second, third] = bodies;
        [(ja, first), (ja_x_easy, second), (en, third)].map(|((language, title), body)| Self {
            occasion,
            language,
            own,
            title: title.chars().take(200).collect(),
            body: body.chars().take(20_000).collect(),
            mail: filled.mail,
        })
    }
}
