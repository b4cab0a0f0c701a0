//! Questions as a form, so that one evaluation and one renderer do for both.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::definition::{AnswerKind, Question};
use crate::definition::{FormDefinition, Localized, Policy};
use crate::messages::Messages;

/// Schema, UI schema and texts of the questions.
pub(super) fn form_of(questions: &[Question]) -> FormDefinition {
    FormDefinition {
        schema: schema(questions),
        ui_schema: ui_schema(questions),
        texts: texts(questions),
        policy: Policy::default(),
        examples: Vec::new(),
        letter: None,
        messages: Messages::default(),
    }
}

fn schema(questions: &[Question]) -> Value {
    let properties = questions.iter();
    let properties: Map<_, _> = properties
        .map(|question| (question.code.clone(), property(&question.answer)))
        .collect();
    let required = questions.iter().filter(|question| !question.optional);
    let required: Vec<_> = required.map(|question| question.code.as_str()).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "required": required,
    })
}

fn property(answer: &AnswerKind) -> Value {
    match answer {
        AnswerKind::YesNo {} => json!({"type": "string", "enum": ["yes", "no"]}),
        AnswerKind::OneOf { choices } => {
            let choices: Vec<_> = choices.iter().map(|choice| choice.code.as_str()).collect();
            json!({"type": "string", "enum": choices})
        }
        AnswerKind::Number { minimum, maximum } => {
            json!({"type": "integer", "minimum": minimum, "maximum": maximum})
        }
        AnswerKind::Date {} => json!({"type": "string", "format": "date", "maxLength": 10}),
        AnswerKind::Text { max_length } => {
            json!({"type": "string", "minLength": 1, "maxLength": max_length})
        }
    }
}

/// A control for each question, in their order.
fn ui_schema(questions: &[Question]) -> Value {
    let control = |question: &Question| {
        let scope = format!("#/properties/{}", question.code);
        let mut control = json!({"type": "Control", "scope": scope, "i18n": question.code});
        if let Some(rule) = &question.rule {
            control["rule"] = rule.clone();
        }
        if let AnswerKind::YesNo {} | AnswerKind::OneOf { .. } = question.answer {
            control["options"] = json!({"format": "radio"});
        }
        control
    };
    let controls: Vec<_> = questions.iter().map(control).collect();
    json!({"type": "VerticalLayout", "elements": controls})
}

fn texts(questions: &[Question]) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut texts = BTreeMap::<_, BTreeMap<_, _>>::new();
    let mut say = |key: String, text: &Localized| {
        for (language, text) in text.by_language() {
            let spoken = texts.entry(language.to_owned()).or_default();
            spoken.insert(key.clone(), text.to_owned());
        }
    };
    for Question {
        code,
        text,
        help,
        answer,
        ..
    } in questions
    {
        say(format!("{code}.label"), text);
        if let Some(help) = help {
            say(format!("{code}.description"), help);
        }
        match answer {
            AnswerKind::YesNo {} => {
                say(
                    format!("{code}.yes"),
                    &Localized::new("はい", "はい", "Yes"),
                );
                say(
                    format!("{code}.no"),
                    &Localized::new("いいえ", "いいえ", "No"),
                );
            }
            AnswerKind::OneOf { choices } => {
                for choice in choices {
                    say(format!("{code}.{}", choice.code), &choice.text);
                }
            }
            AnswerKind::Number { .. } | AnswerKind::Date {} | AnswerKind::Text { .. } => {}
        }
    }
    texts
}
