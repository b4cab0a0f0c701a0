//! The schemas inside a schema, as the keywords of JSON Schema say where they stand; and where references lead.

use platform::pointer::child;
use serde_json::{Map, Value};

/// What the schema's `$ref` leads to, within the whole schema.
pub(crate) fn target<'s>(root: &'s Value, schema: &Value) -> Option<&'s Value> {
    root.pointer(schema.get("$ref")?.as_str()?.strip_prefix('#')?)
}

/// What the schema is, once all references are followed; they are known not to lead back.
pub(crate) fn resolved<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    target(root, schema).map_or(schema, |target| resolved(root, target))
}

/// The schemas directly inside one, with their places in it. What `$ref` leads to is elsewhere.
pub(crate) fn subschemas(schema: &Map<String, Value>) -> Vec<(String, &Value)> {
    let keywords = schema.iter();
    keywords
        .flat_map(|(keyword, value)| of_keyword(keyword, value))
        .collect()
}

fn of_keyword<'s>(keyword: &str, value: &'s Value) -> Vec<(String, &'s Value)> {
    let place = child("", keyword);
    match (keyword, value) {
        ("properties" | "$defs" | "patternProperties" | "dependentSchemas", value) => {
            let named = value.as_object().into_iter().flatten();
            named
                .map(|(name, schema)| (child(&place, name), schema))
                .collect()
        }
        ("allOf" | "anyOf" | "oneOf" | "prefixItems", value) => {
            let listed = value.as_array().into_iter().flatten().enumerate();
            listed
                .map(|(n, schema)| (format!("{place}/{n}"), schema))
                .collect()
        }
        (
            "items"
            | "not"
            | "contains"
            | "propertyNames"
            | "additionalProperties"
            | "if"
            | "then"
            | "else",
            schema,
        ) => vec![(place, schema)],
        _ => Vec::new(),
    }
}
