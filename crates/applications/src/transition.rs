//! One event, whatever it is: state, version, event row and audit row move together.

use audit::{Actor, Entry};
use auth::mandates::MandateId;
use chrono::{DateTime, Utc};
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Result};
use serde_json::json;

use crate::state::{Event, Status};
use crate::store::{self, Application, EventRow};

/// An event about to happen.
#[derive(Debug)]
pub(crate) struct Happening {
    pub(crate) event: Event,
    pub(crate) actor: Actor,
    /// Under which mandate the actor acts, where it is for somebody else.
    pub(crate) mandate: Option<MandateId>,
    /// Sealed for the application.
    pub(crate) sealed_reason: Option<Vec<u8>>,
    pub(crate) request: Option<RequestId>,
    pub(crate) now: DateTime<Utc>,
}

/// Applies the event to the locked application and records it.
///
/// # Errors
/// `illegal_transition` (409) with the events that are possible.
pub(crate) async fn transition(
    conn: &mut AsyncPgConnection,
    application: &mut Application,
    happening: Happening,
) -> Result<()> {
    let Happening {
        event,
        actor,
        mandate,
        sealed_reason,
        request,
        now,
    } = happening;
    application.status = application.status.apply(application.kind, event)?;
    application.version += 1;
    application.updated_at = now;
    if application.status != Status::AwaitingApproval {
        application.approving_department_id = None;
    }
    store::save(conn, application).await?;
    let row = EventRow {
        application_id: application.id,
        version: application.version,
        event,
        actor_kind: actor.kind().to_owned(),
        actor_id: actor.id(),
        occurred_at: now,
        sealed_reason,
        mandate_id: mandate,
    };
    store::insert_event(conn, &row).await?;
    let mut detail = json!({"version": application.version, "status": application.status});
    if let Some(mandate) = mandate {
        detail["mandate"] = json!(mandate);
    }
    let entry = Entry {
        occurred_at: now,
        actor,
        action: action(event),
        object_kind: "application",
        object_id: Some(application.id.as_uuid()),
        request_id: request,
        detail,
    };
    audit::record(conn, entry).await
}

const fn action(event: Event) -> &'static str {
    match event {
        Event::Submit => "application.submit",
        Event::TakeUp => "application.take_up",
        Event::RequestCorrection => "application.request_correction",
        Event::RespondCorrection => "application.respond_correction",
        Event::CloseCorrection => "application.close_correction",
        Event::Extend => "application.extend",
        Event::Propose => "application.propose",
        Event::TakeBack => "application.take_back",
        Event::SendBack => "application.send_back",
        Event::Agree => "application.agree",
        Event::Approve => "application.approve",
        Event::Deliver => "application.deliver",
        Event::Complete => "application.complete",
        Event::Withdraw => "application.withdraw",
        Event::HandOver => "application.hand_over",
    }
}
