//! Answers without what somebody is not to see: where a protected person lives, and what the form keeps from whoever looks.

use platform::pointer::{child, is_within};
use serde_json::{Map, Value};

use crate::definition::CompiledForm;
use crate::evaluate::without_numbers;
use crate::field_rights::Reader;

/// What somebody does not see of the answers.
pub struct Hiding<'f> {
    form: &'f CompiledForm,
    addresses: bool,
    /// As whom they look; none: as the applicant, to whom the form shows everything.
    readers: Option<Vec<Reader>>,
}

impl CompiledForm {
    /// What is hidden from somebody, addresses among it or not. Whoever looks in several ways sees what one of them shows; none
    /// stands for the applicant.
    pub fn hiding(&self, addresses: bool, readers: Option<Vec<Reader>>) -> Hiding<'_> {
        Hiding {
            form: self,
            addresses,
            readers,
        }
    }
}

impl Hiding<'_> {
    /// Whether the address of whom the application concerns is hidden.
    pub fn hides_addresses(&self) -> bool {
        self.addresses
    }

    /// Whether there may be anything to hide.
    pub fn hides_anything(&self) -> bool {
        self.addresses || (self.readers.is_some() && self.form.rights.hide_any())
    }

    /// Whether the answer at the pointer is hidden, be it all or part of what is.
    pub fn hides(&self, pointer: &str) -> bool {
        if !self.hides_anything() {
            return false;
        }
        let place = without_numbers(pointer);
        let mut addresses = self.form.addresses.iter();
        let is_address = self.addresses && addresses.any(|address| is_within(&place, address));
        let readers = self.readers.as_deref();
        is_address || readers.is_some_and(|readers| self.form.rights.hide(&place, readers))
    }

    /// Takes what is hidden out of the answers; answers where it stood, as JSON Pointers.
    pub fn take_out(&self, answers: &mut Map<String, Value>) -> Vec<String> {
        let mut hidden = Vec::new();
        // Whoever sees everything, as most do, is spared the walk.
        if self.hides_anything() {
            self.take_out_of_object("", answers, &mut hidden);
        }
        hidden
    }

    /// The same of one value, which stands at the pointer; all of it where that is hidden.
    pub fn take_out_at(&self, pointer: &str, value: &mut Value) {
        if self.hides(pointer) {
            *value = Value::Null;
        } else if self.hides_anything() {
            self.take_out_of(pointer, value, &mut Vec::new());
        }
    }

    fn take_out_of(&self, at: &str, value: &mut Value, hidden: &mut Vec<String>) {
        match value {
            Value::Object(members) => self.take_out_of_object(at, members, hidden),
            Value::Array(items) => {
                for (n, item) in items.iter_mut().enumerate() {
                    self.take_out_of(&format!("{at}/{n}"), item, hidden);
                }
            }
            _ => {}
        }
    }

    fn take_out_of_object(
        &self,
        at: &str,
        members: &mut Map<String, Value>,
        hidden: &mut Vec<String>,
    ) {
        members.retain(|name, member| {
            let pointer = child(at, name);
            let is_hidden = self.hides(&pointer);
            if is_hidden {
                hidden.push(pointer);
            } else {
                self.take_out_of(&pointer, member, hidden);
            }
            !is_hidden
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
        let form = form();
        let mut hidden = form.hiding(true, None).take_out(&mut answers);
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
            form.hiding(true, None).take_out_at(pointer, &mut value);
            assert_eq!(value, left, "{pointer}");
        }
    }
}
