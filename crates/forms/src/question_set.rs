//! Which procedures does a life event (引越し, 出産 …) bring? Questions, and what their answers mean.
//!
//! A city writes a set for each event ([`QuestionSetDefinition`]). The questions are evaluated as a form is, by the
//! same schema and the same rules of JSON Forms; the conditions of the outcomes are conditions of those rules.
//! Judging keeps nothing of what somebody answers; what an intake fills in is kept with the drafts it begins.

mod assess;
mod check;
mod definition;
mod form;
mod reachable;
mod shared;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::definition::{CompiledForm, DefinitionProblem, File, FormDefinition};
use crate::rules::{Condition, RuleError};

pub use assess::{Assessed, Assessment, Deadline, QuestionState, QuestionStatus};
pub use check::QuestionSetProblem;
pub(crate) use check::{KnownForms, check};
pub use definition::Necessity;
pub(crate) use definition::QuestionSetDefinition;
pub use shared::Shared;

/// A question set, ready to be asked.
#[derive(Debug)]
pub struct QuestionSet {
    definition: QuestionSetDefinition,
    questions: FormDefinition,
    /// The same, compiled; its controls are the questions in their order.
    form: CompiledForm,
    /// Of each procedure, the conditions of its cases; none where a case has none.
    conditions: Vec<Vec<Option<Condition>>>,
}

impl QuestionSet {
    /// Compiles a set that was checked when it was imported.
    ///
    /// # Errors
    /// What does not compile.
    pub(crate) fn load(definition: QuestionSetDefinition) -> Result<Self, Vec<DefinitionProblem>> {
        let questions = form::form_of(&definition.questions);
        let form = CompiledForm::load(&questions)?;
        let procedures = definition.procedures.iter();
        let conditions = procedures
            .map(|rules| rules.cases.iter().map(|case| condition(&case.when)))
            .map(Iterator::collect::<Result<_, _>>)
            .collect::<Result<_, _>>()
            .map_err(
                |RuleError {
                     pointer,
                     code,
                     message,
                 }| {
                    vec![DefinitionProblem::new(
                        File::UiSchema,
                        &pointer,
                        code,
                        message,
                    )]
                },
            )?;
        Ok(Self {
            definition,
            questions,
            form,
            conditions,
        })
    }

    /// Codes of the procedures that it tells about.
    pub fn procedures(&self) -> impl Iterator<Item = &str> {
        let procedures = self.definition.procedures.iter();
        procedures.map(|rules| rules.procedure.as_str())
    }

    /// The questions as a form: schema, UI schema and texts.
    pub(crate) fn questions(&self) -> &FormDefinition {
        &self.questions
    }

    /// Whether the question of the number is asked, given the answers to those before it.
    fn asks(&self, number: usize, answers: &Value) -> bool {
        let layout = &self.form.layout;
        let mut rules = layout.controls[number].rules.iter();
        rules.all(|&rule| layout.rules[rule].shows(answers))
    }

    /// The codes of the questions that decide whether the question of the number is asked.
    fn depends_on(&self, number: usize) -> impl Iterator<Item = &str> {
        reads_of(&self.form, number)
    }
}

/// The codes of the questions that the rules of the question of the number read.
fn reads_of(form: &CompiledForm, number: usize) -> impl Iterator<Item = &str> {
    let rules = form.layout.controls[number].rules.iter();
    rules.flat_map(|&rule| codes(form.layout.rules[rule].reads()))
}

fn condition(when: &Option<Value>) -> Result<Option<Condition>, RuleError> {
    let when = when.as_ref();
    when.map(|when| Condition::parse(when, "/when")).transpose()
}

/// The questions that a condition reads; each answer is a member of its own.
fn codes<'p>(pointers: impl IntoIterator<Item = &'p str>) -> impl Iterator<Item = &'p str> {
    let pointers = pointers.into_iter();
    pointers.map(|pointer| pointer.trim_start_matches('/'))
}
