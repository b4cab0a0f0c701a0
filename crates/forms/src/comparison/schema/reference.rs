//! Schemas with what they refer to.

use serde_json::{Map, Value};

use crate::definition::profile::keywords::ANNOTATIONS;
use crate::definition::subschemas::target;

/// References in a row.
const MOST_REFERENCES: usize = 32;

pub(super) fn has_reference(value: Option<&Value>) -> bool {
    value.is_some_and(|value| value.to_string().contains("\"$ref\""))
}

/// The keywords of a schema and of what it refers to, and where they stand. A keyword in both places is a
/// conjunction of its own.
pub(super) fn keywords(
    root: &Value,
    schema: &Value,
    place: &str,
    hops: usize,
) -> (Map<String, Value>, String) {
    let Value::Object(own) = schema else {
        let nothing =
            (*schema == Value::Bool(false)).then(|| ("not".to_owned(), Value::Bool(true)));
        return (nothing.into_iter().collect(), place.to_owned());
    };
    let referred = target(root, schema).and_then(|target| {
        let there = own["$ref"].as_str()?.trim_start_matches('#');
        Some((target, there))
    });
    let Some((referred, there)) = referred.filter(|_| hops < MOST_REFERENCES) else {
        return (own.clone(), place.to_owned());
    };
    let (mut all, there) = keywords(root, referred, there, hops + 1);
    let mut alone = true;
    for (name, value) in own.iter().filter(|(name, _)| *name != "$ref") {
        let is_annotation = ANNOTATIONS.contains(&name.as_str());
        alone &= is_annotation;
        if is_annotation || !all.contains_key(name) {
            all.insert(name.clone(), value.clone());
        } else if let Some(conjunction) = all
            .entry("allOf")
            .or_insert_with(|| Value::Array(Vec::new()))
            .as_array_mut()
        {
            conjunction.push(Value::Object(
                [(name.clone(), value.clone())].into_iter().collect(),
            ));
        }
    }
    (all, if alone { there } else { place.to_owned() })
}
