use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Known, compute, read};
use crate::definition::DefinitionProblem;

/// A form that computes `result`, of dates, numbers and a list.
fn schema(expression: Value) -> Value {
    json!({
        "properties": {
            "born": {"$ref": "#/$defs/day"}, "on": {"$ref": "#/$defs/day"},
            "copies": {"type": "integer", "minimum": 1, "maximum": 10},
            "kind": {"enum": ["a", "b"]},
            "person": {"type": "object", "properties": {"born": {"$ref": "#/$defs/day"}}},
            "items": {"type": "array", "maxItems": 5, "items": {
                "type": "object", "properties": {"count": {"type": "integer"}, "price": {"type": "number"}}
            }},
            "endless": {"type": "array", "items": {"type": "integer"}},
            "many": {"type": "array", "maxItems": 1000, "items": {"type": "array", "maxItems": 1000, "items": {"type": "integer"}}},
            "result": {"readOnly": true, "x-computed": expression}
        },
        "$defs": {"day": {"type": "string", "format": "date"}}
    })
}

fn result(expression: Value, answers: Value) -> Option<Value> {
    let mut problems = Vec::new();
    let computed = read(&schema(expression), &mut problems);
    assert_eq!(problems, []);
    let answers = answers.as_object().unwrap().clone();
    compute(&computed, answers, &[], known()).remove("result")
}

fn known() -> Known {
    Known {
        today: "2026-11-24".parse().unwrap(),
        fee_yen: 300,
    }
}

fn codes(schema: &Value) -> Vec<(String, &'static str)> {
    let mut problems = Vec::new();
    read(schema, &mut problems);
    let problems = problems.into_iter().map(DefinitionProblem::documented);
    problems
        .map(|problem| (problem.pointer, problem.code))
        .collect()
}

#[test]
fn somebody_ages_at_the_end_of_the_day_before_the_birthday() {
    let age = json!({"age_on": [{"var": "born"}, {"var": "on"}]});
    let attained = json!({"age_attained_by": [{"var": "born"}, {"var": "on"}]});
    for (born, on, years, by_its_end) in [
        ("2020-04-01", "2026-03-31", 5, 6),
        ("2020-04-01", "2026-04-01", 6, 6),
        ("2020-04-02", "2026-04-01", 5, 6),
        ("2008-02-29", "2026-02-28", 17, 18),
        ("2008-02-29", "2026-03-01", 18, 18),
    ] {
        let answers = json!({"born": born, "on": on});
        assert_eq!(result(age.clone(), answers.clone()), Some(json!(years)));
        assert_eq!(result(attained.clone(), answers), Some(json!(by_its_end)));
    }
}

#[test]
fn the_fee_is_what_the_policy_says() {
    let total = json!({"*": [{"var": "copies"}, {"var": "$fee_yen"}]});
    assert_eq!(result(total, json!({"copies": 3})), Some(json!(900)));
}

#[test]
fn today_is_the_day_the_answers_are_given_for() {
    let age = json!({"age_on": [{"var": "person.born"}, {"var": "$today"}]});
    let answers = json!({"person": {"born": "2000-11-24"}});
    assert_eq!(result(age, answers), Some(json!(26)));
}

#[test]
fn days_and_months_are_counted_between_two_days() {
    for (from, to, days, months) in [
        ("2026-04-01", "2026-04-01", 0, 0),
        ("2026-04-01", "2026-05-01", 30, 1),
        ("2026-04-15", "2026-05-14", 29, 0),
        ("2026-01-31", "2026-02-28", 28, 0),
        ("2026-05-01", "2026-04-01", -30, -1),
    ] {
        let answers = json!({"born": from, "on": to});
        let between = |unit: &str| json!({unit: [{"var": "born"}, {"var": "on"}]});
        let counted = result(between("days_between"), answers.clone());
        assert_eq!(counted, Some(json!(days)), "{from} {to}");
        let counted = result(between("months_between"), answers);
        assert_eq!(counted, Some(json!(months)), "{from} {to}");
    }
}

#[test]
fn a_fee_is_looked_up_and_a_list_is_totalled() {
    let price = json!({"if": [
        {"===": [{"var": "kind"}, "a"]}, 300, {"<": [{"var": "copies"}, 5]}, 200, 150
    ]});
    let fee = json!({"*": [{"var": "copies"}, price]});
    for (kind, copies, yen) in [("a", 2, 600), ("b", 4, 800), ("b", 5, 750)] {
        let answers = json!({"kind": kind, "copies": copies});
        assert_eq!(result(fee.clone(), answers), Some(json!(yen)));
    }
    let each = json!({"*": [{"var": "count"}, {"var": "price"}]});
    let total = json!({"round_down": {"total": {"map": [{"var": "items"}, each]}}});
    let items = json!([{"count": 2, "price": 1.25}, {"count": 3, "price": 10}]);
    assert_eq!(result(total, json!({"items": items})), Some(json!(32)));
    let added = json!({"reduce": [
        {"var": "items"}, {"+": [{"var": "accumulator"}, {"var": "current.count"}]}, 0
    ]});
    assert_eq!(result(added, json!({"items": items})), Some(json!(5)));
}

#[test]
fn nothing_is_computed_from_what_is_missing_or_wrong() {
    let fee = json!({"*": [{"var": "copies"}, 300]});
    for copies in [json!(null), json!("2"), json!(0), json!(11), json!([2])] {
        assert_eq!(result(fee.clone(), json!({"copies": copies})), None);
    }
    assert_eq!(result(fee, json!({"result": 5})), None);
    let with_default = json!({"*": [{"var": ["copies", 1]}, 300]});
    assert_eq!(result(with_default.clone(), json!({})), Some(json!(300)));
    assert_eq!(result(with_default, json!({"copies": "x"})), None);
    let divided = json!({"/": [1, {"-": [{"var": "copies"}, 1]}]});
    assert_eq!(result(divided, json!({"copies": 1})), None);
}

#[test]
fn a_value_is_computed_after_those_it_reads() {
    let mut schema = schema(json!({"+": [{"var": "half"}, 1]}));
    schema["properties"]["half"] = json!({
        "type": "number", "readOnly": true, "x-computed": {"/": [{"var": "copies"}, 2]}
    });
    let computed = read(&schema, &mut Vec::new());
    let answers = Map::from_iter([("copies".to_owned(), json!(3))]);
    let answers = compute(&computed, answers, &[], known());
    assert_eq!(
        Value::Object(answers),
        json!({"copies": 3, "half": 1.5, "result": 2.5})
    );
    schema["properties"]["half"]["x-computed"] = json!({"var": "result"});
    assert_eq!(codes(&schema), [(String::new(), "computed_cycle")]);
}

#[test]
fn an_expression_outside_the_profile_is_refused() {
    let at = "/properties/result/x-computed";
    let table = [
        (json!({"log": "x"}), "/log", "unknown_operator"),
        (json!({"==": [1, "1"]}), "/==", "unknown_operator"),
        (
            json!({"+": [1, {"var": "nobody"}]}),
            "/+/1/var",
            "unknown_field",
        ),
        (json!({"var": "person.name"}), "/var", "unknown_field"),
        (json!({"var": 1}), "/var", "bad_expression"),
        (json!({"+": 1, "-": 2}), "", "bad_expression"),
        (
            json!({"map": [{"var": "items"}, {"var": "copies"}]}),
            "/map/1/var",
            "unknown_field",
        ),
        (
            json!({"map": [[1, 2], {"var": ""}]}),
            "/map/0",
            "bad_expression",
        ),
        (
            json!({"total": {"map": [{"var": "endless"}, {"var": ""}]}}),
            "/total/map/0",
            "unbounded_list",
        ),
        (
            json!({"map": [{"var": "many"}, {"map": [{"var": ""}, {"+": [{"var": ""}, 1]}]}]}),
            "",
            "expression_too_costly",
        ),
    ];
    for (expression, pointer, code) in table {
        let found = codes(&schema(expression.clone()));
        assert_eq!(found, [(format!("{at}{pointer}"), code)], "{expression}");
    }
    let mut schema = schema(json!(1));
    schema["properties"]["result"]["readOnly"] = json!(false);
    assert_eq!(codes(&schema), [(at.to_owned(), "not_read_only")]);
}

#[test]
fn an_answer_read_twice_is_one_input_that_is_needed_once() {
    let twice = json!({"+": [{"var": ["copies", 1]}, {"var": "copies"}]});
    let computed = read(&schema(twice.clone()), &mut Vec::new());
    assert_eq!(computed[0].reads().collect::<Vec<_>>(), ["/copies"]);
    assert_eq!(result(twice.clone(), json!({})), None);
    assert_eq!(result(twice, json!({"copies": 2})), Some(json!(4)));
}

proptest! {
    #[test]
    fn whole_months_lead_back_to_the_day_or_before(from in 0_i32..40_000, days in 0_i32..4_000) {
        let day = |n| chrono::NaiveDate::from_epoch_days(n).unwrap();
        let (from, to) = (day(from), day(from + days));
        let answers = json!({"born": from, "on": to});
        let months = result(json!({"months_between": [{"var": "born"}, {"var": "on"}]}), answers);
        let months = months.unwrap().as_u64().unwrap() as u32;
        prop_assert!(from + chrono::Months::new(months) <= to);
        prop_assert!(from + chrono::Months::new(months + 1) > to || from + chrono::Months::new(months + 1) == to);
    }
}
