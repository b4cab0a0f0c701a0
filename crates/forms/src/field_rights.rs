//! Whose each answer is to see and to change beside the applicant's, as the form declares it: `x-visible-to` and
//! `x-editable-by`.

use std::collections::BTreeMap;

use platform::pointer::is_within;
use serde_json::Value;

use crate::computed::Computed;
use crate::definition::CompiledForm;
use crate::definition::subschemas::resolved;
use crate::evaluate::without_numbers;

platform::text_enum! {
    /// As whom somebody looks at an application that is not their own.
    Reader {
        /// 代理人
        Representative = "representative",
        /// 審査担当
        Reviewer = "reviewer",
        /// 決裁者
        Approver = "approver",
    }
}

platform::text_enum! {
    /// Who fills in.
    Editor {
        /// 申請者
        Applicant = "applicant",
        /// 代理人
        Representative = "representative",
    }
}

/// What the form keeps from some, by the pointers of answers without list numbers.
#[derive(Debug, Default)]
pub(crate) struct FieldRights {
    visible_to: BTreeMap<String, Vec<Reader>>,
    editable_by: BTreeMap<String, Vec<Editor>>,
}

impl FieldRights {
    /// Notes what the property says.
    pub(crate) fn declare(&mut self, root: &Value, pointer: &str, property: &Value) {
        let said = |keyword: &str| {
            let own = property.get(keyword);
            own.or_else(|| resolved(root, property).get(keyword))
        };
        if let Some(readers) = said("x-visible-to") {
            let readers = named(readers, Reader::named);
            self.visible_to.insert(pointer.to_owned(), readers);
        }
        if let Some(editors) = said("x-editable-by") {
            let editors = named(editors, Editor::named);
            self.editable_by.insert(pointer.to_owned(), editors);
        }
    }

    /// Whatever is computed from an answer, or from something that holds one, may tell it: only those see it who see all that it
    /// is computed from. `computed` has each after what it reads.
    pub(crate) fn extend_to(&mut self, computed: &[Computed]) {
        for computed in computed {
            let tells = |declared: &str| {
                let mut read = computed.reads();
                read.any(|read| is_within(read, declared) || is_within(declared, read))
            };
            let told = self.visible_to.iter().filter(|(at, _)| tells(at));
            let told: Vec<_> = told.map(|(_, readers)| readers).collect();
            if told.is_empty() {
                continue;
            }
            let sees_all = |reader: &Reader| told.iter().all(|readers| readers.contains(reader));
            let readers = Reader::ALL.iter().copied().filter(sees_all).collect();
            self.visible_to.insert(computed.pointer(), readers);
        }
    }

    /// Whether any answer is hidden from anybody.
    pub(crate) fn hide_any(&self) -> bool {
        !self.visible_to.is_empty()
    }

    /// Whether the answer at the place is hidden from whoever looks in these ways.
    pub(crate) fn hide(&self, place: &str, readers: &[Reader]) -> bool {
        let mut declared = self.visible_to.iter();
        declared.any(|(at, shown)| {
            is_within(place, at) && !readers.iter().any(|reader| shown.contains(reader))
        })
    }

    fn lock(&self, place: &str, editor: Editor) -> bool {
        let mut declared = self.editable_by.iter();
        declared.any(|(at, editors)| {
            (is_within(place, at) || is_within(at, place)) && !editors.contains(&editor)
        })
    }
}

impl CompiledForm {
    /// Whether the answer is the applicant's alone to give: a representative may not change it, or does not see it.
    pub fn is_for_applicant_alone(&self, pointer: &str) -> bool {
        let place = without_numbers(pointer);
        self.rights.lock(&place, Editor::Representative)
            || self.rights.hide(&place, &[Reader::Representative])
    }
}

/// Those that are known; publishing has refused any other.
fn named<T>(words: &Value, named: fn(&str) -> Option<T>) -> Vec<T> {
    let words = words.as_array().into_iter().flatten();
    words.filter_map(Value::as_str).filter_map(named).collect()
}

/// Why the words of a keyword cannot stand, if they cannot.
pub(crate) fn fault(keyword: &str, value: &Value) -> Option<&'static str> {
    let words = value.as_array().map(Vec::as_slice).unwrap_or_default();
    let (known, message) = if keyword == "x-visible-to" {
        let known = words
            .iter()
            .all(|word| word.as_str().and_then(Reader::named).is_some());
        (
            known,
            "x-visible-to is a list of representative, reviewer and approver",
        )
    } else {
        let known = words
            .iter()
            .all(|word| word.as_str().and_then(Editor::named).is_some());
        let has_applicant = words.contains(&Editor::Applicant.as_str().into());
        (
            known && has_applicant,
            "x-editable-by is a list of applicant and, maybe, representative",
        )
    };
    (words.is_empty() || !known).then_some(message)
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
                "name": {"type": "string"},
                "illness": {"type": "string", "x-visible-to": ["representative", "reviewer"]},
                "wish": {"$ref": "#/$defs/private"},
                "account": {"type": "object", "additionalProperties": false, "x-editable-by": ["applicant"], "properties": {
                    "number": {"type": "string"},
                }},
                "children": {"type": "array", "items": {"type": "object", "additionalProperties": false, "properties": {
                    "name": {"type": "string"},
                    "health": {"type": "string", "x-visible-to": ["reviewer"]},
                }}},
                "both": {"readOnly": true, "x-computed": {"if": [{"!==": [{"var": "illness"}, ""]}, {"var": "wish"}, ""]}},
                "loud": {"readOnly": true, "x-computed": {"if": [true, {"var": "both"}, ""]}},
            },
            "$defs": {"private": {"type": "string", "x-visible-to": ["approver", "reviewer"]}},
        });
        CompiledForm::load(&definition).unwrap()
    }

    fn hidden_from(readers: &[Reader]) -> Vec<&'static str> {
        let form = form();
        let hiding = form.hiding(false, Some(readers.to_vec()));
        let all = [
            "/name",
            "/illness",
            "/wish",
            "/account/number",
            "/children/3/health",
            "/both",
            "/loud",
        ];
        all.into_iter().filter(|at| hiding.hides(at)).collect()
    }

    #[test]
    fn each_sees_what_the_form_shows_them_and_what_is_computed_from_it() {
        use Reader::{Approver, Representative, Reviewer};
        let nothing: [&str; 0] = [];
        assert_eq!(hidden_from(&[Reviewer]), nothing);
        assert_eq!(
            hidden_from(&[Representative]),
            ["/wish", "/children/3/health", "/both", "/loud"]
        );
        assert_eq!(
            hidden_from(&[Approver]),
            ["/illness", "/children/3/health", "/both", "/loud"]
        );
        assert_eq!(hidden_from(&[Approver, Reviewer]), nothing);
        assert_eq!(
            hidden_from(&[]),
            ["/illness", "/wish", "/children/3/health", "/both", "/loud"]
        );
    }

    #[test]
    fn what_is_hidden_is_taken_out_and_the_applicant_sees_everything() {
        let form = form();
        let answers = json!({"name": "花子", "illness": "風邪", "children": [{"name": "桜", "health": "良好"}]});
        let answers = answers.as_object().unwrap();
        let mut left = answers.clone();
        let approver = form.hiding(false, Some(vec![Reader::Approver]));
        assert_eq!(
            approver.take_out(&mut left),
            ["/children/0/health", "/illness"]
        );
        assert_eq!(
            Value::Object(left),
            json!({"name": "花子", "children": [{"name": "桜"}]})
        );
        let mut own = answers.clone();
        assert!(form.hiding(false, None).take_out(&mut own).is_empty());
        assert_eq!(own, *answers);
    }

    #[test]
    fn a_representative_changes_nothing_that_is_the_applicants_or_hidden_nor_what_holds_it() {
        let form = form();
        for (pointer, alone) in [
            ("/name", false),
            ("/illness", false),
            ("/wish", true),
            ("/account", true),
            ("/account/number", true),
            ("/children/0/health", true),
            ("/children/0/name", false),
        ] {
            assert_eq!(form.is_for_applicant_alone(pointer), alone, "{pointer}");
        }
    }

    #[test]
    fn words_that_nobody_knows_are_at_fault() {
        for (keyword, value, sound) in [
            ("x-visible-to", json!(["reviewer"]), true),
            ("x-visible-to", json!([]), false),
            ("x-visible-to", json!("reviewer"), false),
            ("x-visible-to", json!(["applicant"]), false),
            ("x-editable-by", json!(["applicant"]), true),
            (
                "x-editable-by",
                json!(["applicant", "representative"]),
                true,
            ),
            ("x-editable-by", json!(["representative"]), false),
            ("x-editable-by", json!(["reviewer", "applicant"]), false),
        ] {
            assert_eq!(fault(keyword, &value).is_none(), sound, "{keyword} {value}");
        }
    }
}
