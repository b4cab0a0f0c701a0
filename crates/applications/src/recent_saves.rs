//! Which answers the last saves of a draft have changed: what is typed on two devices at once can be put together, or is
//! refused where one would overwrite the other. Fields are remembered, not values.

use keys::Keys;
use platform::extract::IfMatch;
use platform::pointer::overlap;
use platform::problem::{FieldError, Messages};
use platform::{Code, Error, Result};
use serde::{Deserialize, Serialize};

use crate::difference::Change;
use crate::model::ApplicationId;
use crate::sealing::Column;
use crate::store::Application;

/// Saves remembered of one draft.
const MOST_SAVES: usize = 50;
/// Bytes of their pointers together.
const MOST_BYTES: usize = 8 * 1024;
/// Overlapping fields told at one time, and the characters told of each.
const MOST_TOLD: usize = 100;
const LONGEST_TOLD: usize = 500;

/// The last saves of one draft, the oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct RecentSaves(Vec<Save>);

/// What led to a version of the draft.
#[derive(Debug, Serialize, Deserialize)]
struct Save {
    version: i32,
    /// JSON Pointers of the answers that became others.
    fields: Vec<String>,
}

impl RecentSaves {
    pub(crate) fn of(keys: &Keys, draft: &Application) -> Result<Self> {
        match &draft.sealed_recent_saves {
            Some(sealed) => Column::RecentSaves.open(keys, draft.id, sealed),
            None => Ok(Self::default()),
        }
    }

    pub(crate) fn sealed(&self, keys: &Keys, draft: ApplicationId) -> Result<Vec<u8>> {
        Column::RecentSaves.seal(keys, draft, self)
    }

    /// Whether changes that were begun on the version seen can be made to the current one: nothing they overwrite has been
    /// changed since.
    ///
    /// # Errors
    /// 412 with the fields that have; 412 without any where it is not known any more what has been changed.
    pub(crate) fn check(&self, seen: IfMatch, current: i32, changes: &[Change]) -> Result<()> {
        let since = self.since(seen.0, current).ok_or(Code::VersionMismatch)?;
        let is_overwritten = |change: &&Change| {
            let mut since = since.iter();
            since.any(|field| overlap(field, &change.pointer))
        };
        let overwritten = changes.iter().filter(is_overwritten).take(MOST_TOLD);
        let errors: Vec<_> = overwritten.map(changed_meanwhile).collect();
        if errors.is_empty() {
            return Ok(());
        }
        Err(Error::new(Code::VersionMismatch)
            .detail("同じ項目が、ほかの画面で変更されています。最新の内容を確認してから、もう一度入力してください。")
            .errors(errors))
    }

    /// The fields changed between the two versions, if every save between them is remembered.
    fn since(&self, seen: i32, current: i32) -> Option<Vec<&String>> {
        if seen > current {
            return None;
        }
        let saves = (seen..current).map(|before| {
            let mut saves = self.0.iter();
            saves.find(|save| save.version - 1 == before)
        });
        let saves: Vec<&Save> = saves.collect::<Option<_>>()?;
        Some(saves.into_iter().flat_map(|save| &save.fields).collect())
    }

    /// Remembers what led to the version, and forgets the oldest saves when there are too many.
    pub(crate) fn remember(&mut self, version: i32, changes: &[Change]) {
        let fields = changes.iter().map(|change| change.pointer.clone());
        self.0.push(Save {
            version,
            fields: fields.collect(),
        });
        let newest_first = self.0.iter().rev().scan(0, |bytes, save| {
            *bytes += save.fields.iter().map(String::len).sum::<usize>();
            Some(*bytes)
        });
        let fitting = newest_first.take_while(|bytes| *bytes <= MOST_BYTES);
        let kept = fitting.take(MOST_SAVES).count();
        self.0.drain(..self.0.len() - kept);
    }
}

fn changed_meanwhile(change: &Change) -> FieldError {
    let pointer: String = "/answers"
        .chars()
        .chain(change.pointer.chars())
        .take(LONGEST_TOLD)
        .collect();
    let messages = Messages {
        ja: "この項目は、ほかの画面で変更されています。".to_owned(),
        ja_x_easy: "ほかの 画面（がめん）で 答（こた）えが 変（か）わりました。".to_owned(),
        en: "This answer has been changed elsewhere.".to_owned(),
    };
    FieldError {
        messages: Some(messages.clone()),
        ..FieldError::new(pointer, "changed_meanwhile", messages.ja)
    }
}

#[cfg(test)]
mod tests {
    use platform::{JsonObject, pointer};
    use proptest::prelude::*;
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::difference::difference;

    /// A value or none, a member of an object, or a list.
    fn change() -> impl Strategy<Value = Value> {
        let value = prop_oneof![Just(Value::Null), (0..3).prop_map(|n| json!(n))];
        prop_oneof![
            value.clone(),
            ("[xy]", value).prop_map(|(name, value)| json!({name: value})),
            proptest::collection::vec(0..3, 0..3).prop_map(|list| json!(list)),
        ]
    }

    fn patch() -> impl Strategy<Value = Map<String, Value>> {
        proptest::collection::btree_map("[a-d]", change(), 1..3)
            .prop_map(|patch| patch.into_iter().collect())
    }

    fn merged(before: &Map<String, Value>, patch: &Map<String, Value>) -> Map<String, Value> {
        let mut after = JsonObject(before.clone());
        after.merge(JsonObject(patch.clone()));
        after.0
    }

    proptest! {
        /// Saves come from devices that have seen any earlier version.
        #[test]
        fn what_is_merged_keeps_all_that_others_have_changed_since(
            saves in proptest::collection::vec((0usize..70, patch()), 1..70),
        ) {
            let (mut versions, mut recent) = (vec![Map::new()], RecentSaves::default());
            for (behind, patch) in saves {
                let (current, before) = (versions.len(), versions[versions.len() - 1].clone());
                let seen = current.saturating_sub(behind).max(1);
                let after = merged(&before, &patch);
                let changes = difference(&before, &after);
                let [seen_version, version] = [seen, current].map(|n| i32::try_from(n).unwrap());
                match recent.check(IfMatch(seen_version), version, &changes) {
                    Ok(()) => {
                        for change in difference(&versions[seen - 1], &before) {
                            prop_assert_eq!(
                                pointer::of_members(&after, &change.pointer),
                                pointer::of_members(&before, &change.pointer)
                            );
                        }
                        prop_assert_eq!(&merged(&after, &patch), &after);
                        versions.push(after);
                        recent.remember(version + 1, &changes);
                    }
                    Err(_) => prop_assert!(behind > 0),
                }
            }
        }
    }

    fn changes(fields: &[String]) -> Vec<Change> {
        let change = |pointer: &String| Change {
            pointer: pointer.clone(),
            before: Value::Null,
            after: Value::Null,
        };
        fields.iter().map(change).collect()
    }

    #[test]
    fn very_large_saves_are_forgotten_sooner() {
        let mut recent = RecentSaves::default();
        let long = changes(&["/".to_owned() + &"a".repeat(MOST_BYTES / 3)]);
        for version in 2..=10 {
            recent.remember(version, &long);
        }
        assert_eq!(recent.since(8, 10).map(|fields| fields.len()), Some(2));
        assert_eq!(recent.since(7, 10), None);
        recent.remember(11, &changes(&["/".to_owned() + &"a".repeat(MOST_BYTES)]));
        assert_eq!(recent.since(10, 11), None);
        assert_eq!(recent.since(11, 11), Some(Vec::new()));
        assert_eq!(recent.since(12, 11), None, "nobody has seen the future");
    }
}
