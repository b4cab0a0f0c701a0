//! What residents and clerks do with registrations. Each act is one transaction of the caller's and is recorded.

mod clerk;
mod resident;

use audit::{Actor, Entry};
use platform::{AsyncPgConnection, Result};
use serde_json::json;

use super::addressee::AddresseeId;
use super::state::{RegistrationEvent, RegistrationStatus};
use super::store::{self, Row};
use crate::act::Act;
use crate::store::take_turn;

pub(super) use clerk::leave_to;
pub(crate) use clerk::{Decision, decide};
pub(crate) use resident::{Requested, end, own, request};

/// Whoever else wants to link or unlink the person of the register waits until the transaction ends.
async fn take_turn_at(conn: &mut AsyncPgConnection, addressee: AddresseeId) -> Result<()> {
    take_turn(conn, format!("addressee {addressee}")).await
}

/// Lets it happen.
///
/// # Errors
/// `illegal_transition` (409) with what may happen instead.
async fn happen(
    conn: &mut AsyncPgConnection,
    act: &Act,
    row: &mut Row,
    event: RegistrationEvent,
    actor: Actor,
) -> Result<()> {
    row.status = row.status.apply(event)?;
    row.version += 1;
    row.settled_at = Some(act.now);
    // Whom a mistaken link named is left to the record alone.
    let named = row.addressee_id;
    if row.status == RegistrationStatus::Mistaken {
        row.addressee_id = None;
    }
    store::save(conn, row).await?;
    record(conn, act, (row, named), event.as_str(), actor).await
}

/// The number itself is in no audit row: its place in the register is.
async fn record(
    conn: &mut AsyncPgConnection,
    act: &Act,
    (row, named): (&Row, Option<AddresseeId>),
    what: &str,
    actor: Actor,
) -> Result<()> {
    let entry = Entry {
        occurred_at: act.now,
        actor,
        action: &format!("registration.{what}"),
        object_kind: "registration",
        object_id: Some(row.id.as_uuid()),
        request_id: Some(act.request),
        detail: json!({"resident": row.resident_id, "addressee": named, "version": row.version}),
    };
    audit::record(conn, entry).await
}
