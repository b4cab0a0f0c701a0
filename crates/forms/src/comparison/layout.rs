//! What differs between two UI schemas: who sees which field and can change it is all that matters for answers.

use std::collections::BTreeSet;

use platform::pointer::is_within;
use serde_json::Value;

use super::schema::Field;
use super::{Changes, Verdict};
use crate::definition::File;
use crate::definition::ui::Enabled;
use crate::rules::scope_to_pointer;

/// `fields` are those that both versions have.
pub(super) fn compare(older: &Value, newer: &Value, fields: &[Field], changes: &mut Changes) {
    let before = Shown::all(older, |field| field.read_only[0], fields);
    let after = Shown::all(newer, |field| field.read_only[1], fields);
    let found = changes.found.len();
    for field in fields {
        let [before, after] = [&before, &after].map(|shown| around(shown, &field.pointer));
        if rules(&before) != rules(&after) {
            report(changes, field, "visibility_changed", Verdict::NeedsResident);
        }
        let [was, is] = [&before, &after].map(|shown| locks(shown));
        if was != is && is.iter().all(Option::is_none) {
            report(changes, field, "unlocked", Verdict::Compatible);
        } else if was != is {
            report(changes, field, "locked_changed", Verdict::NeedsResident);
        }
    }
    if older != newer && changes.found.len() == found {
        changes.add(File::UiSchema, "", "layout_changed", Verdict::Compatible);
    }
}

fn report(changes: &mut Changes, field: &Field, code: &'static str, verdict: Verdict) {
    changes.add_of(&field.pointer, "", code, verdict);
    if let Some(change) = changes.found.last_mut() {
        change.file = File::UiSchema;
    }
}

/// A control: the answer it edits, all rules that can hide it, and when it takes answers.
#[derive(Clone, Default)]
struct Shown {
    pointer: String,
    rules: Vec<String>,
    enabled: Enabled<String>,
}

impl Shown {
    fn all(ui_schema: &Value, is_read_only: fn(&Field) -> bool, fields: &[Field]) -> Vec<Self> {
        let read_only = fields.iter().filter(|field| is_read_only(field));
        let mut reader = Reader {
            read_only: read_only.map(|field| field.pointer.as_str()).collect(),
            found: Vec::new(),
        };
        reader.collect(ui_schema, &Self::default());
        reader.found
    }
}

struct Reader<'f> {
    read_only: BTreeSet<&'f str>,
    found: Vec<Shown>,
}

impl Reader<'_> {
    fn collect(&mut self, element: &Value, around: &Shown) {
        let scope = element["scope"].as_str().and_then(scope_to_pointer);
        let is_read_only = scope.as_deref().is_some_and(|s| self.read_only.contains(s));
        let mut inside = around.clone();
        inside.enabled = inside.enabled.at(element, is_read_only);
        if let Some(rule) = element.get("rule") {
            match rule["effect"].as_str() {
                Some("SHOW" | "HIDE") => inside.rules.push(rule.to_string()),
                _ => inside.enabled = Enabled::By(rule.to_string()),
            }
        }
        if let Some(pointer) = scope {
            let mut control = inside.clone();
            control.pointer = pointer;
            control.rules.sort();
            self.found.push(control);
        }
        for element in element["elements"].as_array().into_iter().flatten() {
            self.collect(element, &inside);
        }
    }
}

/// The controls that show the field by itself or with what it is part of.
fn around<'a>(shown: &'a [Shown], field: &str) -> Vec<&'a Shown> {
    let controls = shown.iter();
    let around = controls.filter(|control| is_within(field, &control.pointer));
    around.collect()
}

fn rules<'a>(controls: &[&'a Shown]) -> BTreeSet<&'a [String]> {
    controls.iter().map(|control| &control.rules[..]).collect()
}

/// What keeps each of the controls from taking answers; `None` for one that always does.
fn locks<'a>(controls: &[&'a Shown]) -> BTreeSet<Option<&'a str>> {
    let locks = controls.iter().map(|control| match &control.enabled {
        Enabled::Always => None,
        Enabled::Never => Some(""),
        Enabled::By(rule) => Some(rule.as_str()),
    });
    locks.collect()
}
