//! What the verdict promises, held against the evaluation itself.

use chrono::NaiveDate;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

use crate::comparison::{Comparison, Verdict::Compatible};
use crate::definition::fixture::definition;
use crate::definition::{CompiledForm, FormDefinition};

const DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 4, 1).unwrap();

/// A field as it was and as it is, each perhaps not there or required, and an answer to it.
#[derive(Debug)]
struct Field {
    before: Option<(Value, bool)>,
    after: Option<(Value, bool)>,
    answer: Option<Value>,
}

/// Limits, and the same a little narrower or wider.
fn limits(least: &'static str, most: &'static str) -> impl Strategy<Value = [Value; 2]> {
    (0..2_i64, 1..4_i64, -1..=1_i64, -1..=1_i64).prop_map(move |(low, high, down, up)| {
        let schema = |low: i64, high: i64| json!({least: low.max(0), most: high.max(0)});
        [schema(low, high), schema(low + down, high + up)]
    })
}

fn with(mut schema: Value, name: &str, value: Value) -> Value {
    schema[name] = value;
    schema
}

fn text() -> impl Strategy<Value = ([Value; 2], Value)> {
    let answer = select(vec!["", "a", "ab", "abc", "1"]).prop_map(Value::from);
    (limits("minLength", "maxLength"), any::<[bool; 2]>(), answer).prop_map(
        |([one, other], letters, answer)| {
            let schema = |limits, only_letters| {
                let text = with(limits, "type", json!("string"));
                if only_letters {
                    with(text, "pattern", json!("^[a-c]*$"))
                } else {
                    text
                }
            };
            ([schema(one, letters[0]), schema(other, letters[1])], answer)
        },
    )
}

fn choice() -> impl Strategy<Value = ([Value; 2], Value)> {
    let all = || vec!["a", "b", "c"];
    let choices = (
        subsequence(all(), 1..=3),
        subsequence(all(), 1..=3),
        select(all()),
    );
    choices.prop_map(|(before, after, answer)| {
        let plain = json!({"type": "string", "enum": before});
        let titled = |list: Vec<&str>| {
            list.iter()
                .map(|c| json!({"const": c, "title": c}))
                .collect()
        };
        let titled = |list| json!({"type": "string", "oneOf": Value::Array(titled(list))});
        let newer = if before.len() == 2 {
            titled(after)
        } else {
            json!({"type": "string", "enum": after})
        };
        let older = if before.len() == 2 {
            titled(before)
        } else {
            plain
        };
        ([older, newer], json!(answer))
    })
}

fn number() -> impl Strategy<Value = ([Value; 2], Value)> {
    let answer = prop_oneof![(0..4_i64).prop_map(Value::from), Just(json!(1.5))];
    (limits("minimum", "maximum"), any::<[bool; 2]>(), answer).prop_map(
        |([one, other], whole, answer)| {
            let schema = |limits, is_whole| {
                with(
                    limits,
                    "type",
                    json!(if is_whole { "integer" } else { "number" }),
                )
            };
            ([schema(one, whole[0]), schema(other, whole[1])], answer)
        },
    )
}

fn list() -> impl Strategy<Value = ([Value; 2], Value)> {
    let answer = proptest::collection::vec(0..3_i64, 0..4).prop_map(Value::from);
    (
        limits("minItems", "maxItems"),
        limits("minimum", "maximum"),
        any::<[bool; 2]>(),
        answer,
    )
        .prop_map(|([one, other], [item, another], unique, answer)| {
            let schema = |limits, item, is_unique| {
                let list = with(limits, "type", json!("array"));
                let list = with(list, "items", with(item, "type", json!("integer")));
                if is_unique {
                    with(list, "uniqueItems", json!(true))
                } else {
                    list
                }
            };
            (
                [
                    schema(one, item, unique[0]),
                    schema(other, another, unique[1]),
                ],
                answer,
            )
        })
}

fn field() -> impl Strategy<Value = Field> {
    let kind = prop_oneof![text(), choice(), number(), list()];
    let there = || prop::bool::weighted(0.9);
    let required = any::<[bool; 2]>();
    (kind, there(), there(), required, there()).prop_map(
        |(([older, newer], answer), was, is, required, is_answered)| Field {
            before: was.then_some((older, required[0])),
            after: is.then_some((newer, required[1])),
            answer: is_answered.then_some(answer),
        },
    )
}

/// A form of some fields; `rule` hides the second when the first holds an answer.
fn form<'f>(fields: impl Iterator<Item = &'f Option<(Value, bool)>>, rule: bool) -> FormDefinition {
    let mut form = definition();
    let mut properties = Map::new();
    let (mut required, mut controls) = (Vec::new(), Vec::new());
    for (name, field) in ["x", "y"].iter().zip(fields) {
        let Some((schema, is_required)) = field else {
            continue;
        };
        properties.insert((*name).to_owned(), schema.clone());
        required.extend(is_required.then_some(*name));
        let mut control = json!({"type": "Control", "scope": format!("#/properties/{name}")});
        if rule && *name == "y" && properties.contains_key("x") {
            let condition =
                json!({"scope": "#/properties/x", "schema": {}, "failWhenUndefined": true});
            control["rule"] = json!({"effect": "HIDE", "condition": condition});
        }
        controls.push(control);
    }
    form.schema = json!({
        "type": "object", "additionalProperties": false, "required": required, "properties": properties,
    });
    form.ui_schema = json!({"type": "VerticalLayout", "elements": controls});
    form
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Nobody's valid answers turn invalid, and none is dropped, behind their back.
    #[test]
    fn answers_stay_valid_and_whole_when_the_change_is_compatible(
        fields in proptest::collection::vec(field(), 1..3),
        rules in prop_oneof![Just([false, false]), Just([true, true]), any::<[bool; 2]>()],
    ) {
        let older = form(fields.iter().map(|field| &field.before), rules[0]);
        let newer = form(fields.iter().map(|field| &field.after), rules[1]);
        let answers = ["x", "y"].iter().zip(&fields);
        let answers: Map<String, Value> = answers
            .filter_map(|(name, field)| Some(((*name).to_owned(), field.answer.clone()?)))
            .collect();
        let evaluate = |form| CompiledForm::load(form).unwrap().evaluate(&answers, DAY);
        let (before, after) = (evaluate(&older), evaluate(&newer));
        if Comparison::between(&older, &newer).verdict == Compatible && before.is_valid() {
            prop_assert!(after.is_valid(), "{:?}", after.problems);
            prop_assert_eq!(before.answers, after.answers);
        }
    }

    #[test]
    fn a_form_compared_with_itself_differs_in_nothing(
        fields in proptest::collection::vec(field(), 1..3),
        rule: bool,
    ) {
        let form = form(fields.iter().map(|field| &field.before), rule);
        prop_assert_eq!(Comparison::between(&form, &form).changes, vec![]);
    }
}
