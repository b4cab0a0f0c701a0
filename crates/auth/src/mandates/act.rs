//! What residents and clerks do with mandates. Each act is one transaction of the caller's and is recorded.

mod clerk;
mod resident;

use audit::{Actor, Entry};
use platform::{AsyncPgConnection, Code, Error, Result};
use serde_json::json;

use super::model::{MandateStatus, People};
use super::store::{self, Row};
use crate::act::Act;
use crate::residents;

pub(crate) use clerk::Decision;

impl Act {
    fn must_stand(&self, row: &Row, at: &[MandateStatus]) -> Result<()> {
        if at.contains(&row.status_at(self.now)) {
            Ok(())
        } else {
            Err(Error::new(Code::IllegalTransition).allowed_events(Vec::<String>::new()))
        }
    }

    /// What is known of those on either side.
    async fn people(&self, conn: &mut AsyncPgConnection, rows: &[Row]) -> Result<People> {
        let sides = |row: &Row| [row.representative_id, row.principal_id];
        let ids: Vec<_> = rows.iter().flat_map(sides).flatten().collect();
        residents::attributes_of(conn, &self.keys, &ids).await
    }

    async fn move_to(
        &self,
        conn: &mut AsyncPgConnection,
        row: &mut Row,
        status: MandateStatus,
    ) -> Result<()> {
        row.status = status;
        row.version += 1;
        store::save(conn, row).await
    }

    async fn record(
        &self,
        conn: &mut AsyncPgConnection,
        row: &Row,
        actor: Actor,
        action: &str,
    ) -> Result<()> {
        let entry = Entry {
            occurred_at: self.now,
            actor,
            action,
            object_kind: "mandate",
            object_id: Some(row.id.as_uuid()),
            request_id: Some(self.request),
            detail: json!({"kind": row.kind, "version": row.version}),
        };
        audit::record(conn, entry).await
    }
}
