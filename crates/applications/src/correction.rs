//! 補正: the clerk names items, only these unlock, the resident answers, the difference is shown.
//!
//! The submitted copy never changes: the answers under correction are a copy of their own, merged
//! when the resident sends them. The filing date stands.

mod request;

use calendar::jst_date;
use chrono::{DateTime, Utc};
use forms::PublishedForm;
use keys::Keys;
use platform::pointer::is_within;
use platform::{AsyncPgConnection, Error, JsonObject, Result};
use serde_json::{Map, Value};

use crate::attachments;
use crate::decide::Act;
use crate::difference::{Change, difference};
use crate::draft::{
    bounded, day_of, only_enabled, only_ones_own, refuse_individual_numbers, refuse_locked, refused,
};
use crate::due_day::prolong;
use crate::model::{ApplicationId, CorrectionItem, CorrectionRequest};
use crate::notices::{self, Notice};
use crate::own_act::OwnAct;
use crate::save_answers::changes;
use crate::sealing::{Column, open_answers, seal_answers};
use crate::state::{Event, IllegalTransition, Status};
use crate::store::{self, Application, Correction};
use crate::transition::transition;

use request::{not_correctable, unacceptable};

impl Correction {
    /// The fields that are unlocked, with the reasons.
    pub(crate) fn items(&self) -> Result<Vec<CorrectionItem>> {
        Ok(serde_json::from_value(self.items.clone())?)
    }

    /// The answers as the resident is changing them.
    pub(crate) fn answers(&self, keys: &Keys) -> Result<Map<String, Value>> {
        Column::Correction.open(keys, self.application_id, &self.sealed_answers)
    }

    fn set_answers(&mut self, keys: &Keys, answers: &Map<String, Value>) -> Result<()> {
        self.sealed_answers = Column::Correction.seal(keys, self.application_id, answers)?;
        Ok(())
    }

    /// Ends it. What was changed and not sent stays on record.
    pub(crate) async fn end(
        &mut self,
        conn: &mut AsyncPgConnection,
        answered: bool,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.ended_at = Some(now);
        self.answered = Some(answered);
        store::save_correction(conn, self).await
    }
}

/// Whether the open correction of the application unlocks the field.
pub(crate) async fn unlocks(
    conn: &mut AsyncPgConnection,
    id: ApplicationId,
    field: &str,
) -> Result<bool> {
    let Some(open) = store::open_correction(conn, id).await? else {
        return Ok(false);
    };
    let items = open.items()?;
    Ok(items.iter().any(|item| is_within(field, &item.pointer)))
}

impl Act<'_> {
    /// Asks the applicant to put items right.
    ///
    /// # Errors
    /// 422 for a field that the form does not have or the applicant cannot change, reasons too long for one message or a deadline that is not ahead.
    pub(crate) async fn request_correction(
        mut self,
        conn: &mut AsyncPgConnection,
        asked: &CorrectionRequest,
    ) -> Result<Application> {
        let id = self.application.id;
        let version = self.application.form_version_id;
        let form = self.forms.version(conn, version).await?;
        let answers = open_answers(self.keys, id, &self.application.sealed_answers)?;
        let day = day_of(&self.application, self.now);
        let mut errors = not_correctable(&form, asked, &answers, day);
        errors.extend(unacceptable(asked, jst_date(self.now)));
        if !errors.is_empty() {
            return Err(Error::validation(errors));
        }
        self.happen(conn, Event::RequestCorrection).await?;
        let correction = Correction {
            application_id: id,
            round: next_round(conn, id).await?,
            requested_by: self.clerk.id,
            requested_at: self.now,
            deadline: asked.deadline,
            items: serde_json::to_value(&asked.items)?,
            sealed_answers: Column::Correction.seal(self.keys, id, &answers)?,
            ended_at: None,
            answered: None,
        };
        store::insert_correction(conn, &correction).await?;
        self.tell(conn, &form, &correction).await?;
        Ok(self.application)
    }

    /// Goes on with what there is when the deadline has passed unanswered.
    ///
    /// # Errors
    /// 409 while the deadline is still ahead.
    pub(crate) async fn close_correction(
        mut self,
        conn: &mut AsyncPgConnection,
    ) -> Result<Application> {
        self.happen(conn, Event::CloseCorrection).await?;
        let mut correction = open(conn, &self.application).await?;
        if jst_date(self.now) <= correction.deadline {
            let not_yet = IllegalTransition {
                allowed: vec![Event::RespondCorrection, Event::Withdraw],
            };
            return Err(Error::from(not_yet).detail("補正の期限はまだ過ぎていません。"));
        }
        correction.end(conn, false, self.now).await?;
        prolong(conn, self.forms, &mut self.application).await?;
        Ok(self.application)
    }

    async fn tell(
        &self,
        conn: &mut AsyncPgConnection,
        form: &PublishedForm,
        correction: &Correction,
    ) -> Result<()> {
        let application = &self.application;
        let procedure = self.forms.procedure(conn, application.procedure_id).await?;
        let submission = store::submission_of(conn, application.id).await?;
        let words = notices::correction_asked(
            &procedure,
            form,
            &submission.reference_number,
            &correction.items()?,
            correction.deadline,
        );
        let occasion = format!("application-correction-{}", correction.round);
        let notice = Notice::info(occasion, words, self.clerk.actor());
        notice.deliver(conn, self.keys, application, self.now).await
    }
}

impl OwnAct<'_> {
    /// Merges answers into the copy under correction.
    ///
    /// # Errors
    /// 409 when nothing is asked, 422 `locked` for every answer that was not asked for or
    /// that the form disables, `individual_number` for one that holds what looks like one.
    pub(crate) async fn save_correction(
        &self,
        conn: &mut AsyncPgConnection,
        patch: JsonObject,
    ) -> Result<()> {
        let mut application = self.lock_in(conn, Status::CorrectionRequested).await?;
        let mut correction = open(conn, &application).await?;
        let before = correction.answers(self.keys)?;
        let mut answers = JsonObject(before.clone());
        answers.merge(patch);
        let filed = open_answers(self.keys, application.id, &application.sealed_answers)?;
        bounded(&answers)?;
        let version = application.form_version_id;
        let form = self.forms.version(conn, version).await?;
        let saved = changes(&form, &before, &answers.0);
        let changes = changes(&form, &filed, &answers.0);
        refuse_individual_numbers(&form, &changes, &answers.0)?;
        only_ones_own(&form, self.owner, &saved)?;
        only_unlocked(changes, &correction.items()?)?;
        let day = day_of(&application, self.clock.now());
        only_enabled(&form, &before, &answers.0, day)?;
        let answers = form.compiled.with_computed(&answers.0, day);
        correction.set_answers(self.keys, &answers)?;
        store::save_correction(conn, &correction).await?;
        application.version += 1;
        application.updated_at = self.clock.now();
        store::save(conn, &application).await
    }

    /// Sends the corrected answers: they take the place of those under review.
    ///
    /// # Errors
    /// 401 when the login will not do for it; 422 with what is missing or wrong, as at filing.
    pub(crate) async fn respond_correction(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let mut application = self.lock_in(conn, Status::CorrectionRequested).await?;
        let mut correction = open(conn, &application).await?;
        let form = self
            .forms
            .version(conn, application.form_version_id)
            .await?;
        self.assured(&form)?;
        let day = day_of(&application, self.clock.now());
        let answers = correction.answers(self.keys)?;
        let evaluation = form.compiled.evaluate(&answers, day);
        if !evaluation.is_valid() {
            return Err(refused(evaluation.problems));
        }
        let answers = evaluation.answers;
        attachments::check_named(conn, application.id, &form.definition, &answers).await?;
        application.sealed_answers = seal_answers(self.keys, application.id, &answers)?;
        correction.set_answers(self.keys, &answers)?;
        let now = self.clock.legal_now(conn).await?;
        let happening = self.happening(Event::RespondCorrection, None, now);
        transition(conn, &mut application, happening).await?;
        correction.end(conn, true, now).await?;
        prolong(conn, self.forms, &mut application).await
    }
}

/// Every correction with what it changed: each starts from what the one before left, the first from
/// what was filed.
pub(crate) async fn history(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    id: ApplicationId,
    filed: Map<String, Value>,
) -> Result<Vec<(Correction, Vec<Change>)>> {
    let mut before = filed;
    let mut told = Vec::new();
    for correction in store::list_corrections(conn, id).await? {
        let after = correction.answers(keys)?;
        let changes = difference(&before, &after);
        if correction.answered == Some(true) {
            before = after;
        }
        told.push((correction, changes));
    }
    Ok(told)
}

async fn next_round(conn: &mut AsyncPgConnection, id: ApplicationId) -> Result<i32> {
    let all = store::list_corrections(conn, id).await?;
    Ok(all.last().map_or(1, |last| last.round + 1))
}

async fn open(conn: &mut AsyncPgConnection, application: &Application) -> Result<Correction> {
    store::open_correction(conn, application.id)
        .await?
        .ok_or_else(|| Error::internal("a correction is asked for and there is none"))
}

fn only_unlocked(changes: Vec<Change>, items: &[CorrectionItem]) -> Result<()> {
    let is_unlocked = |change: &Change| {
        let mut items = items.iter();
        items.any(|item| is_within(&change.pointer, &item.pointer))
    };
    let locked = changes.into_iter().filter(|change| !is_unlocked(change));
    refuse_locked(locked, "この項目は補正の対象ではないため変更できません。")
}
