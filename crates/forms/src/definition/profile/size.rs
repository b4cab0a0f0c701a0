//! How much there is to evaluate: references are followed each time they are met, and may multiply.

use std::collections::HashMap;

use serde_json::Value;

use crate::definition::subschemas::{subschemas, target};

/// Schemas that one evaluation goes through at the most, each counted as often as references lead to it.
pub(super) const MOST: usize = 10_000;

/// How much a schema is with its references followed.
#[derive(Clone, Copy, Default)]
pub(super) struct Size {
    pub(super) schemas: usize,
    /// Schemas within each other.
    pub(super) depth: usize,
}

/// The size of a whole schema whose references are known not to lead back.
pub(super) fn expanded(schema: &Value) -> Size {
    let mut expansion = Expansion {
        root: schema,
        known: HashMap::new(),
    };
    expansion.of(schema)
}

struct Expansion<'s> {
    root: &'s Value,
    /// What each reference adds.
    known: HashMap<&'s str, Size>,
}

impl<'s> Expansion<'s> {
    fn of(&mut self, schema: &'s Value) -> Size {
        let mut size = self.referred(schema);
        let inside = schema.as_object().map(subschemas).unwrap_or_default();
        let inside = inside
            .into_iter()
            .filter(|(at, _)| !at.starts_with("/$defs"));
        for (_, schema) in inside {
            let part = self.of(schema);
            size.schemas = size.schemas.saturating_add(part.schemas);
            size.depth = size.depth.max(part.depth);
        }
        Size {
            schemas: size.schemas.saturating_add(1),
            depth: size.depth + 1,
        }
    }

    fn referred(&mut self, schema: &'s Value) -> Size {
        let reference = schema["$ref"].as_str();
        let (Some(reference), Some(target)) = (reference, target(self.root, schema)) else {
            return Size::default();
        };
        if let Some(known) = self.known.get(reference) {
            return *known;
        }
        let size = self.of(target);
        self.known.insert(reference, size);
        size
    }
}
