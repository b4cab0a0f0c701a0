//! Writing events.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Result};
use serde_json::Value;
use uuid::Uuid;

use crate::schema::audit_events;

/// Who acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody without a valid token.
    Anonymous,
    /// A resident, by portal id.
    Resident(Uuid),
    /// A member of staff, by portal id.
    Staff(Uuid),
    /// The program itself: a job, a timer, a command.
    System,
}

impl Actor {
    /// The kind as stored.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Resident(_) => "resident",
            Self::Staff(_) => "staff",
            Self::System => "system",
        }
    }

    /// The person's id, if it is a person we know.
    pub const fn id(self) -> Option<Uuid> {
        match self {
            Self::Resident(id) | Self::Staff(id) => Some(id),
            Self::Anonymous | Self::System => None,
        }
    }
}

/// One event to record. `detail` holds codes, versions and field names, never a person's data.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// Who.
    pub actor: Actor,
    /// What was done or seen, such as `application.decide`.
    pub action: &'a str,
    /// What kind of thing it was done to, such as `application`.
    pub object_kind: &'a str,
    /// Which one.
    pub object_id: Option<Uuid>,
    /// The request in hand; none for jobs and commands.
    pub request_id: Option<RequestId>,
    /// Particulars.
    pub detail: Value,
}

/// Records an event in the caller's transaction.
///
/// # Errors
/// When the rows cannot be written; the caller's transaction must not go on then.
pub async fn record(conn: &mut AsyncPgConnection, entry: Entry<'_>) -> Result<()> {
    diesel::insert_into(audit_events::table)
        .values((
            audit_events::id.eq(platform::id::new_v7(entry.occurred_at)),
            audit_events::occurred_at.eq(entry.occurred_at),
            audit_events::actor_kind.eq(entry.actor.kind()),
            audit_events::actor_id.eq(entry.actor.id()),
            audit_events::action.eq(entry.action),
            audit_events::object_kind.eq(entry.object_kind),
            audit_events::object_id.eq(entry.object_id),
            audit_events::request_id.eq(entry.request_id.map(|request| request.0)),
            audit_events::detail.eq(entry.detail),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
