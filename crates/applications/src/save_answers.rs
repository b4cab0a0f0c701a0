//! Keeping what has been typed into a draft, on however many devices.

use calendar::jst_date;
use chrono::{DateTime, Utc};
use forms::PublishedForm;
use keys::Keys;
use platform::{AsyncPgConnection, JsonObject, Result};
use serde_json::{Map, Value};

use crate::difference::{Change, difference};
use crate::draft::{bounded, only_enabled, only_ones_own, refuse_individual_numbers};
use crate::own_act::OwnAct;
use crate::recent_saves::RecentSaves;
use crate::sealing::{open_answers, seal_answers};
use crate::state::Status;
use crate::store::{self, Application};

impl OwnAct<'_> {
    /// Merges answers into the draft; whatever was typed is kept, right or wrong, but no 個人番号. What was begun on an earlier version is
    /// merged too, where nothing it overwrites has been changed since.
    ///
    /// # Errors
    /// 412 when something has, or when that is not known any more; 409 when it is a draft no more, 422 `locked` for
    /// an answer that the form disables, `individual_number` for one that holds what looks like one.
    pub(crate) async fn save_answers(
        &self,
        conn: &mut AsyncPgConnection,
        patch: JsonObject,
    ) -> Result<()> {
        let mut draft = self.lock_any_version_in(conn, Status::Draft).await?;
        let before = open_answers(self.keys, draft.id, &draft.sealed_answers)?;
        let mut answers = JsonObject(before.clone());
        answers.merge(patch);
        let form = self.forms.version(conn, draft.form_version_id).await?;
        let changes = changes(&form, &before, &answers.0);
        let saves = RecentSaves::of(self.keys, &draft)?;
        saves.check(self.expected, draft.version, &changes)?;
        bounded(&answers)?;
        refuse_individual_numbers(&form, &changes, &answers.0)?;
        only_ones_own(&form, self.owner, &changes)?;
        let now = self.clock.now();
        only_enabled(&form, &before, &answers.0, jst_date(now))?;
        draft.keep(self.keys, &form, answers.0, (saves, &changes), now)?;
        store::save(conn, &draft).await
    }
}

/// What is another answer now; what the form computes is no change of the resident's.
pub(crate) fn changes(
    form: &PublishedForm,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Vec<Change> {
    let mut changes = difference(before, after);
    changes.retain(|change| !form.compiled.computes(&change.pointer));
    changes
}

impl Application {
    /// Makes the answers those of the draft's next version, with what its form computes from them; what has changed is
    /// remembered with the saves before.
    pub(crate) fn keep(
        &mut self,
        keys: &Keys,
        form: &PublishedForm,
        answers: Map<String, Value>,
        (mut saves, changes): (RecentSaves, &[Change]),
        now: DateTime<Utc>,
    ) -> Result<()> {
        let answers = form.compiled.with_computed(&answers, jst_date(now));
        self.sealed_answers = seal_answers(keys, self.id, &answers)?;
        self.version += 1;
        self.updated_at = now;
        self.put_off_expiry(form, now);
        saves.remember(self.version, changes);
        self.sealed_recent_saves = Some(saves.sealed(keys, self.id)?);
        Ok(())
    }
}
