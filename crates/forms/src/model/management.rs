//! What administrators send and read to manage the versions of a form.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use platform::JsonObject;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::FormVersionId;
use crate::comparison::{Change, Comparison, Verdict};
use crate::definition::{DefinitionProblem, Example, File, FormDefinition, Policy};
use crate::evaluate::AnswerProblem;
use crate::state::VersionState;

/// Changes told at one time, the gravest first.
const MOST_CHANGES: usize = 1_000;

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
    #[schema(example = json!({"ja": {"owner.label": "所有者"}}))]
    pub(crate) texts: Option<BTreeMap<String, BTreeMap<String, String>>>,
    /// How the city handles what is filed.
    pub(crate) policy: Option<Policy>,
    /// Answers the form must accept or refuse.
    #[validate(length(max = 1000))]
    #[schema(max_items = 1000)]
    pub(crate) examples: Option<Vec<Example>>,
    /// Typst template of the letter that tells of a decision; empty: the program's own.
    #[validate(length(max = 200_000))]
    #[schema(max_length = 200_000, example = "")]
    pub(crate) letter: Option<String>,
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
    /// JSON Pointer into the definition (`/schema`, `/ui_schema`, `/texts`, `/policy`, `/examples`, `/letter`).
    #[schema(max_length = 2000, example = "/schema/properties/owner/$ref")]
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

/// Why to retire a version.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RetireRequest {
    /// For the record; nothing about a person.
    #[validate(length(min = 1, max = 1000))]
    #[schema(min_length = 1, max_length = 1000, example = "制度の廃止")]
    pub(crate) reason: String,
}

/// A published version of a procedure's form.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FormVersionEntry {
    /// The version.
    pub(crate) id: FormVersionId,
    /// Version number within the procedure, from 1.
    #[schema(minimum = 1, example = 1)]
    pub(crate) number: i32,
    /// Where it stands now.
    pub(crate) state: VersionState,
    /// When it was published.
    pub(crate) published_at: DateTime<Utc>,
    /// The moment from which it is the one to fill in.
    pub(crate) in_force_from: DateTime<Utc>,
    /// When it was retired; absent when it was not.
    pub(crate) retired_at: Option<DateTime<Utc>>,
    /// SHA-256 of the canonical definition, hex.
    #[schema(
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub(crate) sha256: String,
}

/// The versions of a procedure's form.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FormVersionList {
    /// What is published, newest first.
    #[schema(max_items = 10_000)]
    pub(crate) items: Vec<FormVersionEntry>,
    /// Whether a further one is being written.
    #[schema(example = false)]
    pub(crate) has_draft: bool,
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
}

/// The files of a version's folder in the catalogue, each by its name.
#[derive(Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VersionFiles {
    /// JSON Schema 2020-12 of the answers.
    #[serde(rename = "schema.json")]
    #[schema(value_type = Object, example = json!({"type": "object"}))]
    pub(crate) schema: JsonObject,
    /// JSON Forms UI schema with rules.
    #[serde(rename = "ui_schema.json")]
    #[schema(value_type = Object, example = json!({"type": "Categorization"}))]
    pub(crate) ui_schema: JsonObject,
    /// Texts by language and key.
    #[serde(rename = "texts.json")]
    #[schema(example = json!({"ja": {"owner.label": "所有者"}}))]
    pub(crate) texts: BTreeMap<String, BTreeMap<String, String>>,
    /// How the city handles what is filed.
    #[serde(rename = "policy.json")]
    pub(crate) policy: Policy,
    /// Answers the form must accept or refuse.
    #[serde(rename = "examples.json")]
    #[validate(length(max = 1000))]
    #[schema(max_items = 1000)]
    pub(crate) examples: Vec<Example>,
    /// Typst template of the letter; absent: the program's own.
    #[serde(
        rename = "letter.typ",
        default,
        skip_serializing_if = "Option::is_none"
    )]
    #[validate(length(max = 200_000))]
    #[schema(max_length = 200_000, example = "#set document(title: [決定通知書])")]
    pub(crate) letter: Option<String>,
}

impl From<VersionFiles> for FormDefinition {
    fn from(files: VersionFiles) -> Self {
        Self {
            schema: Value::Object(files.schema.0),
            ui_schema: Value::Object(files.ui_schema.0),
            texts: files.texts,
            policy: files.policy,
            examples: files.examples,
            letter: files.letter,
        }
    }
}

impl From<FormDefinition> for VersionFiles {
    fn from(definition: FormDefinition) -> Self {
        let object = |value| match value {
            Value::Object(members) => JsonObject(members),
            _ => JsonObject::default(),
        };
        Self {
            schema: object(definition.schema),
            ui_schema: object(definition.ui_schema),
            texts: definition.texts,
            policy: definition.policy,
            examples: definition.examples,
            letter: definition.letter,
        }
    }
}

/// A version as files, and what it was published as.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ExportedVersion {
    /// Code of the procedure, the name of its folder.
    #[schema(max_length = 60, example = "dog-registration-change")]
    pub(crate) procedure: String,
    /// Version number: `v1` is the name of the folder in it.
    #[schema(minimum = 1, example = 1)]
    pub(crate) number: i32,
    /// SHA-256 of the canonical definition, hex.
    #[schema(
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub(crate) sha256: String,
    /// The files.
    pub(crate) files: VersionFiles,
}

/// Files to begin a draft from.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ImportRequest {
    /// The files of a version.
    #[validate(nested)]
    pub(crate) files: VersionFiles,
}

/// How to import.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// Whether only to tell what would come of it.
    #[param(example = true)]
    pub(crate) dry_run: Option<bool>,
}

/// What came of an import, or would come of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Imported {
    /// What the files change against the newest version.
    pub(crate) comparison: ComparisonView,
    /// What keeps them from being published.
    pub(crate) findings: Findings,
}

/// With which version to compare.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ComparisonQuery {
    /// The newer version; absent: the newest of the procedure.
    #[param(value_type = Option<uuid::Uuid>, example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) with: Option<FormVersionId>,
}

/// What differs between two versions, and what that means for drafts on the older one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comparison)]
pub(crate) struct ComparisonView {
    /// The gravest of all.
    pub(crate) verdict: Verdict,
    /// How many differences there are.
    #[schema(minimum = 0, example = 1)]
    pub(crate) total: usize,
    /// The gravest first.
    #[schema(max_items = 1000)]
    pub(crate) changes: Vec<ChangeView>,
}

/// One difference between two versions.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DefinitionChange)]
pub(crate) struct ChangeView {
    /// The part it is in.
    pub(crate) file: File,
    /// JSON Pointer into that part of the newer version; of the older one for what was removed.
    #[schema(max_length = 2000, example = "/properties/owner/maxLength")]
    pub(crate) pointer: String,
    /// What is different, for programs.
    #[schema(max_length = 60, example = "limit_tightened")]
    pub(crate) code: String,
    /// What it means for answers given on the older version.
    pub(crate) verdict: Verdict,
    /// JSON Pointer of the answer it is about, without list numbers; absent when it is about none.
    #[schema(max_length = 2000, example = "/owner")]
    pub(crate) field: Option<String>,
    /// In plain Japanese.
    #[schema(
        max_length = 500,
        example = "「所有者」に入力できる範囲が狭くなりました。"
    )]
    pub(crate) message: String,
}

impl From<Comparison> for ComparisonView {
    fn from(Comparison { verdict, changes }: Comparison) -> Self {
        let view = |change: Change| ChangeView {
            file: change.file,
            pointer: change.pointer,
            code: change.code.to_owned(),
            verdict: change.verdict,
            field: change.field,
            message: change.message,
        };
        Self {
            verdict,
            total: changes.len(),
            changes: changes.into_iter().take(MOST_CHANGES).map(view).collect(),
        }
    }
}
