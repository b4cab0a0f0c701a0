//! What answers come to, also before all are given.

use std::collections::{BTreeMap, BTreeSet};

use calendar::OpeningDays;
use chrono::NaiveDate;
use platform::{Error, Result};
use serde_json::{Map, Value};

use super::definition::{Case, DeadlineRule, Necessity};
use super::{QuestionSet, codes};
use crate::definition::Localized;
use crate::evaluate::{AnswerCode, AnswerProblem, MOST_PROBLEMS};

/// What the answers so far come to.
#[derive(Debug)]
pub struct Assessment {
    /// The answers to what is asked; others count for nothing.
    pub answers: Map<String, Value>,
    /// Where each question stands, in their order.
    pub questions: Vec<QuestionState>,
    /// What it means for each procedure.
    pub procedures: Vec<Assessed>,
}

/// Where a question stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuestionState {
    /// Its code.
    pub code: String,
    /// Whether it is asked and answered.
    pub status: QuestionStatus,
}

platform::text_enum! {
    /// Whether a question is asked and answered.
    QuestionStatus {
        /// It is answered.
        Answered = "answered",
        /// It waits for an answer.
        Open = "open",
        /// It may be answered.
        Optional = "optional",
        /// The other answers leave it out; an answer to it counts for nothing.
        Hidden = "hidden",
    }
}

/// What the answers mean for a procedure.
#[derive(Debug)]
pub struct Assessed {
    /// Code of the procedure.
    pub procedure: String,
    /// Whether it has to be seen to; none while that cannot be told.
    pub necessity: Option<Necessity>,
    /// Why; none while that cannot be told.
    pub reason: Option<Localized>,
    /// Until when, where law says so.
    pub deadline: Option<Deadline>,
    /// Codes of the open questions that it waits for.
    pub waits_for: Vec<String>,
}

/// The last day of a period that law sets.
#[derive(Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The last day (Asia/Tokyo), moved to an opening day where law moves it; none as long as its question is open, and
    /// where the calendar of holidays does not reach.
    pub due_on: Option<NaiveDate>,
    /// Code of the question from whose answer it is counted.
    pub from: String,
    /// Law and article.
    pub legal_basis: String,
}

impl Assessment {
    /// What it means for the procedure; none when the set does not tell about it.
    pub fn of(&self, procedure: &str) -> Option<&Assessed> {
        let mut procedures = self.procedures.iter();
        procedures.find(|assessed| assessed.procedure == procedure)
    }
}

impl QuestionSet {
    /// What the answers so far come to; `today` is the day they are given (Asia/Tokyo).
    ///
    /// # Errors
    /// 422 with a JSON Pointer below `/answers` for each answer that is none.
    pub fn assess(&self, answers: &Map<String, Value>, today: NaiveDate) -> Result<Assessment> {
        let evaluation = self.form.evaluate(answers, today);
        let is_open = |problem: &AnswerProblem| problem.code == AnswerCode::Required;
        let (open, wrong): (Vec<_>, Vec<_>) = evaluation.problems.into_iter().partition(is_open);
        if !wrong.is_empty() {
            return Err(refused(wrong));
        }
        let open: BTreeSet<_> =
            codes(open.iter().map(|problem| problem.pointer.as_str())).collect();
        let hidden: BTreeSet<_> = codes(evaluation.hidden.iter().map(String::as_str)).collect();
        let answers = evaluation.answers;
        let state = |code: &str| match code {
            code if hidden.contains(code) => QuestionStatus::Hidden,
            code if open.contains(code) => QuestionStatus::Open,
            code if answers.contains_key(code) => QuestionStatus::Answered,
            _ => QuestionStatus::Optional,
        };
        let questions = self
            .definition
            .questions
            .iter()
            .map(|question| QuestionState {
                code: question.code.clone(),
                status: state(&question.code),
            });
        Ok(Assessment {
            questions: questions.collect(),
            procedures: self.procedures_by(&answers, &self.unsettled(&open)),
            answers,
        })
    }

    fn procedures_by(
        &self,
        answers: &Map<String, Value>,
        unsettled: &BTreeMap<&str, BTreeSet<&str>>,
    ) -> Vec<Assessed> {
        let whole = Value::Object(answers.clone());
        let numbers = 0..self.definition.procedures.len();
        let assessed = numbers.map(|number| {
            let case = self.case(number, &whole, unsettled);
            let decided = case.as_ref().ok();
            Assessed {
                procedure: self.definition.procedures[number].procedure.clone(),
                necessity: decided.map(|case| case.necessity),
                reason: decided.map(|case| case.reason.clone()),
                deadline: decided.and_then(|case| Some(case.deadline.as_ref()?.told(answers))),
                waits_for: case.err().unwrap_or_default(),
            }
        });
        assessed.collect()
    }

    /// The case that holds, or the open questions on which it depends which one does.
    fn case(
        &self,
        procedure: usize,
        answers: &Value,
        unsettled: &BTreeMap<&str, BTreeSet<&str>>,
    ) -> Result<&Case, Vec<String>> {
        let cases = &self.definition.procedures[procedure].cases;
        for (case, condition) in cases.iter().zip(&self.conditions[procedure]) {
            let Some(condition) = condition else {
                return Ok(case);
            };
            let reads = codes(condition.reads());
            let waits: BTreeSet<_> = reads
                .filter_map(|code| unsettled.get(code))
                .flatten()
                .collect();
            if !waits.is_empty() {
                return Err(waits.into_iter().map(|code| (*code).to_owned()).collect());
            }
            if condition.holds(answers) {
                return Ok(case);
            }
        }
        Err(Vec::new())
    }

    /// For each question the open ones that its answer waits for: itself, and those that decide whether it is asked.
    fn unsettled<'s>(&'s self, open: &BTreeSet<&str>) -> BTreeMap<&'s str, BTreeSet<&'s str>> {
        let mut unsettled = BTreeMap::<_, BTreeSet<_>>::new();
        for (number, question) in self.definition.questions.iter().enumerate() {
            let code = question.code.as_str();
            let mut waits = BTreeSet::new();
            // Questions depend on those before them only.
            for before in self.depends_on(number) {
                waits.extend(unsettled.get(before).into_iter().flatten());
            }
            if open.contains(code) {
                waits.insert(code);
            }
            unsettled.insert(code, waits);
        }
        unsettled
    }
}

impl DeadlineRule {
    fn told(&self, answers: &Map<String, Value>) -> Deadline {
        let from = answers.get(&self.from).and_then(Value::as_str);
        let from = from.and_then(|day| day.parse().ok());
        Deadline {
            due_on: from.and_then(|day| {
                let days = OpeningDays::national();
                self.period.due_on(day, 0, &days).ok()
            }),
            from: self.from.clone(),
            legal_basis: self.legal_basis.clone(),
        }
    }
}

fn refused(problems: Vec<AnswerProblem>) -> Error {
    let problems = problems.into_iter().take(MOST_PROBLEMS);
    Error::validation(problems.map(AnswerProblem::in_request).collect())
}
