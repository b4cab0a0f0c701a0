//! The part of JsonLogic a form may use, and what an expression reads.

use platform::pointer;
use serde_json::{Map, Value};

use super::operators::OPERATORS;
use super::{FEE, TODAY};
use crate::definition::subschemas::resolved;

/// Steps that one expression takes at the most.
const MOST_STEPS: usize = 10_000;

/// Those of JsonLogic that mean the same in every implementation once their operands have the right type.
const PLAIN: [&str; 18] = [
    "if", "and", "or", "!", "===", "!==", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "min",
    "max", "in",
];
/// Those that go through a list.
const ITERATIONS: [&str; 6] = ["map", "filter", "all", "some", "none", "reduce"];

pub(super) struct Reading<'s> {
    pub(super) pointer: String,
    pub(super) optional: bool,
    pub(super) schema: &'s Value,
}

pub(super) struct Read<'s> {
    pub(super) readings: Vec<Reading<'s>>,
    /// Place, code, message.
    pub(super) problems: Vec<(String, &'static str, String)>,
}

/// What the expression reads of answers to the schema.
pub(super) fn read<'s>(schema: &'s Value, expression: &'s Value, at: &str) -> Read<'s> {
    let mut reader = Reader {
        root: schema,
        steps: 0,
        read: Read {
            readings: Vec::new(),
            problems: Vec::new(),
        },
    };
    reader.visit(expression, at, Scope::Answers, 1);
    if reader.steps > MOST_STEPS {
        let message = format!(
            "it may take {} steps, {MOST_STEPS} are allowed",
            reader.steps
        );
        reader.report(at, "expression_too_costly", message);
    }
    reader.read
}

/// What `var` means.
#[derive(Clone, Copy)]
enum Scope<'s> {
    Answers,
    /// An item of a list, as far as the schema knows it.
    Item(Option<&'s Value>),
    /// `current` and `accumulator` of `reduce`.
    Reduction(Option<&'s Value>),
}

/// A list and how many items it has at the most.
struct List<'s> {
    items: Option<&'s Value>,
    most: usize,
}

struct Reader<'s> {
    root: &'s Value,
    steps: usize,
    read: Read<'s>,
}

impl<'s> Reader<'s> {
    fn report(&mut self, at: &str, code: &'static str, message: impl Into<String>) {
        self.read
            .problems
            .push((at.to_owned(), code, message.into()));
    }

    /// `times` is how often the expression is evaluated.
    fn visit(&mut self, expression: &'s Value, at: &str, scope: Scope<'s>, times: usize) {
        self.steps = self.steps.saturating_add(times);
        if self.steps > MOST_STEPS {
            return;
        }
        match expression {
            Value::Array(parts) => self.visit_all(parts, at, scope, times),
            Value::Object(members) => self.operator(members, at, scope, times),
            _ => {}
        }
    }

    fn visit_all(&mut self, parts: &'s [Value], at: &str, scope: Scope<'s>, times: usize) {
        for (n, part) in parts.iter().enumerate() {
            self.visit(part, &format!("{at}/{n}"), scope, times);
        }
    }

    fn operator(&mut self, call: &'s Map<String, Value>, at: &str, scope: Scope<'s>, times: usize) {
        let mut members = call.iter();
        let (Some((name, operands)), None) = (members.next(), members.next()) else {
            let message = "an operation is an object with one member";
            return self.report(at, "bad_expression", message);
        };
        let at = pointer::child(at, name);
        let is_own = OPERATORS.iter().any(|(own, _)| own == name);
        match name.as_str() {
            "var" => {
                self.var(operands, &at, scope);
            }
            name if ITERATIONS.contains(&name) => {
                self.iteration(name, operands, &at, scope, times);
            }
            name if is_own || PLAIN.contains(&name) => self.visit(operands, &at, scope, times),
            name => self.report(
                &at,
                "unknown_operator",
                format!("a form does not use {name}"),
            ),
        }
    }

    fn iteration(
        &mut self,
        name: &str,
        operands: &'s Value,
        at: &str,
        scope: Scope<'s>,
        times: usize,
    ) -> Option<List<'s>> {
        let (list, body, initial) = match operands.as_array().map(Vec::as_slice) {
            Some([list, body]) if name != "reduce" => (list, body, None),
            Some([list, body, initial]) if name == "reduce" => (list, body, Some(initial)),
            _ => {
                let message = format!("{name} takes a list and what to do with each item");
                self.report(at, "bad_expression", message);
                return None;
            }
        };
        let list = self.list(list, &format!("{at}/0"), scope, times)?;
        let inside = match name {
            "reduce" => Scope::Reduction(list.items),
            _ => Scope::Item(list.items),
        };
        let inner = times.saturating_mul(list.most);
        self.visit(body, &format!("{at}/1"), inside, inner);
        if let Some(initial) = initial {
            self.visit(initial, &format!("{at}/2"), scope, times);
        }
        let items = list.items.filter(|_| name == "filter");
        Some(List { items, ..list })
    }

    /// What can be gone through: a list of the answers, or what `map` or `filter` made of one.
    fn list(
        &mut self,
        expression: &'s Value,
        at: &str,
        scope: Scope<'s>,
        times: usize,
    ) -> Option<List<'s>> {
        let call = expression.as_object().and_then(|call| call.iter().next());
        match call {
            Some((name, operands)) if name == "var" => {
                let schema = self.var(operands, &format!("{at}/var"), scope)?;
                let schema = resolved(self.root, schema);
                let most = schema["maxItems"].as_u64();
                let Some(most) = most.and_then(|most| usize::try_from(most).ok()) else {
                    self.report(at, "unbounded_list", "the list has no maxItems");
                    return None;
                };
                let items = schema.get("items").map(|items| resolved(self.root, items));
                Some(List { items, most })
            }
            Some((name, operands)) if name == "map" || name == "filter" => {
                self.iteration(name, operands, &format!("{at}/{name}"), scope, times)
            }
            _ => {
                self.report(at, "bad_expression", "this is no list of the form");
                None
            }
        }
    }

    /// What the schema says of what is read.
    fn var(&mut self, operands: &'s Value, at: &str, scope: Scope<'s>) -> Option<&'s Value> {
        let (name, default) = match operands {
            Value::Array(operands) => (operands.first(), operands.get(1)),
            name => (Some(name), None),
        };
        let Some(name) = name.and_then(Value::as_str) else {
            self.report(at, "bad_expression", "var takes the name of an answer");
            return None;
        };
        let found = match scope {
            Scope::Answers if name == TODAY || name == FEE => return None,
            Scope::Answers => self.answer(name, default.is_some()),
            Scope::Item(item) if name.is_empty() => return item,
            Scope::Reduction(_) if name == "accumulator" => return None,
            Scope::Reduction(item) if name == "current" => return item,
            Scope::Item(item) => self.member(item?, name),
            Scope::Reduction(item) => self.member(item?, name.strip_prefix("current.")?),
        };
        if found.is_none() {
            let message = format!("the schema has no {name}");
            self.report(at, "unknown_field", message);
        }
        found
    }

    fn answer(&mut self, name: &str, optional: bool) -> Option<&'s Value> {
        let schema = self.member(self.root, name)?;
        let pointer = format!("/{}", name.replace('.', "/"));
        let mut readings = self.read.readings.iter_mut();
        match readings.find(|known| known.pointer == pointer) {
            // One reading without a default is enough to need an answer.
            Some(known) => known.optional &= optional,
            None => self.read.readings.push(Reading {
                pointer,
                optional,
                schema,
            }),
        }
        Some(schema)
    }

    fn member(&self, schema: &'s Value, path: &str) -> Option<&'s Value> {
        path.split('.').try_fold(schema, |schema, name| {
            resolved(self.root, schema).get("properties")?.get(name)
        })
    }
}
