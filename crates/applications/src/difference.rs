//! What differs between two sets of answers, told by JSON Pointers.

use platform::pointer;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// One answer that is another now.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Change {
    /// JSON Pointer of the answer.
    #[schema(max_length = 500, example = "/children/0/birthdate")]
    pub(crate) pointer: String,
    /// The answer filed; null when there was none.
    #[schema(value_type = Value, example = "2026-04-01")]
    pub(crate) before: Value,
    /// The answer now; null when there is none.
    #[schema(value_type = Value, example = "2026-04-02")]
    pub(crate) after: Value,
}

/// The smallest changes that lead from one to the other, in the order of the pointers.
/// Lists of different lengths differ as a whole.
pub(crate) fn difference(before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Change> {
    let mut changes = Vec::new();
    compare_maps("", before, after, &mut changes);
    changes
}

/// The same of what stands at the fields alone.
pub(crate) fn difference_at<'f>(
    fields: impl Iterator<Item = &'f String>,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for field in fields {
        let values = [before, after].map(|answers| pointer::of_members(answers, field));
        compare(field, values[0], values[1], &mut changes);
    }
    changes.sort_by(|one, other| one.pointer.cmp(&other.pointer));
    changes.dedup();
    changes
}

fn compare_maps(
    at: &str,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    changes: &mut Vec<Change>,
) {
    let mut names: Vec<_> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let here = pointer::child(at, name);
        compare(&here, before.get(name), after.get(name), changes);
    }
}

fn compare(at: &str, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<Change>) {
    match (before, after) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            compare_maps(at, before, after, changes);
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                let here = format!("{at}/{index}");
                compare(&here, Some(before), Some(after), changes);
            }
        }
        (before, after) if before == after => {}
        (before, after) => changes.push(Change {
            pointer: at.to_owned(),
            before: before.cloned().unwrap_or_default(),
            after: after.cloned().unwrap_or_default(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn only_what_differs_is_told_at_its_own_place() {
        let before =
            map(json!({"a": 1, "b": {"c": "x", "d": "y"}, "e": [{"f": 1}, {"f": 2}], "g": [1]}));
        let after = map(
            json!({"a": 1, "b": {"c": "z"}, "e": [{"f": 1}, {"f": 3}], "g": [1, 2], "h": true}),
        );
        let told: Vec<_> = difference(&before, &after)
            .into_iter()
            .map(|change| (change.pointer, change.before, change.after))
            .collect();
        assert_eq!(
            told,
            [
                ("/b/c".to_owned(), json!("x"), json!("z")),
                ("/b/d".to_owned(), json!("y"), Value::Null),
                ("/e/1/f".to_owned(), json!(2), json!(3)),
                ("/g".to_owned(), json!([1]), json!([1, 2])),
                ("/h".to_owned(), Value::Null, json!(true)),
            ]
        );
    }
}
