//! Fields that may be answered for the resident, from what is known already.

use chrono::NaiveDate;
use platform::pointer::overlap;
use serde_json::{Map, Value};

use crate::definition::CompiledForm;
use crate::definition::profile::keywords::ANNOTATIONS;
use crate::definition::subschemas::{subschemas, target};

platform::text_enum! {
    /// What an identity provider vouches for (基本4情報).
    IdentityAttribute {
        /// 氏名
        Name = "name",
        /// 住所
        Address = "address",
        /// 生年月日
        Birthdate = "birthdate",
        /// 性別
        Gender = "gender",
    }
}

/// A field outside lists that is neither computed nor answered with files; of an object, its members.
#[derive(Debug)]
pub struct Field {
    /// JSON Pointer of its answer.
    pub pointer: String,
    /// The attribute that it asks for (`x-prefill`).
    pub prefill: Option<IdentityAttribute>,
    /// What else it asks for, by a name that forms have in common (`x-reuse`).
    reuse: Option<String>,
    /// Its schema with references followed, without annotations.
    schema: Value,
}

impl Field {
    /// Of a property of the schema.
    pub(crate) fn of(root: &Value, pointer: &str, property: &Value) -> Self {
        Self {
            pointer: pointer.to_owned(),
            prefill: property["x-prefill"]
                .as_str()
                .and_then(IdentityAttribute::named),
            reuse: property["x-reuse"].as_str().map(str::to_owned),
            schema: expanded(root, property),
        }
    }

    /// `format` of the answer.
    pub fn format(&self) -> Option<&str> {
        keyword(&self.schema, "format")?.as_str()
    }

    /// Whether an answer to the other is one to this, both being in forms of one procedure.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.pointer == other.pointer && self.schema == other.schema
    }

    /// Whether both ask for the same thing, written in the same way.
    pub fn asks_as(&self, other: &Self) -> bool {
        let in_common = (self.prefill.is_some() && self.prefill == other.prefill)
            || (self.reuse.is_some() && self.reuse == other.reuse);
        let is_alike = |name| keyword(&self.schema, name) == keyword(&other.schema, name);
        in_common && is_alike("type") && is_alike("format")
    }
}

fn keyword<'s>(schema: &'s Value, name: &str) -> Option<&'s Value> {
    let followed = || keyword(schema.get("$ref")?, name);
    schema.get(name).or_else(followed)
}

/// The schema without annotations, and with what its references lead to in their places; they are known not to lead back.
fn expanded(root: &Value, schema: &Value) -> Value {
    let mut whole = schema.clone();
    let Value::Object(keywords) = schema else {
        return whole;
    };
    if let Value::Object(told) = &mut whole {
        told.retain(|name, _| !ANNOTATIONS.contains(&name.as_str()));
        if let Some(target) = target(root, schema) {
            told.insert("$ref".to_owned(), expanded(root, target));
        }
    }
    for (at, part) in subschemas(keywords) {
        if let Some(place) = whole.pointer_mut(&at) {
            *place = expanded(root, part);
        }
    }
    whole
}

impl CompiledForm {
    /// The field at the pointer, if it may be answered for the resident.
    pub fn field(&self, pointer: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.pointer == pointer)
    }

    /// The fields that may be answered for the resident.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Which of the values, by their fields, may be filled in: those that are right answers to what is shown and takes answers
    /// before and after.
    pub fn fitting(
        &self,
        answers: &Map<String, Value>,
        mut values: Vec<(String, Value)>,
        today: NaiveDate,
    ) -> Vec<(String, Value)> {
        if values.is_empty() {
            return values;
        }
        let before = self.evaluate(answers, today);
        let is_closed =
            |field: &String| before.hidden.contains(field) || before.disabled.contains(field);
        values.retain(|(field, _)| self.field(field).is_some() && !is_closed(field));
        if values.is_empty() {
            return values;
        }
        let mut filled = answers.clone();
        for (field, value) in &values {
            fill_in(&mut filled, field, value.clone());
        }
        let after = self.evaluate(&filled, today);
        let is_wrong = |field: &String| {
            let mut problems = after.problems.iter();
            after.hidden.contains(field) || problems.any(|problem| overlap(&problem.pointer, field))
        };
        values.retain(|(field, _)| !is_wrong(field));
        values
    }
}

/// Puts the value at the field, which stands in objects.
pub fn fill_in(answers: &mut Map<String, Value>, field: &str, value: Value) {
    let path: Vec<&str> = field.split('/').skip(1).collect();
    put(answers, &path, value);
}

fn put(answers: &mut Map<String, Value>, path: &[&str], value: Value) {
    match path {
        [] => {}
        [name] => {
            answers.insert((*name).to_owned(), value);
        }
        [name, rest @ ..] => {
            let inner = answers.entry(*name).or_insert_with(|| Map::new().into());
            if let Value::Object(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::definition::FormDefinition;

    fn form() -> CompiledForm {
        let mut definition = FormDefinition::empty();
        definition.schema = json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "name": {"$ref": "#/$defs/name", "x-prefill": "name", "i18n": "who"},
                "title": {"type": "string", "x-reuse": "title"},
                "born": {"$ref": "#/$defs/day", "x-prefill": "birthdate"},
                "home": {"type": "object", "additionalProperties": false, "properties": {
                    "line": {"type": "string", "maxLength": 5, "x-prefill": "address"},
                }},
                "children": {"type": "array", "items": {"type": "object", "additionalProperties": false,
                    "properties": {"name": {"$ref": "#/$defs/name", "x-prefill": "name"}}}},
                "files": {"type": "array", "x-attachment": {"accept": [], "max_bytes": 1}},
                "sum": {"type": "number", "readOnly": true, "x-computed": {"+": [1, 2]}},
            },
            "$defs": {
                "name": {"type": "string", "minLength": 1, "title": "氏名"},
                "day": {"type": "string", "format": "date"},
            },
        });
        let control =
            |name: &str| json!({"type": "Control", "scope": format!("#/properties/{name}")});
        let mut elements: Vec<_> = ["name", "born", "home", "children", "files", "sum"]
            .map(control)
            .into();
        elements.push(json!({"type": "Control", "scope": "#/properties/title", "rule": {
            "effect": "SHOW", "condition": {"scope": "#/properties/name", "schema": {"const": "花子"}}}}));
        definition.ui_schema = json!({"type": "VerticalLayout", "elements": elements});
        CompiledForm::load(&definition).unwrap()
    }

    #[test]
    fn fields_are_what_a_resident_types_outside_lists() {
        let form = form();
        let fields: Vec<_> = form
            .fields()
            .iter()
            .map(|field| field.pointer.as_str())
            .collect();
        assert_eq!(
            fields,
            ["/name", "/born", "/home/line", "/children", "/title"]
        );
        assert_eq!(form.field("/born").unwrap().format(), Some("date"));
        let expected = json!({"$ref": {"type": "string", "minLength": 1}});
        assert_eq!(form.field("/name").unwrap().schema, expected);
    }

    #[test]
    fn fields_ask_for_the_same_when_they_say_so_and_are_written_alike() {
        let form = form();
        let field = |pointer| form.field(pointer).unwrap();
        let other = |schema: Value| Field::of(&json!({}), "/x", &schema);
        assert!(field("/name").asks_as(&other(json!({"type": "string", "x-prefill": "name"}))));
        assert!(!field("/name").asks_as(&other(json!({"type": "string"}))));
        assert!(!field("/name").asks_as(&other(json!({"type": "string", "x-reuse": "name"}))));
        assert!(field("/title").asks_as(&other(json!({"type": "string", "x-reuse": "title"}))));
        assert!(
            !field("/born").asks_as(&other(json!({"type": "string", "x-prefill": "birthdate"})))
        );
        assert!(!field("/title").asks_as(&other(json!({"type": "integer", "x-reuse": "title"}))));
    }

    #[test]
    fn only_right_answers_to_what_is_shown_are_filled_in() {
        let form = form();
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let values = [
            ("/name", json!("花子")),
            ("/title", json!("様")),
            ("/born", json!("19900514")),
            ("/home/line", json!("東京都小平市小川町")),
            ("/sum", json!(9)),
            ("/no", json!(9)),
        ];
        let values = values
            .map(|(field, value)| (field.to_owned(), value))
            .to_vec();
        let fitting = form.fitting(&Map::new(), values.clone(), today);
        assert_eq!(fitting, [("/name".to_owned(), json!("花子"))]);
        let answers = json!({"name": "花子"}).as_object().unwrap().clone();
        let fitting = form.fitting(&answers, values[..2].to_vec(), today);
        assert_eq!(fitting, values[..2]);
    }
}
