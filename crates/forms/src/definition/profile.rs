//! The part of JSON Schema a form may use.

pub(crate) mod keywords;
mod properties;
mod size;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use platform::pointer::child;
use serde_json::{Map, Value};

use super::{DefinitionProblem, File};
use crate::field_rights;
use crate::fields::IdentityAttribute;

use keywords::{OUTSIDE, is_known};
pub(crate) use properties::WRITTEN_SO;
pub(super) use properties::{Property, declared};

const MAX_DEPTH: usize = 32;
const TOO_DEEP: &str = "schemas nest at most 32 deep";

/// What is outside the profile; what is declared otherwise can be listed and compiled.
pub(super) fn check(schema: &Value) -> Vec<DefinitionProblem> {
    let mut check = ProfileCheck::new(schema);
    check.visit(schema, "", Place::Value);
    if check.problems.is_empty() {
        check.check_sizes();
    }
    check.problems
}

/// What a subschema is for: it describes a value, or it only narrows one described elsewhere.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Value,
    Narrowing,
}

struct ProfileCheck<'s> {
    root: &'s Value,
    /// The references being followed, outermost first.
    trail: Vec<&'s str>,
    followed: BTreeSet<&'s str>,
    depth: usize,
    problems: Vec<DefinitionProblem>,
}

impl<'s> ProfileCheck<'s> {
    fn new(root: &'s Value) -> Self {
        Self {
            root,
            trail: Vec::new(),
            followed: BTreeSet::new(),
            depth: 0,
            problems: Vec::new(),
        }
    }

    fn report(&mut self, pointer: &str, code: &'static str, message: impl Into<String>) {
        let problem = DefinitionProblem::new(File::Schema, pointer, code, message);
        self.problems.push(problem);
    }

    fn visit(&mut self, schema: &'s Value, at: &str, place: Place) {
        let Value::Object(keywords) = schema else {
            return;
        };
        if self.depth == MAX_DEPTH {
            return self.report(at, "too_deep", TOO_DEEP);
        }
        self.depth += 1;
        if place == Place::Value && is_open_object(keywords) {
            let message = "an object says \"additionalProperties\": false";
            self.report(at, "open_object", message);
        }
        // JSON Forms looks at what a reference leads to, and at nothing beside it.
        if keywords.contains_key("$ref") && keywords.contains_key("readOnly") {
            let message = "readOnly stands where the $ref leads to";
            self.report(&format!("{at}/readOnly"), "outside_profile", message);
        }
        if keywords.contains_key("x-computed") && !self.is_top_level(at) {
            let message = "only a property of the form itself is computed";
            self.report(&format!("{at}/x-computed"), "outside_profile", message);
        }
        self.check_sources(keywords, at);
        self.check_rights(keywords, at);
        for (keyword, value) in keywords {
            self.visit_keyword(keyword, value, &child(at, keyword), place);
        }
        self.depth -= 1;
    }

    fn visit_keyword(&mut self, keyword: &str, value: &'s Value, at: &str, place: Place) {
        match (keyword, value) {
            ("$ref", Value::String(reference)) => self.follow(reference, at, place),
            ("properties", Value::Object(properties)) => {
                self.check_names(properties, at);
                for (name, schema) in properties {
                    let here = child(at, name);
                    if !schema.is_object() {
                        let message = "a property is described by an object";
                        self.report(&here, "outside_profile", message);
                    }
                    self.visit(schema, &here, place);
                }
            }
            ("allOf" | "anyOf" | "oneOf", Value::Array(schemas)) => {
                for (n, schema) in schemas.iter().enumerate() {
                    self.visit(schema, &format!("{at}/{n}"), Place::Narrowing);
                }
            }
            ("prefixItems", Value::Array(schemas)) => {
                for (n, schema) in schemas.iter().enumerate() {
                    self.visit(schema, &format!("{at}/{n}"), place);
                }
            }
            ("items", schema) => self.visit(schema, at, place),
            ("not" | "contains" | "propertyNames" | "additionalProperties", schema) => {
                self.visit(schema, at, Place::Narrowing);
            }
            (keyword, _) if OUTSIDE.contains(&keyword) => {
                let message = format!("a form does not use {keyword}");
                self.report(at, "outside_profile", message);
            }
            ("x-address", value) if !value.is_boolean() => {
                self.report(at, "outside_profile", "x-address is true or false");
            }
            (keyword, _) if !is_known(keyword) => {
                let message = format!("{keyword} means nothing here");
                self.report(at, "unknown_keyword", message);
            }
            _ => {}
        }
    }

    /// What fills a field in is known, or a name that other forms can have too; nothing fills in what is computed, nor files.
    fn check_sources(&mut self, keywords: &Map<String, Value>, at: &str) {
        let mut check = |keyword: &str, is_known: fn(&Value) -> bool, known: &str| {
            let Some(value) = keywords.get(keyword) else {
                return;
            };
            let here = child(at, keyword);
            if !is_known(value) {
                self.report(&here, "outside_profile", format!("{keyword} is {known}"));
            }
            for other in ["x-computed", "x-attachment"] {
                if keywords.contains_key(other) {
                    let message = format!("{keyword} does not stand beside {other}");
                    self.report(&here, "outside_profile", message);
                }
            }
        };
        let is_attribute =
            |value: &Value| value.as_str().and_then(IdentityAttribute::named).is_some();
        check(
            "x-prefill",
            is_attribute,
            "name, address, birthdate or gender",
        );
        check(
            "x-reuse",
            is_reuse_name,
            "1 to 60 small letters, digits and hyphens",
        );
    }

    /// Rights name those who are known, at a property or what it refers to: nobody reads them elsewhere.
    fn check_rights(&mut self, keywords: &Map<String, Value>, at: &str) {
        for keyword in ["x-visible-to", "x-editable-by"] {
            let Some(value) = keywords.get(keyword) else {
                continue;
            };
            let holder = at.rsplit_once('/').map_or("", |(holder, _)| holder);
            let is_property = holder.ends_with("/properties") || holder == "/$defs";
            let astray = (!is_property).then_some("only a property has rights");
            if let Some(message) = field_rights::fault(keyword, value).or(astray) {
                self.report(&child(at, keyword), "outside_profile", message);
            }
        }
    }

    fn is_top_level(&self, at: &str) -> bool {
        let name = at.strip_prefix("/properties/");
        self.trail.is_empty() && name.is_some_and(|name| !name.contains('/'))
    }

    /// A reference stays in the schema and never leads back to itself: validation would not end.
    fn follow(&mut self, reference: &'s str, at: &str, place: Place) {
        if self.trail.contains(&reference) || reference == "#" {
            let message = format!("{reference} refers to itself");
            return self.report(at, "recursive_ref", message);
        }
        let target = reference.strip_prefix('#');
        let Some(target) = target.and_then(|target| self.root.pointer(target)) else {
            let message = format!("{reference} is not in this schema");
            return self.report(at, "unknown_ref", message);
        };
        if self.followed.insert(reference) {
            self.trail.push(reference);
            self.visit(target, reference.trim_start_matches('#'), place);
            self.trail.pop();
        }
    }

    fn check_sizes(&mut self) {
        if declared(self.root).len() > properties::MOST {
            let message = format!("a form has at most {} properties", properties::MOST);
            self.report("", "too_many_properties", message);
        }
        let size = size::expanded(self.root);
        if size.depth > MAX_DEPTH {
            self.report("", "too_deep", TOO_DEEP);
        }
        if size.schemas > size::MOST {
            let message = format!("with references followed, at most {} schemas", size::MOST);
            self.report("", "too_complex", message);
        }
    }

    /// `@jsonforms/core` splits data paths at dots, and list items are told by their number.
    fn check_names(&mut self, properties: &Map<String, Value>, at: &str) {
        for name in properties.keys() {
            let unclear = name.contains(['.', '/', '~', '%']);
            let is_number = name.bytes().all(|b| b.is_ascii_digit());
            if unclear || is_number || name.starts_with('$') {
                let message =
                    format!("{name:?} is empty, a number, begins with $ or holds one of . / ~ %");
                self.report(at, "property_name", message);
            }
        }
    }
}

fn is_reuse_name(value: &Value) -> bool {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let name = value.as_str().unwrap_or_default();
    (1..=60).contains(&name.len()) && name.chars().all(is_part)
}

fn is_open_object(keywords: &Map<String, Value>) -> bool {
    let is_object = keywords.contains_key("properties")
        || keywords.get("type").is_some_and(|name| name == "object");
    is_object && keywords.get("additionalProperties") != Some(&Value::Bool(false))
}
