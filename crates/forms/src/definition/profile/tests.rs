use serde_json::{Value, json};

use crate::definition::fixture::definition;
use crate::definition::tests::found;
use crate::definition::{CompiledForm, File, FormDefinition};

#[test]
fn a_schema_outside_the_profile_is_refused() {
    let table = [
        (
            "/if",
            json!({"required": ["kind"]}),
            "/if",
            "outside_profile",
        ),
        ("/additionalProperties", json!(true), "", "open_object"),
        (
            "/properties/birth_date/x-prefill",
            json!("mynumber"),
            "/properties/birth_date/x-prefill",
            "outside_profile",
        ),
        (
            "/properties/birth_date/x-reuse",
            json!("Not a name"),
            "/properties/birth_date/x-reuse",
            "outside_profile",
        ),
        (
            "/properties/birth_date",
            json!({"type": "array", "items": {"type": "string"}, "x-reuse": "files",
                "x-attachment": {"accept": [], "max_bytes": 1}}),
            "/properties/birth_date/x-reuse",
            "outside_profile",
        ),
        (
            "/properties/a.b",
            json!({"type": "string"}),
            "/properties",
            "property_name",
        ),
        (
            "/properties/0",
            json!({"type": "string"}),
            "/properties",
            "property_name",
        ),
        (
            "/$defs/name/$ref",
            json!("#/$defs/name"),
            "/$defs/name/$ref",
            "recursive_ref",
        ),
        (
            "/properties/consent",
            json!({"$ref": "https://example.com/consent.json"}),
            "/properties/consent/$ref",
            "unknown_ref",
        ),
        (
            "/properties/consent/x-visible-to",
            json!(["mayor"]),
            "/properties/consent/x-visible-to",
            "outside_profile",
        ),
        (
            "/properties/consent/x-editable-by",
            json!(["representative"]),
            "/properties/consent/x-editable-by",
            "outside_profile",
        ),
        (
            "/x-visible-to",
            json!(["reviewer"]),
            "/x-visible-to",
            "outside_profile",
        ),
        (
            "/properties/consent/x-visible",
            json!(["reviewer"]),
            "/properties/consent/x-visible",
            "unknown_keyword",
        ),
        (
            "/properties/consent/x-address",
            json!("true"),
            "/properties/consent/x-address",
            "outside_profile",
        ),
        (
            "/properties/consent/maxLenght",
            json!(10),
            "/properties/consent/maxLenght",
            "unknown_keyword",
        ),
    ];
    for (member, value, pointer, code) in table {
        let found = found(|definition| {
            let (parent, name) = member.rsplit_once('/').unwrap();
            definition.schema.pointer_mut(parent).unwrap()[name] = value;
        });
        assert_eq!(
            found,
            [(File::Schema, pointer.to_owned(), code)],
            "{member}"
        );
    }
}

#[test]
fn a_schema_that_nests_too_deep_is_refused() {
    let deep = (0..40).fold(json!({}), |inner, _| json!({"items": inner}));
    let found = found(|definition| definition.schema["properties"]["consent"] = deep);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].2, "too_deep");
}

#[test]
fn references_that_multiply_are_refused() {
    let found = found(|definition| {
        for n in 0..12 {
            let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
            definition.schema["$defs"][format!("d{n}")] = json!({
                "type": "object", "additionalProperties": false,
                "properties": {"left": next, "right": next}
            });
        }
        definition.schema["$defs"]["d12"] = json!({"type": "string"});
        definition.schema["properties"]["consent"] = json!({"$ref": "#/$defs/d0"});
    });
    let whole = |code| (File::Schema, String::new(), code);
    assert_eq!(found, [whole("too_many_properties"), whole("too_complex")]);
}

#[test]
fn what_takes_long_to_evaluate_is_refused_however_it_is_nested() {
    let doubled = |definition: &mut FormDefinition, keyword: &str, turns: usize| {
        for n in 0..turns {
            let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
            definition.schema["$defs"][format!("d{n}")] = json!({keyword: [next, next]});
        }
        definition.schema["$defs"][format!("d{turns}")] = json!({"type": "string"});
        definition.schema["properties"]["consent"] = json!({"$ref": "#/$defs/d0"});
    };
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let whole = |code| (File::Schema, String::new(), code);
        let complex = found(|definition| doubled(definition, keyword, 13));
        assert_eq!(complex, [whole("too_complex")]);
    }
}

#[test]
fn references_are_followed_to_tell_how_deep_schemas_nest() {
    let found = found(|definition| {
        let nested = |inner: Value| (0..25).fold(inner, |inner, _| json!({"items": inner}));
        definition.schema["$defs"]["a"] = nested(json!({"type": "string"}));
        definition.schema["$defs"]["b"] = nested(json!({"$ref": "#/$defs/a"}));
        definition.schema["properties"]["aside"] = json!({"$ref": "#/$defs/a"});
        definition.schema["properties"]["consent"] = json!({"$ref": "#/$defs/b"});
    });
    assert_eq!(found, [(File::Schema, String::new(), "too_deep")]);
}

#[test]
fn a_property_that_is_only_true_or_false_is_refused_even_where_it_is_computed_with() {
    for alone in [true, false] {
        let found = found(|definition| {
            definition.schema["properties"]["consent"] = json!(alone);
            let computed = json!({"readOnly": true, "x-computed": {"var": "consent"}});
            definition.schema["properties"]["postal_code"] = computed;
        });
        let consent = "/properties/consent".to_owned();
        assert_eq!(found, [(File::Schema, consent, "outside_profile")]);
    }
}

#[test]
fn a_form_published_before_the_profile_said_so_goes_on() {
    let mut published = definition();
    published.schema["properties"]["consent"] = json!(true);
    let computed = json!({"readOnly": true, "x-computed": {"if": [{"var": "consent"}, "x", "y"]}});
    published.schema["properties"]["postal_code"] = computed;
    let form = CompiledForm::load(&published).unwrap();
    let answers = json!({"consent": true}).as_object().unwrap().clone();
    let day = "2026-04-01".parse().unwrap();
    assert_eq!(form.evaluate(&answers, day).answers["postal_code"], "x");
}
