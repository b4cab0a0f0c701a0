//! Filing (提出): the one act by which a draft becomes an application that has arrived.
//!
//! All in one transaction: the locked draft, the evaluation of its answers, the arrival time, the
//! receipt, the KPI ledger, the message in the post box, the audit row.

use calendar::{FiscalYear, jst_date};
use chrono::{DateTime, Utc};
use documents::receipt::{self, Receipt, ReceiptContent};
use documents::{canonical, sha256};
use forms::{Forms, Procedure, PublishedForm};
use platform::{AsyncPgConnection, Code, Error, Randomness, Result, hex};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::arrival::Dates;
use crate::attachments::check_named;
use crate::draft::{open_form, refused};
use crate::identity::{self, Identity};
use crate::model::{AnswerProvenance, ApplicationId, AttachmentId, SubmitRequest};
use crate::moving::bring_to;
use crate::notices::{self, Notice};
use crate::own_act::OwnAct;
use crate::provenance;
use crate::reference_number::reference_number;
use crate::sealing::{Column, open_answers, seal_answers};
use crate::state::{Event, Status};
use crate::store::{self, Application, Attachment, Submission};
use crate::transition::transition;

/// Who files what, and with what at hand.
pub(crate) struct Filing<'a> {
    pub(crate) act: OwnAct<'a>,
    pub(crate) wish: &'a SubmitRequest,
    pub(crate) randomness: &'a Randomness,
}

/// What came of it.
pub(crate) enum Filed {
    /// It has arrived just now.
    Now(Receipt),
    /// It had arrived before; this is that receipt.
    Before(Receipt),
}

/// Exactly what was filed; its hash is in the receipt.
#[derive(Serialize)]
struct Content<'a> {
    application_id: ApplicationId,
    applicant_id: auth::ResidentId,
    subject_id: auth::ResidentId,
    actor_id: uuid::Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    mandate_id: Option<auth::mandates::MandateId>,
    procedure: &'a str,
    form_version_id: forms::FormVersionId,
    form_sha256: String,
    electronic_notice_consent: bool,
    identity: &'a Identity,
    #[serde(skip_serializing_if = "Option::is_none")]
    representative: &'a Option<Identity>,
    answers: &'a Map<String, Value>,
    attachments: Vec<ContentAttachment<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    provenance: &'a [AnswerProvenance],
}

#[derive(Serialize)]
struct ContentAttachment<'a> {
    id: AttachmentId,
    field: &'a str,
    media_type: &'a str,
    bytes: i64,
    sha256: String,
}

/// Files the draft, exactly once however often it is asked for.
///
/// # Errors
/// 404 when it is not theirs; 409 `already_submitted` when it was filed with another wish, `procedure_closed`, or
/// `form_superseded` when the draft has to be moved first; 412 when the draft has changed meanwhile; 401 when the login will not do;
/// 422 with what is wrong in the answers.
pub(crate) async fn submit(conn: &mut AsyncPgConnection, filing: &Filing<'_>) -> Result<Filed> {
    let act = &filing.act;
    let mut application = store::lock_own(conn, act.id, act.owner).await?;
    let procedure = application.procedure_id;
    if application.status != Status::Draft {
        let procedure = act.forms.procedure(conn, procedure).await?;
        return filed_before(conn, filing, &application, &procedure).await;
    }
    let procedure = act.forms.hold_procedure(conn, procedure).await?;
    act.expected.check(application.version)?;
    let arrived_at = act.clock.legal_now(conn).await?;
    let form = open_form(conn, act.forms, &procedure, arrived_at).await?;
    let mut answers = open_answers(act.keys, application.id, &application.sealed_answers)?;
    bring_to(conn, act, &mut application, &mut answers, &form).await?;
    let filer = act.identified(conn, &form).await?;

    let evaluation = form.compiled.evaluate(&answers, jst_date(arrived_at));
    if !evaluation.is_valid() {
        return Err(refused(evaluation.problems));
    }
    let (identity, representative) = match act.mandate {
        None => (filer, None),
        Some(_) => {
            let applicant = identity::current(conn, act.keys, application.applicant_id);
            (applicant.await?, Some(filer))
        }
    };
    let contents = Contents {
        files: check_named(conn, act.id, &form.definition, &evaluation.answers).await?,
        identity,
        representative,
        provenance: provenance::told(
            provenance::kept(conn, act.keys, act.id).await?,
            &evaluation.answers,
        ),
        answers: evaluation.answers,
    };
    // Whoever files it, whoever began it.
    application.actor_id = act.resident.id.as_uuid();
    application.mandate_id = act.mandate;
    let dates = Dates::of(arrived_at, &form);
    let content = content(filing, &application, &procedure, &form, &contents)?;
    let submission = record(conn, filing, &application, &procedure, &dates, &content).await?;

    application.sealed_answers = seal_answers(act.keys, act.id, &contents.answers)?;
    application.sealed_removed_answers = None;
    application.sealed_recent_saves = None;
    // The department in charge may have changed since the draft was begun.
    application.department_id = procedure.department_id;
    application.arrived_at = Some(arrived_at);
    (application.due_on, application.limit_on) = (dates.due_on, dates.limit_on);
    (application.expires_on, application.expiry_warned_on) = (None, None);
    let happening = act.happening(Event::Submit, None, arrived_at);
    transition(conn, &mut application, happening).await?;
    count(conn, &application, arrived_at).await?;
    let receipt = receipt_of(&submission, &application, &procedure);
    announce(
        conn,
        filing,
        &application,
        (&procedure, &form),
        &receipt,
        arrived_at,
    )
    .await?;
    Ok(Filed::Now(receipt))
}

/// The receipt of an application, if it has been filed.
pub(crate) async fn receipt(
    conn: &mut AsyncPgConnection,
    forms: &Forms,
    application: &Application,
) -> Result<Option<Receipt>> {
    let Some(submission) = store::submission(conn, application.id).await? else {
        return Ok(None);
    };
    let procedure = forms.procedure(conn, application.procedure_id).await?;
    Ok(Some(receipt_of(&submission, application, &procedure)))
}

/// The receipt of a filing, as it was given.
fn receipt_of(
    submission: &Submission,
    application: &Application,
    procedure: &Procedure,
) -> Receipt {
    Receipt {
        content: receipt_content(submission, application, procedure),
        signature: submission.signature.clone(),
    }
}

async fn filed_before(
    conn: &mut AsyncPgConnection,
    filing: &Filing<'_>,
    application: &Application,
    procedure: &Procedure,
) -> Result<Filed> {
    let submission = store::submission_of(conn, application.id).await?;
    if submission.electronic_notice_consent != filing.wish.electronic_notice_consent {
        return Err(Error::new(Code::AlreadySubmitted)
            .detail("通知の受け取り方法を変えて、もう一度提出することはできません。"));
    }
    Ok(Filed::Before(receipt_of(
        &submission,
        application,
        procedure,
    )))
}

/// What goes into a filing.
struct Contents {
    identity: Identity,
    representative: Option<Identity>,
    answers: Map<String, Value>,
    files: Vec<Attachment>,
    /// Which of the answers were filled in from elsewhere, and which of these the applicant has changed.
    provenance: Vec<AnswerProvenance>,
}

fn content(
    filing: &Filing<'_>,
    application: &Application,
    procedure: &Procedure,
    form: &PublishedForm,
    filed: &Contents,
) -> Result<Value> {
    let content = Content {
        application_id: application.id,
        applicant_id: application.applicant_id,
        subject_id: application.subject_id,
        actor_id: application.actor_id,
        mandate_id: application.mandate_id,
        procedure: &procedure.description.code,
        form_version_id: form.id,
        form_sha256: hex(&form.sha256),
        electronic_notice_consent: filing.wish.electronic_notice_consent,
        identity: &filed.identity,
        representative: &filed.representative,
        answers: &filed.answers,
        attachments: filed.files.iter().map(content_attachment).collect(),
        provenance: &filed.provenance,
    };
    Ok(serde_json::to_value(content)?)
}

fn content_attachment(file: &Attachment) -> ContentAttachment<'_> {
    ContentAttachment {
        id: file.id,
        field: &file.field,
        media_type: &file.media_type,
        bytes: file.bytes,
        sha256: hex(&file.sha256),
    }
}

/// Draws a reference number, signs the receipt and writes both down with the content.
async fn record(
    conn: &mut AsyncPgConnection,
    filing: &Filing<'_>,
    application: &Application,
    procedure: &Procedure,
    dates: &Dates,
    content: &Value,
) -> Result<Submission> {
    let year = FiscalYear::of_instant(dates.arrived_at);
    // One in a trillion is taken already; the constraint tells, and another is drawn.
    for _ in 0..5 {
        let mut submission = Submission {
            application_id: application.id,
            reference_number: reference_number(year, filing.randomness.bytes()?),
            arrived_at: dates.arrived_at,
            accepted_on: dates.accepted_on,
            due_on: dates.due_on,
            electronic_notice_consent: filing.wish.electronic_notice_consent,
            sealed_content: Column::Content.seal(filing.act.keys, application.id, content)?,
            content_sha256: sha256(&canonical(content)?),
            signature: String::new(),
        };
        let content = receipt_content(&submission, application, procedure);
        submission.signature = receipt::sign(filing.act.keys, content)?.signature;
        if store::insert_submission(conn, &submission).await? {
            return Ok(submission);
        }
    }
    Err(Error::internal("no free reference number was drawn"))
}

fn receipt_content(
    submission: &Submission,
    application: &Application,
    procedure: &Procedure,
) -> ReceiptContent {
    ReceiptContent {
        reference_number: submission.reference_number.clone(),
        application_id: application.id.as_uuid(),
        procedure: procedure.description.code.clone(),
        form_version_id: application.form_version_id.as_uuid(),
        arrived_at: submission.arrived_at,
        accepted_on: submission.accepted_on,
        due_on: submission.due_on,
        content_sha256: hex(&submission.content_sha256),
    }
}

async fn count(
    conn: &mut AsyncPgConnection,
    application: &Application,
    arrived_at: DateTime<Utc>,
) -> Result<()> {
    let arrival = kpi::ledger::Arrival {
        application_id: application.id.as_uuid(),
        procedure_id: application.procedure_id.as_uuid(),
        channel: application.channel,
        arrived_at,
        recorded_at: arrived_at,
    };
    kpi::ledger::record(conn, arrival).await
}

async fn announce(
    conn: &mut AsyncPgConnection,
    filing: &Filing<'_>,
    application: &Application,
    (procedure, form): (&Procedure, &PublishedForm),
    receipt: &Receipt,
    now: DateTime<Utc>,
) -> Result<()> {
    let words = notices::received(procedure, form, &receipt.content, application.limit_on);
    let actor = filing.act.resident.actor();
    let notice = Notice::info("application-received", words, actor);
    notice
        .deliver(conn, filing.act.keys, application, now)
        .await
}
