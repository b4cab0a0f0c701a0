//! What the answers fill in in the form of a procedure.

use serde_json::{Map, Value};

use super::QuestionSet;

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
