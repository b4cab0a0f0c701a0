//! Codes are codes, and every language says everything.

use std::collections::BTreeSet;

use super::Findings;
use crate::definition::Localized;
use crate::question_set::definition::{AnswerKind, Question, QuestionSetDefinition};

pub(super) fn check(definition: &QuestionSetDefinition, found: &mut Findings) {
    let mut seen = BTreeSet::new();
    for (number, question) in definition.questions.iter().enumerate() {
        let at = format!("/questions/{number}");
        check_code(&question.code, &at, &mut seen, found);
        check_text(&question.text, &format!("{at}/text"), found);
        if let Some(help) = &question.help {
            check_text(help, &format!("{at}/help"), found);
        }
        check_answer(question, &at, found);
    }
    for (number, rules) in definition.procedures.iter().enumerate() {
        for (case, rule) in rules.cases.iter().enumerate() {
            let at = format!("/procedures/{number}/cases/{case}/reason");
            check_text(&rule.reason, &at, found);
        }
    }
}

fn check_answer(question: &Question, at: &str, found: &mut Findings) {
    match &question.answer {
        AnswerKind::OneOf { choices } => {
            if choices.len() < 2 {
                let message = "there is nothing to choose";
                found.report(format!("{at}/answer/choices"), "no_choice", message);
            }
            let mut seen = BTreeSet::new();
            for (number, choice) in choices.iter().enumerate() {
                let at = format!("{at}/answer/choices/{number}");
                check_code(&choice.code, &at, &mut seen, found);
                check_text(&choice.text, &format!("{at}/text"), found);
            }
        }
        AnswerKind::Number { minimum, maximum } if minimum > maximum => {
            let message = "no number is so large and so small";
            found.report(format!("{at}/answer"), "no_number", message);
        }
        _ => {}
    }
}

fn check_code<'d>(code: &'d str, at: &str, seen: &mut BTreeSet<&'d str>, found: &mut Findings) {
    let is_code = code.starts_with(|c: char| c.is_ascii_lowercase())
        && code.len() <= 60
        && code
            .bytes()
            .all(|c| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if !is_code {
        let message = "a code has up to 60 small letters, digits and _, and begins with a letter";
        found.report(format!("{at}/code"), "invalid_code", message);
    }
    if !seen.insert(code) {
        let message = format!("{code} is there twice");
        found.report(format!("{at}/code"), "duplicate_code", message);
    }
}

fn check_text(text: &Localized, at: &str, found: &mut Findings) {
    for (language, text) in text.by_language() {
        if text.trim().is_empty() {
            let message = format!("{language} has no text");
            found.report(format!("{at}/{language}"), "missing_text", message);
        }
    }
}
