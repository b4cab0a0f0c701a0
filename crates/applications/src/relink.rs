//! What somebody did with a new login goes along when it leads to who they were before: cases, drafts and post.

use audit::{Actor, Entry};
use auth::registration::BringAlong;
use chrono::TimeDelta;
use diesel_async::AsyncConnection as _;
use jobs::{Handler, HandlerFuture, Lease};
use platform::{AsyncPgConnection, Clock, Database, Result};
use serde_json::json;

use crate::store;

/// After so long no request is under way any more that came with a login of before: none lasts longer than a statement may,
/// thirty seconds.
const STRAGGLERS: TimeDelta = TimeDelta::minutes(2);

/// Keeps promises to bring a resident's things along.
pub struct BringingAlong {
    /// Tells when.
    pub clock: Clock,
}

impl Handler for BringingAlong {
    fn run<'a>(&'a self, database: &'a Database, lease: &'a Lease) -> HandlerFuture<'a> {
        Box::pin(async move {
            let promise: BringAlong = lease.job()?;
            let mut conn = database.connection().await?;
            conn.transaction(async |conn| {
                bring_along(conn, &self.clock, promise).await?;
                lease.complete(conn).await
            })
            .await?;
            Ok(())
        })
    }
}

async fn bring_along(
    conn: &mut AsyncPgConnection,
    clock: &Clock,
    promise: BringAlong,
) -> Result<()> {
    let BringAlong { from, to, .. } = promise;
    let applications = store::move_resident(conn, (from, to), &promise.beside).await?;
    let messages = digital_post::move_resident(conn, (from, to), &promise.beside).await?;
    if !applications.is_empty() || !messages.is_empty() {
        let entry = Entry {
            occurred_at: clock.now(),
            actor: Actor::System,
            action: "resident.bring_along",
            object_kind: "person",
            object_id: Some(to.as_uuid()),
            request_id: None,
            detail: json!({"from": from, "applications": applications, "messages": messages}),
        };
        audit::record(conn, entry).await?;
    }
    if promise.again {
        return Ok(());
    }
    let again = BringAlong {
        again: true,
        ..promise
    };
    jobs::enqueue(conn, &again, clock.now() + STRAGGLERS).await
}
