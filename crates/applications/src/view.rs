//! Rows put together for the eyes of owner and department.

use std::collections::{BTreeSet, HashMap};

use auth::StaffId;
use chrono::NaiveDate;
use documents::hex;
use forms::{Forms, Procedure, ProcedureId};
use keys::Keys;
use platform::{AsyncPgConnection, Result};

use crate::answers::open_answers;
use crate::model::{
    CaseView, DecisionView, Filing, OwnApplication, OwnApplicationSummary, ProcedureRef,
    ProposalView, QueueEntry,
};
use crate::notices;
use crate::state::{Event, Status};
use crate::store::{self, Application, Decision, OwnLine, Proposal, QueueLine, Submission};

/// The application as its owner sees it.
pub(crate) async fn own(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    forms: &Forms,
    application: Application,
) -> Result<OwnApplication> {
    let procedure = forms.procedure(conn, application.procedure_id).await?;
    let submission = store::submission(conn, application.id).await?;
    let decision = store::decision(conn, application.id).await?;
    Ok(OwnApplication {
        id: application.id,
        procedure: procedure_ref(&procedure),
        form_version_id: application.form_version_id,
        status: application.status,
        standing: notices::standing(&application),
        version: application.version,
        answers: open_answers(keys, application.id, &application.sealed_answers)?,
        allowed_events: owners_events(&application),
        filing: submission.map(filing),
        decision: decision.map(decision_view),
        created_at: application.created_at,
        updated_at: application.updated_at,
    })
}

fn owners_events(application: &Application) -> Vec<Event> {
    let mut events = application.status.allowed_events(application.kind);
    events.retain(|event| matches!(event, Event::Submit | Event::Withdraw));
    events
}

/// The application as the department sees it.
pub(crate) async fn case(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    forms: &Forms,
    application: Application,
    today: NaiveDate,
) -> Result<CaseView> {
    let procedure = forms.procedure(conn, application.procedure_id).await?;
    let submission = store::submission_of(conn, application.id).await?;
    let proposal = store::newest_proposal(conn, application.id).await?;
    let decision = store::decision(conn, application.id).await?;
    Ok(CaseView {
        id: application.id,
        procedure: procedure_ref(&procedure),
        form_version_id: application.form_version_id,
        status: application.status,
        version: application.version,
        filing: filing(submission),
        overdue: overdue(application.status, application.due_on, today),
        answers: open_answers(keys, application.id, &application.sealed_answers)?,
        applicant_id: application.applicant_id.as_uuid(),
        subject_id: application.subject_id.as_uuid(),
        actor_id: application.actor_id,
        assignee_id: application.assignee_id.map(StaffId::as_uuid),
        proposal: proposal.map(proposal_view),
        decision: decision.map(decision_view),
        allowed_events: application.status.allowed_events(application.kind),
    })
}

/// The procedures of a page, asked for at once.
pub(crate) struct Named(HashMap<ProcedureId, Procedure>);

impl Named {
    pub(crate) async fn of(
        conn: &mut AsyncPgConnection,
        forms: &Forms,
        ids: impl Iterator<Item = ProcedureId>,
    ) -> Result<Self> {
        let ids: BTreeSet<_> = ids.collect();
        Ok(Self(forms.procedures(conn, ids).await?))
    }

    fn reference(&self, id: ProcedureId) -> ProcedureRef {
        procedure_ref(&self.0[&id])
    }

    pub(crate) fn own_line(&self, line: OwnLine) -> OwnApplicationSummary {
        OwnApplicationSummary {
            id: line.id,
            procedure: self.reference(line.procedure_id),
            reference_number: line.reference_number,
            status: line.status,
            created_at: line.created_at,
            updated_at: line.updated_at,
        }
    }

    pub(crate) fn queue_line(&self, line: QueueLine, today: NaiveDate) -> QueueEntry {
        QueueEntry {
            id: line.id,
            procedure: self.reference(line.procedure_id),
            reference_number: line.reference_number,
            status: line.status,
            arrived_at: line.arrived_at,
            due_on: line.due_on,
            overdue: overdue(line.status, line.due_on, today),
            assignee_id: line.assignee_id.map(StaffId::as_uuid),
            version: line.version,
        }
    }
}

fn overdue(status: Status, due_on: Option<NaiveDate>, today: NaiveDate) -> bool {
    let open = !status.is_final() && status != Status::Decided;
    open && due_on.is_some_and(|day| day < today)
}

fn procedure_ref(procedure: &Procedure) -> ProcedureRef {
    ProcedureRef {
        code: procedure.description.code.clone(),
        name: procedure.description.name.ja.clone(),
        kind: procedure.kind,
    }
}

fn filing(submission: Submission) -> Filing {
    Filing {
        reference_number: submission.reference_number,
        arrived_at: submission.arrived_at,
        accepted_on: submission.accepted_on,
        due_on: submission.due_on,
        electronic_notice_consent: submission.electronic_notice_consent,
    }
}

fn proposal_view(proposal: Proposal) -> ProposalView {
    ProposalView {
        round: proposal.round,
        outcome: proposal.outcome,
        reason: proposal.reason,
        legal_basis: proposal.legal_basis,
        proposed_by: proposal.proposed_by.as_uuid(),
        proposed_at: proposal.proposed_at,
    }
}

fn decision_view((decision, proposal): (Decision, Proposal)) -> DecisionView {
    DecisionView {
        outcome: proposal.outcome,
        reason: proposal.reason,
        legal_basis: proposal.legal_basis,
        decided_at: decision.decided_at,
        notice_sha256: hex(&decision.notice_sha256),
    }
}
