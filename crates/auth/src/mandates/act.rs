//! What residents and clerks do with mandates. Each act is one transaction of the caller's and is recorded.

mod clerk;
mod resident;

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use audit::{Actor, Entry};
use chrono::{DateTime, Utc};
use keys::Keys;
use platform::extract::{RequestId, app_state};
use platform::{AsyncPgConnection, Clock, Code, Error, Result};
use serde_json::json;

use super::model::{MandateStatus, People};
use super::store::{self, Row};
use crate::residents;

pub(crate) use clerk::Decision;

/// Something about to be done with a mandate: in which request, when, and what seals it.
pub(crate) struct Act {
    pub(crate) keys: Data<Keys>,
    pub(crate) request: RequestId,
    pub(crate) now: DateTime<Utc>,
}

impl FromRequest for Act {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let act = RequestId::from_request(request, payload).into_inner();
        ready(act.and_then(|id| {
            let clock: Clock = app_state(request)?;
            Ok(Self {
                keys: app_state(request)?,
                request: id,
                now: clock.now(),
            })
        }))
    }
}

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
