use std::path::Path;

use chrono::{Datelike as _, NaiveDate, Weekday};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::reachable::MOST_WAYS;
use super::*;
use crate::definition::fixture;
use crate::question_set::check::KnownForms;

fn text(ja: &str) -> Value {
    json!({"ja": ja, "ja-x-easy": ja, "en": ja})
}

/// Two questions that decide, one that depends on the first, one that is only shared.
fn small() -> Value {
    json!({
        "life_event": "moving",
        "questions": [
            {"code": "abroad", "text": text("国外ですか"), "answer": {"kind": "yes_no"}},
            {"code": "day", "text": text("いつ"), "answer": {"kind": "date"},
             "rule": {"effect": "SHOW", "condition": {"scope": "#/properties/abroad", "schema": {"const": "no"}}}},
            {"code": "children", "text": text("何人"), "answer": {"kind": "number", "minimum": 0, "maximum": 9}},
            {"code": "code", "text": text("郵便番号"), "optional": true, "answer": {"kind": "text", "max_length": 8}},
        ],
        "procedures": [
            {"procedure": "with-form", "cases": [
                {"when": {"scope": "#/properties/abroad", "schema": {"const": "yes"}},
                 "necessity": "not_needed", "reason": text("国外")},
                {"necessity": "needed", "reason": text("国内"), "deadline": {
                    "from": "day", "legal_basis": "法第1条", "period": {
                        "length": 14, "unit": "calendar_days", "start": "day_after_arrival",
                        "holiday_rule": "next_opening_day"}}},
            ], "shared_answers": [
                {"question": "day", "field": "/birth_date"},
                {"question": "code", "field": "/postal_code"},
                {"question": "abroad", "field": "/kind", "values": {"no": "self"}},
            ]},
            {"procedure": "on-paper", "cases": [
                {"when": {"scope": "#/properties/children", "schema": {"minimum": 2}, "failWhenUndefined": true},
                 "necessity": "perhaps", "reason": text("二人から")},
                {"necessity": "not_needed", "reason": text("一人まで")},
            ]},
        ],
    })
}

fn problems(set: Value) -> Vec<(String, &'static str)> {
    let form = fixture::definition();
    let known = KnownForms::from([("with-form", Some(&form)), ("on-paper", None)]);
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

fn set(definition: Value) -> QuestionSet {
    QuestionSet::load(serde_json::from_value(definition).unwrap()).unwrap()
}

fn answers(answers: Value) -> Map<String, Value> {
    serde_json::from_value(answers).unwrap()
}

fn today() -> NaiveDate {
    "2026-11-24".parse().unwrap()
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
fn shared_answers_of_a_procedure_on_paper_are_refused() {
    let mut set = small();
    set["procedures"][1]["shared_answers"] = json!([{"question": "day", "field": "/birth_date"}]);
    let expected = ("/procedures/1/shared_answers".to_owned(), "not_digital");
    assert_eq!(problems(set), [expected]);
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

#[test]
fn an_outcome_is_told_as_soon_as_its_questions_are_answered_and_not_before() {
    let set = set(small());
    let assess = |given: Value| set.assess(&answers(given), today()).unwrap();
    let nothing = assess(json!({}));
    assert_eq!(nothing.of("with-form").unwrap().waits_for, ["abroad"]);
    assert_eq!(nothing.of("on-paper").unwrap().necessity, None);
    let abroad = assess(json!({"abroad": "yes"}));
    let decided = abroad.of("with-form").unwrap();
    assert_eq!(decided.necessity, Some(Necessity::NotNeeded));
    assert_eq!(decided.reason.as_ref().unwrap().ja, "国外");
    assert_eq!(abroad.of("on-paper").unwrap().waits_for, ["children"]);
    let two = assess(json!({"children": 2}));
    assert_eq!(
        two.of("on-paper").unwrap().necessity,
        Some(Necessity::Perhaps)
    );
    assert!(two.of("nothing").is_none());
}

#[test]
fn a_question_that_is_not_asked_is_answered_in_vain() {
    let set = set(small());
    let given = answers(json!({"abroad": "yes", "day": "2026-12-01", "children": 0}));
    let assessment = set.assess(&given, today()).unwrap();
    assert_eq!(assessment.questions[1].status, QuestionStatus::Hidden);
    assert!(!assessment.answers.contains_key("day"));
    let statuses: Vec<_> = assessment
        .questions
        .iter()
        .map(|q| q.status.as_str())
        .collect();
    assert_eq!(statuses, ["answered", "hidden", "answered", "optional"]);
}

#[test]
fn what_is_shared_is_told_in_the_words_of_the_form() {
    let set = set(small());
    let given =
        answers(json!({"abroad": "no", "day": "2026-12-01", "children": 0, "code": "1870032"}));
    let mut draft = Map::new();
    for shared in set.shared_answers("with-form", &given) {
        shared.fill_in(&mut draft);
    }
    let expected = json!({"birth_date": "2026-12-01", "postal_code": "1870032", "kind": "self"});
    assert_eq!(Value::Object(draft), expected);
    assert_eq!(set.shared_answers("on-paper", &given), []);
}

/// The shipped sets, which importing has found sound.
fn shipped() -> Vec<QuestionSetDefinition> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue");
    let catalogue = crate::catalogue::Catalogue::read(Path::new(folder));
    catalogue
        .unwrap_or_else(|error| panic!("{error}"))
        .question_sets
}

#[test]
fn every_way_through_every_shipped_set_ends_with_an_outcome_for_every_procedure() {
    let sets = shipped();
    assert!(sets.len() >= 13);
    let mut walked = 0;
    for definition in sets {
        let event = definition.life_event.clone();
        let set = QuestionSet::load(definition).unwrap();
        let ways = set.ways();
        assert!(ways.len() <= MOST_WAYS, "{event}");
        for way in &ways {
            let assessment = set.assess(way, today()).unwrap();
            assert_eq!(&assessment.answers, way, "{event}");
            let is_open = |q: &QuestionState| q.status == QuestionStatus::Open;
            assert!(
                !assessment.questions.iter().any(is_open),
                "{event}: {way:?}"
            );
            for assessed in &assessment.procedures {
                assert!(assessed.necessity.is_some(), "{event}: {way:?}");
                let due = assessed.deadline.as_ref().map(|deadline| deadline.due_on);
                assert_ne!(due, Some(None), "{event}: {way:?}");
            }
        }
        walked += ways.len();
    }
    eprintln!("{walked} ways through the shipped question sets");
}

/// Answering one question more never takes an outcome back.
#[test]
fn an_outcome_told_early_stays() {
    for definition in shipped() {
        let set = QuestionSet::load(definition).unwrap();
        for way in set.ways().into_iter().step_by(7) {
            let whole = set.assess(&way, today()).unwrap();
            let mut partly = Map::new();
            for (code, answer) in way {
                partly.insert(code, answer);
                for early in set.assess(&partly, today()).unwrap().procedures {
                    let late = whole.of(&early.procedure).unwrap();
                    if early.necessity.is_some() {
                        assert_eq!(early.reason, late.reason, "{}: {partly:?}", early.procedure);
                    } else {
                        assert_ne!(early.waits_for, [""; 0], "{}: {partly:?}", early.procedure);
                    }
                }
            }
        }
    }
}

fn due(event: &str, procedure: &str, given: Value) -> String {
    let mut sets = shipped().into_iter();
    let definition = sets.find(|set| set.life_event == event).unwrap();
    let set = QuestionSet::load(definition).unwrap();
    let assessment = set.assess(&answers(given), today()).unwrap();
    let deadline = assessment.of(procedure).unwrap().deadline.as_ref().unwrap();
    deadline.due_on.unwrap().to_string()
}

/// Counted by hand.
#[test]
fn deadlines_are_counted_as_the_acts_say() {
    let born = |day: &str| json!({"birth_date": day, "birth_place": "japan"});
    // 戸籍法43条: the day itself is the first.
    assert_eq!(
        due("birth", "birth-registration", born("2026-11-02")),
        "2026-11-16"
    );
    // The fourteenth day is a Sunday.
    assert_eq!(
        due("birth", "birth-registration", born("2026-11-09")),
        "2026-11-24"
    );
    // 31 December is closed, and so is all until the first Monday.
    assert_eq!(
        due("birth", "birth-registration", born("2026-12-18")),
        "2027-01-04"
    );
    let abroad = json!({"birth_date": "2026-11-30", "birth_place": "abroad"});
    // The period's last day, 27 February, is a Saturday.
    assert_eq!(due("birth", "birth-registration", abroad), "2027-03-01");
    let moved = |day: &str| json!({"origin": "japan", "move_date": day});
    // 民法140条: the day of moving is not counted.
    assert_eq!(
        due("moving-in", "moving-in-notification", moved("2026-11-10")),
        "2026-11-24"
    );
    assert_eq!(
        due("moving-in", "moving-in-notification", moved("2026-12-15")),
        "2027-01-04"
    );
    let died = json!({"place": "japan", "known_date": "2026-12-22", "relation": "relative"});
    assert_eq!(due("death", "death-registration", died), "2026-12-28");
    let puppy = json!({"what": "new", "grown": "no", "born_date": "2026-09-01"});
    assert_eq!(due("dog", "dog-registration", puppy), "2027-01-04");
    let dog = json!({"what": "died", "change_date": "2026-11-24"});
    assert_eq!(due("dog", "dog-registration-change", dog), "2026-12-24");
    let leaving = json!({"destination": "japan", "moved": "no", "move_date": "2026-12-31"});
    assert_eq!(
        due("moving-out", "moving-out-notification", leaving),
        "2026-12-31"
    );
}

#[test]
fn where_the_calendar_does_not_reach_no_day_is_told() {
    let set = set(small());
    for day in ["0001-01-01", "9999-12-31"] {
        let given = answers(json!({"abroad": "no", "day": day, "children": 0}));
        let assessment = set.assess(&given, today()).unwrap();
        let deadline = assessment
            .of("with-form")
            .unwrap()
            .deadline
            .as_ref()
            .unwrap();
        assert_eq!(deadline.due_on, None, "{day}");
        assert_eq!(deadline.legal_basis, "法第1条");
    }
}

proptest! {
    #[test]
    fn a_deadline_falls_on_the_fourteenth_day_or_the_next_opening_day(days in 0i64..700) {
        let day = NaiveDate::from_ymd_opt(2026, 1, 5).unwrap() + chrono::Days::new(days.unsigned_abs());
        let set = set(small());
        let given = answers(json!({"abroad": "no", "day": day, "children": 0}));
        let assessment = set.assess(&given, today()).unwrap();
        let due = assessment.of("with-form").unwrap().deadline.as_ref().unwrap().due_on.unwrap();
        let fourteenth = day + chrono::Days::new(14);
        prop_assert!(due >= fourteenth && (due - fourteenth).num_days() <= 7);
        prop_assert!(!matches!(due.weekday(), Weekday::Sat | Weekday::Sun));
    }

    #[test]
    fn nothing_that_is_answered_makes_it_fail(given in json_object()) {
        let set = set(small());
        let _ = set.assess(&given, today());
    }
}

/// Objects with the names of the questions and anything behind them.
fn json_object() -> impl Strategy<Value = Map<String, Value>> {
    let value = prop_oneof![
        Just(json!("yes")),
        Just(json!("no")),
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!(["yes"])),
    ];
    let name = prop_oneof!["abroad|day|children|code", "[a-z]{1,5}"];
    proptest::collection::btree_map(name, value, 0..5).prop_map(|map| map.into_iter().collect())
}
