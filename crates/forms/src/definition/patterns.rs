//! Patterns that a browser can match in time.
//!
//! Here every pattern is matched in linear time, but a frontend matches the same pattern with the backtracking of
//! JavaScript, where `^(a+)+$` takes ages on thirty letters. What repeats must therefore be of one way to read, and so,
//! within bounds, must be what stands side by side.

mod ambiguity;

use platform::pointer::child;
use regex_syntax::ast::parse::Parser;
use serde_json::Value;

use super::subschemas::subschemas;
use super::{DefinitionProblem, File, FormDefinition};

pub(super) fn check(definition: &FormDefinition, problems: &mut Vec<DefinitionProblem>) {
    let mut walk = Walk {
        file: File::Schema,
        problems,
    };
    walk.schema(&definition.schema, "");
    walk.file = File::UiSchema;
    walk.element(&definition.ui_schema, "");
}

/// Goes where schemas are, and nowhere else: `pattern` may also be the name of a property.
struct Walk<'p> {
    file: File,
    problems: &'p mut Vec<DefinitionProblem>,
}

impl Walk<'_> {
    fn schema(&mut self, schema: &Value, at: &str) {
        let Value::Object(keywords) = schema else {
            return;
        };
        if let Some(Value::String(pattern)) = keywords.get("pattern") {
            self.judge(pattern, &child(at, "pattern"));
        }
        let names = keywords.get("patternProperties").and_then(Value::as_object);
        for pattern in names.into_iter().flat_map(|names| names.keys()) {
            self.judge(pattern, &child(&child(at, "patternProperties"), pattern));
        }
        for (place, schema) in subschemas(keywords) {
            self.schema(schema, &format!("{at}{place}"));
        }
    }

    fn element(&mut self, element: &Value, at: &str) {
        if let Some(condition) = element.pointer("/rule/condition") {
            self.condition(condition, &format!("{at}/rule/condition"));
        }
        if let Some(detail) = element.pointer("/options/detail") {
            self.element(detail, &format!("{at}/options/detail"));
        }
        let elements = element["elements"].as_array().into_iter().flatten();
        for (n, inner) in elements.enumerate() {
            self.element(inner, &format!("{at}/elements/{n}"));
        }
    }

    fn condition(&mut self, condition: &Value, at: &str) {
        self.schema(&condition["schema"], &format!("{at}/schema"));
        let conditions = condition["conditions"].as_array().into_iter().flatten();
        for (n, inner) in conditions.enumerate() {
            self.condition(inner, &format!("{at}/conditions/{n}"));
        }
    }

    fn judge(&mut self, pattern: &str, at: &str) {
        let (code, message) = match Parser::new().parse(pattern) {
            Ok(ast) => match ambiguity::culprit(&ast) {
                Some(culprit) => (
                    "catastrophic_pattern",
                    format!("{culprit} can be read in too many ways"),
                ),
                None => return,
            },
            // What cannot be read cannot be judged.
            Err(error) => ("outside_profile", error.kind().to_string()),
        };
        let problem = DefinitionProblem::new(self.file, at, code, message);
        self.problems.push(problem);
    }
}

#[cfg(test)]
mod tests;
