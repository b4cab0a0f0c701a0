//! Rows put together for the eyes of owner and department.

use auth::StaffId;
use chrono::{DateTime, NaiveDate, Utc};
use forms::{Forms, Procedure, Procedures};
use keys::Keys;
use platform::{AsyncPgConnection, Result, hex};

use crate::attachments;
use crate::correction;
use crate::difference::Change;
use crate::filed_content::FiledContent;
use crate::model::{
    ApplicationId, AttachmentView, CaseEvent, CaseView, CorrectionRound, CorrectionView,
    DecisionView, Filing, OwnApplication, OwnApplicationSummary, OwnEvent, ProcedureRef,
    ProposalView, QueueEntry,
};
use crate::moving::{Newer, removed_answers};
use crate::notices;
use crate::provenance;
use crate::sealing::{Column, open_answers};
use crate::sight::{self, Sight};
use crate::state::{Event, Status};
use crate::store::{
    self, Application, Attachment, Correction, Decision, EventRow, FilingRow, OwnCase, OwnLine,
    Owner, Proposal, QueueLine, Submission,
};

/// The application as its owner sees it.
///
/// # Errors
/// 404 when it is not theirs.
pub(crate) async fn own(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    forms: &Forms,
    (id, owner): (ApplicationId, &Owner),
    now: DateTime<Utc>,
) -> Result<OwnApplication> {
    let OwnCase {
        application,
        filing,
        decided_at,
        correction,
        sealed_provenance,
        has_files,
    } = store::load_own_case(conn, id, owner).await?;
    let procedures = forms.directory(conn, [application.procedure_id]).await?;
    let form = forms.version(conn, application.form_version_id).await?;
    let files = if has_files {
        store::list_attachments(conn, id).await?
    } else {
        Vec::new()
    };
    let answers = open_answers(keys, id, &application.sealed_answers)?;
    let newer = Newer::for_draft(conn, forms, &application, now).await?;
    let is_hidden = sight::is_hidden_from(conn, &application, owner).await?;
    let electronic = filing
        .as_ref()
        .is_some_and(|filing| filing.electronic_notice_consent);
    let mut own = OwnApplication {
        id,
        procedure: procedure_ref(&procedures[&application.procedure_id]),
        form_version_id: application.form_version_id,
        status: application.status,
        standing: notices::standing(&application, electronic),
        version: application.version,
        newer_form: newer.map(|newer| newer.view(&answers)),
        removed_answers: removed_answers(keys, &application)?,
        provenance: provenance::told(
            provenance::open(keys, id, sealed_provenance.as_deref())?,
            &answers,
        ),
        answers,
        hidden_answers: Vec::new(),
        allowed_events: owners_events(&application),
        filing: filing.map(Filing::from),
        correction: correction
            .map(|correction| correction_view(keys, &correction))
            .transpose()?,
        attachments: attachment_views(keys, &files)?,
        decided_at,
        created_at: application.created_at,
        updated_at: application.updated_at,
        expires_on: application.expires_on,
    };
    if owner.procedures.is_some() {
        own.hide_other_applications();
    }
    own.hide(&owner.hiding(&form.compiled, is_hidden));
    Ok(own)
}

fn owners_events(application: &Application) -> Vec<Event> {
    let mut events = application.status.allowed_events(application.kind);
    let theirs = [Event::Submit, Event::RespondCorrection, Event::Withdraw];
    events.retain(|event| theirs.contains(event));
    events
}

/// The application as the department sees it.
pub(crate) async fn case(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    forms: &Forms,
    application: Application,
    (sight, today): (Sight<'_>, NaiveDate),
) -> Result<CaseView> {
    let procedures = forms.directory(conn, [application.procedure_id]).await?;
    let submission = store::submission_of(conn, application.id).await?;
    let proposal = store::newest_proposal(conn, application.id).await?;
    let decision = store::decision(conn, application.id).await?;
    let answers = open_answers(keys, application.id, &application.sealed_answers)?;
    let form = forms.version(conn, application.form_version_id).await?;
    let filled_in = provenance::kept(conn, keys, application.id).await?;
    let files = attachments::named(conn, application.id, &form.definition, &answers).await?;
    let filed = FiledContent::open(keys, &submission)?;
    let history = correction::history(conn, keys, application.id, filed.answers).await?;
    let known = sight.known(conn, keys, application.applicant_id).await?;
    let addresses = sight.addresses(conn, &application).await?;
    let hiding = sight.hiding(&form.compiled, &application, &addresses);
    let mut case = CaseView {
        id: application.id,
        procedure: procedure_ref(&procedures[&application.procedure_id]),
        form_version_id: application.form_version_id,
        status: application.status,
        version: application.version,
        registered: known.registered,
        addressee_number: known.addressee_number,
        address_protected: addresses.protected,
        applicant: filed.identity,
        representative: filed.representative,
        filing: submission.into(),
        overdue: overdue(application.status, application.due_on, today),
        provenance: provenance::told(filled_in, &answers),
        answers,
        hidden_answers: Vec::new(),
        attachments: attachment_views(keys, &files)?,
        corrections: history.into_iter().map(round_view).collect::<Result<_>>()?,
        applicant_id: application.applicant_id.as_uuid(),
        subject_id: application.subject_id.as_uuid(),
        actor_id: application.actor_id,
        mandate_id: application.mandate_id,
        assignee_id: application.assignee_id.map(StaffId::as_uuid),
        proposal: proposal
            .map(|proposal| proposal_view(keys, proposal))
            .transpose()?,
        decision: decision
            .map(|decided| decision_view(keys, decided))
            .transpose()?,
        allowed_events: application.status.allowed_events(application.kind),
    };
    case.hide(&hiding);
    Ok(case)
}

fn attachment_views(keys: &Keys, files: &[Attachment]) -> Result<Vec<AttachmentView>> {
    files
        .iter()
        .map(|file| attachments::view(keys, file))
        .collect()
}

fn correction_view(keys: &Keys, correction: &Correction) -> Result<CorrectionView> {
    Ok(CorrectionView {
        items: correction.items()?,
        deadline: correction.deadline,
        answers: correction.answers(keys)?,
    })
}

/// What the applicant is still typing is not the department's to see.
fn round_view((correction, changes): (Correction, Vec<Change>)) -> Result<CorrectionRound> {
    let sent = correction.answered == Some(true);
    Ok(CorrectionRound {
        round: correction.round,
        items: correction.items()?,
        requested_at: correction.requested_at,
        deadline: correction.deadline,
        ended_at: correction.ended_at,
        answered: correction.answered,
        changes: if sent { changes } else { Vec::new() },
    })
}

/// What has happened to an application as its owner may know it.
pub(crate) fn own_events(events: Vec<EventRow>) -> Vec<OwnEvent> {
    let inside = [Event::Propose, Event::TakeBack, Event::SendBack];
    let told = events
        .into_iter()
        .filter(|row| !inside.contains(&row.event));
    let told = told.map(|row| OwnEvent {
        event: row.event,
        occurred_at: row.occurred_at,
    });
    told.collect()
}

/// A line of one's own applications.
pub(crate) fn own_line(procedures: &Procedures, line: OwnLine) -> OwnApplicationSummary {
    OwnApplicationSummary {
        id: line.id,
        procedure: procedure_ref(&procedures[&line.procedure_id]),
        reference_number: line.reference_number,
        status: line.status,
        created_at: line.created_at,
        updated_at: line.updated_at,
    }
}

/// A line of the department's queue.
pub(crate) fn queue_line(procedures: &Procedures, line: QueueLine, today: NaiveDate) -> QueueEntry {
    QueueEntry {
        id: line.id,
        procedure: procedure_ref(&procedures[&line.procedure_id]),
        reference_number: line.reference_number,
        status: line.status,
        arrived_at: line.arrived_at,
        due_on: line.due_on,
        overdue: overdue(line.status, line.due_on, today),
        assignee_id: line.assignee_id.map(StaffId::as_uuid),
        version: line.version,
    }
}

fn overdue(status: Status, due_on: Option<NaiveDate>, today: NaiveDate) -> bool {
    let open = !status.is_final() && status != Status::Decided;
    open && due_on.is_some_and(|day| day < today)
}

/// The procedure, named.
pub(crate) fn procedure_ref(procedure: &Procedure) -> ProcedureRef {
    ProcedureRef {
        code: procedure.description.code.clone(),
        name: procedure.description.name.ja.clone(),
        kind: procedure.kind,
    }
}

impl From<FilingRow> for Filing {
    fn from(row: FilingRow) -> Self {
        Self {
            reference_number: row.reference_number,
            arrived_at: row.arrived_at,
            accepted_on: row.accepted_on,
            due_on: row.due_on,
            electronic_notice_consent: row.electronic_notice_consent,
        }
    }
}

impl From<Submission> for Filing {
    fn from(submission: Submission) -> Self {
        Self {
            reference_number: submission.reference_number,
            arrived_at: submission.arrived_at,
            accepted_on: submission.accepted_on,
            due_on: submission.due_on,
            electronic_notice_consent: submission.electronic_notice_consent,
        }
    }
}

fn proposal_view(keys: &Keys, proposal: Proposal) -> Result<ProposalView> {
    Ok(ProposalView {
        round: proposal.round,
        outcome: proposal.outcome,
        grounds: proposal.grounds(keys)?,
        proposed_by: proposal.proposed_by.as_uuid(),
        proposed_at: proposal.proposed_at,
    })
}

fn decision_view(keys: &Keys, (decision, proposal): (Decision, Proposal)) -> Result<DecisionView> {
    Ok(DecisionView {
        outcome: proposal.outcome,
        grounds: proposal.grounds(keys)?,
        decided_at: decision.decided_at,
        notice_sha256: hex(&decision.notice_sha256),
    })
}

/// An event with its reason opened.
pub(crate) fn case_event(keys: &Keys, row: EventRow) -> Result<CaseEvent> {
    let id = row.application_id;
    let reason = row.sealed_reason;
    Ok(CaseEvent {
        version: row.version,
        event: row.event,
        occurred_at: row.occurred_at,
        actor_kind: row.actor_kind,
        actor_id: row.actor_id,
        reason: reason
            .map(|sealed| Column::Reason.open(keys, id, &sealed))
            .transpose()?,
    })
}
