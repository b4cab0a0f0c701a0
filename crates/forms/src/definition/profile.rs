//! The part of JSON Schema a form may use, and the properties it declares.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{DefinitionProblem, File};

const MAX_DEPTH: usize = 32;
const MAX_PROPERTIES: usize = 1000;

/// Keywords that make requiredness depend on something other than the rules of the UI schema, or
/// let a reference point elsewhere than it seems to.
const OUTSIDE: [&str; 11] = [
    "if",
    "then",
    "else",
    "dependentSchemas",
    "patternProperties",
    "unevaluatedItems",
    "unevaluatedProperties",
    "$id",
    "$anchor",
    "$dynamicRef",
    "$dynamicAnchor",
];

/// A property the schema declares.
#[derive(Debug)]
pub(super) struct Property {
    /// Where its value stands in the answers; the items of a list have no number here.
    pub(super) pointer: String,
    pub(super) in_list: bool,
    /// Its own `i18n` keyword.
    pub(super) i18n: Option<String>,
    /// Whether the schema leaves open how a text is written.
    pub(super) free_text: bool,
    /// Whether the schema says `readOnly`.
    pub(super) read_only: bool,
}

/// Keywords that say how a text is written.
const WRITTEN_SO: [&str; 6] = ["format", "pattern", "enum", "const", "oneOf", "anyOf"];

/// The properties of a schema, objects before what they hold.
pub(super) fn declared_properties(schema: &Value) -> Result<Vec<Property>, Vec<DefinitionProblem>> {
    let mut check = ProfileCheck::new(schema);
    check.visit(schema, "", Place::Value);
    if !check.problems.is_empty() {
        return Err(check.problems);
    }
    let mut listing = Listing {
        root: schema,
        found: Vec::new(),
    };
    listing.visit(schema, "", false);
    if listing.found.len() > MAX_PROPERTIES {
        let message = format!("a form has at most {MAX_PROPERTIES} properties");
        return Err(vec![problem("", "too_many_properties", message)]);
    }
    Ok(listing.found)
}

fn problem(pointer: &str, code: &'static str, message: impl Into<String>) -> DefinitionProblem {
    DefinitionProblem::new(File::Schema, pointer, code, message)
}

fn resolve<'s>(root: &'s Value, reference: &str) -> Option<&'s Value> {
    root.pointer(reference.strip_prefix('#')?)
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
        self.problems.push(problem(pointer, code, message));
    }

    fn visit(&mut self, schema: &'s Value, at: &str, place: Place) {
        let Value::Object(keywords) = schema else {
            return;
        };
        if self.depth == MAX_DEPTH {
            let message = format!("schemas nest at most {MAX_DEPTH} deep");
            return self.report(at, "too_deep", message);
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
        for (keyword, value) in keywords {
            self.visit_keyword(keyword, value, &format!("{at}/{keyword}"), place);
        }
        self.depth -= 1;
    }

    fn visit_keyword(&mut self, keyword: &str, value: &'s Value, at: &str, place: Place) {
        match (keyword, value) {
            ("$ref", Value::String(reference)) => self.follow(reference, at, place),
            ("properties", Value::Object(properties)) => {
                self.check_names(properties, at);
                for (name, schema) in properties {
                    self.visit(schema, &format!("{at}/{name}"), place);
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
            _ => {}
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
        let Some(target) = resolve(self.root, reference) else {
            let message = format!("{reference} is not in this schema");
            return self.report(at, "unknown_ref", message);
        };
        if self.followed.insert(reference) {
            self.trail.push(reference);
            self.visit(target, reference.trim_start_matches('#'), place);
            self.trail.pop();
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

fn is_open_object(keywords: &Map<String, Value>) -> bool {
    let is_object = keywords.contains_key("properties")
        || keywords.get("type").is_some_and(|name| name == "object");
    is_object && keywords.get("additionalProperties") != Some(&Value::Bool(false))
}

struct Listing<'s> {
    root: &'s Value,
    found: Vec<Property>,
}

impl<'s> Listing<'s> {
    /// References are known not to be recursive, but they may multiply: hence the limit.
    fn visit(&mut self, schema: &'s Value, at: &str, in_list: bool) {
        if self.found.len() > MAX_PROPERTIES {
            return;
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let pointer = format!("{at}/{name}");
            self.found.push(Property {
                pointer: pointer.clone(),
                in_list,
                i18n: self.i18n(property),
                free_text: !self.says_how(property),
                read_only: self.resolved(property)["readOnly"] == true,
            });
            self.visit(property, &pointer, in_list);
        }
        if let Some(items) = schema.get("items") {
            self.visit(items, at, true);
        }
        if let Some(target) = self.target(schema) {
            self.visit(target, at, in_list);
        }
    }

    fn target(&self, schema: &'s Value) -> Option<&'s Value> {
        resolve(self.root, schema["$ref"].as_str()?)
    }

    /// What the property is, once all references are followed.
    fn resolved(&self, property: &'s Value) -> &'s Value {
        let target = self.target(property);
        target.map_or(property, |target| self.resolved(target))
    }

    fn says_how(&self, property: &'s Value) -> bool {
        let parts = [Some(property), self.target(property), property.get("items")];
        let mut parts = parts.into_iter().flatten();
        parts.any(|part| WRITTEN_SO.iter().any(|keyword| part.get(keyword).is_some()))
    }

    fn i18n(&self, property: &'s Value) -> Option<String> {
        let own = property["i18n"].as_str();
        let inherited = || self.target(property)?["i18n"].as_str();
        own.or_else(inherited).map(str::to_owned)
    }
}
