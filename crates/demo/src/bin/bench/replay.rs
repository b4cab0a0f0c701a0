//! A script for pgbench from the statements of one real filing.
//!
//! Two filings are compared: what is the same in both is written as it is, and every id that differs
//! becomes one of the transaction's own, the same wherever it occurs. Times, sealed texts and
//! signatures stay those of the first.

use crate::Result;
use crate::statement_log::Statement;

/// Ids of its own that a transaction may have.
const MOST_IDS: usize = 16;

/// A filing and what PostgreSQL was asked for it.
pub(crate) struct Filing {
    pub(crate) application: String,
    pub(crate) reference_number: String,
    pub(crate) statements: Vec<Statement>,
}

/// A script of one filing for each transaction.
pub(crate) struct Replay {
    pub(crate) script: String,
}

/// What stands for a text that differs from one filing to the next.
struct Own {
    text: String,
    expression: String,
}

impl Replay {
    /// The script of the first filing. `types` are those of its parameters, statement by statement.
    ///
    /// # Errors
    /// When the two did not run the same statements, or there is something that cannot be written.
    pub(crate) fn of(first: &Filing, second: &Filing, types: &[Vec<String>]) -> Result<Self> {
        let sql = |filing: &Filing| -> Vec<String> {
            let statements = filing.statements.iter();
            statements.map(|statement| statement.sql.clone()).collect()
        };
        if sql(first) != sql(second) {
            return Err("two filings did not run the same statements".into());
        }
        let own = own_texts(first, second)?;
        let mut script = String::from(
            "\\set counter :counter + 1\n\
             \\set number :first + :counter * :stride + :client_id\n",
        );
        for (statement, types) in first.statements.iter().zip(types) {
            if statement.parameters.len() != types.len() {
                return Err(format!("types are missing of: {}", statement.sql).into());
            }
            script += &written(statement, types, &own)?;
            script += ";\n";
        }
        Ok(Self { script })
    }
}

/// The id of the application in transaction `number`, as SQL; `number` may be an expression.
pub(crate) fn application_id(number: &str) -> String {
    own_id(0, number)
}

/// In the order of the numbers and behind every id of today, as new ids of the program would be.
fn own_id(which: usize, number: &str) -> String {
    format!("('f' || lpad(to_hex(({number})::bigint * {MOST_IDS} + {which}), 31, '0'))")
}

fn own_texts(first: &Filing, second: &Filing) -> Result<Vec<Own>> {
    let length = first.reference_number.chars().count();
    let mut ids = vec![first.application.clone()];
    for (one, other) in first.statements.iter().zip(&second.statements) {
        for (one, other) in one.parameters.iter().zip(&other.parameters) {
            let (Some(one), Some(other)) = (one, other) else {
                continue;
            };
            let new = ids_in(one).filter(|id| !other.contains(id));
            ids.extend(new.map(str::to_owned));
        }
    }
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    if ids.len() > MOST_IDS {
        return Err("a filing has more ids of its own than expected".into());
    }
    let ids = ids.into_iter().enumerate().map(|(which, text)| Own {
        text,
        expression: own_id(which, ":number"),
    });
    let number = Own {
        text: first.reference_number.clone(),
        expression: format!("lpad((:number)::bigint::text, {length}, '0')"),
    };
    Ok(ids.chain([number]).collect())
}

/// Every UUID in the text.
fn ids_in(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |letter: char| letter.is_ascii_hexdigit() || letter == '-';
    text.split(move |letter| !is_part(letter)).filter(|word| {
        let dashes: Vec<_> = word.match_indices('-').map(|(at, _)| at).collect();
        word.len() == 36 && dashes == [8, 13, 18, 23]
    })
}

/// The statement with its parameters written into it.
fn written(statement: &Statement, types: &[String], own: &[Own]) -> Result<String> {
    let mut text = String::new();
    let mut rest = 0;
    for (at, place) in places(&statement.sql) {
        let index: usize = place[1..].parse()?;
        let value = index.checked_sub(1).and_then(|index| {
            let value = statement.parameters.get(index)?;
            Some((value, types.get(index)?))
        });
        let (value, sql_type) = value.ok_or_else(|| format!("no parameter {place}"))?;
        text += &statement.sql[rest..at];
        text += &match value {
            None => format!("NULL::{sql_type}"),
            Some(value) => format!("{}::{sql_type}", expression(value, own)),
        };
        rest = at + place.len();
    }
    Ok(text + &statement.sql[rest..])
}

/// `$1` and so on outside of quotes, with where they stand.
pub(crate) fn places(sql: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut quote = None;
    sql.char_indices().filter_map(move |(at, letter)| {
        match quote {
            Some(open) if letter == open => quote = None,
            Some(_) => return None,
            None if letter == '\'' || letter == '"' => quote = Some(letter),
            None => {}
        }
        let digits = sql[at..].strip_prefix('$')?;
        let end = digits.find(|digit: char| !digit.is_ascii_digit());
        let length = end.unwrap_or(digits.len());
        (length > 0).then(|| (at, &sql[at..=at + length]))
    })
}

/// The value as SQL: texts that are the transaction's own are put in anew.
fn expression(value: &str, own: &[Own]) -> String {
    let found = own
        .iter()
        .filter_map(|own| Some((value.find(&own.text)?, own)));
    let Some((at, first)) = found.min_by_key(|(at, _)| *at) else {
        return literal(value);
    };
    let before = &value[..at];
    let after = &value[at + first.text.len()..];
    let mut parts = Vec::new();
    if !before.is_empty() {
        parts.push(literal(before));
    }
    parts.push(first.expression.clone());
    if !after.is_empty() {
        parts.push(expression(after, own));
    }
    format!("({})", parts.join(" || "))
}

/// A colon before a letter would be a variable of pgbench's.
fn literal(value: &str) -> String {
    let doubled = value.replace('\'', "''");
    let mut letters = value.chars().zip(value.chars().skip(1));
    let is_name = |letter: char| letter == '_' || letter.is_alphabetic() || !letter.is_ascii();
    if letters.any(|(one, next)| one == ':' && is_name(next)) {
        let escaped = doubled.replace('\\', "\\\\").replace(':', "\\072");
        return format!("E'{escaped}'");
    }
    format!("'{doubled}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "019500aa-0000-7000-8000-000000000001";
    const TWO: &str = "019500aa-0000-7000-8000-000000000002";
    const OFFICE: &str = "019500aa-0000-7000-8000-0000000000ff";

    fn statement(sql: &str, parameters: &[&str]) -> Statement {
        let parameters = parameters.iter().map(|value| Some((*value).to_owned()));
        Statement {
            prepared_as: None,
            sql: sql.to_owned(),
            parameters: parameters.collect(),
        }
    }

    fn filing(application: &str, number: &str, message: &str) -> Filing {
        let key = format!("received:{application}");
        let insert = "INSERT INTO \"posts$1\" VALUES ($1, $2, $3, $4)";
        Filing {
            application: application.to_owned(),
            reference_number: number.to_owned(),
            statements: vec![
                statement("BEGIN", &[]),
                statement(insert, &[message, application, OFFICE, &key]),
                statement("SELECT $1", &[number]),
                statement("COMMIT", &[]),
            ],
        }
    }

    fn types(names: &[&[&str]]) -> Vec<Vec<String>> {
        let owned = |names: &&[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        names.iter().map(owned).collect()
    }

    #[test]
    fn what_differs_becomes_the_transactions_own() {
        let message = "019500aa-0000-7000-8000-0000000000b1";
        let other = "019500aa-0000-7000-8000-0000000000b2";
        let (first, second) = (filing(ONE, "R-1", message), filing(TWO, "R-2", other));
        let types = types(&[&[], &["uuid", "uuid", "uuid", "text"], &["text"], &[]]);

        let replay = Replay::of(&first, &second, &types).unwrap();

        let (draft, post) = (own_id(0, ":number"), own_id(1, ":number"));
        let lines: Vec<_> = replay.script.lines().skip(2).collect();
        let insert = format!(
            "INSERT INTO \"posts$1\" VALUES (({post})::uuid, ({draft})::uuid, \
             '{OFFICE}'::uuid, ('received:' || {draft})::text);"
        );
        let number = "SELECT (lpad((:number)::bigint::text, 3, '0'))::text;";
        assert_eq!(lines, ["BEGIN;", &insert, number, "COMMIT;"]);
    }

    #[test]
    fn filings_that_differ_in_their_statements_are_refused() {
        let first = filing(ONE, "R-1", ONE);
        let mut second = filing(TWO, "R-2", TWO);
        second.statements.pop();
        assert!(Replay::of(&first, &second, &[]).is_err());
    }

    #[test]
    fn parameters_without_a_type_are_refused() {
        let (first, second) = (filing(ONE, "R-1", ONE), filing(TWO, "R-2", TWO));
        let types = types(&[&[], &["uuid"], &["text"], &[]]);
        assert!(Replay::of(&first, &second, &types).is_err());
    }

    #[test]
    fn no_text_is_taken_for_a_variable() {
        assert_eq!(literal("12:34 {\"a\": 1}"), "'12:34 {\"a\": 1}'");
        assert_eq!(literal("it's key:a\\b"), "E'it''s key\\072a\\\\b'");
        assert_eq!(literal("\\x00ff"), "'\\x00ff'");
    }

    #[test]
    fn places_in_quotes_are_none() {
        let sql = "SELECT '$1', \"a$2\", $12 = $3";
        let found: Vec<_> = places(sql).map(|(_, place)| place).collect();
        assert_eq!(found, ["$12", "$3"]);
    }
}
