use serde_json::{Value, json};

use super::fixture::definition;
use super::{CompiledForm, DefinitionProblem, File, FormDefinition};
use crate::model::ProcedureKind;

fn problems(change: impl FnOnce(&mut FormDefinition)) -> Vec<DefinitionProblem> {
    let mut definition = definition();
    change(&mut definition);
    CompiledForm::compile(&definition).err().unwrap_or_default()
}

/// The places and codes of what `change` breaks.
pub(super) fn found(change: impl FnOnce(&mut FormDefinition)) -> Vec<(File, String, &'static str)> {
    let problems = problems(change).into_iter();
    let problems = problems.map(DefinitionProblem::documented);
    problems.map(|p| (p.file, p.pointer, p.code)).collect()
}

fn page(n: usize) -> String {
    format!("/elements/{n}/elements")
}

fn controls(definition: &mut FormDefinition, n: usize) -> &mut Vec<Value> {
    let page = definition.ui_schema.pointer_mut(&page(n)).unwrap();
    page.as_array_mut().unwrap()
}

#[test]
fn a_sound_definition_compiles() {
    assert_eq!(problems(|_| {}), []);
}

#[test]
fn an_unknown_member_of_a_definition_is_refused() {
    let mut written = serde_json::to_value(definition()).unwrap();
    assert!(serde_json::from_value::<FormDefinition>(written.clone()).is_ok());
    written["policy"]["colour"] = json!("red");
    assert!(serde_json::from_value::<FormDefinition>(written).is_err());
}

#[test]
fn a_schema_the_validator_cannot_use_is_refused() {
    let unusable = [
        json!({"type": "text"}),
        json!({"format": "moon-phase"}),
        json!({"pattern": "(?<=a)b"}),
    ];
    for schema in unusable {
        let found = found(|definition| definition.schema["properties"]["consent"] = schema);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].0, found[0].2), (File::Schema, "invalid_schema"));
    }
}

#[test]
fn a_control_without_its_property_is_refused() {
    let found = found(|definition| {
        controls(definition, 0).push(json!({"type": "Control", "scope": "#/properties/nobody"}));
    });
    let pointer = page(0) + "/3/scope";
    assert_eq!(found, [(File::UiSchema, pointer, "scope_not_found")]);
}

#[test]
fn a_rule_that_reads_no_property_is_refused() {
    let found = found(|definition| {
        controls(definition, 0)[1]["rule"] = json!({"effect": "ENABLE", "condition": {
            "scope": "#/properties/nobody", "schema": {}
        }});
    });
    let pointer = page(0) + "/1/rule/condition";
    assert_eq!(found, [(File::UiSchema, pointer, "scope_not_found")]);
}

#[test]
fn an_unknown_element_is_refused() {
    let found = found(|definition| controls(definition, 0).push(json!({"type": "Marquee"})));
    assert_eq!(found, [(File::UiSchema, page(0) + "/3", "unknown_element")]);
}

#[test]
fn a_property_no_control_shows_is_refused() {
    let problems = problems(|definition| {
        controls(definition, 0).pop();
    });
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, "unreachable_property");
    assert_eq!(problems[0].place(), "/schema/properties/postal_code");
}

#[test]
fn a_detail_shows_only_the_properties_it_names() {
    let detail = |names: &[&str]| {
        let scopes = names.iter().map(|name| format!("#/properties/{name}"));
        let controls: Vec<Value> = scopes
            .map(|scope| json!({"type": "Control", "scope": scope}))
            .collect();
        json!({"detail": {"type": "VerticalLayout", "elements": controls}})
    };
    let with =
        |names: &[&str]| found(|definition| controls(definition, 2)[0]["options"] = detail(names));
    assert_eq!(with(&["name", "age"]), []);
    let age = "/properties/children/items/properties/age".to_owned();
    assert_eq!(
        with(&["name"]),
        [(File::Schema, age, "unreachable_property")]
    );
}

#[test]
fn a_rule_in_the_detail_of_a_list_is_refused() {
    let found = found(|definition| {
        let rule = json!({"effect": "HIDE", "condition": {
            "scope": "#/properties/name", "schema": {}
        }});
        controls(definition, 2)[0]["options"] = json!({"detail": {
            "type": "VerticalLayout",
            "elements": [
                {"type": "Control", "scope": "#/properties/name"},
                {"type": "Control", "scope": "#/properties/age", "rule": rule}
            ]
        }});
    });
    let pointer = page(2) + "/0/options/detail/elements/1/rule";
    assert_eq!(found, [(File::UiSchema, pointer, "rule_in_detail")]);
}

#[test]
fn rules_that_depend_on_each_other_are_refused() {
    let shown_by = |name: &str| {
        json!({"effect": "HIDE", "condition": {
            "scope": format!("#/properties/{name}"), "schema": {"minLength": 1}
        }})
    };
    let found = found(|definition| {
        controls(definition, 0)[1]["rule"] = shown_by("postal_code");
        controls(definition, 0)[2]["rule"] = shown_by("birth_date");
    });
    let at = |n: usize| (File::UiSchema, format!("{}/{n}", page(0)), "rule_cycle");
    assert_eq!(found, [at(1), at(2)]);
}

#[test]
fn every_language_has_every_text() {
    let found = found(|definition| {
        definition.texts.get_mut("en").unwrap().remove("kind.label");
        definition
            .texts
            .get_mut("ja-x-easy")
            .unwrap()
            .insert("kind.label".into(), " ".into());
        definition.texts.insert("vi".into(), [].into());
        controls(definition, 0)[1]["i18n"] = json!("a/b");
    });
    assert_eq!(
        found,
        missing(&[
            "/ja/a~1b.label",
            "/ja-x-easy/a~1b.label",
            "/ja-x-easy/kind.label",
            "/en/a~1b.label",
            "/en/kind.label",
        ])
    );
}

fn missing(pointers: &[&str]) -> Vec<(File, String, &'static str)> {
    let pointers = pointers.iter();
    let missing = pointers.map(|at| (File::Texts, (*at).to_owned(), "missing_text"));
    missing.collect()
}

#[test]
fn what_json_forms_would_show_has_words_even_where_no_language_names_the_key() {
    let english_lacks = |change: fn(&mut FormDefinition)| {
        let found = found(change).into_iter();
        let english =
            found.filter_map(|(_, at, code)| Some((at.strip_prefix("/en/")?.to_owned(), code)));
        let english: Vec<_> = english.collect();
        assert!(english.iter().all(|(_, code)| *code == "missing_text"));
        english.into_iter().map(|(key, _)| key).collect::<Vec<_>>()
    };
    let of_choices = english_lacks(|definition| {
        let properties = &mut definition.schema["properties"];
        properties["kind"] =
            json!({"oneOf": [{"const": "self"}, {"const": 3}, {"const": "own", "i18n": "a.b"}]});
        properties["birth_date"] =
            json!({"type": "array", "maxItems": 2, "items": {"$ref": "#/$defs/colour"}});
        properties["postal_code"] = json!({"$ref": "#/$defs/colour", "i18n": "beside a $ref"});
        properties["consent"] = json!({"type": "boolean", "const": true});
        definition.schema["$defs"]["colour"] =
            json!({"enum": ["red", null], "description": "only in one language"});
    });
    assert_eq!(
        of_choices,
        [
            "a.b",
            "birth_date.null",
            "birth_date.red",
            "kind.3",
            "postal_code.description",
            "postal_code.null",
            "postal_code.red"
        ]
    );
    let of_generated_controls = english_lacks(|definition| {
        let person = definition.schema["properties"]["children"]["items"].clone();
        let sole = json!({"type": "Control", "scope": "#/properties/parent", "i18n": "parent"});
        definition.schema["properties"]["parent"] = person;
        definition.schema["$defs"]["name"]["i18n"] = json!("named_by_schema");
        controls(definition, 2).push(sole);
    });
    assert_eq!(
        of_generated_controls,
        ["named_by_schema.label", "parent.age.label", "parent.label"]
    );
}

#[test]
fn words_stand_in_the_texts_and_nowhere_else() {
    let found = found(|definition| {
        definition.schema["properties"]["kind"]["oneOf"][1]["title"] = json!("代理人");
        let pages = definition.ui_schema["elements"].as_array_mut().unwrap();
        pages[0] = json!({"type": "Category", "label": "あなた", "elements": pages[0]["elements"]});
        pages[1]["elements"][0]
            .as_object_mut()
            .unwrap()
            .remove("i18n");
        controls(definition, 2).push(json!({"type": "Label", "text": "お読みください。"}));
    });
    let kind = "/properties/kind/oneOf/1/title".to_owned();
    assert_eq!(
        found,
        [
            (
                File::UiSchema,
                "/elements/0/label".to_owned(),
                "outside_profile"
            ),
            (File::UiSchema, page(1) + "/0", "missing_text"),
            (File::UiSchema, page(2) + "/2/text", "outside_profile"),
            (File::Schema, kind, "outside_profile"),
        ]
    );
}

#[test]
fn a_form_has_examples_of_both_kinds_and_a_policy_that_fits() {
    let mut definition = definition();
    definition.examples.clear();
    definition.policy.eligibility.en = String::new();
    let documents = json!([{"name": {"ja": "鑑札", "ja-x-easy": " ", "en": "Tag"}, "condition": null, "fields": ["/kind"]}]);
    definition.policy.documents_required = serde_json::from_value(documents).unwrap();
    definition.policy.opens_at = Some("2026-12-01T00:00:00+09:00".parse().unwrap());
    definition.policy.closes_at = definition.policy.opens_at;
    definition.policy.approval_route.clear();
    let problems = definition.check(ProcedureKind::Application).unwrap_err();
    let problems = problems.into_iter().map(DefinitionProblem::documented);
    let mut found: Vec<_> = problems.map(|p| (p.place(), p.code)).collect();
    found.sort();
    let expected = [
        ("/examples", "no_failing_example"),
        ("/examples", "no_passing_example"),
        ("/policy/appeal", "missing_appeal"),
        ("/policy/approval_route", "wrong_approval_route"),
        ("/policy/closes_at", "closes_before_opening"),
        (
            "/policy/documents_required/0/fields/0",
            "no_attachment_field",
        ),
        (
            "/policy/documents_required/0/name/ja-x-easy",
            "missing_text",
        ),
        ("/policy/eligibility/en", "missing_text"),
    ];
    assert_eq!(
        found,
        expected.map(|(place, code)| (place.to_owned(), code))
    );
}

#[test]
fn an_example_that_evaluates_otherwise_is_refused() {
    let found = found(|definition| {
        definition.examples[0]
            .answers
            .insert("birth_date".into(), json!("1990-02-30"));
        definition.examples[1].errors.pop();
    });
    let at = |pointer: &str| (File::Examples, pointer.to_owned(), "unexpected_result");
    assert_eq!(found, [at("/0"), at("/1")]);
}

#[test]
fn nothing_is_to_be_filled_in_where_nothing_ever_is() {
    for (member, keyword) in [
        ("/properties/children/items/properties/name", "x-prefill"),
        ("/properties/agent", "x-reuse"),
    ] {
        let found = found(|definition| {
            definition.schema.pointer_mut(member).unwrap()[keyword] = json!("name");
        });
        let place = format!("{member}/{keyword}");
        assert_eq!(found, [(File::Schema, place, "outside_profile")]);
    }
}
