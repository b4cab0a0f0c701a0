//! A registrar at their desk, where mandates and registrations lie.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use audit::Entry;
use platform::extract::app_state;
use platform::{AsyncPgConnection, Db, Error, Result};
use serde_json::Value;
use uuid::Uuid;

use crate::access::Staff;
use crate::act::Act;
use crate::registration::Reading;

/// Extracted from a request: the clerk (401, 403), with all that deciding takes.
pub(super) struct Desk {
    pub(super) clerk: Staff,
    pub(super) act: Act,
    pub(super) db: Db,
}

impl FromRequest for Desk {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let clerk = Staff::from_request(request, payload).into_inner();
        let act = Act::from_request(request, payload).into_inner();
        ready(clerk.and_then(|clerk| {
            Ok(Self {
                clerk,
                act: act?,
                db: app_state(request)?,
            })
        }))
    }
}

impl Desk {
    /// Clerks' readings are on record.
    pub(super) async fn record_reading(
        &self,
        conn: &mut AsyncPgConnection,
        (object_kind, object_id): (&'static str, Option<Uuid>),
        detail: Value,
    ) -> Result<()> {
        let entry = Entry {
            occurred_at: self.act.now,
            actor: self.clerk.actor(),
            action: &format!("{object_kind}.read"),
            object_kind,
            object_id,
            request_id: Some(self.act.request),
            detail,
        };
        audit::record(conn, entry).await
    }

    /// The clerk as one who may see protected addresses.
    pub(super) fn reading(&self) -> Reading<'_> {
        Reading {
            clerk: &self.clerk,
            request: self.act.request,
            now: self.act.now,
        }
    }
}
