//! Parts of a form's definition that a test changes.

use serde_json::{Value, json};

/// The control of a field, which stands somewhere in the UI schema.
pub fn control<'v>(element: &'v mut Value, field: &str) -> Option<&'v mut Value> {
    if element["scope"] == format!("#/properties/{field}") {
        return Some(element);
    }
    let elements = element.get_mut("elements")?.as_array_mut()?;
    elements.iter_mut().find_map(|inner| control(inner, field))
}

/// Adds a field with its control, on the first page, and its label.
pub fn add_field(draft: &mut Value, name: &str, schema: Value) {
    draft["schema"]["properties"][name] = schema;
    let scope = format!("#/properties/{name}");
    add_control(
        draft,
        json!({"type": "Control", "scope": scope, "i18n": name}),
    );
    add_label(draft, name, ["メールアドレス", "メール", "Email"]);
}

/// Labels a field in Japanese, やさしい日本語 and English.
pub fn add_label(draft: &mut Value, name: &str, label: [&str; 3]) {
    for (language, label) in ["ja", "ja-x-easy", "en"].into_iter().zip(label) {
        draft["texts"][language][format!("{name}.label")] = json!(label);
    }
}

/// Adds a control to the first page.
pub fn add_control(draft: &mut Value, control: Value) {
    let page = draft.pointer_mut("/ui_schema/elements/0/elements");
    page.unwrap().as_array_mut().unwrap().push(control);
}

/// Takes a field out, with its control and from the examples.
pub fn remove_field(draft: &mut Value, name: &str) {
    remove_control(&mut draft["ui_schema"], name);
    let forget = |members: &mut Value| {
        members.as_object_mut().unwrap().remove(name);
    };
    forget(&mut draft["schema"]["properties"]);
    for example in draft["examples"].as_array_mut().unwrap() {
        forget(&mut example["answers"]);
    }
}

fn remove_control(element: &mut Value, field: &str) {
    let scope = format!("#/properties/{field}");
    if let Some(elements) = element.get_mut("elements").and_then(Value::as_array_mut) {
        elements.retain(|inner| inner["scope"] != scope);
        elements
            .iter_mut()
            .for_each(|inner| remove_control(inner, field));
    }
}
