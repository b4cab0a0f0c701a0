//! A form's own examples: they must evaluate as they say before it is published.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use validator::Validate;

use super::{CompiledForm, DefinitionProblem, File, once_each};
use crate::evaluate::AnswerCode;

/// Answers and what evaluating them must find.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What the example shows.
    #[validate(length(max = 500))]
    #[schema(max_length = 500, example = "犬が死亡したとき")]
    pub name: String,
    /// The day they are given for, where it matters; absent: 2026-04-01.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// The answers as a resident would send them.
    #[serde(deserialize_with = "once_each")]
    #[schema(value_type = Object, example = json!({"dog_name": "ポチ"}))]
    pub answers: Map<String, Value>,
    /// Whether they are accepted.
    pub valid: bool,
    /// All problems found in them, in any order.
    #[serde(default)]
    #[validate(length(max = 1000), nested)]
    #[schema(max_items = 1000)]
    pub errors: Vec<ExampleError>,
}

/// The day of examples that say none: the same for ever, whenever they are checked.
const EXAMPLE_DAY: NaiveDate = match NaiveDate::from_ymd_opt(2026, 4, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// A problem an example must cause.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Validate, ToSchema,
)]
#[serde(deny_unknown_fields)]
pub struct ExampleError {
    /// JSON Pointer of the answer.
    #[validate(length(max = 500))]
    #[schema(max_length = 500, example = "/dog_name")]
    pub pointer: String,
    /// What is wrong with it.
    pub code: AnswerCode,
}

impl CompiledForm {
    pub(super) fn check_examples(
        &self,
        examples: &[Example],
        problems: &mut Vec<DefinitionProblem>,
    ) {
        for (n, example) in examples.iter().enumerate() {
            let found = self.evaluate(&example.answers, example.on.unwrap_or(EXAMPLE_DAY));
            let found: BTreeSet<ExampleError> =
                found.problems.into_iter().map(ExampleError::from).collect();
            let expected: BTreeSet<ExampleError> = example.errors.iter().cloned().collect();
            if found != expected || example.valid != found.is_empty() {
                let expected = if example.valid {
                    "valid".to_owned()
                } else {
                    list(&expected)
                };
                let name = &example.name;
                let message = format!("{name}: expected {expected}, found {}", list(&found));
                let pointer = format!("/{n}");
                let code = "unexpected_result";
                problems.push(DefinitionProblem::new(
                    File::Examples,
                    &pointer,
                    code,
                    message,
                ));
            }
        }
    }
}

fn list(errors: &BTreeSet<ExampleError>) -> String {
    let errors = errors.iter().map(|e| format!("{} {:?}", e.pointer, e.code));
    format!("[{}]", errors.collect::<Vec<_>>().join(", "))
}
