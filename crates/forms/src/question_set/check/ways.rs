//! Every question is asked for something, and every outcome can come out.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Findings;
use crate::question_set::QuestionSet;
use crate::question_set::reachable::MOST_WAYS;

/// What was met on the ways through the questions.
#[derive(Default)]
struct Met<'s> {
    asked: BTreeSet<&'s str>,
    /// Procedure and case, by their numbers.
    cases: BTreeSet<(usize, usize)>,
    /// Cases with a deadline whose day was not asked for.
    dayless: BTreeSet<(usize, usize)>,
}

pub(super) fn check(set: &QuestionSet, found: &mut Findings) {
    let ways = set.ways();
    if ways.len() > MOST_WAYS {
        let message = format!("there are more than {MOST_WAYS} ways through the questions");
        return found.report("/questions", "too_many_ways", message);
    }
    let mut met = Met::default();
    for way in &ways {
        set.go(way, &mut met);
    }
    check_questions(set, &met, found);
    for (number, rules) in set.definition.procedures.iter().enumerate() {
        for case in 0..rules.cases.len() {
            let at = format!("/procedures/{number}/cases/{case}");
            if !met.cases.contains(&(number, case)) {
                let message = "no answers lead here, or a case before it takes them all";
                found.report(&at, "unreachable_case", message);
            }
            if met.dayless.contains(&(number, case)) {
                let message = "its day is not asked for by all answers that lead here";
                found.report(format!("{at}/deadline/from"), "missing_day", message);
            }
        }
    }
}

impl QuestionSet {
    fn go<'s>(&'s self, way: &Map<String, Value>, met: &mut Met<'s>) {
        let answers = Value::Object(way.clone());
        let asked = self.definition.questions.iter();
        met.asked.extend(
            asked
                .map(|q| q.code.as_str())
                .filter(|code| way.contains_key(*code)),
        );
        for (number, rules) in self.definition.procedures.iter().enumerate() {
            let conditions = self.conditions[number].iter();
            let mut holds = conditions.map(|c| c.as_ref().is_none_or(|c| c.holds(&answers)));
            let Some(case) = holds.position(|holds| holds) else {
                continue;
            };
            met.cases.insert((number, case));
            let deadline = rules.cases[case].deadline.as_ref();
            if deadline.is_some_and(|deadline| !way.contains_key(&deadline.from)) {
                met.dayless.insert((number, case));
            }
        }
    }
}

fn check_questions(set: &QuestionSet, met: &Met<'_>, found: &mut Findings) {
    let deciding = set.deciding();
    let procedures = set.definition.procedures.iter();
    let used: BTreeSet<&str> = procedures
        .flat_map(|rules| {
            let shared = rules
                .shared_answers
                .iter()
                .map(|shared| shared.question.as_str());
            let deadlines = rules.cases.iter().filter_map(|case| case.deadline.as_ref());
            shared.chain(deadlines.map(|deadline| deadline.from.as_str()))
        })
        .collect();
    for (number, question) in set.definition.questions.iter().enumerate() {
        let (at, code) = (format!("/questions/{number}"), question.code.as_str());
        if !met.asked.contains(code) {
            let message = format!("no answers lead to {code}");
            found.report(&at, "unreachable_question", message);
        } else if !deciding.contains(code) && !used.contains(code) {
            let message = format!("nothing follows from {code}");
            found.report(&at, "unused_question", message);
        }
    }
}
