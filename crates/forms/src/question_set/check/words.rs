//! Codes are codes, and every language says everything.

use std::collections::BTreeSet;

use super::Findings;
use crate::definition::Localized;
use crate::question_set::definition::{AnswerKind, Question, QuestionSetDefinition};

/// Characters of a text and of a legal basis, as the API's documents say.
const LONGEST_TEXT: usize = 4_000;
const LONGEST_BASIS: usize = 300;
/// Questions, and answers shared with one procedure.
const MOST: usize = 100;
const MOST_PROCEDURES: usize = 50;

pub(super) fn check(definition: &QuestionSetDefinition, found: &mut Findings) {
    check_sizes(definition, found);
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
            let at = format!("/procedures/{number}/cases/{case}");
            check_text(&rule.reason, &format!("{at}/reason"), found);
            if let Some(deadline) = &rule.deadline {
                let at = format!("{at}/deadline/legal_basis");
                check_said(&deadline.legal_basis, LONGEST_BASIS, &at, found);
            }
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
        check_said(text, LONGEST_TEXT, &format!("{at}/{language}"), found);
    }
}

fn check_said(text: &str, longest: usize, at: &str, found: &mut Findings) {
    if text.trim().is_empty() {
        found.report(at, "missing_text", "there is no text");
    } else if text.chars().count() > longest {
        let message = format!("there are more than {longest} characters");
        found.report(at, "too_long", message);
    }
}

fn check_sizes(definition: &QuestionSetDefinition, found: &mut Findings) {
    let mut at_most = |most: usize, count: usize, at: String| {
        if count > most {
            found.report(at, "too_many", format!("{count} are more than {most}"));
        }
    };
    at_most(MOST, definition.questions.len(), "/questions".to_owned());
    let procedures = &definition.procedures;
    at_most(MOST_PROCEDURES, procedures.len(), "/procedures".to_owned());
    for (number, rules) in procedures.iter().enumerate() {
        let at = format!("/procedures/{number}/shared_answers");
        at_most(MOST, rules.shared_answers.len(), at);
    }
}
