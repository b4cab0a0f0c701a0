//! The properties a schema declares.

use serde_json::Value;

use crate::definition::subschemas::{resolved, target};

/// Properties of one form.
pub(super) const MOST: usize = 1000;

/// Keywords that say how a text is written; without them any text may be, and 個人番号 are looked for.
pub(crate) const WRITTEN_SO: [&str; 6] = ["format", "pattern", "enum", "const", "oneOf", "anyOf"];

/// Definitions that are called what they are.
const ADDRESSES: [&str; 2] = ["#/$defs/address", "#/$defs/postal_code"];

/// A property the schema declares.
#[derive(Debug)]
pub(in crate::definition) struct Property {
    /// Where its value stands in the answers; the items of a list have no number here.
    pub(in crate::definition) pointer: String,
    pub(in crate::definition) in_list: bool,
    /// Whether the schema leaves open how a text is written.
    pub(in crate::definition) free_text: bool,
    /// Whether the schema says `readOnly`.
    pub(in crate::definition) read_only: bool,
    /// Whether it tells where somebody lives.
    pub(in crate::definition) address: bool,
}

/// The properties of a schema whose references are known not to lead back, objects before what they hold.
/// References may multiply them: no more are looked for than one too many.
pub(in crate::definition) fn declared(schema: &Value) -> Vec<Property> {
    let mut listing = Listing {
        root: schema,
        found: Vec::new(),
    };
    listing.visit(schema, "", false);
    listing.found
}

struct Listing<'s> {
    root: &'s Value,
    found: Vec<Property>,
}

impl<'s> Listing<'s> {
    fn visit(&mut self, schema: &'s Value, at: &str, in_list: bool) {
        if self.found.len() > MOST {
            return;
        }
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let pointer = format!("{at}/{name}");
            self.found.push(Property {
                pointer: pointer.clone(),
                in_list,
                free_text: !self.says_how(property),
                read_only: resolved(self.root, property)["readOnly"] == true,
                address: self.is_address(property),
            });
            self.visit(property, &pointer, in_list);
        }
        if let Some(items) = schema.get("items") {
            self.visit(items, at, true);
        }
        if let Some(target) = target(self.root, schema) {
            self.visit(target, at, in_list);
        }
    }

    fn says_how(&self, property: &'s Value) -> bool {
        let target = target(self.root, property);
        let parts = [Some(property), target, property.get("items")];
        let mut parts = parts.into_iter().flatten();
        parts.any(|part| WRITTEN_SO.iter().any(|keyword| part.get(keyword).is_some()))
    }

    /// It says so, or is filled in with an address, written as a 郵便番号, or defined as `address` or `postal_code`.
    fn is_address(&self, property: &'s Value) -> bool {
        let definition = property["$ref"].as_str().unwrap_or_default();
        let parts = [target(self.root, property), property.get("items")];
        let mut parts = parts.into_iter().flatten();
        property["x-address"] == true
            || property["x-prefill"] == "address"
            || property["format"] == "jp-postal-code"
            || ADDRESSES.contains(&definition)
            || parts.any(|part| self.is_address(part))
    }
}
