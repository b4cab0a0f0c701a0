//! What the answers fill in in the form of a procedure.

use serde_json::{Map, Value};

use super::QuestionSet;
use crate::fields::fill_in;

/// An answer to a question, as the answer to a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Shared {
    /// Code of the question.
    pub question: String,
    /// JSON Pointer of the answer in the form.
    pub field: String,
    /// What is filled in.
    pub value: Value,
}

impl QuestionSet {
    /// What a draft of the procedure is begun with; `answers` are those of an assessment.
    pub fn shared_answers(&self, procedure: &str, answers: &Map<String, Value>) -> Vec<Shared> {
        let rules = self.definition.rules_of(procedure).into_iter();
        let shared = rules.flat_map(|rules| &rules.shared_answers);
        let shared = shared.filter_map(|shared| {
            Some(Shared {
                value: shared.translate(answers.get(&shared.question)?)?,
                question: shared.question.clone(),
                field: shared.field.clone(),
            })
        });
        shared.collect()
    }
}

impl Shared {
    /// Puts the value where it belongs; fields of a form stand in objects.
    pub fn fill_in(&self, answers: &mut Map<String, Value>) {
        fill_in(answers, &self.field, self.value.clone());
    }
}

pub(crate) fn put(answers: &mut Map<String, Value>, path: &[&str], value: Value) {
    match path {
        [] => {}
        [name] => {
            answers.insert((*name).to_owned(), value);
        }
        [name, rest @ ..] => {
            let inner = answers.entry(*name).or_insert_with(|| Map::new().into());
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}
