//! Cases as staff see them.

use auth::StaffId;
use chrono::NaiveDate;
use forms::{Forms, Procedures, PublishedForm};
use keys::Keys;
use platform::{AsyncPgConnection, Result, hex};
use serde_json::{Map, Value};

use super::{attachment_views, procedure_ref};
use crate::approval::{OnRoute, Routes};
use crate::attachments;
use crate::correction;
use crate::difference::Change;
use crate::due_day::earlier;
use crate::extension::extendable;
use crate::filed_content::FiledContent;
use crate::model::{
    ApplicationId, CaseEvent, CaseView, CorrectionRound, DecisionView, ExtensionView, ProposalView,
    QueueEntry, RouteStep, StepStatus,
};
use crate::provenance;
use crate::sealing::{Column, open_answers};
use crate::sight::Sight;
use crate::state::{Event, Status};
use crate::store::{self, Application, Correction, EventRow, Extension, QueueLine};

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
    let answers = open_answers(keys, application.id, &application.sealed_answers)?;
    let form = forms.version(conn, application.form_version_id).await?;
    let filled_in = provenance::kept(conn, keys, application.id).await?;
    let files = attachments::named(conn, application.id, &form.definition, &answers).await?;
    let filed = FiledContent::open(keys, &submission)?;
    let corrections = corrections(conn, keys, application.id, filed.answers).await?;
    let known = sight.known(conn, keys, application.applicant_id).await?;
    let addresses = sight.addresses(conn, &application).await?;
    let hiding = sight.hiding(&form.compiled, &application, &addresses);
    let approval_route = route(conn, forms, &form, &application).await?;
    let extension = store::extension(conn, application.id).await?;
    let limit = form.definition.policy.statutory_limit.as_ref();
    let may_extend = extendable(limit, &application, extension.as_ref(), today).is_ok();
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
        overdue: is_overdue(application.status, application.decide_by(), today),
        limit_on: application.limit_on,
        provenance: provenance::told(filled_in, &answers),
        answers,
        hidden_answers: Vec::new(),
        attachments: attachment_views(keys, &files)?,
        corrections,
        applicant_id: application.applicant_id.as_uuid(),
        subject_id: application.subject_id.as_uuid(),
        actor_id: application.actor_id,
        mandate_id: application.mandate_id,
        assignee_id: application.assignee_id.map(StaffId::as_uuid),
        proposal: proposal(conn, keys, application.id).await?,
        allowed_events: allowed_events(&application, &approval_route, may_extend),
        approval_route,
        extension: extension.map(extension_view),
        decision: decision(conn, keys, application.id).await?,
    };
    case.hide(&hiding);
    Ok(case)
}

/// Where nothing is decided there is nothing to look up.
async fn route(
    conn: &mut AsyncPgConnection,
    forms: &Forms,
    form: &PublishedForm,
    application: &Application,
) -> Result<Vec<RouteStep>> {
    if form.definition.policy.approval_route.is_empty() {
        return Ok(Vec::new());
    }
    let case = OnRoute::from(application);
    Routes::load(conn, forms, &[case]).await?.of(case)
}

/// To approve decides only where no further step follows; the version says whether there is anything to extend.
fn allowed_events(application: &Application, route: &[RouteStep], may_extend: bool) -> Vec<Event> {
    let Application { status, kind, .. } = *application;
    let mut events = status.allowed_events(kind);
    if may_extend && status.apply(kind, Event::Extend).is_ok() {
        events.push(Event::Extend);
    }
    let goes_on = route.iter().any(|step| step.status == StepStatus::ToCome);
    let never = match goes_on {
        true => Event::Approve,
        false => Event::Agree,
    };
    events.retain(|event| *event != never);
    events
}

async fn corrections(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    id: ApplicationId,
    filed: Map<String, Value>,
) -> Result<Vec<CorrectionRound>> {
    let history = correction::history(conn, keys, id, filed).await?;
    history.into_iter().map(round_view).collect()
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

/// Lines of a queue.
pub(crate) async fn queue(
    conn: &mut AsyncPgConnection,
    forms: &Forms,
    lines: Vec<QueueLine>,
    today: NaiveDate,
) -> Result<Vec<QueueEntry>> {
    let ids = lines.iter().map(|line| line.procedure_id);
    let procedures = forms.directory(conn, ids).await?;
    let waiting = lines.iter().filter(|line| line.is_awaiting_approval());
    let waiting: Vec<_> = waiting.map(OnRoute::from).collect();
    let routes = Routes::load(conn, forms, &waiting).await?;
    let lines = lines.into_iter();
    lines
        .map(|line| queue_line(&procedures, &routes, line, today))
        .collect()
}

fn queue_line(
    procedures: &Procedures,
    routes: &Routes,
    line: QueueLine,
    today: NaiveDate,
) -> Result<QueueEntry> {
    let approval_route = match line.is_awaiting_approval() {
        true => routes.of(OnRoute::from(&line))?,
        false => Vec::new(),
    };
    Ok(QueueEntry {
        id: line.id,
        procedure: procedure_ref(&procedures[&line.procedure_id]),
        reference_number: line.reference_number,
        status: line.status,
        arrived_at: line.arrived_at,
        due_on: line.due_on,
        limit_on: line.limit_on,
        overdue: is_overdue(line.status, earlier(line.due_on, line.limit_on), today),
        assignee_id: line.assignee_id.map(StaffId::as_uuid),
        approval_route,
        version: line.version,
    })
}

fn is_overdue(status: Status, decide_by: Option<NaiveDate>, today: NaiveDate) -> bool {
    let open = !status.is_final() && status != Status::Decided;
    open && decide_by.is_some_and(|day| day < today)
}

fn extension_view(extension: Extension) -> ExtensionView {
    ExtensionView {
        former_limit_on: extension.former_limit_on,
        expected_on: extension.expected_on,
        extended_by: extension.extended_by.as_uuid(),
        extended_at: extension.extended_at,
    }
}

async fn proposal(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    id: ApplicationId,
) -> Result<Option<ProposalView>> {
    let Some(proposal) = store::newest_proposal(conn, id).await? else {
        return Ok(None);
    };
    Ok(Some(ProposalView {
        round: proposal.round,
        outcome: proposal.outcome,
        grounds: proposal.grounds(keys)?,
        proposed_by: proposal.proposed_by.as_uuid(),
        proposed_at: proposal.proposed_at,
    }))
}

async fn decision(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    id: ApplicationId,
) -> Result<Option<DecisionView>> {
    let Some((decision, proposal)) = store::decision(conn, id).await? else {
        return Ok(None);
    };
    Ok(Some(DecisionView {
        outcome: proposal.outcome,
        grounds: proposal.grounds(keys)?,
        decided_at: decision.decided_at,
        notice_sha256: hex(&decision.notice_sha256),
    }))
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
