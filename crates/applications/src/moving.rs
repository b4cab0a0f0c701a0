//! Drafts on an older version of their form: moved by the program where that changes nothing for them, by their
//! owners otherwise. What was filed never moves.

mod job;
mod removed;

use std::collections::BTreeSet;
use std::sync::Arc;

use calendar::jst_date;
use chrono::{DateTime, Utc};
use forms::{Comparison, Forms, PublishedForm, Verdict};
use keys::Keys;
use platform::{AsyncPgConnection, Code, Result};
use serde_json::{Map, Value};

use crate::model::{Need, NewerForm};
use crate::own_act::OwnAct;
use crate::sealing::{open_answers, seal_answers};
use crate::state::Status;
use crate::store::{self, Application};

pub use job::DraftMoving;
pub(crate) use removed::removed_answers;

/// The version in force, which is not the one a draft is on, and what it changes.
pub(crate) struct Newer {
    form: Arc<PublishedForm>,
    comparison: Arc<Comparison>,
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
            comparison: forms.compare(&draft_form, &form),
            form,
            draft_form,
        })
    }

    /// The version and what its owner has to do about the draft.
    pub(crate) fn view(&self, answers: &Map<String, Value>) -> NewerForm {
        let changes = self.comparison.changes.iter();
        let grave = changes
            .filter(|change| change.verdict != Verdict::Compatible && change.concerns(answers));
        let mut told = BTreeSet::new();
        let needs = grave.map(|change| Need {
            pointer: beginning(change.field.as_deref().unwrap_or_default()),
            code: change.code.to_owned(),
            message: change.message.clone(),
        });
        let needs = needs.filter(|need| told.insert((need.pointer.clone(), need.code.clone())));
        NewerForm {
            form_version_id: self.form.id,
            number: self.form.number,
            verdict: self.comparison.verdict_for(answers),
            needs: needs.take(MOST_NEEDS).collect(),
        }
    }

    /// Brings the draft there, whose answers these are. What the version computes is computed; what it does not ask for
    /// is kept beside the answers, and what it asks for again is put back.
    ///
    /// # Errors
    /// 413 when too much is beside the answers.
    fn bring(
        &self,
        keys: &Keys,
        draft: &mut Application,
        mut answers: Map<String, Value>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut removed = removed_answers(keys, draft)?;
        removed.extend(self.take_removed(&mut answers));
        removed::put_back(&mut removed, &mut answers, &self.form.compiled);
        let answers = self.form.compiled.with_computed(&answers, jst_date(now));
        draft.sealed_removed_answers = removed::sealed(keys, draft.id, &removed)?;
        draft.sealed_answers = seal_answers(keys, draft.id, &answers)?;
        draft.form_version_id = self.form.id;
        draft.version += 1;
        draft.updated_at = now;
        Ok(())
    }
}

/// Nobody files on a version that is in force no more. To the one that is, a draft about to be filed goes by itself only
/// where that changes nothing for it; what that one asks for again is put back.
///
/// # Errors
/// 409 `form_superseded` where it has to be moved by its owner first.
pub(crate) async fn bring_to(
    conn: &mut AsyncPgConnection,
    act: &OwnAct<'_>,
    draft: &mut Application,
    answers: &mut Map<String, Value>,
    form: &Arc<PublishedForm>,
) -> Result<()> {
    if form.id != draft.form_version_id {
        let newer = Newer::between(conn, act.forms, draft, Arc::clone(form)).await?;
        if newer.comparison.verdict_for(answers) != Verdict::Compatible {
            return Err(Code::FormSuperseded.into());
        }
        let mut removed = removed_answers(act.keys, draft)?;
        removed::put_back(&mut removed, answers, &form.compiled);
        draft.form_version_id = form.id;
    }
    Ok(())
}

/// Needs told at one time.
const MOST_NEEDS: usize = 1_000;

/// Names may be very long; their beginning says enough.
fn beginning(text: &str) -> String {
    text.chars().take(2_000).collect()
}

impl OwnAct<'_> {
    /// Moves the draft to the version in force. What that does not ask for any more is kept beside the answers.
    ///
    /// # Errors
    /// 409 `procedure_closed` when none is in force, `form_incompatible` when the draft cannot be moved; 412 when it
    /// has changed meanwhile, 409 when it is a draft no more; 413 when too much would be beside the answers.
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
        let answers = open_answers(self.keys, draft.id, &draft.sealed_answers)?;
        newer.bring(self.keys, &mut draft, answers, now)?;
        draft.put_off_expiry(&newer.form, now);
        store::save(conn, &draft).await
    }
}
