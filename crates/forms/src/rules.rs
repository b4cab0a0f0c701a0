//! The rules of a JSON Forms UI schema, as `@jsonforms/core` 3.8 evaluates them (`util/runtime.ts`).

use jsonschema::{Draft, PatternOptions, ValidationOptions, Validator};
use serde_json::{Map, Value};

use crate::characters::with_characters;
use crate::formats::with_formats;

/// The options every schema of a form is compiled with: formats are asserted, those of Japan too, characters are counted, patterns run in
/// linear time, nothing is ever fetched.
pub(crate) fn schema_options() -> ValidationOptions<'static> {
    with_characters(with_formats(jsonschema::options()))
        .with_draft(Draft::Draft202012)
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        .with_pattern_options(PatternOptions::regex())
        .offline()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Show,
    Hide,
    Enable,
    Disable,
}

#[derive(Debug)]
pub(crate) struct Rule {
    effect: Effect,
    condition: Condition,
}

/// Why a rule cannot be used; `pointer` is relative to the rule.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RuleError {
    pub(crate) pointer: String,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl RuleError {
    fn new(pointer: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.to_owned(),
            code,
            message: message.into(),
        }
    }
}

impl Rule {
    pub(crate) fn parse(rule: &Value) -> Result<Self, RuleError> {
        let effect = match rule["effect"].as_str() {
            Some("SHOW") => Effect::Show,
            Some("HIDE") => Effect::Hide,
            Some("ENABLE") => Effect::Enable,
            Some("DISABLE") => Effect::Disable,
            _ => {
                let message = "the effect is one of SHOW, HIDE, ENABLE, DISABLE";
                return Err(RuleError::new("/effect", "unknown_effect", message));
            }
        };
        let condition = Condition::parse(&rule["condition"], "/condition")?;
        Ok(Self { effect, condition })
    }

    /// Whether the rule can hide something; the others can only lock it.
    pub(crate) fn decides_visibility(&self) -> bool {
        matches!(self.effect, Effect::Show | Effect::Hide)
    }

    pub(crate) fn shows(&self, answers: &Value) -> bool {
        match self.effect {
            Effect::Show => self.condition.holds(answers),
            Effect::Hide => !self.condition.holds(answers),
            Effect::Enable | Effect::Disable => true,
        }
    }

    pub(crate) fn enables(&self, answers: &Value) -> bool {
        match self.effect {
            Effect::Enable => self.condition.holds(answers),
            Effect::Disable => !self.condition.holds(answers),
            Effect::Show | Effect::Hide => true,
        }
    }

    /// The answers the rule reads, as JSON Pointers.
    pub(crate) fn reads(&self) -> Vec<&str> {
        self.condition.reads()
    }
}

/// What holds of answers or not.
#[derive(Debug)]
pub(crate) enum Condition {
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Leaf {
        pointer: String,
        expected: Option<Value>,
    },
    Schema {
        pointer: String,
        validator: Box<Validator>,
        holds_when_undefined: bool,
    },
}

impl Condition {
    pub(crate) fn parse(condition: &Value, at: &str) -> Result<Self, RuleError> {
        match condition["type"].as_str() {
            Some("AND") => Ok(Self::And(Self::parse_list(condition, at)?)),
            Some("OR") => Ok(Self::Or(Self::parse_list(condition, at)?)),
            Some("LEAF") => Ok(Self::Leaf {
                pointer: parse_scope(condition, at)?,
                expected: condition.get("expectedValue").cloned(),
            }),
            _ => Self::parse_schema_based(condition, at),
        }
    }

    fn parse_list(condition: &Value, at: &str) -> Result<Vec<Self>, RuleError> {
        let Some(conditions) = condition["conditions"].as_array() else {
            let message = "AND and OR hold a list of conditions";
            return Err(RuleError::new(at, "unknown_condition", message));
        };
        let numbered = conditions.iter().enumerate();
        numbered
            .map(|(n, condition)| Self::parse(condition, &format!("{at}/conditions/{n}")))
            .collect()
    }

    fn parse_schema_based(condition: &Value, at: &str) -> Result<Self, RuleError> {
        let Some(schema) = condition.get("schema") else {
            let message = "a condition is AND, OR, LEAF or holds a schema";
            return Err(RuleError::new(at, "unknown_condition", message));
        };
        let at_schema = format!("{at}/schema");
        if mentions_ref(schema) {
            let message = "the schema of a condition stands alone, without $ref";
            return Err(RuleError::new(&at_schema, "outside_profile", message));
        }
        let validator = schema_options()
            .build(schema)
            .map_err(|error| RuleError::new(&at_schema, "invalid_schema", error.to_string()))?;
        let fails_when_undefined = condition["failWhenUndefined"] == true;
        Ok(Self::Schema {
            pointer: parse_scope(condition, at)?,
            validator: Box::new(validator),
            holds_when_undefined: !fails_when_undefined && undefined_satisfies(schema),
        })
    }

    pub(crate) fn holds(&self, answers: &Value) -> bool {
        match self {
            Self::And(conditions) => conditions.iter().all(|c| c.holds(answers)),
            Self::Or(conditions) => conditions.iter().any(|c| c.holds(answers)),
            Self::Leaf { pointer, expected } => {
                strictly_equal(answers.pointer(pointer), expected.as_ref())
            }
            Self::Schema {
                pointer,
                validator,
                holds_when_undefined,
            } => answers
                .pointer(pointer)
                .map_or(*holds_when_undefined, |answer| validator.is_valid(answer)),
        }
    }

    /// The answers it reads, as JSON Pointers.
    pub(crate) fn reads(&self) -> Vec<&str> {
        match self {
            Self::And(conditions) | Self::Or(conditions) => {
                conditions.iter().flat_map(Self::reads).collect()
            }
            Self::Leaf { pointer, .. } | Self::Schema { pointer, .. } => vec![pointer],
        }
    }
}

fn parse_scope(condition: &Value, at: &str) -> Result<String, RuleError> {
    let scope = condition["scope"].as_str();
    scope.and_then(scope_to_pointer).ok_or_else(|| {
        let message = "the scope names a property: #/properties/…";
        RuleError::new(&format!("{at}/scope"), "scope_not_found", message)
    })
}

/// `#/properties/a/properties/b` → `/a/b`.
pub(crate) fn scope_to_pointer(scope: &str) -> Option<String> {
    let mut segments = scope.strip_prefix("#/")?.split('/');
    let mut pointer = String::new();
    while let Some(keyword) = segments.next() {
        let name = segments.next().filter(|name| !name.is_empty())?;
        if keyword != "properties" {
            return None;
        }
        pointer.push('/');
        pointer.push_str(name);
    }
    Some(pointer)
}

/// JavaScript's `===`: undefined equals undefined, 1 equals 1.0, and no two objects are the same.
fn strictly_equal(answer: Option<&Value>, expected: Option<&Value>) -> bool {
    match (answer, expected) {
        (Some(Value::Array(_) | Value::Object(_)), _) => false,
        (Some(Value::Number(a)), Some(Value::Number(b))) => a.as_f64() == b.as_f64(),
        (answer, expected) => answer == expected,
    }
}

/// What ajv says of `undefined`: it has no type and equals nothing, and every keyword that is
/// about one type lets it pass.
fn undefined_satisfies(schema: &Value) -> bool {
    let Value::Object(schema) = schema else {
        return *schema != Value::Bool(false);
    };
    let asks_for_a_value = ["type", "const", "enum"];
    !asks_for_a_value.iter().any(|k| schema.contains_key(*k))
        && satisfied_of(schema, "allOf").is_none_or(|(satisfied, of)| satisfied == of)
        && satisfied_of(schema, "anyOf").is_none_or(|(satisfied, _)| satisfied > 0)
        && satisfied_of(schema, "oneOf").is_none_or(|(satisfied, _)| satisfied == 1)
        && schema
            .get("not")
            .is_none_or(|not| !undefined_satisfies(not))
        && schema.get("if").is_none_or(|condition| {
            let branch = if undefined_satisfies(condition) {
                "then"
            } else {
                "else"
            };
            schema.get(branch).is_none_or(undefined_satisfies)
        })
}

/// How many of the alternatives under `keyword` are satisfied by `undefined`, and of how many.
fn satisfied_of(schema: &Map<String, Value>, keyword: &str) -> Option<(usize, usize)> {
    let alternatives = schema.get(keyword)?.as_array()?;
    let satisfied = alternatives
        .iter()
        .filter(|s| undefined_satisfies(s))
        .count();
    Some((satisfied, alternatives.len()))
}

fn mentions_ref(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => members
            .iter()
            .any(|(key, value)| key == "$ref" || key == "$dynamicRef" || mentions_ref(value)),
        Value::Array(items) => items.iter().any(mentions_ref),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
