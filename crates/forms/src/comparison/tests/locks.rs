//! Who can change a field.

use serde_json::{Value, json};

use super::found;
use crate::comparison::Comparison;
use crate::comparison::Verdict::{Compatible, NeedsResident};
use crate::definition::FormDefinition;
use crate::definition::fixture::definition;

#[test]
fn what_takes_no_answers_any_more_needs_the_resident_and_what_takes_them_again_does_not() {
    let when = |kind: &str| {
        let condition = json!({"scope": "#/properties/kind", "schema": {"const": kind}});
        json!({"rule": {"effect": "ENABLE", "condition": condition}})
    };
    let read_only = |yes: bool| json!({"options": {"readonly": yes}});
    let (open, own, agent) = (json!({}), when("self"), when("agent"));
    for (before, after, expected) in [
        (&open, &own, NeedsResident),
        (&own, &agent, NeedsResident),
        (&own, &read_only(true), NeedsResident),
        (&open, &read_only(true), NeedsResident),
        (&own, &open, Compatible),
        (&read_only(true), &open, Compatible),
        (&read_only(true), &read_only(false), Compatible),
    ] {
        // At the control, and around it.
        for place in ["/elements/0/elements/2", "/elements/0"] {
            let changed = |members: &Value| {
                let mut form = definition();
                let element = form.ui_schema.pointer_mut(place).unwrap();
                let element = element.as_object_mut().unwrap();
                element.extend(members.as_object().unwrap().clone());
                form
            };
            let comparison = Comparison::between(&changed(before), &changed(after));
            assert_eq!(comparison.verdict, expected, "{before} {after} {place}");
            let code = match expected {
                Compatible => "unlocked",
                _ => "locked_changed",
            };
            let mut told = comparison.changes.iter();
            let is_told = told.any(|change| {
                (change.code, change.field.as_deref()) == (code, Some("/postal_code"))
            });
            assert!(is_told, "{before} {after} {place}");
        }
    }
}

#[test]
fn a_schema_that_says_read_only_locks_unless_its_control_says_otherwise() {
    let read_only = |form: &mut FormDefinition| {
        form.schema["properties"]["postal_code"]["readOnly"] = json!(true);
    };
    let locked = vec![("locked_changed", "/postal_code".to_owned())];
    assert_eq!(found(read_only), (NeedsResident, locked));
    let overruled = found(|form| {
        read_only(form);
        form.ui_schema["elements"][0]["elements"][2]["options"] = json!({"readonly": false});
    });
    let only_layout = vec![("layout_changed", String::new())];
    assert_eq!(overruled, (Compatible, only_layout));
}
