use serde_json::{Value, json};

use super::{small, text};
use crate::definition::{FormDefinition, fixture};
use crate::question_set::{KnownForms, check};

pub(super) fn problems(set: Value) -> Vec<(String, &'static str)> {
    problems_beside(&fixture::definition(), set)
}

/// What is found beside that form of `with-form`.
pub(super) fn problems_beside(form: &FormDefinition, set: Value) -> Vec<(String, &'static str)> {
    let known = KnownForms::from([("with-form", Some(form)), ("on-paper", None)]);
    let found = check(&serde_json::from_value(set).unwrap(), &known);
    found
        .into_iter()
        .map(|problem| (problem.pointer, problem.code))
        .collect()
}

/// What is found when one part is another.
fn found(pointer: &str, part: Value) -> Vec<(String, &'static str)> {
    let mut set = small();
    *set.pointer_mut(pointer).unwrap() = part;
    problems(set)
}

#[test]
fn a_set_whose_parts_fit_together_has_no_problem() {
    assert_eq!(problems(small()), []);
}

#[test]
fn whatever_does_not_fit_is_told_with_its_place() {
    let condition = |question: &str| json!({"scope": format!("#/properties/{question}"), "schema": {"const": "yes"}});
    let rule = |question: &str| json!({"effect": "SHOW", "condition": condition(question)});
    let cases = [
        (
            "/questions/0/code",
            json!("Abroad"),
            "/questions/0/code",
            "invalid_code",
        ),
        (
            "/questions/2/code",
            json!("abroad"),
            "/questions/2/code",
            "duplicate_code",
        ),
        (
            "/questions/0/text/en",
            json!(" "),
            "/questions/0/text/en",
            "missing_text",
        ),
        (
            "/procedures/1/cases/0/reason/ja-x-easy",
            json!(""),
            "/procedures/1/cases/0/reason/ja-x-easy",
            "missing_text",
        ),
        (
            "/questions/2/answer",
            json!({"kind": "number", "minimum": 2, "maximum": 1}),
            "/questions/2/answer",
            "no_number",
        ),
        (
            "/questions/2/answer",
            json!({"kind": "one_of", "choices": []}),
            "/questions/2/answer/choices",
            "no_choice",
        ),
        (
            "/questions/1/rule",
            rule("nobody"),
            "/questions/1/rule/condition",
            "scope_not_found",
        ),
        (
            "/questions/1/rule/effect",
            json!("DISABLE"),
            "/questions/1/rule",
            "unknown_effect",
        ),
        (
            "/questions/1/rule/effect",
            json!("FLY"),
            "/questions/1/rule/effect",
            "unknown_effect",
        ),
        (
            "/questions/1/rule",
            rule("day"),
            "/questions/1",
            "rule_cycle",
        ),
        (
            "/questions/1/rule",
            rule("children"),
            "/questions/1/rule",
            "later_question",
        ),
        (
            "/procedures/0/procedure",
            json!("nothing"),
            "/procedures/0/procedure",
            "unknown_procedure",
        ),
        (
            "/procedures/1/procedure",
            json!("with-form"),
            "/procedures/1/procedure",
            "duplicate_procedure",
        ),
        (
            "/procedures/1/cases/0/when",
            condition("nobody"),
            "/procedures/1/cases/0/when",
            "unknown_question",
        ),
        (
            "/procedures/1/cases/0/when",
            condition("day"),
            "/procedures/1/cases/0/when",
            "undecidable_question",
        ),
        (
            "/procedures/1/cases/0/when",
            json!({"type": "XOR"}),
            "/procedures/1/cases/0/when",
            "unknown_condition",
        ),
        (
            "/procedures/1/cases",
            json!([]),
            "/procedures/1/cases",
            "missing_default",
        ),
        (
            "/procedures/0/cases/1/deadline/from",
            json!("nobody"),
            "/procedures/0/cases/1/deadline/from",
            "unknown_question",
        ),
        (
            "/procedures/0/cases/1/deadline/from",
            json!("children"),
            "/procedures/0/cases/1/deadline/from",
            "not_a_day",
        ),
        (
            "/procedures/0/cases/1/deadline/legal_basis",
            json!(""),
            "/procedures/0/cases/1/deadline/legal_basis",
            "missing_text",
        ),
        (
            "/procedures/0/shared_answers/0/question",
            json!("nobody"),
            "/procedures/0/shared_answers/0/question",
            "unknown_question",
        ),
        (
            "/procedures/0/shared_answers/0/field",
            json!("/nobody"),
            "/procedures/0/shared_answers/0/field",
            "unknown_field",
        ),
        (
            "/procedures/0/shared_answers/0/field",
            json!("/children/name"),
            "/procedures/0/shared_answers/0/field",
            "unknown_field",
        ),
        (
            "/procedures/0/shared_answers/1/field",
            json!("/children"),
            "/procedures/0/shared_answers/1",
            "unfitting_answer",
        ),
        (
            "/procedures/0/shared_answers/2/values/no",
            json!("myself"),
            "/procedures/0/shared_answers/2",
            "unfitting_answer",
        ),
        (
            "/procedures/0/shared_answers/2/values",
            json!({"perhaps": "self"}),
            "/procedures/0/shared_answers/2/values/perhaps",
            "unknown_choice",
        ),
        (
            "/procedures/0/shared_answers/1/field",
            json!("/birth_date"),
            "/procedures/0/shared_answers/1/field",
            "duplicate_field",
        ),
        (
            "/procedures/1/cases/0/when/schema",
            json!({"minimum": 10}),
            "/procedures/1/cases/0",
            "unreachable_case",
        ),
    ];
    for (pointer, part, place, code) in cases {
        let found = found(pointer, part);
        assert!(
            found.contains(&(place.to_owned(), code)),
            "{pointer}: {code}: {found:?}"
        );
    }
}

#[test]
fn what_may_be_left_out_decides_nothing() {
    let optional = |question: &str| {
        let mut set = small();
        set["questions"][0]["optional"] = json!(question == "abroad");
        set["questions"][2]["optional"] = json!(question == "children");
        problems(set)
    };
    let undecidable = |place: &str| (place.to_owned(), "undecidable_question");
    let by_rule = optional("abroad");
    assert!(
        by_rule.contains(&undecidable("/questions/1/rule")),
        "{by_rule:?}"
    );
    let by_outcome = optional("children");
    assert_eq!(by_outcome, [undecidable("/procedures/1/cases/0/when")]);
}

#[test]
fn what_is_too_long_or_too_much_to_tell_is_refused() {
    let long = found("/questions/0/text/ja", json!("は".repeat(4001)));
    assert_eq!(long, [("/questions/0/text/ja".to_owned(), "too_long")]);
    let shared = small()["procedures"][0]["shared_answers"][0].clone();
    let many = found("/procedures/0/shared_answers", json!(vec![shared; 101]));
    assert_eq!(
        many,
        [("/procedures/0/shared_answers".to_owned(), "too_many")]
    );
}

#[test]
fn a_question_that_nobody_is_asked_or_that_leads_nowhere_is_refused() {
    let never = json!({"effect": "SHOW", "condition": {"scope": "#/properties/abroad", "schema": {"const": "never"}}});
    let mut set = small();
    set["questions"][2]["rule"] = never;
    let found = problems(set);
    assert!(
        found.contains(&("/questions/2".to_owned(), "unreachable_question")),
        "{found:?}"
    );
    let mut set = small();
    let idle = json!({"code": "idle", "text": text("なぜ"), "answer": {"kind": "yes_no"}});
    set["questions"].as_array_mut().unwrap().push(idle);
    assert_eq!(
        problems(set),
        [("/questions/4".to_owned(), "unused_question")]
    );
}

#[test]
fn a_deadline_needs_its_day_on_every_way_that_leads_to_it() {
    let deadline = small()["procedures"][0]["cases"][1]["deadline"].clone();
    let mut set = small();
    set["procedures"][1]["cases"][0]["deadline"] = deadline;
    let place = "/procedures/1/cases/0/deadline/from".to_owned();
    assert_eq!(problems(set), [(place, "missing_day")]);
}

#[test]
fn too_many_ways_are_too_many_questions() {
    let mut set = small();
    for number in 0..16 {
        let code = format!("q{number}");
        let question = json!({"code": code, "text": text("はい？"), "answer": {"kind": "yes_no"}});
        set["questions"].as_array_mut().unwrap().push(question);
        let case = json!({"when": {"scope": format!("#/properties/{code}"), "schema": {"const": "yes"}},
            "necessity": "needed", "reason": text("はい")});
        set["procedures"][1]["cases"]
            .as_array_mut()
            .unwrap()
            .insert(0, case);
    }
    assert_eq!(problems(set), [("/questions".to_owned(), "too_many_ways")]);
}
