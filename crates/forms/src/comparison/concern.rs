//! Which changes mean anything for the answers of one draft.

use platform::pointer;
use serde_json::{Map, Value};

use super::{Change, Comparison, Verdict};

/// Changes to what may be answered: they mean nothing where there is no answer.
const ABOUT_ANSWERS: [&str; 7] = [
    FIELD_REMOVED,
    "changed",
    "choice_removed",
    "format_changed",
    "limit_tightened",
    "locked_changed",
    "type_changed",
];
/// What a change is called that leaves answers without a field.
pub(super) const FIELD_REMOVED: &str = "field_removed";

impl Comparison {
    /// What becomes of a draft with these answers: the gravest of the changes that concern it.
    pub fn verdict_for(&self, answers: &Map<String, Value>) -> Verdict {
        let concerning = self
            .changes
            .iter()
            .filter(|change| change.concerns(answers));
        let verdicts = concerning.map(|change| change.verdict);
        verdicts.max().unwrap_or(Verdict::Compatible)
    }
}

impl Change {
    /// Whether the newer version does not have the field.
    pub fn removes_field(&self) -> bool {
        self.code == FIELD_REMOVED
    }

    /// Whether it means anything for these answers, given on the older version.
    pub fn concerns(&self, answers: &Map<String, Value>) -> bool {
        let field = self.field.as_deref().filter(|field| !field.is_empty());
        field.is_none_or(|field| {
            let path: Vec<String> = pointer::tokens(field).collect();
            !ABOUT_ANSWERS.contains(&self.code) || is_answered(answers, &path)
        })
    }
}

/// Whether there is an answer at the path of names, in any entry of the lists on the way.
fn is_answered(answers: &Map<String, Value>, path: &[String]) -> bool {
    let Some((name, rest)) = path.split_first() else {
        return true;
    };
    let inside = |value: &Value| match value {
        Value::Object(members) => is_answered(members, rest),
        _ => false,
    };
    match answers.get(name) {
        None => false,
        Some(_) if rest.is_empty() => true,
        Some(Value::Array(items)) => items.iter().any(inside),
        Some(value) => inside(value),
    }
}
