use chrono::{Datelike as _, NaiveDate, Weekday};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{answers, set, small, today};
use crate::fields::fill_in;
use crate::question_set::{Necessity, QuestionStatus};

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
        fill_in(&mut draft, &shared.field, shared.value);
    }
    let expected = json!({"birth_date": "2026-12-01", "postal_code": "1870032", "kind": "self"});
    assert_eq!(Value::Object(draft), expected);
    assert_eq!(set.shared_answers("on-paper", &given), []);
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
