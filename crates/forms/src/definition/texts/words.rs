//! The keys under which `@jsonforms/core` looks for the words of an answer.

use serde_json::Value;

use super::place_in_schema;
use crate::definition::subschemas::target;

/// What a property has words for.
pub(super) struct Words<'s> {
    /// What the keys begin with where neither control nor schema names something else.
    path: String,
    /// The schema's own `i18n`, which stands where a `$ref` leads to and not beside it.
    i18n: Option<&'s str>,
    has_description: bool,
    pub(super) choices: Vec<Choice<'s>>,
}

/// One of the values to choose from.
pub(super) struct Choice<'s> {
    place: String,
    value: &'s Value,
    /// Of `oneOf`, what stands beside the value.
    schema: Option<&'s Value>,
}

impl<'s> Words<'s> {
    /// The property by its pointer without list numbers, in a schema whose references lead somewhere and not back.
    pub(super) fn of(root: &'s Value, pointer: &str) -> Self {
        let (place, schema) = follow(root, place_in_schema(root, pointer));
        Self {
            path: pointer.trim_start_matches('/').replace('/', "."),
            i18n: schema["i18n"].as_str(),
            has_description: schema["description"].is_string(),
            choices: choices(root, place, schema),
        }
    }

    /// The key of the label at a control with the `i18n`.
    pub(super) fn label(&self, i18n: Option<&str>) -> String {
        format!("{}.label", self.prefix(i18n))
    }

    /// All keys at a control with the `i18n`.
    pub(super) fn keys(&self, i18n: Option<&str>) -> Vec<String> {
        let prefix = self.prefix(i18n);
        let mut keys = vec![self.label(i18n)];
        if self.has_description {
            keys.push(format!("{prefix}.description"));
        }
        keys.extend(self.choices.iter().filter_map(|choice| choice.key(prefix)));
        keys
    }

    fn prefix<'w>(&'w self, i18n: Option<&'w str>) -> &'w str {
        i18n.or(self.i18n).unwrap_or(&self.path)
    }
}

impl Choice<'_> {
    fn key(&self, prefix: &str) -> Option<String> {
        if self.title().is_some() {
            return None;
        }
        if let Some(own) = self.schema.and_then(|schema| schema["i18n"].as_str()) {
            return Some(own.to_owned());
        }
        let value = self.value.as_str().map(str::to_owned);
        let value = value.unwrap_or_else(|| self.value.to_string());
        Some(format!("{prefix}.{value}"))
    }

    /// The place of a title that would be shown, or looked for, in every language.
    pub(super) fn title(&self) -> Option<&str> {
        let schema = self.schema?;
        (schema.get("title").is_some() && schema.get("i18n").is_none()).then_some(&self.place)
    }
}

/// What there is to choose. A truth is ticked, not chosen.
fn choices<'s>(root: &'s Value, place: String, schema: &'s Value) -> Vec<Choice<'s>> {
    match schema["type"].as_str() {
        Some("boolean") => Vec::new(),
        Some("array") => {
            let (place, items) = follow(root, format!("{place}/items"));
            of_keywords(&place, items, &["enum"])
        }
        _ => of_keywords(&place, schema, &["enum", "const"]),
    }
}

fn of_keywords<'s>(place: &str, schema: &'s Value, plain: &[&str]) -> Vec<Choice<'s>> {
    let plain = plain.iter().find_map(|keyword| schema.get(keyword));
    let plain = plain.into_iter().flat_map(|value| match value {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    });
    let plain = plain.map(|value| (String::new(), value, None));
    let listed = schema["oneOf"].as_array().into_iter().flatten().enumerate();
    let listed = listed.filter_map(|(n, choice)| {
        let value = choice.get("const")?;
        Some((format!("{place}/oneOf/{n}/title"), value, Some(choice)))
    });
    let all = plain.chain(listed);
    all.map(|(place, value, schema)| Choice {
        place,
        value,
        schema,
    })
    .collect()
}

fn follow(root: &Value, place: String) -> (String, &Value) {
    let schema = root.pointer(&place).unwrap_or(&Value::Null);
    match (target(root, schema), schema["$ref"].as_str()) {
        (Some(_), Some(reference)) => follow(root, reference.trim_start_matches('#').to_owned()),
        _ => (place, schema),
    }
}
