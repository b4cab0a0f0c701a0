//! Every way through the questions, as far as it makes a difference.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::definition::AnswerKind;
use super::{QuestionSet, codes};

/// More ways than this are too many questions for anybody.
pub(super) const MOST_WAYS: usize = 50_000;

impl QuestionSet {
    /// Complete answers for every way through the questions: all choices, and numbers on both sides of every bound in
    /// a condition, where a rule or an outcome reads them; one answer otherwise. At most one more than [`MOST_WAYS`].
    pub(super) fn ways(&self) -> Vec<Map<String, Value>> {
        let deciding = self.deciding();
        let samples = self.definition.questions.iter().map(|question| {
            let mut samples = samples(&question.answer, &self.bounds(&question.code));
            if !deciding.contains(question.code.as_str()) {
                samples.truncate(1);
            }
            samples
        });
        let samples: Vec<_> = samples.collect();
        let mut ways = Vec::new();
        self.walk(&samples, 0, Map::new(), &mut ways);
        ways
    }

    fn walk(
        &self,
        samples: &[Vec<Value>],
        number: usize,
        answers: Map<String, Value>,
        ways: &mut Vec<Map<String, Value>>,
    ) {
        if ways.len() > MOST_WAYS {
            return;
        }
        let Some(of_this) = samples.get(number) else {
            return ways.push(answers);
        };
        if !self.asks(number, &Value::Object(answers.clone())) {
            return self.walk(samples, number + 1, answers, ways);
        }
        for sample in of_this {
            let mut answers = answers.clone();
            let code = self.definition.questions[number].code.clone();
            answers.insert(code, sample.clone());
            self.walk(samples, number + 1, answers, ways);
        }
    }

    /// The questions that a rule or an outcome reads.
    pub(super) fn deciding(&self) -> BTreeSet<&str> {
        let numbers = 0..self.definition.questions.len();
        let by_rules = numbers.flat_map(|number| self.depends_on(number));
        let conditions = self.conditions.iter().flatten().flatten();
        let by_outcomes = conditions.flat_map(|condition| codes(condition.reads()));
        by_rules.chain(by_outcomes).collect()
    }

    /// The numbers that conditions compare the answer with.
    fn bounds(&self, code: &str) -> BTreeSet<i64> {
        let scope = format!("#/properties/{code}");
        let rules = self.definition.questions.iter();
        let rules = rules.filter_map(|question| question.rule.as_ref());
        let cases = self.definition.procedures.iter();
        let cases = cases.flat_map(|rules| &rules.cases);
        let cases = cases.filter_map(|case| case.when.as_ref());
        let mut bounds = BTreeSet::new();
        for condition in rules.chain(cases) {
            collect_bounds(condition, &scope, &mut bounds);
        }
        bounds
    }
}

fn collect_bounds(condition: &Value, scope: &str, bounds: &mut BTreeSet<i64>) {
    match condition {
        Value::Object(members) if members.get("scope").is_some_and(|s| s == scope) => {
            numbers_in(condition, bounds);
        }
        Value::Object(members) => {
            for member in members.values() {
                collect_bounds(member, scope, bounds);
            }
        }
        Value::Array(items) => {
            for item in items {
                collect_bounds(item, scope, bounds);
            }
        }
        _ => {}
    }
}

fn numbers_in(value: &Value, found: &mut BTreeSet<i64>) {
    match value {
        Value::Number(number) => found.extend(number.as_i64()),
        Value::Array(items) => items.iter().for_each(|item| numbers_in(item, found)),
        Value::Object(members) => members.values().for_each(|item| numbers_in(item, found)),
        _ => {}
    }
}

/// Answers of the kind: all of them, or those at the ends and around the bounds.
pub(super) fn samples(answer: &AnswerKind, bounds: &BTreeSet<i64>) -> Vec<Value> {
    match answer {
        AnswerKind::YesNo {} => vec![json!("yes"), json!("no")],
        AnswerKind::OneOf { choices } => choices.iter().map(|c| json!(c.code)).collect(),
        AnswerKind::Number { minimum, maximum } => {
            let around = bounds.iter();
            let around = around.flat_map(|n| n.saturating_sub(1)..=n.saturating_add(1));
            let around = around.filter(|n| (minimum..=maximum).contains(&n));
            let all: BTreeSet<i64> = around.chain([*minimum, *maximum]).collect();
            all.into_iter().map(Value::from).collect()
        }
        AnswerKind::Date {} => vec![json!("2026-04-01")],
        AnswerKind::Text { .. } => vec![json!("文")],
    }
}
