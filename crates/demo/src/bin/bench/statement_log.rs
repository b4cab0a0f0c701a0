//! The statements in PostgreSQL's log, with their parameters.
//!
//! Written by `log_statement = all` with the prefix `%m [%p] %u@%d `: a line per message, further
//! lines of it begin with a tab, and the line `DETAIL` after it has the parameters.

use crate::Result;

/// A statement as it was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Statement {
    /// The name it was prepared under; none for one that was sent as it is.
    pub(crate) prepared_as: Option<String>,
    /// With `$1`, `$2` … for the parameters.
    pub(crate) sql: String,
    /// As text; `None` is null.
    pub(crate) parameters: Vec<Option<String>>,
}

/// The statements of the session `role@database`, in their order.
pub(crate) fn read_statements(log: &str, session: &str) -> Result<Vec<Statement>> {
    let mut statements: Vec<Statement> = Vec::new();
    for (severity, text) in messages(log, session) {
        match severity.as_str() {
            "LOG" => statements.extend(statement(&text)?),
            "DETAIL" => {
                let last = statements.last_mut().ok_or("a detail without statement")?;
                last.parameters = parameters(&text)?;
            }
            _ => return Err(format!("unexpected in the log: {severity}: {text}").into()),
        }
    }
    match statements.iter().find(|statement| !is_complete(statement)) {
        Some(statement) => Err(format!("parameters are missing of: {}", statement.sql).into()),
        None => Ok(statements),
    }
}

/// How many statements of a request were prepared for it alone: the same request has them prepared
/// under another name the next time.
pub(crate) fn prepared_anew(first: &[Statement], second: &[Statement]) -> usize {
    let pairs = first.iter().zip(second);
    let anew = pairs.filter(|(one, other)| one.prepared_as != other.prepared_as);
    anew.count()
}

/// Severity and text of each message of the session.
fn messages(log: &str, session: &str) -> Vec<(String, String)> {
    let mut messages: Vec<(String, String)> = Vec::new();
    let mut of_session = false;
    for line in log.lines() {
        if let Some(more) = line.strip_prefix('\t') {
            if let Some((_, text)) = messages.last_mut().filter(|_| of_session) {
                text.push('\n');
                text.push_str(more);
            }
            continue;
        }
        let message = message(line, session);
        of_session = message.is_some();
        messages.extend(message);
    }
    messages
}

fn message(line: &str, session: &str) -> Option<(String, String)> {
    let (_, rest) = line.split_once("] ")?;
    let rest = rest.strip_prefix(session)?.strip_prefix(' ')?;
    let (severity, text) = rest.split_once(":  ")?;
    Some((severity.to_owned(), text.to_owned()))
}

/// `statement: …`, or `execute name: …`; other messages of the session are none.
fn statement(text: &str) -> Result<Option<Statement>> {
    let (prepared_as, sql) = if let Some(sql) = text.strip_prefix("statement: ") {
        (None, sql)
    } else if let Some(named) = text.strip_prefix("execute ") {
        let (name, sql) = named.split_once(": ").ok_or("a statement without name")?;
        (Some(name.to_owned()), sql)
    } else {
        return Ok(None);
    };
    Ok(Some(Statement {
        prepared_as,
        sql: sql.trim_end_matches(';').to_owned(),
        parameters: Vec::new(),
    }))
}

/// `parameters: $1 = 'text', $2 = NULL`; quotes in a text are doubled. Newer versions write a capital.
fn parameters(text: &str) -> Result<Vec<Option<String>>> {
    let unreadable = || format!("parameters that cannot be read: {text}");
    let (title, mut rest) = text.split_once(": ").ok_or_else(unreadable)?;
    if !title.eq_ignore_ascii_case("parameters") {
        return Err(unreadable().into());
    }
    let mut parameters = Vec::new();
    loop {
        let name = format!("${} = ", parameters.len() + 1);
        rest = rest.strip_prefix(&name).ok_or_else(unreadable)?;
        let (value, after) = match rest.strip_prefix("NULL") {
            Some(after) => (None, after),
            None => {
                let (value, after) = quoted(rest).ok_or_else(unreadable)?;
                (Some(value), after)
            }
        };
        parameters.push(value);
        if after.is_empty() {
            return Ok(parameters);
        }
        rest = after.strip_prefix(", ").ok_or_else(unreadable)?;
    }
}

/// The text in quotes at the beginning, and what follows.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text.strip_prefix('\'')?;
    loop {
        let (part, after) = rest.split_once('\'')?;
        value.push_str(part);
        match after.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Some((value, after)),
        }
    }
}

fn is_complete(statement: &Statement) -> bool {
    let next = format!("${}", statement.parameters.len() + 1);
    !crate::replay::places(&statement.sql).any(|(_, place)| place == next)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SESSION: &str = "madoguchi_server@madoguchi";

    fn some(values: &[&str]) -> Vec<Option<String>> {
        values
            .iter()
            .map(|value| Some((*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_request_is_read_in_its_order() {
        let log = "2026-11-22 01:00:00.000 UTC [7] madoguchi_server@madoguchi LOG:  statement: BEGIN\n\
                   2026-11-22 01:00:00.000 UTC [9] madoguchi_admin@madoguchi LOG:  statement: SELECT 9\n\
                   \tFROM nowhere\n\
                   2026-11-22 01:00:00.001 UTC [7] madoguchi_server@madoguchi LOG:  execute s3: SELECT a\n\
                   \tFROM b WHERE c = $1 AND d = $2\n\
                   2026-11-22 01:00:00.001 UTC [7] madoguchi_server@madoguchi DETAIL:  parameters: $1 = '5', $2 = NULL\n\
                   2026-11-22 01:00:00.002 UTC [7] madoguchi_server@madoguchi LOG:  statement: COMMIT;\n";
        let statements = read_statements(log, SESSION).unwrap();
        let sql: Vec<_> = statements.iter().map(|one| one.sql.as_str()).collect();
        assert_eq!(
            sql,
            [
                "BEGIN",
                "SELECT a\nFROM b WHERE c = $1 AND d = $2",
                "COMMIT"
            ]
        );
        assert_eq!(statements[1].parameters, [Some("5".to_owned()), None]);
        let names: Vec<_> = statements
            .iter()
            .map(|one| one.prepared_as.as_deref())
            .collect();
        assert_eq!(names, [None, Some("s3"), None]);
    }

    #[test]
    fn what_changes_its_name_was_prepared_anew() {
        let request = |names: [&str; 2]| {
            let line = |name| format!("x [7] {SESSION} LOG:  execute {name}: SELECT 1\n");
            read_statements(&names.map(line).concat(), SESSION).unwrap()
        };
        let (first, second) = (request(["s1", "s2"]), request(["s1", "s3"]));
        assert_eq!(prepared_anew(&first, &second), 1);
        assert_eq!(prepared_anew(&first, &first), 0);
    }

    #[test]
    fn quotes_commas_and_lines_in_a_parameter_stay() {
        let text = "Parameters: $1 = 'it''s, $2 = ''x''', $2 = '', $3 = 'two\nlines'";
        let expected = some(&["it's, $2 = 'x'", "", "two\nlines"]);
        assert_eq!(parameters(text).unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        for text in [
            "parameters: $2 = '1'",
            "parameters: $1 = 'open",
            "hint: $1 = '1'",
        ] {
            assert!(parameters(text).is_err(), "{text}");
        }
        let error = "x UTC [7] madoguchi_server@madoguchi ERROR:  no such table\n";
        assert!(read_statements(error, SESSION).is_err());
    }

    #[test]
    fn a_statement_without_its_parameters_is_an_error() {
        let log = "x UTC [7] madoguchi_server@madoguchi LOG:  execute s1: SELECT $1\n";
        assert!(read_statements(log, SESSION).is_err());
    }
}
