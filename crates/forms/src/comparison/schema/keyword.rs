//! Single keywords of a JSON Schema: does the newer one accept what the older one did?

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Verdict::{self, Compatible, NeedsResident};
use crate::definition::profile::WRITTEN_SO;

/// Keywords that say nothing about which answers are right.
pub(crate) const ANNOTATIONS: [&str; 14] = [
    "title",
    "description",
    "examples",
    "default",
    "deprecated",
    "writeOnly",
    "$comment",
    "i18n",
    "x-prefill",
    "x-reuse",
    "x-address",
    "x-autocomplete",
    "x-personal",
    "x-visible-to",
];

/// Keywords that only ever narrow, and that nothing else depends on.
pub(super) const NARROWING: [&str; 20] = [
    "type",
    "const",
    "enum",
    "oneOf",
    "anyOf",
    "allOf",
    "not",
    "pattern",
    "format",
    "multipleOf",
    "uniqueItems",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "propertyNames",
];

pub(super) fn dropped(name: &str, after: &Map<String, Value>) -> (&'static str, Verdict) {
    let is_free = !WRITTEN_SO
        .iter()
        .any(|keyword| after.contains_key(*keyword));
    if WRITTEN_SO.contains(&name) && is_free {
        ("format_changed", NeedsResident)
    } else {
        ("loosened", Compatible)
    }
}

pub(super) fn added(name: &str) -> (&'static str, Verdict) {
    match name {
        "type" => ("type_changed", NeedsResident),
        "pattern" | "format" | "multipleOf" => ("format_changed", NeedsResident),
        "enum" | "oneOf" | "const" => ("choice_removed", NeedsResident),
        "anyOf" | "allOf" | "not" | "propertyNames" => ("changed", NeedsResident),
        _ => ("limit_tightened", NeedsResident),
    }
}

/// Whether every type of the one is a type of the other; an integer is a number.
pub(super) fn is_wider(before: &Value, after: &Value) -> bool {
    let types = |value: &Value| -> Vec<String> {
        match value {
            Value::String(one) => vec![one.clone()],
            Value::Array(several) => {
                let names = several.iter().filter_map(Value::as_str);
                names.map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    };
    let after = types(after);
    types(before).iter().all(|name| {
        after.contains(name) || (name == "integer" && after.contains(&"number".to_owned()))
    })
}

/// What can be chosen, if that is all the list says; each once, for two alike would exclude each other.
pub(super) fn choices(list: &Value) -> Option<BTreeSet<String>> {
    let list = list.as_array()?;
    let choices: Option<BTreeSet<String>> = list
        .iter()
        .map(|choice| match choice {
            Value::Object(titled) if titled.contains_key("const") => {
                let mut others = titled.keys().filter(|name| *name != "const");
                let is_plain = others.all(|name| ANNOTATIONS.contains(&name.as_str()));
                is_plain.then(|| titled["const"].to_string())
            }
            Value::Object(_) | Value::Bool(_) => None,
            plain => Some(plain.to_string()),
        })
        .collect();
    choices.filter(|choices| choices.len() == list.len())
}

/// Whether a field takes all files that it took before.
pub(super) fn takes_as_much(before: &Value, after: &Value) -> bool {
    let accepted = |rule: &Value| -> BTreeSet<String> {
        let types = rule["accept"].as_array().into_iter().flatten();
        types.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let is_larger = after["max_bytes"].as_u64() >= before["max_bytes"].as_u64();
    is_larger && accepted(before).is_subset(&accepted(after))
}
