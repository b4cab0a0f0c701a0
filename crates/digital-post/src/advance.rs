//! One step of a delivery: stage, evidence, projection and audit together.

use audit::{Actor, Entry};
use auth::mandates::MandateId;
use chrono::{DateTime, Utc};
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Result};
use serde_json::json;

use crate::model::DeliveryId;
use crate::state::Event;
use crate::store;

/// What happens to a delivery.
pub(crate) struct Step {
    pub(crate) event: Event,
    pub(crate) actor: Actor,
    pub(crate) request: RequestId,
    pub(crate) at: DateTime<Utc>,
}

/// Takes a delivery, locked by the caller, one step on; a step that leads nowhere new leaves no trace.
///
/// # Errors
/// `illegal_transition` when the stage does not know the event.
pub(crate) async fn advance(
    conn: &mut AsyncPgConnection,
    id: DeliveryId,
    mandate: Option<MandateId>,
    step: Step,
) -> Result<()> {
    let last = store::last_link(conn, id).await?;
    let stage = last.kind.apply(step.event)?;
    if stage == last.kind {
        return Ok(());
    }
    store::insert_link(conn, &last.next(stage, step.actor, step.at)?).await?;
    let action = match step.event {
        Event::Open => {
            store::set_first_opened(conn, id, step.at).await?;
            "delivery.open"
        }
        Event::Download => "delivery.download",
        Event::HandOver => {
            store::set_handed_over(conn, id, step.at).await?;
            "paper_task.hand_over"
        }
    };
    record(conn, id, mandate, step, action).await
}

/// Puts on record that a representative read what is not thereby read by the principal.
pub(crate) async fn note_reading(
    conn: &mut AsyncPgConnection,
    id: DeliveryId,
    mandate: MandateId,
    step: Step,
) -> Result<()> {
    record(
        conn,
        id,
        Some(mandate),
        step,
        "delivery.read_by_representative",
    )
    .await
}

async fn record(
    conn: &mut AsyncPgConnection,
    id: DeliveryId,
    mandate: Option<MandateId>,
    step: Step,
    action: &str,
) -> Result<()> {
    let detail = match mandate {
        None => json!({}),
        Some(mandate) => json!({"mandate": mandate}),
    };
    let entry = Entry {
        occurred_at: step.at,
        actor: step.actor,
        action,
        object_kind: "delivery",
        object_id: Some(id.as_uuid()),
        request_id: Some(step.request),
        detail,
    };
    audit::record(conn, entry).await
}
