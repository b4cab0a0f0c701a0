//! Versions as the files of the catalogue, on their way out and in.

use std::collections::BTreeMap;

use platform::JsonObject;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::{ComparisonView, Findings};
use crate::definition::{Example, FormDefinition, Policy, once_each};
use crate::messages::Messages;

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
    #[serde(rename = "texts.json", deserialize_with = "once_each")]
    #[schema(example = json!({"ja": {"owner.label": "所有者"}}))]
    pub(crate) texts: BTreeMap<String, BTreeMap<String, String>>,
    /// How the city handles what is filed.
    #[serde(rename = "policy.json")]
    #[validate(nested)]
    pub(crate) policy: Policy,
    /// Answers the form must accept or refuse.
    #[serde(rename = "examples.json")]
    #[validate(length(max = 1000), nested)]
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
    /// What applicants are told in the digital post; absent: in the program's words.
    #[serde(
        rename = "messages.json",
        default,
        skip_serializing_if = "Messages::is_empty"
    )]
    #[validate(nested)]
    pub(crate) messages: Messages,
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
            messages: files.messages,
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
            messages: definition.messages,
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
