//! Answers that the form computes from others: `x-computed`, an expression in JsonLogic.
//!
//! A value is computed once all that it reads is there and right, so nothing is ever guessed or coerced.

use std::sync::LazyLock;

use chrono::NaiveDate;
use datalogic_rs::bumpalo::Bump;
use datalogic_rs::{DataValue, DivisionByZeroHandling, Engine, EvaluationConfig, Logic};
use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::definition::{DefinitionProblem, File};
use crate::rules::schema_options;

mod operators;
mod profile;
#[cfg(test)]
mod tests;

/// The keyword of a computed property.
const KEYWORD: &str = "x-computed";
/// What is known beside the answers.
const TODAY: &str = "$today";
const FEE: &str = "$fee_yen";
/// The largest whole number JavaScript counts with.
const MOST: i64 = 9_007_199_254_740_991;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let config = EvaluationConfig::default();
    let config = config.with_division_by_zero(DivisionByZeroHandling::ThrowError);
    operators::add_to(Engine::builder().with_config(config)).build()
});

/// A property that the form computes.
pub(crate) struct Computed {
    name: String,
    logic: Logic,
    inputs: Vec<Input>,
}

/// An answer that a value is computed from.
struct Input {
    pointer: String,
    /// Whether the expression says what to take instead of nothing.
    optional: bool,
    validator: Validator,
}

impl std::fmt::Debug for Computed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Computed")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Computed {
    /// Its answer, as a JSON Pointer.
    pub(crate) fn pointer(&self) -> String {
        format!("/{}", self.name)
    }

    /// The answers it reads, as JSON Pointers.
    pub(crate) fn reads(&self) -> impl Iterator<Item = &str> {
        self.inputs.iter().map(|input| input.pointer.as_str())
    }

    fn reads_any_of(&self, others: &[Self]) -> bool {
        let is_other = |pointer: &str| others.iter().any(|other| other.pointer() == pointer);
        self.reads().any(is_other)
    }

    /// `None` where an input is missing or wrong, or the result is no text, truth or number.
    fn value(&self, answers: &Value) -> Option<Value> {
        let usable = |input: &Input| match answers.pointer(&input.pointer) {
            Some(answer) => input.validator.is_valid(answer),
            None => input.optional,
        };
        if !self.inputs.iter().all(usable) {
            return None;
        }
        let arena = Bump::new();
        let result = ENGINE.evaluate(&self.logic, answers, &arena).ok()?;
        to_answer(result)
    }
}

/// What an expression may read beside the answers.
#[derive(Clone, Copy)]
pub(crate) struct Known {
    /// The day the answers are given for.
    pub(crate) today: NaiveDate,
    /// `policy.fee_yen` of the version.
    pub(crate) fee_yen: u32,
}

/// Takes the place of whatever was answered to the computed properties, except those that are hidden.
pub(crate) fn compute(
    all: &[Computed],
    answers: Map<String, Value>,
    hidden: &[String],
    beside: Known,
) -> Map<String, Value> {
    if all.is_empty() {
        return answers;
    }
    let mut known = answers;
    known.retain(|name, _| all.iter().all(|computed| computed.name != *name));
    known.insert(TODAY.to_owned(), json!(beside.today));
    known.insert(FEE.to_owned(), json!(beside.fee_yen));
    let mut known = Value::Object(known);
    for computed in all.iter().filter(|c| !hidden.contains(&c.pointer())) {
        if let Some(value) = computed.value(&known) {
            known[&computed.name] = value;
        }
    }
    match known {
        Value::Object(mut answers) => {
            answers.retain(|name, _| name != TODAY && name != FEE);
            answers
        }
        _ => Map::new(),
    }
}

/// The computed properties of a schema, each after those that it reads.
pub(crate) fn read(schema: &Value, problems: &mut Vec<DefinitionProblem>) -> Vec<Computed> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let computed = properties.filter_map(|(name, property)| {
        let expression = property.get(KEYWORD)?;
        read_one(schema, name, property, expression, problems)
    });
    in_order(computed.collect(), problems)
}

fn read_one(
    schema: &Value,
    name: &str,
    property: &Value,
    expression: &Value,
    problems: &mut Vec<DefinitionProblem>,
) -> Option<Computed> {
    let at = format!("/properties/{name}/{KEYWORD}");
    let mut report = |pointer: &str, code, message: String| {
        problems.push(DefinitionProblem::new(File::Schema, pointer, code, message));
    };
    if property["readOnly"] != true {
        report(
            &at,
            "not_read_only",
            "a computed property says \"readOnly\": true".to_owned(),
        );
    }
    let read = profile::read(schema, expression, &at);
    let sound = read.problems.is_empty();
    for (pointer, code, message) in read.problems {
        report(&pointer, code, message);
    }
    if !sound {
        return None;
    }
    let logic = ENGINE.compile(expression);
    let logic = logic.map_err(|error| report(&at, "bad_expression", error.to_string()));
    let inputs = read.readings.into_iter().map(|reading| {
        let validator = validator_of(schema, reading.schema);
        let validator = validator.map_err(|error| report(&at, "invalid_schema", error))?;
        Ok(Input {
            pointer: reading.pointer,
            optional: reading.optional,
            validator,
        })
    });
    let inputs: Result<_, ()> = inputs.collect();
    Some(Computed {
        name: name.to_owned(),
        logic: logic.ok()?,
        inputs: inputs.ok()?,
    })
}

/// The part alone, with what its references lead to.
fn validator_of(root: &Value, part: &Value) -> Result<Validator, String> {
    let definitions = root.get("$defs").cloned().unwrap_or_else(|| json!({}));
    let alone = json!({"allOf": [part], "$defs": definitions});
    let options = schema_options();
    options.build(&alone).map_err(|error| error.to_string())
}

fn in_order(mut left: Vec<Computed>, problems: &mut Vec<DefinitionProblem>) -> Vec<Computed> {
    let mut ordered = Vec::new();
    while !left.is_empty() {
        let ready = left.iter().position(|next| !next.reads_any_of(&left));
        let Some(ready) = ready else {
            let names: Vec<&str> = left.iter().map(|c| c.name.as_str()).collect();
            let message = format!("computed from each other: {}", names.join(", "));
            let code = "computed_cycle";
            problems.push(DefinitionProblem::new(File::Schema, "", code, message));
            break;
        };
        ordered.push(left.remove(ready));
    }
    ordered
}

fn to_answer(result: &DataValue<'_>) -> Option<Value> {
    match result {
        DataValue::Bool(truth) => Some(json!(truth)),
        DataValue::String(text) => Some(json!(text)),
        DataValue::Number(number) => match number.as_i64() {
            Some(whole) => (-MOST..=MOST).contains(&whole).then(|| json!(whole)),
            None => {
                let number = Some(number.as_f64()).filter(|number| number.is_finite());
                number.filter(|n| n.fract() != 0.0).map(|n| json!(n))
            }
        },
        _ => None,
    }
}
