//! What differs between two JSON Schemas of answers.
//!
//! A schema is the conjunction of its keywords: when each of them accepts what it accepted before, all do together.

mod keyword;
mod reference;

use std::collections::BTreeSet;

use platform::pointer::child;
use serde_json::{Map, Value};

use super::concern::FIELD_REMOVED;
use super::{Changes, Verdict};
use crate::definition::subschemas::target;

pub(crate) use keyword::ANNOTATIONS;
use keyword::{NARROWING, added, choices, dropped, is_wider, takes_as_much};
use reference::{has_reference, keywords};

use Verdict::{Compatible, Incompatible, NeedsResident};

/// Keywords that are about other keywords, or looked at with them.
const ELSEWHERE: [&str; 4] = ["$defs", "$schema", "required", "readOnly"];

/// Steps after which two schemas are too complex to compare: references may multiply.
const MOST_STEPS: usize = 20_000;
/// Schemas within each other.
const MOST_DEPTH: usize = 100;

/// A field that both versions have.
pub(super) struct Field {
    /// As a JSON Pointer without list numbers.
    pub(super) pointer: String,
    /// Whether the older and the newer schema call it `readOnly`.
    pub(super) read_only: [bool; 2],
}

/// Adds what differs; answers the fields that both have.
pub(super) fn compare(older: &Value, newer: &Value, changes: &mut Changes) -> Vec<Field> {
    let mut walk = Walk {
        older,
        newer,
        changes,
        fields: Vec::new(),
        steps: 0,
        depth: 0,
    };
    walk.schemas(older, newer, "", "");
    if walk.steps > MOST_STEPS {
        walk.report("", "", "too_complex", NeedsResident);
    }
    walk.fields
}

struct Walk<'a> {
    older: &'a Value,
    newer: &'a Value,
    changes: &'a mut Changes,
    fields: Vec<Field>,
    steps: usize,
    depth: usize,
}

/// Two schemas of the same answer, with their references followed.
struct Pair<'p> {
    before: &'p Map<String, Value>,
    after: &'p Map<String, Value>,
    /// The answer.
    field: &'p str,
    /// Where the newer schema is.
    place: &'p str,
}

impl Walk<'_> {
    fn report(&mut self, field: &str, place: &str, code: &'static str, verdict: Verdict) {
        self.changes.add_of(field, place, code, verdict);
    }

    /// Takes a step inwards, as long as there are any left: a draft's references may even go round.
    fn within<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.steps += 1;
        if self.steps > MOST_STEPS || self.depth == MOST_DEPTH {
            self.steps = MOST_STEPS + 1;
            return None;
        }
        self.depth += 1;
        let done = step(self);
        self.depth -= 1;
        Some(done)
    }

    fn schemas(&mut self, older: &Value, newer: &Value, field: &str, place: &str) {
        self.within(|walk| walk.compare(older, newer, field, place));
    }

    fn compare(&mut self, older: &Value, newer: &Value, field: &str, place: &str) {
        let (before, _) = keywords(self.older, older, "", 0);
        let (after, place) = keywords(self.newer, newer, place, 0);
        let pair = Pair {
            before: &before,
            after: &after,
            field,
            place: &place,
        };
        let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for name in names {
            self.keyword(name, &pair);
        }
        self.properties(&pair);
    }

    fn keyword(&mut self, name: &str, pair: &Pair<'_>) {
        let (before, after) = (pair.before.get(name), pair.after.get(name));
        let place = child(pair.place, name);
        let (code, verdict) = match (name, before, after) {
            ("properties", ..) => return,
            ("items", Some(before), Some(after)) => {
                return self.schemas(before, after, pair.field, &place);
            }
            _ if ELSEWHERE.contains(&name) || before == after && !has_reference(before) => return,
            _ if ANNOTATIONS.contains(&name) => ("annotation_changed", Compatible),
            ("x-attachment", Some(before), Some(after)) if takes_as_much(before, after) => {
                ("loosened", Compatible)
            }
            ("x-attachment", Some(_), Some(_)) => ("files_changed", NeedsResident),
            ("x-attachment", ..) => ("files_changed", Incompatible),
            (_, Some(_), None) if NARROWING.contains(&name) => dropped(name, pair.after),
            (_, Some(before), Some(after)) => match self.narrowing(name, before, after) {
                Some(judged) => judged,
                None => return,
            },
            (_, None, Some(_)) if NARROWING.contains(&name) => added(name),
            _ => ("changed", NeedsResident),
        };
        self.report(pair.field, &place, code, verdict);
    }

    /// `None` when nothing has changed.
    fn narrowing(
        &mut self,
        name: &str,
        before: &Value,
        after: &Value,
    ) -> Option<(&'static str, Verdict)> {
        let loosened = |loosened: bool, otherwise| match loosened {
            true => ("loosened", Compatible),
            false => (otherwise, NeedsResident),
        };
        let judged = match name {
            "type" => loosened(is_wider(before, after), "type_changed"),
            "minLength" | "minItems" | "minimum" | "exclusiveMinimum" => {
                loosened(after.as_f64() <= before.as_f64(), "limit_tightened")
            }
            "maxLength" | "maxItems" | "maximum" | "exclusiveMaximum" => {
                loosened(after.as_f64() >= before.as_f64(), "limit_tightened")
            }
            "uniqueItems" => loosened(after == false, "limit_tightened"),
            "pattern" | "format" | "multipleOf" => ("format_changed", NeedsResident),
            "enum" | "oneOf" => match (choices(before), choices(after)) {
                (Some(before), Some(after)) if before == after => {
                    ("annotation_changed", Compatible)
                }
                (Some(before), Some(after)) => loosened(before.is_subset(&after), "choice_removed"),
                _ if self.are_same(before, after) => return None,
                _ => ("changed", NeedsResident),
            },
            _ if self.are_same(before, after) => return None,
            _ => ("changed", NeedsResident),
        };
        Some(judged)
    }

    fn properties(&mut self, pair: &Pair<'_>) {
        let (before, after) = (members(pair.before), members(pair.after));
        let (was, is) = (required(pair.before), required(pair.after));
        let names = before.keys().chain(after.keys());
        let names: BTreeSet<&String> = names.chain(&was).chain(&is).collect();
        for name in names {
            let field = child(pair.field, name);
            let place = child(&format!("{}/properties", pair.place), name);
            let is_new = !was.contains(name) && is.contains(name);
            match (before.get(name), after.get(name)) {
                (Some(before), None) => self.removed(before, &field, &place),
                (None, Some(_)) if is_new => {
                    self.report(&field, &place, "required_field_added", NeedsResident);
                }
                (None, Some(_)) => self.report(&field, &place, "field_added", Compatible),
                (before, after) => {
                    if is_new {
                        self.report(&field, &place, "now_required", NeedsResident);
                    } else if was.contains(name) && !is.contains(name) {
                        self.report(&field, &place, "no_longer_required", Compatible);
                    }
                    if let (Some(before), Some(after)) = (before, after) {
                        self.both(before, after, &field, &place);
                    }
                }
            }
        }
    }

    fn both(&mut self, before: &Value, after: &Value, field: &str, place: &str) {
        let read_only = [(self.older, before), (self.newer, after)];
        let read_only = read_only.map(|(root, schema)| {
            let (keywords, _) = keywords(root, schema, "", 0);
            keywords.get("readOnly") == Some(&Value::Bool(true))
        });
        self.fields.push(Field {
            pointer: field.to_owned(),
            read_only,
        });
        self.schemas(before, after, field, place);
    }

    /// Files that were uploaded for a field cannot be shown where there is none.
    fn removed(&mut self, before: &Value, field: &str, place: &str) {
        let (before, _) = keywords(self.older, before, "", 0);
        if before.contains_key("x-attachment") {
            self.report(field, place, "files_changed", Incompatible);
        } else {
            self.report(field, place, FIELD_REMOVED, NeedsResident);
        }
    }

    /// Whether two parts of schemas are alike, what they refer to included.
    fn are_same(&mut self, before: &Value, after: &Value) -> bool {
        let same = self.within(|walk| walk.have_same_parts(before, after));
        same.unwrap_or(false)
    }

    fn have_same_parts(&mut self, before: &Value, after: &Value) -> bool {
        match (before, after) {
            (Value::Object(one), Value::Object(other)) => {
                let leads_alike = match (target(self.older, before), target(self.newer, after)) {
                    (Some(one), Some(other)) => self.are_same(one, other),
                    _ => one.get("$ref").is_none() && other.get("$ref").is_none(),
                };
                leads_alike
                    && one.len() == other.len()
                    && one.iter().all(|(name, before)| {
                        let after = other.get(name);
                        after.is_some_and(|after| name == "$ref" || self.are_same(before, after))
                    })
            }
            (Value::Array(one), Value::Array(other)) => {
                one.len() == other.len()
                    && one
                        .iter()
                        .zip(other)
                        .all(|(one, other)| self.are_same(one, other))
            }
            (one, other) => one == other,
        }
    }
}

fn members(schema: &Map<String, Value>) -> Map<String, Value> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.cloned().unwrap_or_default()
}

fn required(schema: &Map<String, Value>) -> BTreeSet<String> {
    let names = schema.get("required").and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    names.map(str::to_owned).collect()
}
