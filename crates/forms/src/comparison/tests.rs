mod locks;
mod properties;

use serde_json::{Value, json};

use super::{Comparison, Verdict};
use crate::definition::fixture::definition;
use crate::definition::{FeeKind, FormDefinition};

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
    let otherwise = found(|definition| definition.policy.fee_kind = FeeKind::DecidedLater);
    let changed = vec![("fee_kind_changed", "/fee_kind".to_owned())];
    assert_eq!(otherwise, (NeedsResident, changed));
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
