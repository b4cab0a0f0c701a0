//! Denied access: whoever is known and asks for what is not theirs is on record.
//!
//! The answer does not tell a foreign object from one that never was, and neither does the record: it names what
//! was asked for. Requests without a valid token are in the log alone, since anybody can send any number of those.

use actix_web::body::MessageBody;
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::{HttpMessage as _, HttpRequest};
use audit::{Actor, Entry};
use platform::extract::{RequestId, app_state, route_pattern};
use platform::telemetry::Metrics;
use platform::{Clock, Database, Result};
use serde_json::json;
use uuid::Uuid;

use crate::policy;
use crate::token::Realm;

/// Whether an answer with this status denies something.
pub(crate) fn is_one(status: StatusCode) -> bool {
    status == StatusCode::FORBIDDEN || status == StatusCode::NOT_FOUND
}

/// Records that the answer denied the actor something; the answer stands whether this succeeds or not, and what is
/// missing in the record is counted.
pub(crate) async fn record(answered: &ServiceResponse<impl MessageBody>, actor: Actor) {
    let (request, status) = (answered.request(), answered.status().as_u16());
    if let Err(error) = write(request, status, actor).await {
        tracing::error!(error.cause = %error, "a denied access was not recorded");
        count_missing(request);
    }
}

fn count_missing(request: &HttpRequest) {
    if let (Ok(metrics), Ok(realm)) = (app_state::<Metrics>(request), app_state::<Realm>(request)) {
        metrics.count_unrecorded_denial(realm.listener());
    }
}

async fn write(request: &HttpRequest, status: u16, actor: Actor) -> Result<()> {
    let realm: Realm = app_state(request)?;
    let pattern = route_pattern(request);
    let rule = policy::rule(realm.listener(), request.method(), &pattern);
    let Some(rule) = rule else {
        return Ok(());
    };
    let (database, clock): (Database, Clock) = (app_state(request)?, app_state(request)?);
    let entry = Entry {
        occurred_at: clock.now(),
        actor,
        action: "access.denied",
        object_kind: "operation",
        object_id: asked_for(request),
        request_id: request.extensions().get::<RequestId>().copied(),
        detail: json!({"operation": rule.operation, "status": status}),
    };
    let mut conn = database.connection().await?;
    audit::record(&mut conn, entry).await
}

/// The first id in the path.
fn asked_for(request: &HttpRequest) -> Option<Uuid> {
    let mut parts = request.match_info().iter();
    parts.find_map(|(_, value)| Uuid::parse_str(value).ok())
}
