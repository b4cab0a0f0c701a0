//! Drafts on an older version of their form: moved by the program where that changes nothing for them, by their
//! owners otherwise. What was filed never moves.

use std::collections::BTreeSet;
use std::sync::Arc;

use audit::{Actor, Entry};
use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use forms::{Change, Comparison, Forms, ProcedureId, PublishedForm, Verdict, VersionInForce};
use jobs::{Failure, Handler, HandlerFuture, Lease};
use platform::{AsyncPgConnection, Clock, Code, Database, Error, Result};
use serde_json::{Map, Value, json};

use crate::model::{Need, NewerForm, RemovedAnswer};
use crate::own_act::OwnAct;
use crate::sealing::{Column, open_answers, seal_answers};
use crate::state::Status;
use crate::store::{self, Application};

/// The version in force, which is not the one a draft is on, and what it changes.
pub(crate) struct Newer {
    form: Arc<PublishedForm>,
    comparison: Comparison,
    draft_form: Arc<PublishedForm>,
}

impl Newer {
    /// What stands between a draft and the version in force, if anything does.
    pub(crate) async fn for_draft(
        conn: &mut AsyncPgConnection,
        forms: &Forms,
        draft: &Application,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>> {
        if draft.status != Status::Draft {
            return Ok(None);
        }
        match forms.find_current(conn, draft.procedure_id, now).await? {
            Some(form) if form.id != draft.form_version_id => {
                Self::between(conn, forms, draft, form).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// What stands between a draft and a version that it is not on.
    async fn between(
        conn: &mut AsyncPgConnection,
        forms: &Forms,
        draft: &Application,
        form: Arc<PublishedForm>,
    ) -> Result<Self> {
        let draft_form = forms.version(conn, draft.form_version_id).await?;
        Ok(Self {
            comparison: draft_form.compare(&form),
            form,
            draft_form,
        })
    }

    /// The version and what its owner has to do about the draft.
    pub(crate) fn view(&self, answers: &Map<String, Value>) -> NewerForm {
        let grave = self.comparison.changes.iter();
        let grave = grave.filter(|change| change.verdict != Verdict::Compatible);
        // That a field is gone concerns those who have filled it in.
        let mut left = answers.clone();
        let concerns = |change: &&Change| {
            change.code != FIELD_REMOVED || !self.take(change, &mut left).is_empty()
        };
        let mut told = BTreeSet::new();
        let needs = grave.filter(concerns).map(|change| Need {
            pointer: beginning(change.field.as_deref().unwrap_or_default()),
            code: change.code.to_owned(),
            message: change.message.clone(),
        });
        let needs = needs.filter(|need| told.insert((need.pointer.clone(), need.code.clone())));
        NewerForm {
            form_version_id: self.form.id,
            number: self.form.number,
            verdict: self.comparison.verdict,
            needs: needs.take(MOST_NEEDS).collect(),
        }
    }

    /// Takes out of the answers what the version does not ask for any more.
    fn take_removed(&self, answers: &mut Map<String, Value>) -> Vec<RemovedAnswer> {
        let removed = self.comparison.changes.iter();
        let removed = removed.filter(|change| change.code == FIELD_REMOVED);
        removed
            .flat_map(|change| self.take(change, answers))
            .collect()
    }

    fn take(&self, change: &Change, answers: &mut Map<String, Value>) -> Vec<RemovedAnswer> {
        let field = change.field.as_deref().unwrap_or_default();
        let path: Vec<&str> = field.split('/').skip(1).collect();
        let mut taken = Vec::new();
        take(answers, &path, "", &mut taken);
        let label = self.draft_form.compiled.label(field);
        let removed = taken.into_iter().map(|(pointer, value)| RemovedAnswer {
            label: beginning(label.unwrap_or(field)),
            pointer: beginning(&pointer),
            value,
        });
        removed.collect()
    }
}

/// Nobody files on a version that is in force no more. To the one that is, a draft about to be filed goes by itself only
/// where that changes nothing for it.
///
/// # Errors
/// 409 `form_superseded` where it has to be moved by its owner first.
pub(crate) async fn bring_to(
    conn: &mut AsyncPgConnection,
    forms: &Forms,
    draft: &mut Application,
    form: &Arc<PublishedForm>,
) -> Result<()> {
    if form.id != draft.form_version_id {
        let newer = Newer::between(conn, forms, draft, Arc::clone(form)).await?;
        if newer.comparison.verdict != Verdict::Compatible {
            return Err(Code::FormSuperseded.into());
        }
        draft.form_version_id = form.id;
    }
    Ok(())
}

/// What a change is called that leaves answers without a field.
const FIELD_REMOVED: &str = "field_removed";
/// Needs told at one time.
const MOST_NEEDS: usize = 1_000;

/// Names may be very long; their beginning says enough.
fn beginning(text: &str) -> String {
    text.chars().take(2_000).collect()
}

/// Takes the answers at a path of names, in every entry of a list on the way.
fn take(
    answers: &mut Map<String, Value>,
    path: &[&str],
    at: &str,
    taken: &mut Vec<(String, Value)>,
) {
    let Some((token, rest)) = path.split_first() else {
        return;
    };
    let name = token.replace("~1", "/").replace("~0", "~");
    let here = format!("{at}/{token}");
    if rest.is_empty() {
        taken.extend(answers.remove(&name).map(|value| (here, value)));
        return;
    }
    match answers.get_mut(&name) {
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

impl OwnAct<'_> {
    /// Moves the draft to the version in force. What that does not ask for any more is kept beside the answers.
    ///
    /// # Errors
    /// 409 `procedure_closed` when none is in force, `form_incompatible` when the draft cannot be moved; 412 when it
    /// has changed meanwhile, 409 when it is a draft no more.
    pub(crate) async fn move_to_current_form(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let mut draft = self.lock_in(conn, Status::Draft).await?;
        let now = self.clock.now();
        let form = self.forms.current(conn, draft.procedure_id, now).await?;
        if form.id == draft.form_version_id {
            return Ok(());
        }
        let newer = Newer::between(conn, self.forms, &draft, form).await?;
        if newer.comparison.verdict == Verdict::Incompatible {
            return Err(Code::FormIncompatible.into());
        }
        let mut answers = open_answers(self.keys, draft.id, &draft.sealed_answers)?;
        let mut removed = removed_answers(self.keys, &draft)?;
        removed.extend(newer.take_removed(&mut answers));
        if !removed.is_empty() {
            let sealed = Column::RemovedAnswers.seal(self.keys, draft.id, &removed)?;
            draft.sealed_removed_answers = Some(sealed);
        }
        draft.sealed_answers = seal_answers(self.keys, draft.id, &answers)?;
        draft.form_version_id = newer.form.id;
        draft.version += 1;
        draft.updated_at = now;
        store::save(conn, &draft).await
    }
}

/// The answers that no version asks for any more since the draft was moved.
pub(crate) fn removed_answers(
    keys: &keys::Keys,
    draft: &Application,
) -> Result<Vec<RemovedAnswer>> {
    match &draft.sealed_removed_answers {
        Some(sealed) => Column::RemovedAnswers.open(keys, draft.id, sealed),
        None => Ok(Vec::new()),
    }
}

/// Moves the drafts that a version, in force from now on, changes nothing for.
pub struct DraftMoving {
    /// The versions.
    pub forms: Forms,
    /// Tells which is in force.
    pub clock: Clock,
}

impl Handler for DraftMoving {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(self.move_drafts(database, lease))
    }
}

impl DraftMoving {
    async fn move_drafts(&self, database: &Database, lease: &Lease) -> Result<(), Failure> {
        let VersionInForce { procedure_id, .. } = lease.job()?;
        let mut conn = database.connection().await?;
        conn.transaction(async |conn| {
            self.move_drafts_of(conn, procedure_id).await?;
            lease.complete(conn).await
        })
        .await?;
        Ok(())
    }

    async fn move_drafts_of(
        &self,
        conn: &mut AsyncPgConnection,
        procedure: ProcedureId,
    ) -> Result<()> {
        let now = self.clock.now();
        let Some(current) = self.forms.find_current(conn, procedure, now).await? else {
            return Ok(());
        };
        for older in store::versions_of_drafts(conn, procedure).await? {
            let form = self.forms.version(conn, older).await?;
            if older == current.id || form.compare(&current).verdict != Verdict::Compatible {
                continue;
            }
            let moved = store::move_drafts(conn, procedure, older, current.id, now).await?;
            let entry = Entry {
                occurred_at: now,
                actor: Actor::System,
                action: "form_version.move_drafts",
                object_kind: "form_version",
                object_id: Some(current.id.as_uuid()),
                request_id: None,
                detail: json!({"from": older, "drafts": moved}),
            };
            audit::record(conn, entry).await?;
        }
        Ok::<_, Error>(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_out_of_every_entry_of_a_list() {
        let mut answers = json!({
            "name": "花", "children": [{"age": 3, "name": "一"}, {"name": "二"}, {"age": 5}], "home": {"age": 9},
        });
        let answers = answers.as_object_mut().unwrap();
        let mut taken = Vec::new();
        take(answers, &["children", "age"], "", &mut taken);
        take(answers, &["home", "age"], "", &mut taken);
        take(answers, &["name", "first"], "", &mut taken);
        let expected = [
            ("/children/0/age", 3),
            ("/children/2/age", 5),
            ("/home/age", 9),
        ];
        assert_eq!(taken, expected.map(|(at, age)| (at.to_owned(), json!(age))));
        let left =
            json!({"name": "花", "children": [{"name": "一"}, {"name": "二"}, {}], "home": {}});
        assert_eq!(Value::Object(answers.clone()), left);
    }
}
