//! What keeps a question set from being imported.

mod deadlines;
mod sharing;
mod ways;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use super::definition::{ProcedureRules, QuestionSetDefinition};
use super::{QuestionSet, codes, form, reads_of};
use crate::definition::ui::Enabled;
use crate::definition::{CompiledForm, DefinitionProblem, FormDefinition};
use crate::rules::Condition;

/// The procedures of a catalogue, each with the newest version of its form, if it has one.
pub(crate) type KnownForms<'c> = BTreeMap<&'c str, Option<&'c FormDefinition>>;

/// Why a question set cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {code}: {message}")]
pub struct QuestionSetProblem {
    /// JSON Pointer into the file.
    pub pointer: String,
    /// Stable, for programs.
    pub code: &'static str,
    /// For whoever wrote it.
    pub message: String,
}

#[derive(Default)]
struct Findings(Vec<QuestionSetProblem>);

impl Findings {
    fn report(
        &mut self,
        pointer: impl Into<String>,
        code: &'static str,
        message: impl Into<String>,
    ) {
        self.0.push(QuestionSetProblem {
            pointer: pointer.into(),
            code,
            message: message.into(),
        });
    }
}

/// Everything found wrong; what follows from something else that is wrong is not looked for.
pub(crate) fn check(
    definition: &QuestionSetDefinition,
    forms: &KnownForms<'_>,
) -> Vec<QuestionSetProblem> {
    let mut found = Findings::default();
    words::check(definition, &mut found);
    if found.0.is_empty() {
        check_questions(definition, &mut found);
        check_procedures(definition, forms, &mut found);
    }
    if found.0.is_empty() {
        match QuestionSet::load(definition.clone()) {
            Ok(set) => ways::check(&set, &mut found),
            Err(problems) => problems
                .iter()
                .for_each(|problem| in_questions(problem, &mut found)),
        }
    }
    found.0
}

/// The questions as a form, and that each depends on those before it only.
fn check_questions(definition: &QuestionSetDefinition, found: &mut Findings) {
    let questions = form::form_of(&definition.questions);
    let form = match CompiledForm::compile(&questions) {
        Ok(form) => form,
        Err(problems) => {
            return problems
                .iter()
                .for_each(|problem| in_questions(problem, found));
        }
    };
    let mut before = BTreeSet::new();
    for (number, question) in definition.questions.iter().enumerate() {
        let at = format!("/questions/{number}/rule");
        if let Enabled::By(_) = form.layout.controls[number].enabled {
            let message = "a rule shows or hides a question";
            found.report(&at, "unknown_effect", message);
        }
        let reads: BTreeSet<_> = reads_of(&form, number).collect();
        check_reads(definition, reads.iter().copied(), &at, found);
        for later in reads.difference(&before) {
            let message = format!(
                "{} is asked before {later}, on which it depends",
                question.code
            );
            found.report(&at, "later_question", message);
        }
        before.insert(question.code.as_str());
    }
}

/// The place in a form made of questions, as the place in the questions.
fn in_questions(problem: &DefinitionProblem, found: &mut Findings) {
    let rest = problem
        .pointer
        .strip_prefix("/elements")
        .unwrap_or_default();
    found.report(format!("/questions{rest}"), problem.code, &problem.message);
}

fn check_procedures(
    definition: &QuestionSetDefinition,
    forms: &KnownForms<'_>,
    found: &mut Findings,
) {
    let mut seen = BTreeSet::new();
    for (number, rules) in definition.procedures.iter().enumerate() {
        let at = format!("/procedures/{number}");
        if !seen.insert(&rules.procedure) {
            let message = format!("{} has rules already", rules.procedure);
            found.report(format!("{at}/procedure"), "duplicate_procedure", message);
        }
        let Some(form) = forms.get(rules.procedure.as_str()) else {
            let message = format!("there is no procedure {}", rules.procedure);
            found.report(format!("{at}/procedure"), "unknown_procedure", message);
            continue;
        };
        check_cases(definition, rules, &at, found);
        sharing::check(definition, rules, *form, &at, found);
    }
}

fn check_cases(
    definition: &QuestionSetDefinition,
    rules: &ProcedureRules,
    at: &str,
    found: &mut Findings,
) {
    if rules.cases.last().is_none_or(|last| last.when.is_some()) {
        let message = "the last case holds in all other cases and has no condition";
        found.report(format!("{at}/cases"), "missing_default", message);
    }
    for (number, case) in rules.cases.iter().enumerate() {
        let at = format!("{at}/cases/{number}");
        if let Some(when) = &case.when {
            match Condition::parse(when, "/when") {
                Ok(condition) => {
                    let at = format!("{at}/when");
                    check_reads(definition, codes(condition.reads()), &at, found);
                }
                Err(error) => {
                    found.report(format!("{at}{}", error.pointer), error.code, error.message);
                }
            }
        }
        if let Some(deadline) = &case.deadline {
            deadlines::check(definition, deadline, &at, found);
        }
    }
}

/// What decides must be asked, and answered in few ways.
fn check_reads<'r>(
    definition: &QuestionSetDefinition,
    reads: impl Iterator<Item = &'r str>,
    at: &str,
    found: &mut Findings,
) {
    for code in reads {
        match definition.question(code) {
            None => {
                let message = format!("there is no question {code}");
                found.report(at, "unknown_question", message);
            }
            Some(question) if !question.can_decide() => {
                let message = format!("{code} may be left out, or answered in too many ways");
                found.report(at, "undecidable_question", message);
            }
            Some(_) => {}
        }
    }
}
