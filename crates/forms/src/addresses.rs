//! Which answers tell where somebody lives, and answers without them.

use platform::pointer::{child, is_within};
use serde_json::{Map, Value};

use crate::definition::CompiledForm;
use crate::evaluate::without_numbers;

impl CompiledForm {
    /// Takes out of the answers what tells an address; answers where it stood, as JSON Pointers.
    pub fn hide_addresses(&self, answers: &mut Map<String, Value>) -> Vec<String> {
        let mut hidden = Vec::new();
        self.hide_in_object("", answers, &mut hidden);
        hidden
    }

    /// The same of one value, which stands at the pointer; all of it where that is an address or part of one.
    pub fn hide_addresses_at(&self, pointer: &str, value: &mut Value) {
        if self.is_address(pointer) {
            *value = Value::Null;
        } else {
            self.hide_in(pointer, value, &mut Vec::new());
        }
    }

    fn is_address(&self, pointer: &str) -> bool {
        let place = without_numbers(pointer);
        let mut addresses = self.addresses.iter();
        addresses.any(|address| is_within(&place, address))
    }

    fn hide_in(&self, at: &str, value: &mut Value, hidden: &mut Vec<String>) {
        match value {
            Value::Object(members) => self.hide_in_object(at, members, hidden),
            Value::Array(items) => {
                for (n, item) in items.iter_mut().enumerate() {
                    self.hide_in(&format!("{at}/{n}"), item, hidden);
                }
            }
            _ => {}
        }
    }

    fn hide_in_object(&self, at: &str, members: &mut Map<String, Value>, hidden: &mut Vec<String>) {
        members.retain(|name, member| {
            let pointer = child(at, name);
            let is_address = self.is_address(&pointer);
            if is_address {
                hidden.push(pointer);
            } else {
                self.hide_in(&pointer, member, hidden);
            }
            !is_address
        });
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
                "home": {"type": "string", "x-prefill": "address"},
                "name": {"type": "string", "x-prefill": "name"},
                "place": {"type": "string", "x-address": true},
                "label": {"readOnly": true, "x-computed": {"if": [true, {"var": "home"}, ""]}},
                "far": {"readOnly": true, "x-computed": {"!==": [{"var": "label"}, ""]}},
                "town": {"readOnly": true, "x-computed": {"var": "former.town"}},
                "polite": {"readOnly": true, "x-computed": {"if": [true, {"var": "name"}, ""]}},
                "code": {"type": "string", "format": "jp-postal-code"},
                "former": {"$ref": "#/$defs/address"},
                "others": {"type": "array", "items": {"$ref": "#/$defs/address"}},
                "children": {"type": "array", "items": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                        "name": {"type": "string"},
                        "apart": {"$ref": "#/$defs/address"},
                    },
                }},
            },
            "$defs": {"address": {
                "type": "object",
                "additionalProperties": false,
                "properties": {"town": {"type": "string"}},
            }},
        });
        CompiledForm::load(&definition).unwrap()
    }

    #[test]
    fn everything_that_tells_an_address_is_taken_out_and_named() {
        let answers = json!({
            "home": "小平市", "name": "花子", "code": "187-0000", "former": {"town": "小川町"},
            "place": "見本小学校体育館", "label": "小平市", "far": true, "town": "小川町", "polite": "花子",
            "others": [{"town": "仲町"}],
            "children": [{"name": "桜", "apart": {"town": "鈴木町"}}, {"name": "梅"}],
        });
        let mut answers = answers.as_object().unwrap().clone();
        let mut hidden = form().hide_addresses(&mut answers);
        hidden.sort_unstable();
        assert_eq!(
            hidden,
            [
                "/children/0/apart",
                "/code",
                "/far",
                "/former",
                "/home",
                "/label",
                "/others",
                "/place",
                "/town",
            ]
        );
        let left =
            json!({"name": "花子", "polite": "花子", "children": [{"name": "桜"}, {"name": "梅"}]});
        assert_eq!(Value::Object(answers), left);
    }

    #[test]
    fn of_a_part_what_is_left_is_no_address() {
        let form = form();
        for (pointer, value, left) in [
            ("/home", json!("小平市"), Value::Null),
            ("/former/town", json!("小川町"), Value::Null),
            ("/children/1/apart/town", json!("小川町"), Value::Null),
            ("/name", json!("花子"), json!("花子")),
            (
                "/children",
                json!([{"name": "桜", "apart": {}}]),
                json!([{"name": "桜"}]),
            ),
        ] {
            let mut value = value;
            form.hide_addresses_at(pointer, &mut value);
            assert_eq!(value, left, "{pointer}");
        }
    }
}
