//! An administrator about to do something to the forms of a procedure, with all that takes.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use auth::Staff;
use chrono::{DateTime, Utc};
use platform::extract::{RequestId, app_state};
use platform::{AsyncPgConnection, Clock, Code, Db, Result};
use serde_json::Value;
use uuid::Uuid;

use crate::model::FormVersionId;
use crate::published::{Forms, Procedure, PublishedForm};

/// Extracted from a request: the administrator (401, 403).
pub(crate) struct Editor {
    pub(crate) staff: Staff,
    pub(crate) request: RequestId,
    pub(crate) clock: Clock,
    pub(crate) db: Db,
    pub(crate) forms: Data<Forms>,
}

impl FromRequest for Editor {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            Ok(Self {
                staff: Staff::extract(&request).await?,
                request: RequestId::extract(&request).await?,
                clock: app_state(&request)?,
                db: app_state(&request)?,
                forms: app_state(&request)?,
            })
        })
    }
}

impl Editor {
    /// A procedure within what the administrator administers; others are as unknown as none.
    pub(crate) async fn procedure(
        &self,
        conn: &mut AsyncPgConnection,
        code: &str,
    ) -> Result<Procedure> {
        let found = self.forms.procedure_by_code(conn, code).await?;
        self.within(found.ok_or(Code::NotFound)?)
    }

    /// A published version of such a procedure.
    pub(crate) async fn version(
        &self,
        conn: &mut AsyncPgConnection,
        id: FormVersionId,
    ) -> Result<(Arc<PublishedForm>, Procedure)> {
        let form = self.forms.version(conn, id).await?;
        let procedure = self.forms.procedure(conn, form.procedure_id).await?;
        Ok((form, self.within(procedure)?))
    }

    fn within(&self, procedure: Procedure) -> Result<Procedure> {
        let scope = self.staff.scope();
        if scope.covers(procedure.department_id, procedure.id.as_uuid()) {
            Ok(procedure)
        } else {
            Err(Code::NotFound.into())
        }
    }

    /// Puts on record what they did to a thing, by its kind and id, or saw of it.
    pub(crate) async fn record(
        &self,
        conn: &mut AsyncPgConnection,
        action: &'static str,
        (object_kind, object_id): (&'static str, Uuid),
        detail: Value,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let entry = audit::Entry {
            occurred_at: now,
            actor: self.staff.actor(),
            action,
            object_kind,
            object_id: Some(object_id),
            request_id: Some(self.request),
            detail,
        };
        audit::record(conn, entry).await
    }
}
