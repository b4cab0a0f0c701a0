//! Deadlines are counted from days that are asked for.

use super::Findings;
use crate::question_set::definition::{AnswerKind, DeadlineRule, QuestionSetDefinition};

pub(super) fn check(
    definition: &QuestionSetDefinition,
    deadline: &DeadlineRule,
    at: &str,
    found: &mut Findings,
) {
    let from = &deadline.from;
    let at_from = format!("{at}/deadline/from");
    match definition.question(from) {
        None => {
            let message = format!("there is no question {from}");
            found.report(at_from, "unknown_question", message);
        }
        Some(question) if question.answer != (AnswerKind::Date {}) || question.optional => {
            let message = format!("{from} does not ask for a day that must be given");
            found.report(at_from, "not_a_day", message);
        }
        Some(_) => {}
    }
}
