//! Whether a pattern can be read in too many ways.

use regex_syntax::ast::{Ast, Repetition, RepetitionKind, RepetitionRange};
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};

/// Beyond this many turns, more than one way to read each turn is too many ways.
const FEW_TURNS: u32 = 10;
/// Ways in which neighbours may divide a text between them, one without a limit taken for a thousand turns: two such
/// neighbours are quadratic at worst, and texts are bounded.
const FEW_WAYS: u64 = 1_000_000;
/// Turns of what has no limit.
const ENDLESS: u64 = 1_000;

/// The innermost part that is too ambiguous.
pub(super) fn culprit(ast: &Ast) -> Option<String> {
    let inner = match ast {
        Ast::Repetition(repetition) => culprit(&repetition.ast),
        Ast::Group(group) => culprit(&group.ast),
        Ast::Alternation(alternation) => alternation.asts.iter().find_map(culprit),
        Ast::Concat(concat) => concat.asts.iter().find_map(culprit),
        _ => None,
    };
    inner.or_else(|| match ast {
        Ast::Repetition(repetition) => {
            let many = turns(&repetition.op.kind).is_none_or(|(_, most)| most > FEW_TURNS);
            (many && is_ambiguous(&repetition.ast)).then(|| repetition.ast.to_string())
        }
        Ast::Concat(_) => (ways_to_divide(ast) > FEW_WAYS).then(|| ast.to_string()),
        _ => None,
    })
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

fn varies(repetition: &Repetition) -> bool {
    turns(&repetition.op.kind).is_none_or(|(least, most)| least != most)
}

fn is_ambiguous(ast: &Ast) -> bool {
    match ast {
        Ast::Repetition(repetition) => varies(repetition) || is_ambiguous(&repetition.ast),
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

/// One of the parts that stand side by side.
struct Part {
    /// All characters it may take.
    characters: ClassUnicode,
    may_be_empty: bool,
    /// How many lengths it may have.
    lengths: u64,
}

/// The most ways in which neighbours that take the same characters can divide a text.
fn ways_to_divide(ast: &Ast) -> u64 {
    let parts: Vec<Part> = parts(ast).into_iter().filter_map(Part::of).collect();
    let from = (0..parts.len()).filter(|&n| parts[n].lengths > 1);
    from.map(|n| ways_from(&parts[n..])).max().unwrap_or(1)
}

/// The same for the first and those after it, up to what takes other characters and cannot be left out.
fn ways_from(parts: &[Part]) -> u64 {
    let mut taken = ClassUnicode::empty();
    let mut ways = 1_u64;
    for part in parts {
        if ways == 1 || !is_disjoint(&taken, &part.characters) {
            ways = ways.saturating_mul(part.lengths);
            taken.union(&part.characters);
        } else if !part.may_be_empty {
            break;
        }
    }
    ways
}

/// What stands side by side, groups opened.
fn parts(ast: &Ast) -> Vec<&Ast> {
    match ast {
        Ast::Concat(concat) => concat.asts.iter().flat_map(parts).collect(),
        Ast::Group(group) => parts(&group.ast),
        part => vec![part],
    }
}

impl Part {
    /// `None` for what only looks around, such as `^`.
    fn of(ast: &Ast) -> Option<Self> {
        let hir = regex_syntax::parse(&ast.to_string()).ok()?;
        let properties = hir.properties();
        let least = properties.minimum_len()?;
        let lengths = properties
            .maximum_len()
            .map(|most| (most - least) as u64 + 1);
        let mut characters = ClassUnicode::empty();
        collect(&hir, &mut characters);
        (!characters.ranges().is_empty()).then_some(Self {
            characters,
            may_be_empty: least == 0,
            lengths: lengths.unwrap_or(ENDLESS).min(ENDLESS),
        })
    }
}

fn is_disjoint(one: &ClassUnicode, other: &ClassUnicode) -> bool {
    let mut both = one.clone();
    both.intersect(other);
    both.ranges().is_empty()
}

fn collect(hir: &Hir, all: &mut ClassUnicode) {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => all.union(class),
        HirKind::Literal(literal) => {
            for c in String::from_utf8_lossy(&literal.0).chars() {
                all.push(ClassUnicodeRange::new(c, c));
            }
        }
        HirKind::Repetition(repetition) => collect(&repetition.sub, all),
        HirKind::Capture(capture) => collect(&capture.sub, all),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().for_each(|part| collect(part, all));
        }
        _ => {}
    }
}
