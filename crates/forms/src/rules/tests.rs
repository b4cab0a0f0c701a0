use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Rule, scope_to_pointer, undefined_satisfies};

fn shows(effect: &str, condition: Value, answers: Value) -> bool {
    let rule = Rule::parse(&json!({"effect": effect, "condition": condition})).unwrap();
    rule.shows(&answers)
}

fn holds(condition: Value, answers: Value) -> bool {
    shows("SHOW", condition, answers)
}

fn about(name: &str, schema: Value) -> Value {
    json!({"scope": format!("#/properties/{name}"), "schema": schema})
}

fn leaf(name: &str, expected: Value) -> Value {
    json!({"type": "LEAF", "scope": format!("#/properties/{name}"), "expectedValue": expected})
}

#[test]
fn show_follows_its_condition_and_hide_opposes_it() {
    let is_agent = about("kind", json!({"const": "agent"}));
    assert!(shows("SHOW", is_agent.clone(), json!({"kind": "agent"})));
    assert!(!shows("SHOW", is_agent.clone(), json!({"kind": "self"})));
    assert!(!shows("HIDE", is_agent.clone(), json!({"kind": "agent"})));
    assert!(shows("HIDE", is_agent, json!({"kind": "self"})));
}

#[test]
fn enable_and_disable_never_hide() {
    let never = about("kind", json!(false));
    assert!(shows("ENABLE", never.clone(), json!({"kind": 1})));
    assert!(shows("DISABLE", never, json!({})));
}

#[test]
fn a_leaf_compares_as_javascript_does() {
    assert!(holds(leaf("n", json!(1)), json!({"n": 1.0})));
    assert!(!holds(leaf("n", json!(1)), json!({"n": "1"})));
    assert!(!holds(leaf("n", json!([1])), json!({"n": [1]})));
    assert!(!holds(leaf("n", json!(null)), json!({})));
    assert!(holds(leaf("n", json!(null)), json!({"n": null})));
    let without_expectation = json!({"type": "LEAF", "scope": "#/properties/n"});
    assert!(holds(without_expectation, json!({})));
}

#[test]
fn a_scope_reaches_into_objects() {
    let condition = json!({
        "scope": "#/properties/agent/properties/relation",
        "schema": {"enum": ["other"]}
    });
    assert!(holds(
        condition.clone(),
        json!({"agent": {"relation": "other"}})
    ));
    assert!(!holds(condition, json!({"agent": "other"})));
}

#[test]
fn an_empty_and_holds_and_an_empty_or_does_not() {
    assert!(holds(json!({"type": "AND", "conditions": []}), json!({})));
    assert!(!holds(json!({"type": "OR", "conditions": []}), json!({})));
}

#[test]
fn and_needs_all_conditions_and_or_needs_one() {
    let both = [leaf("a", json!(1)), leaf("b", json!(1))];
    let answers = json!({"a": 1, "b": 2});
    let and = json!({"type": "AND", "conditions": both});
    assert!(!holds(and, answers.clone()));
    let or = json!({"type": "OR", "conditions": both});
    assert!(holds(or, answers));
}

/// Every row was read off ajv 8 with `validate(schema, undefined)`.
#[test]
fn undefined_satisfies_a_schema_when_ajv_says_so() {
    let table = [
        (json!(true), true),
        (json!(false), false),
        (json!({}), true),
        (json!({"const": true}), false),
        (json!({"const": null}), false),
        (json!({"enum": ["a"]}), false),
        (json!({"type": ["string", "null"]}), false),
        (json!({"minimum": 3}), true),
        (json!({"minLength": 1}), true),
        (json!({"required": ["a"]}), true),
        (json!({"contains": {"const": 1}}), true),
        (json!({"not": {"const": true}}), true),
        (json!({"anyOf": [{"const": 1}, {"minimum": 2}]}), true),
        (json!({"allOf": [{"const": 1}, {"minimum": 2}]}), false),
        (json!({"oneOf": [{"minimum": 1}, {"maximum": 2}]}), false),
        (
            json!({"if": {"const": 1}, "then": false, "else": true}),
            true,
        ),
        (json!({"if": {"minimum": 1}, "then": false}), false),
    ];
    for (schema, satisfied) in table {
        assert_eq!(undefined_satisfies(&schema), satisfied, "{schema}");
    }
}

#[test]
fn fail_when_undefined_fails_only_when_undefined() {
    let mut condition = about("pets", json!({"not": {"const": 0}}));
    assert!(holds(condition.clone(), json!({})));
    condition["failWhenUndefined"] = json!(true);
    assert!(!holds(condition.clone(), json!({})));
    assert!(holds(condition, json!({"pets": 2})));
}

#[test]
fn a_rule_that_cannot_be_evaluated_is_refused_with_its_place() {
    let table = [
        (
            json!({"effect": "BLINK", "condition": {}}),
            "/effect",
            "unknown_effect",
        ),
        (
            json!({"effect": "SHOW", "condition": {"type": "XOR"}}),
            "/condition",
            "unknown_condition",
        ),
        (
            json!({"effect": "SHOW", "condition": about("a", json!({"type": "text"}))}),
            "/condition/schema",
            "invalid_schema",
        ),
        (
            json!({"effect": "SHOW", "condition": about("a", json!({"pattern": "(a)\\1"}))}),
            "/condition/schema",
            "invalid_schema",
        ),
        (
            json!({"effect": "SHOW", "condition": about("a", json!({"$ref": "#/$defs/a"}))}),
            "/condition/schema",
            "outside_profile",
        ),
        (
            json!({"effect": "SHOW", "condition": {"type": "AND", "conditions": [{"scope": "#", "schema": {}}]}}),
            "/condition/conditions/0/scope",
            "scope_not_found",
        ),
    ];
    for (rule, pointer, code) in table {
        let error = Rule::parse(&rule).unwrap_err();
        assert_eq!((error.pointer.as_str(), error.code), (pointer, code));
    }
}

proptest! {
    #[test]
    fn a_scope_is_a_pointer_with_the_keyword_before_each_name(
        names in prop::collection::vec("[a-z_]{1,8}", 1..5),
    ) {
        let scope: String = names.iter().map(|name| format!("/properties/{name}")).collect();
        let pointer: String = names.iter().map(|name| format!("/{name}")).collect();
        prop_assert_eq!(scope_to_pointer(&format!("#{scope}")), Some(pointer));
    }
}
