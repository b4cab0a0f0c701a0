//! Patterns that a browser can match in time.
//!
//! Here every pattern is matched in linear time, but a frontend matches the same pattern with the backtracking of
//! JavaScript, where `^(a+)+$` takes ages on thirty letters. What repeats must therefore be of one way to read.

use platform::pointer;
use regex_syntax::ast::{Ast, RepetitionKind, RepetitionRange, parse::Parser};
use serde_json::Value;

use super::{DefinitionProblem, File, FormDefinition};

/// Beyond this many turns, more than one way to read each turn is too many ways.
const FEW_TURNS: u32 = 10;

/// Keywords with data in them, where `pattern` is only a name.
const DATA: [&str; 6] = [
    "const",
    "enum",
    "default",
    "examples",
    "expectedValue",
    "options",
];

pub(super) fn check(definition: &FormDefinition, problems: &mut Vec<DefinitionProblem>) {
    visit(&definition.schema, File::Schema, "", problems);
    visit(&definition.ui_schema, File::UiSchema, "", problems);
}

fn visit(value: &Value, file: File, at: &str, problems: &mut Vec<DefinitionProblem>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let here = pointer::child(at, name);
                match member {
                    Value::String(pattern) if name == "pattern" => {
                        problems.extend(judge(pattern, file, &here));
                    }
                    _ if DATA.contains(&name.as_str()) => {}
                    _ => visit(member, file, &here, problems),
                }
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                visit(item, file, &format!("{at}/{n}"), problems);
            }
        }
        _ => {}
    }
}

/// What cannot be read here cannot be compiled either, which is told as `invalid_schema`.
fn judge(pattern: &str, file: File, at: &str) -> Option<DefinitionProblem> {
    let ast = Parser::new().parse(pattern).ok()?;
    let culprit = culprit(&ast)?;
    let message = format!("in {culprit} what repeats can be read in more than one way");
    Some(DefinitionProblem::new(
        file,
        at,
        "catastrophic_pattern",
        message,
    ))
}

/// The innermost repetition whose turns can be read in more than one way.
fn culprit(ast: &Ast) -> Option<String> {
    match ast {
        Ast::Repetition(repetition) => culprit(&repetition.ast).or_else(|| {
            let many = turns(&repetition.op.kind).is_none_or(|(_, most)| most > FEW_TURNS);
            (many && is_ambiguous(&repetition.ast)).then(|| repetition.ast.to_string())
        }),
        Ast::Group(group) => culprit(&group.ast),
        Ast::Alternation(alternation) => alternation.asts.iter().find_map(culprit),
        Ast::Concat(concat) => concat.asts.iter().find_map(culprit),
        _ => None,
    }
}

/// Least and most turns; `None` without a limit.
fn turns(kind: &RepetitionKind) -> Option<(u32, u32)> {
    match kind {
        RepetitionKind::ZeroOrOne => Some((0, 1)),
        RepetitionKind::Range(RepetitionRange::Exactly(n)) => Some((*n, *n)),
        RepetitionKind::Range(RepetitionRange::Bounded(least, most)) => Some((*least, *most)),
        _ => None,
    }
}

fn is_ambiguous(ast: &Ast) -> bool {
    match ast {
        Ast::Repetition(repetition) => {
            let varies = turns(&repetition.op.kind).is_none_or(|(least, most)| least != most);
            varies || is_ambiguous(&repetition.ast)
        }
        Ast::Group(group) => is_ambiguous(&group.ast),
        Ast::Alternation(alternation) => {
            !begin_differently(&alternation.asts) || alternation.asts.iter().any(is_ambiguous)
        }
        Ast::Concat(concat) => concat.asts.iter().any(is_ambiguous),
        _ => false,
    }
}

/// The first character says which of the alternatives it is.
fn begin_differently(alternatives: &[Ast]) -> bool {
    let mut seen = Vec::new();
    alternatives.iter().all(|alternative| {
        let first = match alternative {
            Ast::Concat(concat) => concat.asts.first(),
            other => Some(other),
        };
        match first {
            Some(Ast::Literal(literal)) if !seen.contains(&literal.c) => {
                seen.push(literal.c);
                true
            }
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(pattern: &str) -> bool {
        judge(pattern, File::Schema, "/pattern").is_some()
    }

    #[test]
    fn patterns_that_a_browser_never_finishes_are_refused() {
        for pattern in [
            "^(a+)+$",
            "^(a*)*$",
            "^(a|a)*$",
            "^(a|ab|b)+$",
            r"^(\d+)*x$",
            "^([ァ-ヶ]+ ?)+$",
            "^(a?){20}a{20}$",
            "^((a{1,5}))+$",
        ] {
            assert!(is_refused(pattern), "{pattern}");
        }
    }

    #[test]
    fn patterns_that_read_in_one_way_are_welcome() {
        for pattern in [
            "^[ァ-ヶー・　 ]+$",
            "^[0-9]{3}-?[0-9]{4}$",
            "^0[0-9-]{8,12}$",
            "^([01][0-9]|2[0-3]):[0-5][0-9]$",
            r"^(-\d{4})*$",
            "^(ab|cd)*$",
            r"^(\d{1,4}-){2}\d{4}$",
        ] {
            assert!(!is_refused(pattern), "{pattern}");
        }
    }
}
