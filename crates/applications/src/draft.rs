//! Filling in: begin, look over, discard.

use std::sync::Arc;

use auth::ResidentId;
use auth::mandates::MandateId;
use calendar::jst_date;
use chrono::{DateTime, NaiveDate, Utc};
use forms::{AnswerProblem, CompiledForm, Forms, Procedure, PublishedForm};
use keys::Keys;
use kpi::Channel;
use platform::pointer::overlap;
use platform::problem::FieldError;
use platform::{AsyncPgConnection, Code, Error, JsonObject, Result};
use serde_json::{Map, Value};

use crate::difference::{Change, difference_at};
use crate::draft_expiry::expires_on;
use crate::file_removal::delete_attachment;
use crate::model::{ApplicationId, Validation};
use crate::own_act::OwnAct;
use crate::prefill::from_identity;
use crate::provenance;
use crate::sealing::{open_answers, seal_answers};
use crate::state::Status;
use crate::store::{self, Application, Owner};

/// Bytes of all answers of an application together, as JSON.
pub(crate) const LARGEST_ANSWERS: usize = 256 * 1024;
/// What a representative is told of an answer that the form leaves to the applicant.
pub(crate) const FOR_APPLICANT_ALONE: &str = "この項目は、ご本人だけが入力できます。";
/// Drafts of one resident.
const MOST_DRAFTS: i64 = 50;

/// Who begins a draft, in whose name, and under which mandate.
#[derive(Clone, Copy)]
pub(crate) struct Beginner<'a> {
    pub(crate) actor: ResidentId,
    pub(crate) owner: &'a Owner,
    pub(crate) mandate: Option<MandateId>,
}

/// Begins a draft on the form in force, with what is known of the resident already, unless somebody acts for them.
///
/// # Errors
/// 422 for an unknown procedure, `procedure_closed` (409) for one that is not digital today.
pub(crate) async fn begin(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    forms: &Forms,
    beginner: Beginner<'_>,
    procedure: &str,
    now: DateTime<Utc>,
) -> Result<Application> {
    let procedure = forms
        .procedure_by_code(conn, procedure)
        .await?
        .ok_or_else(|| Error::field("/procedure", "unknown_procedure", "この手続はありません。"))?;
    let form = open_form(conn, forms, &procedure, now).await?;
    let Beginner {
        actor,
        owner,
        mandate,
    } = beginner;
    if !owner.covers(procedure.id) {
        return Err(
            Error::new(Code::Forbidden).detail("この手続は、任されている代理の範囲にありません。")
        );
    }
    if store::count_drafts(conn, owner.id).await? >= MOST_DRAFTS {
        return Err(Code::TooManyDrafts.into());
    }
    let id = ApplicationId::new(now);
    let filled = match mandate {
        None => from_identity(conn, keys, &form, owner.id, now).await?,
        // What is known of a principal is theirs to tell, and what is known of the representative is not asked for.
        Some(_) => Vec::new(),
    };
    let answers = provenance::filled_in(Map::new(), &filled);
    let answers = form.compiled.with_computed(&answers, jst_date(now));
    let application = Application {
        id,
        procedure_id: procedure.id,
        form_version_id: form.id,
        department_id: procedure.department_id,
        kind: procedure.kind,
        applicant_id: owner.id,
        subject_id: owner.id,
        actor_id: actor.as_uuid(),
        mandate_id: mandate,
        channel: Channel::PortalSelf,
        status: Status::Draft,
        version: 1,
        sealed_answers: seal_answers(keys, id, &answers)?,
        sealed_removed_answers: None,
        sealed_recent_saves: None,
        assignee_id: None,
        arrived_at: None,
        due_on: None,
        limit_on: None,
        approving_department_id: None,
        created_at: now,
        updated_at: now,
        expires_on: Some(expires_on(&form, jst_date(now))),
        expiry_warned_on: None,
    };
    store::insert(conn, &application).await?;
    provenance::keep(conn, keys, id, &filled).await?;
    Ok(application)
}

/// The form in force, if applications on it are accepted at the moment.
///
/// # Errors
/// `procedure_closed` (409), which says when it opens or that it has closed.
pub(crate) async fn open_form(
    conn: &mut AsyncPgConnection,
    forms: &Forms,
    procedure: &Procedure,
    now: DateTime<Utc>,
) -> Result<Arc<PublishedForm>> {
    if !procedure.accepts_digital_on(calendar::jst_date(now)) {
        return Err(Code::ProcedureClosed.into());
    }
    let form = forms.current(conn, procedure.id, now).await?;
    form.check_open(now)?;
    Ok(form)
}

impl OwnAct<'_> {
    /// Throws the draft away with its files.
    ///
    /// # Errors
    /// 412 when the draft has changed meanwhile, 409 when it is a draft no more.
    pub(crate) async fn discard(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let draft = self.lock_in(conn, Status::Draft).await?;
        delete_draft(conn, draft.id, self.clock.now()).await
    }
}

/// Takes the draft away, and its files soon after.
pub(crate) async fn delete_draft(
    conn: &mut AsyncPgConnection,
    id: ApplicationId,
    now: DateTime<Utc>,
) -> Result<()> {
    for attachment in store::list_attachments(conn, id).await? {
        delete_attachment(conn, attachment.id, now).await?;
    }
    store::delete(conn, id).await
}

/// Answers of a form are small; evaluating them must stay so too.
pub(crate) fn bounded(answers: &JsonObject) -> Result<()> {
    if serde_json::to_vec(answers)?.len() <= LARGEST_ANSWERS {
        return Ok(());
    }
    Err(Error::new(Code::BodyTooLarge)
        .detail("入力内容の合計が大きすぎます。入力を減らしてください。"))
}

/// A browser lets nobody change what the form disables. What one change disables or enables it may
/// also change, as one may there just before.
///
/// # Errors
/// 422 `locked` for every answer that is disabled before and after.
pub(crate) fn only_enabled(
    form: &PublishedForm,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    today: NaiveDate,
) -> Result<()> {
    let disabled = form.compiled.disabled(after, today);
    if disabled.is_empty() {
        return Ok(());
    }
    let already = form.compiled.disabled(before, today);
    // What the form computes is no change of the resident's.
    let is_locked = |field: &&String| already.contains(field) && !form.compiled.computes(field);
    let locked = difference_at(disabled.iter().filter(is_locked), before, after);
    refuse_locked(locked, "この項目は今は変更できません。")
}

/// Nobody may keep an 個人番号 that was not asked for (番号法20条), not even in a draft.
///
/// # Errors
/// 422 `individual_number` for every change that holds what looks like one.
pub(crate) fn refuse_individual_numbers(
    form: &PublishedForm,
    changes: &[Change],
    after: &Map<String, Value>,
) -> Result<()> {
    let numbers = form.compiled.individual_numbers(after).into_iter();
    let is_new = |problem: &AnswerProblem| {
        let mut changes = changes.iter();
        changes.any(|change| overlap(&change.pointer, &problem.pointer))
    };
    let errors: Vec<_> = numbers
        .filter(is_new)
        .map(AnswerProblem::in_request)
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::validation(errors))
    }
}

impl Owner {
    /// Whether whoever acts may give the answer: a representative gives none that the form leaves to the applicant.
    pub(crate) fn may_answer(&self, form: &CompiledForm, pointer: &str) -> bool {
        !self.is_represented() || !form.is_for_applicant_alone(pointer)
    }
}

/// What the form leaves to the applicant, a representative does not change.
///
/// # Errors
/// 422 `locked` for every change of such an answer.
pub(crate) fn only_ones_own(form: &PublishedForm, owner: &Owner, changes: &[Change]) -> Result<()> {
    let changes = changes.iter();
    let locked = changes.filter(|change| !owner.may_answer(&form.compiled, &change.pointer));
    refuse_locked(locked.cloned(), FOR_APPLICANT_ALONE)
}

/// # Errors
/// 422 `locked` for every change there is.
pub(crate) fn refuse_locked(
    changes: impl IntoIterator<Item = Change>,
    message: &str,
) -> Result<()> {
    let locked = |change: Change| {
        let pointer = format!("/answers{}", change.pointer);
        FieldError::new(pointer, "locked", message)
    };
    let errors: Vec<_> = changes.into_iter().map(locked).collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Error::validation(errors))
    }
}

/// What the form says about the answers so far, on one page or on all. What a filing holds has been found valid.
///
/// # Errors
/// `invalid_query` (400) for a page that the form does not have.
pub(crate) fn validate(
    keys: &Keys,
    form: &PublishedForm,
    application: &Application,
    page: Option<usize>,
    now: DateTime<Utc>,
) -> Result<Validation> {
    let answers = open_answers(keys, application.id, &application.sealed_answers)?;
    let mut evaluation = form.compiled.evaluate(&answers, day_of(application, now));
    if let Some(page) = page {
        if !form.compiled.has_page(page) {
            return Err(
                Error::new(Code::InvalidQuery).detail("この様式に、そのページはありません。")
            );
        }
        let is_on_page = |problem: &AnswerProblem| form.compiled.is_on_page(page, &problem.pointer);
        evaluation.problems.retain(is_on_page);
    }
    Ok(Validation {
        valid: evaluation.is_valid(),
        problems: evaluation.problems,
        hidden: evaluation.hidden,
        disabled: evaluation.disabled,
    })
}

/// The day that the answers are given for: that of the filing, which stands, or today.
pub(crate) fn day_of(application: &Application, now: DateTime<Utc>) -> NaiveDate {
    jst_date(application.arrived_at.unwrap_or(now))
}

/// The problems as the 422 of a filing.
pub(crate) fn refused(problems: Vec<AnswerProblem>) -> Error {
    Error::validation(problems.into_iter().map(Into::into).collect())
        .detail("申請内容に不足または誤りがあります。各項目を確認してください。")
}
