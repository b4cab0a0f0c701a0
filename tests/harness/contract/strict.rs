//! A document's schema on its own, made strict: what is not declared may not be sent.

use serde_json::{Value, json};

/// The schema with the components it refers to; undeclared properties are errors in it.
pub(super) fn standalone(schema: &Value, components: &Value) -> Value {
    let mut components = components.clone();
    let schemas = components["schemas"].as_object_mut().unwrap();
    for component in schemas.values_mut() {
        seal_inside(component);
    }
    let mut root = schema.clone();
    seal(&mut root);
    root["components"] = components;
    root
}

/// Closes a schema where it is used; a component may be part of a larger object and stays open.
fn seal(schema: &mut Value) {
    seal_inside(schema);
    if is_free_form(schema) {
        return;
    }
    if let Some(object) = schema.as_object_mut() {
        object.insert("unevaluatedProperties".to_owned(), json!(false));
    }
}

fn seal_inside(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) {
        properties.values_mut().for_each(seal);
    }
    for name in ["items", "additionalProperties"] {
        if let Some(inner) = object.get_mut(name) {
            seal(inner);
        }
    }
    for name in ["allOf", "oneOf", "anyOf"] {
        let parts = object.get_mut(name).and_then(Value::as_array_mut);
        parts.into_iter().flatten().for_each(seal_inside);
    }
}

/// Answers and forms hold what a procedure asks: no schema of ours knows their fields.
fn is_free_form(schema: &Value) -> bool {
    let parts = ["properties", "$ref", "allOf", "oneOf", "anyOf"];
    parts.iter().all(|part| schema.get(part).is_none())
}
