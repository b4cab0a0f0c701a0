//! Shared answers go to fields that are there and take them.

use std::collections::BTreeSet;

use platform::pointer::is_within;
use serde_json::{Map, Value, json};

use super::Findings;
use crate::definition::ui::Enabled;
use crate::definition::{CompiledForm, FormDefinition};
use crate::evaluate::{AnswerCode, code_of};
use crate::fields::fill_in;
use crate::question_set::definition::{
    AnswerKind, ProcedureRules, QuestionSetDefinition, SharedAnswer,
};
use crate::question_set::reachable::samples;

/// So many numbers are tried one by one.
const FEW_NUMBERS: i64 = 200;
/// Answers that a message names.
const MOST_NAMED: usize = 5;

pub(super) fn check(
    definition: &QuestionSetDefinition,
    rules: &ProcedureRules,
    form: Option<&FormDefinition>,
    at: &str,
    found: &mut Findings,
) {
    if rules.shared_answers.is_empty() {
        return;
    }
    let Some(form) = form.and_then(|form| CompiledForm::load(form).ok()) else {
        let message = format!("{} has no form to fill in", rules.procedure);
        return found.report(format!("{at}/shared_answers"), "not_digital", message);
    };
    let mut filled = BTreeSet::new();
    for (number, shared) in rules.shared_answers.iter().enumerate() {
        let at = format!("{at}/shared_answers/{number}");
        let Some(question) = definition.question(&shared.question) else {
            let message = format!("there is no question {}", shared.question);
            found.report(format!("{at}/question"), "unknown_question", message);
            continue;
        };
        if !may_be_filled_in(&form, &shared.field) {
            let message = format!("the form has no field {} to fill in", shared.field);
            found.report(format!("{at}/field"), "unknown_field", message);
            continue;
        }
        if !filled.insert(&shared.field) {
            let message = format!("{} is filled in twice", shared.field);
            found.report(format!("{at}/field"), "duplicate_field", message);
        }
        check_values(shared, &question.answer, &at, found);
        check_fit(&form, shared, &question.answer, &at, found);
    }
}

/// One finding, however many answers do not fit.
fn check_fit(
    form: &CompiledForm,
    shared: &SharedAnswer,
    answer: &AnswerKind,
    at: &str,
    found: &mut Findings,
) {
    let values = values(shared, answer).into_iter();
    let unfitting = values.filter(|value| !takes(form, &shared.field, value, answer));
    let unfitting: Vec<_> = unfitting.take(MOST_NAMED).map(|v| v.to_string()).collect();
    if unfitting.is_empty() {
        return;
    }
    let what = match answer {
        AnswerKind::Text { max_length } => format!("every text of up to {max_length} characters"),
        _ => unfitting.join(", "),
    };
    let message = format!("{} does not take {what}", shared.field);
    found.report(at, "unfitting_answer", message);
}

/// Whether it is a field outside lists that the form itself neither computes nor locks.
fn may_be_filled_in(form: &CompiledForm, field: &String) -> bool {
    let mut controls = form.layout.controls.iter();
    let locked = controls.any(|c| c.pointer == *field && matches!(c.enabled, Enabled::Never));
    form.properties.contains(field) && !form.computes(field) && !locked
}

/// Only what has codes can be told in other words.
fn check_values(shared: &SharedAnswer, answer: &AnswerKind, at: &str, found: &mut Findings) {
    let known = codes(answer);
    let told = shared.values.iter().flat_map(Map::keys);
    for unknown in told.filter(|code| !known.contains(&code.as_str())) {
        let message = format!("{} is never answered with {unknown}", shared.question);
        found.report(format!("{at}/values/{unknown}"), "unknown_choice", message);
    }
}

fn codes(answer: &AnswerKind) -> Vec<&str> {
    match answer {
        AnswerKind::YesNo {} => vec!["yes", "no"],
        AnswerKind::OneOf { choices } => choices.iter().map(|c| c.code.as_str()).collect(),
        AnswerKind::Number { .. } | AnswerKind::Date {} | AnswerKind::Text { .. } => Vec::new(),
    }
}

/// Everything that may be filled in, or what stands for it: the longest text, and of many numbers the ends.
fn values(shared: &SharedAnswer, answer: &AnswerKind) -> Vec<Value> {
    let answers = match answer {
        AnswerKind::Number { minimum, maximum }
            if maximum.saturating_sub(*minimum) < FEW_NUMBERS =>
        {
            (*minimum..=*maximum).map(Value::from).collect()
        }
        AnswerKind::Text { max_length } => vec![json!("文".repeat((*max_length).into()))],
        _ => samples(answer, &BTreeSet::new()),
    };
    answers
        .iter()
        .filter_map(|answer| shared.translate(answer))
        .collect()
}

/// Whether the field takes the value, whatever else is answered. How a text must be written its writer is told by the
/// form.
fn takes(form: &CompiledForm, field: &str, value: &Value, answer: &AnswerKind) -> bool {
    let mut answers = Map::new();
    fill_in(&mut answers, field, value.clone());
    let answers = Value::Object(answers);
    let is_text = matches!(answer, AnswerKind::Text { .. });
    let mut errors = form.validator.iter_errors(&answers);
    !errors.any(|error| {
        let is_manner = matches!(
            code_of(error.kind()),
            AnswerCode::WrongFormat | AnswerCode::Invalid
        );
        !(is_text && is_manner) && is_within(error.instance_path().as_str(), field)
    })
}
