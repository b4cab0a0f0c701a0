//! Answers to what the version of a draft does not ask for: kept beside the others until the draft is filed.

use forms::{Change, CompiledForm};
use keys::Keys;
use platform::pointer;
use platform::{Code, Error, Result};
use serde_json::{Map, Value};

use super::{Newer, beginning};
use crate::draft::LARGEST_ANSWERS;
use crate::model::{ApplicationId, RemovedAnswer};
use crate::sealing::Column;
use crate::store::Application;

/// Answers kept beside the others.
const MOST: usize = 1_000;

/// The answers that the draft's version does not ask for, which came with it from an older one.
pub(crate) fn removed_answers(keys: &Keys, draft: &Application) -> Result<Vec<RemovedAnswer>> {
    match &draft.sealed_removed_answers {
        Some(sealed) => Column::RemovedAnswers.open(keys, draft.id, sealed),
        None => Ok(Vec::new()),
    }
}

/// # Errors
/// 413 when they are too many or too large together.
pub(super) fn sealed(
    keys: &Keys,
    id: ApplicationId,
    removed: &[RemovedAnswer],
) -> Result<Option<Vec<u8>>> {
    if removed.is_empty() {
        return Ok(None);
    }
    if removed.len() > MOST || serde_json::to_vec(removed)?.len() > LARGEST_ANSWERS {
        return Err(Error::new(Code::BodyTooLarge).detail(
            "新しい様式でたずねない入力が多すぎるため、移せません。いらない入力を消してから、もう一度お試しください。",
        ));
    }
    Column::RemovedAnswers.seal(keys, id, &removed).map(Some)
}

/// Puts back what the form asks for again, unless it has been answered otherwise meanwhile.
pub(super) fn put_back(
    removed: &mut Vec<RemovedAnswer>,
    answers: &mut Map<String, Value>,
    form: &CompiledForm,
) {
    removed.retain(|answer| {
        let is_asked = form.has_field(&answer.pointer) && !form.computes(&answer.pointer);
        !(is_asked && put(answers, &answer.pointer, &answer.value))
    });
}

/// `false` when something is there already, or nothing to put it into.
fn put(answers: &mut Map<String, Value>, place: &str, value: &Value) -> bool {
    let Some((parent, _)) = place.rsplit_once('/') else {
        return false;
    };
    let Some(name) = pointer::tokens(place).last() else {
        return false;
    };
    let members = match parent {
        "" => Some(answers),
        parent => pointer::of_members_mut(answers, parent).and_then(Value::as_object_mut),
    };
    match members {
        Some(members) if !members.contains_key(&name) => {
            members.insert(name, value.clone());
            true
        }
        _ => false,
    }
}

impl Newer {
    /// Takes out of the answers what the version does not ask for.
    pub(super) fn take_removed(&self, answers: &mut Map<String, Value>) -> Vec<RemovedAnswer> {
        let removed = self.comparison.changes.iter();
        let removed = removed.filter(|change| change.removes_field());
        removed
            .flat_map(|change| self.take(change, answers))
            .collect()
    }

    fn take(&self, change: &Change, answers: &mut Map<String, Value>) -> Vec<RemovedAnswer> {
        let field = change.field.as_deref().unwrap_or_default();
        let path: Vec<String> = pointer::tokens(field).collect();
        let mut taken = Vec::new();
        take(answers, &path, "", &mut taken);
        let label = self
            .draft_form
            .compiled
            .label(field)
            .map(|label| label.ja.as_str());
        let removed = taken.into_iter().map(|(pointer, value)| RemovedAnswer {
            label: beginning(label.unwrap_or(field)),
            pointer: beginning(&pointer),
            value,
        });
        removed.collect()
    }
}

/// Takes the answers at a path of names, in every entry of a list on the way.
fn take(
    answers: &mut Map<String, Value>,
    path: &[String],
    at: &str,
    taken: &mut Vec<(String, Value)>,
) {
    let Some((name, rest)) = path.split_first() else {
        return;
    };
    let here = pointer::child(at, name);
    if rest.is_empty() {
        taken.extend(answers.remove(name).map(|value| (here, value)));
        return;
    }
    match answers.get_mut(name) {
        Some(Value::Object(members)) => take(members, rest, &here, taken),
        Some(Value::Array(items)) => {
            for (n, item) in items.iter_mut().enumerate() {
                if let Value::Object(members) = item {
                    take(members, rest, &format!("{here}/{n}"), taken);
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn example() -> Map<String, Value> {
        let answers = json!({
            "name": "花", "children": [{"age": 3, "name": "一"}, {"name": "二"}, {"age": 5}], "home": {"age": 9},
        });
        answers.as_object().unwrap().clone()
    }

    fn take_all(answers: &mut Map<String, Value>) -> Vec<(String, Value)> {
        let mut taken = Vec::new();
        for path in [&["children", "age"], &["home", "age"], &["name", "first"]] {
            take(answers, &path.map(str::to_owned), "", &mut taken);
        }
        taken
    }

    #[test]
    fn an_answer_is_taken_out_of_every_entry_of_a_list() {
        let mut answers = example();
        let expected = [
            ("/children/0/age", 3),
            ("/children/2/age", 5),
            ("/home/age", 9),
        ];
        let taken = take_all(&mut answers);
        assert_eq!(taken, expected.map(|(at, age)| (at.to_owned(), json!(age))));
        let left =
            json!({"name": "花", "children": [{"name": "一"}, {"name": "二"}, {}], "home": {}});
        assert_eq!(Value::Object(answers), left);
    }

    #[test]
    fn what_was_taken_out_goes_back_to_its_place_unless_that_is_taken_or_gone() {
        let mut answers = example();
        for (pointer, value) in take_all(&mut answers) {
            assert!(put(&mut answers, &pointer, &value), "{pointer}");
        }
        assert_eq!(answers, example());
        for pointer in ["/name", "/home/age", "/children/3/age", "/name/first", ""] {
            assert!(!put(&mut answers, pointer, &json!(1)), "{pointer}");
        }
        assert_eq!(answers, example());
    }
}
