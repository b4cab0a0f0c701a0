//! What must be right in a description by itself, and what differs between two. Pure.

use std::collections::{BTreeMap, BTreeSet};

use platform::extract::field_errors;
use platform::pointer::child;
use platform::problem::FieldError;
use serde_json::Value;
use validator::Validate as _;

use crate::definition::Localized;
use crate::model::{Description, DescriptionChange, RequiredDocument};

impl Description {
    /// Everything wrong with it that can be told without the database.
    pub(crate) fn faults(&self) -> Vec<FieldError> {
        let mut faults = match self.validate() {
            Ok(()) => Vec::new(),
            Err(errors) => field_errors(&errors),
        };
        for (pointer, text) in self.texts() {
            faults.extend(text.blanks().map(|language| {
                let message = "必要な言語の文がありません。";
                FieldError::new(format!("{pointer}/{language}"), "missing_text", message)
            }));
        }
        // Only a version of a form knows what its fields are called.
        for (n, document) in self.documents_required.iter().enumerate() {
            if !document.fields.is_empty() {
                let pointer = format!("/documents_required/{n}/fields");
                let message = "様式の項目は、様式の版のほうで示してください。";
                faults.push(FieldError::new(pointer, "unknown_field", message));
            }
        }
        faults
    }

    fn texts(&self) -> Vec<(String, &Localized)> {
        let texts = [
            ("/name", &self.name),
            ("/summary", &self.summary),
            ("/who_may_apply", &self.who_may_apply),
            ("/when_to_apply", &self.when_to_apply),
            ("/contact", &self.contact),
        ];
        let texts = texts.into_iter();
        let mut texts: Vec<_> = texts.map(|(at, text)| (at.to_owned(), text)).collect();
        texts.extend(document_texts(&self.documents_required));
        texts
    }
}

/// The texts of documents, by their pointers below what the documents stand in.
pub(crate) fn document_texts(documents: &[RequiredDocument]) -> Vec<(String, &Localized)> {
    let mut texts = Vec::new();
    for (n, document) in documents.iter().enumerate() {
        let at = format!("/documents_required/{n}");
        texts.push((format!("{at}/name"), &document.name));
        let condition = document.condition.as_ref();
        texts.extend(condition.map(|condition| (format!("{at}/condition"), condition)));
    }
    texts
}

/// Every value that is different, by its pointer.
pub(crate) fn changes(before: &Value, after: &Value) -> Vec<DescriptionChange> {
    let [before, after] = [before, after].map(|description| {
        let mut values = BTreeMap::new();
        collect(description, String::new(), &mut values);
        values
    });
    let pointers: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let pointers = pointers.into_iter();
    pointers
        .filter(|pointer| before.get(*pointer) != after.get(*pointer))
        .map(|pointer| DescriptionChange {
            pointer: pointer.clone(),
            before: before.get(pointer).cloned(),
            after: after.get(pointer).cloned(),
        })
        .collect()
}

fn collect(value: &Value, pointer: String, values: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                collect(member, child(&pointer, name), values);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                collect(item, format!("{pointer}/{n}"), values);
            }
        }
        Value::Null => {}
        Value::String(text) => {
            values.insert(pointer, text.clone());
        }
        other => {
            values.insert(pointer, other.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn described() -> Value {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue/procedures");
        let file = format!("{folder}/dog-registration/procedure.json");
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
    }

    fn faults(change: impl FnOnce(&mut Value)) -> Vec<(String, String)> {
        let mut changed = described();
        changed["documents_required"][0]["fields"] = json!([]);
        change(&mut changed);
        let description: Description = serde_json::from_value(changed).unwrap();
        let faults = description.faults().into_iter();
        faults.map(|fault| (fault.pointer, fault.code)).collect()
    }

    fn fault(pointer: &str, code: &str) -> Vec<(String, String)> {
        vec![(pointer.to_owned(), code.to_owned())]
    }

    #[test]
    fn each_fault_is_told_at_its_place() {
        assert_eq!(faults(|_| {}), []);
        let long = json!("あ".repeat(101));
        for (pointer, value, at, code) in [
            ("/code", json!("Dog"), "/code", "wrong_format"),
            ("/code", json!("-dog"), "/code", "wrong_format"),
            ("/name/en", long.clone(), "/name", "length"),
            ("/summary/en", json!(" "), "/summary/en", "missing_text"),
            ("/keywords/0", long, "/keywords", "length"),
            ("/retention_years", json!(0), "/retention_years", "range"),
            (
                "/documents_required/0/condition/ja",
                json!(""),
                "/documents_required/0/condition/ja",
                "missing_text",
            ),
            (
                "/documents_required/0/fields",
                json!(["/tags"]),
                "/documents_required/0/fields",
                "unknown_field",
            ),
            (
                "/accepts_digital_from",
                json!("9999-12-31"),
                "/accepts_digital_from",
                "out_of_range",
            ),
        ] {
            let found = faults(|described| *described.pointer_mut(pointer).unwrap() = value);
            assert_eq!(found, fault(at, code), "{pointer}");
        }
    }

    #[test]
    fn changes_are_told_value_by_value() {
        let (before, mut after) = (described(), described());
        assert_eq!(changes(&before, &after), []);
        after["fee_yen"] = json!(2000);
        after["accepts_digital_from"] = json!("2026-12-01");
        after["keywords"].as_array_mut().unwrap().pop();
        let change = |pointer: &str, before: Option<&str>, after: Option<&str>| DescriptionChange {
            pointer: pointer.to_owned(),
            before: before.map(ToOwned::to_owned),
            after: after.map(ToOwned::to_owned),
        };
        let expected = [
            change("/accepts_digital_from", None, Some("2026-12-01")),
            change("/fee_yen", Some("3000"), Some("2000")),
            change("/keywords/6", Some("鑑札"), None),
        ];
        assert_eq!(changes(&before, &after), expected);
    }
}
