//! What differs between two UI schemas: who sees which field is all that matters for answers.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Changes, Verdict};
use crate::definition::File;
use crate::definition::ui::is_within;
use crate::rules::scope_to_pointer;

/// `fields` are those that both versions have.
pub(super) fn compare(older: &Value, newer: &Value, fields: &[String], changes: &mut Changes) {
    if older == newer {
        return;
    }
    let (before, after) = (shown_by(older), shown_by(newer));
    let mut seen_alike = true;
    for field in fields {
        if conditions(&before, field) != conditions(&after, field) {
            seen_alike = false;
            changes.add_of(field, "", "visibility_changed", Verdict::NeedsResident);
            if let Some(change) = changes.found.last_mut() {
                change.file = File::UiSchema;
            }
        }
    }
    if seen_alike {
        changes.add(File::UiSchema, "", "layout_changed", Verdict::Compatible);
    }
}

/// A control: the answer it edits, and all rules that can hide it.
struct Shown {
    pointer: String,
    rules: Vec<String>,
}

fn shown_by(ui_schema: &Value) -> Vec<Shown> {
    let mut found = Vec::new();
    collect(ui_schema, &mut Vec::new(), &mut found);
    found
}

fn collect(element: &Value, around: &mut Vec<String>, found: &mut Vec<Shown>) {
    let rule = element.get("rule").filter(|rule| can_hide(rule));
    around.extend(rule.map(Value::to_string));
    let scope = element["scope"].as_str().and_then(scope_to_pointer);
    if let Some(pointer) = scope {
        let mut rules = around.clone();
        rules.sort();
        found.push(Shown { pointer, rules });
    }
    for inner in element["elements"].as_array().into_iter().flatten() {
        collect(inner, around, found);
    }
    around.truncate(around.len() - usize::from(rule.is_some()));
}

fn can_hide(rule: &Value) -> bool {
    matches!(rule["effect"].as_str(), Some("SHOW" | "HIDE"))
}

/// Under which conditions the field is shown by itself or with what it is part of.
fn conditions<'a>(shown: &'a [Shown], field: &str) -> BTreeSet<&'a [String]> {
    let controls = shown.iter();
    let around = controls.filter(|control| is_within(field, &control.pointer));
    around.map(|control| control.rules.as_slice()).collect()
}
