use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Comparison, Verdict};
use crate::definition::fixture::definition;
use crate::definition::{CompiledForm, FormDefinition};

use Verdict::{Compatible, Incompatible, NeedsResident};

fn after(change: impl FnOnce(&mut FormDefinition)) -> Comparison {
    let (older, mut newer) = (definition(), definition());
    change(&mut newer);
    Comparison::between(&older, &newer)
}

/// Verdict, and code and field of each change.
fn found(change: impl FnOnce(&mut FormDefinition)) -> (Verdict, Vec<(&'static str, String)>) {
    let comparison = after(change);
    let changes = comparison.changes.into_iter();
    let changes = changes.map(|change| (change.code, change.field.unwrap_or(change.pointer)));
    (comparison.verdict, changes.collect())
}

#[test]
fn the_same_form_differs_in_nothing() {
    assert_eq!(found(|_| {}), (Compatible, vec![]));
}

#[test]
fn every_kind_of_change_has_its_code_and_verdict() {
    let table: [(&str, Value, &str, &str, Verdict); 16] = [
        (
            "/properties/memo",
            json!({"type": "string"}),
            "field_added",
            "/memo",
            Compatible,
        ),
        (
            "/properties/kind/title",
            json!("誰が"),
            "annotation_changed",
            "/kind",
            Compatible,
        ),
        (
            "/properties/children/maxItems",
            json!(20),
            "loosened",
            "/children",
            Compatible,
        ),
        (
            "/properties/children/maxItems",
            json!(2),
            "limit_tightened",
            "/children",
            NeedsResident,
        ),
        (
            "/properties/children/minItems",
            json!(0),
            "loosened",
            "/children",
            Compatible,
        ),
        (
            "/properties/children/items/properties/age/minimum",
            json!(1),
            "limit_tightened",
            "/children/age",
            NeedsResident,
        ),
        (
            "/properties/children/items/required",
            json!(["name", "age"]),
            "now_required",
            "/children/age",
            NeedsResident,
        ),
        (
            "/properties/postal_code/pattern",
            json!("^\\d{7}$"),
            "format_changed",
            "/postal_code",
            NeedsResident,
        ),
        (
            "/properties/postal_code/maxLength",
            json!(8),
            "limit_tightened",
            "/postal_code",
            NeedsResident,
        ),
        (
            "/properties/birth_date/type",
            json!(["string", "null"]),
            "loosened",
            "/birth_date",
            Compatible,
        ),
        (
            "/properties/birth_date/type",
            json!("integer"),
            "type_changed",
            "/birth_date",
            NeedsResident,
        ),
        (
            "/properties/agent/properties/relation/enum",
            json!(["parent", "other", "friend"]),
            "loosened",
            "/agent/relation",
            Compatible,
        ),
        (
            "/properties/agent/properties/relation/enum",
            json!(["parent"]),
            "choice_removed",
            "/agent/relation",
            NeedsResident,
        ),
        (
            "/required",
            json!(["kind", "agent", "birth_date"]),
            "no_longer_required",
            "/consent",
            Compatible,
        ),
        (
            "/properties/children/x-attachment",
            json!({"accept": [], "max_bytes": 1}),
            "files_changed",
            "/children",
            Incompatible,
        ),
        (
            "/properties/kind/x-unheard-of",
            json!(true),
            "changed",
            "/kind",
            NeedsResident,
        ),
    ];
    for (pointer, value, code, field, verdict) in table {
        let found = found(|definition| {
            let (parent, name) = pointer.rsplit_once('/').unwrap();
            definition.schema.pointer_mut(parent).unwrap()[name] = value;
        });
        assert_eq!(
            found,
            (verdict, vec![(code, field.to_owned())]),
            "{pointer}"
        );
    }
}

#[test]
fn a_change_behind_a_reference_is_told_of_every_field_that_refers_to_it() {
    let comparison = after(|definition| definition.schema["$defs"]["name"]["maxLength"] = json!(3));
    let told: Vec<_> = comparison
        .changes
        .iter()
        .map(|c| (c.field.as_deref(), c.pointer.as_str()))
        .collect();
    let place = "/$defs/name/maxLength";
    assert_eq!(
        told,
        [
            (Some("/agent/name"), place),
            (Some("/children/name"), place)
        ]
    );
}

#[test]
fn the_resident_is_told_by_the_label_of_the_field() {
    let comparison = after(|definition| {
        definition.schema["properties"]
            .as_object_mut()
            .unwrap()
            .remove("postal_code");
    });
    let told = &comparison.changes[0];
    assert_eq!(told.message, "「郵便番号」はたずねなくなりました。");
    assert_eq!(
        (told.pointer.as_str(), told.verdict),
        ("/properties/postal_code", NeedsResident)
    );
}

#[test]
fn a_field_under_other_conditions_needs_the_resident_and_another_order_does_not() {
    let hidden = found(|definition| {
        definition.ui_schema["elements"][0]["elements"][2]["rule"] = json!({"effect": "HIDE", "condition": {
            "scope": "#/properties/kind", "schema": {"const": "self"}}});
    });
    assert_eq!(
        hidden,
        (
            NeedsResident,
            vec![("visibility_changed", "/postal_code".to_owned())]
        )
    );
    let turned = found(|definition| {
        definition.ui_schema["elements"]
            .as_array_mut()
            .unwrap()
            .reverse();
    });
    assert_eq!(
        turned,
        (Compatible, vec![("layout_changed", String::new())])
    );
}

#[test]
fn texts_policy_and_letter_are_the_citys_matter_and_a_higher_fee_is_not() {
    let words = found(|definition| {
        definition
            .texts
            .get_mut("ja")
            .unwrap()
            .insert("kind.label".into(), "申請者".into());
        definition.letter = Some("= 通知".to_owned());
        definition.policy.fee_yen = 0;
    });
    let expected = [
        ("text_changed", "/ja/kind.label"),
        ("policy_changed", "/fee_yen"),
        ("part_changed", ""),
    ];
    assert_eq!(
        words,
        (
            Compatible,
            expected.map(|(code, at)| (code, at.to_owned())).to_vec()
        )
    );
    let dearer = found(|definition| definition.policy.fee_yen = 400);
    assert_eq!(
        dearer,
        (NeedsResident, vec![("fee_raised", "/fee_yen".to_owned())])
    );
}

#[test]
fn references_that_go_round_or_multiply_end_the_comparison() {
    for schema in [
        json!({"$ref": "#/$defs/loop"}),
        json!({"not": {"$ref": "#/$defs/loop"}}),
    ] {
        let turn = |definition: &mut FormDefinition, title: &str| {
            definition.schema["properties"]["consent"] = schema.clone();
            definition.schema["$defs"]["loop"] = json!({
                "title": title, "properties": {"a": schema, "b": schema}, "anyOf": [schema],
            });
        };
        let (mut older, mut newer) = (definition(), definition());
        turn(&mut older, "one");
        turn(&mut newer, "other");
        let comparison = Comparison::between(&older, &newer);
        assert_eq!(comparison.verdict, NeedsResident);
    }
}

/// A form of three fields, any of which may be missing, required, narrower or wider.
fn field() -> impl Strategy<Value = Option<(Value, bool)>> {
    let text = (
        proptest::option::of(0..4_u64),
        proptest::option::of(2..6_u64),
        any::<bool>(),
    );
    let text = text.prop_map(|(least, most, only_letters)| {
        let mut schema = json!({"type": "string"});
        if let Some(least) = least {
            schema["minLength"] = json!(least);
        }
        if let Some(most) = most {
            schema["maxLength"] = json!(most);
        }
        if only_letters {
            schema["pattern"] = json!("^[a-c]*$");
        }
        schema
    });
    let choice = proptest::sample::subsequence(vec!["a", "b", "ab", "abc"], 1..4)
        .prop_map(|choices| json!({"type": "string", "enum": choices}));
    let number = (-3..3_i64, proptest::option::of(0..5_i64), any::<bool>()).prop_map(
        |(least, most, whole)| {
            let mut schema =
                json!({"type": if whole { "integer" } else { "number" }, "minimum": least});
            if let Some(most) = most {
                schema["maximum"] = json!(most);
            }
            schema
        },
    );
    let list = (0..3_u64, 1..4_u64).prop_map(|(least, most)| {
        json!({"type": "array", "minItems": least, "maxItems": most, "items": {"type": "string", "maxLength": most}})
    });
    proptest::option::weighted(
        0.8,
        (prop_oneof![text, choice, number, list], any::<bool>()),
    )
}

fn form(fields: &[Option<(Value, bool)>], hides: bool) -> FormDefinition {
    let mut form = definition();
    let mut properties = Map::new();
    let (mut required, mut controls) = (Vec::new(), Vec::new());
    for (name, field) in ["x", "y", "z"].iter().zip(fields) {
        let Some((schema, is_required)) = field else {
            continue;
        };
        properties.insert((*name).to_owned(), schema.clone());
        if *is_required {
            required.push(*name);
        }
        let mut control = json!({"type": "Control", "scope": format!("#/properties/{name}")});
        if hides && *name == "z" && properties.contains_key("x") {
            control["rule"] = json!({"effect": "HIDE", "condition": {"scope": "#/properties/x", "schema": {"const": "a"}}});
        }
        controls.push(control);
    }
    form.schema = json!({"type": "object", "additionalProperties": false, "required": required, "properties": properties});
    form.ui_schema = json!({"type": "VerticalLayout", "elements": controls});
    form
}

fn answer() -> impl Strategy<Value = Value> {
    prop_oneof![
        proptest::sample::select(vec!["", "a", "b", "ab", "abc", "dddd"]).prop_map(Value::from),
        (-4..6_i64).prop_map(Value::from),
        Just(json!(1.5)),
        proptest::collection::vec(proptest::sample::select(vec!["a", "ab"]), 0..4)
            .prop_map(Value::from),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// What the verdict promises: nobody's valid answers turn invalid, and none is dropped, behind their back.
    #[test]
    fn answers_stay_valid_and_whole_when_the_change_is_compatible(
        older in proptest::collection::vec(field(), 3),
        changed in proptest::collection::vec(proptest::option::weighted(0.3, field()), 3),
        hides in any::<(bool, bool)>(),
        answers in proptest::collection::vec(proptest::option::of(answer()), 3),
    ) {
        let newer: Vec<_> = older.iter().zip(changed).map(|(old, new)| new.unwrap_or(old.clone())).collect();
        let (older, newer) = (form(&older, hides.0), form(&newer, hides.1));
        let answers: Map<String, Value> = ["x", "y", "z"].iter().zip(answers)
            .filter_map(|(name, answer)| Some(((*name).to_owned(), answer?))).collect();
        let evaluate = |form| CompiledForm::load(form).unwrap().evaluate(&answers);
        let (before, after) = (evaluate(&older), evaluate(&newer));
        if Comparison::between(&older, &newer).verdict == Compatible && before.is_valid() {
            prop_assert!(after.is_valid(), "{:?}", after.problems);
            prop_assert_eq!(before.answers, after.answers);
        }
    }

    #[test]
    fn a_form_compared_with_itself_differs_in_nothing(
        fields in proptest::collection::vec(field(), 3),
        hides: bool,
    ) {
        let form = form(&fields, hides);
        prop_assert_eq!(Comparison::between(&form, &form).changes, vec![]);
    }
}
