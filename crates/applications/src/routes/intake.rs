//! Several drafts at once.

use actix_web::web::Data;
use actix_web::{HttpResponse, Responder, post};
use diesel_async::AsyncConnection as _;
use forms::Forms;
use keys::Keys;
use platform::extract::{IdempotencyKey, Json};
use platform::idempotency::Attempt;
use platform::{AsyncPgConnection, Clock, Db, Result, hex};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::draft::Beginner;
use crate::intake::{self, Opening};
use crate::model::{IntakeDrafts, IntakeRequest};
use crate::routes::party::Party;
use crate::routes::resident::CreateProblems;

/// Registers the routes of the residents' listener.
pub(crate) fn register_resident(config: &mut ServiceConfig<'_>) {
    config.service(open_intake);
}

/// Begin the drafts of several procedures at once
///
/// Each chosen procedure must be one that the answers make `needed` or `perhaps`, and that can be filed here now. What
/// the questions share is filled in in each draft; `provenance` of the draft says so. All drafts are begun, or none.
#[utoipa::path(tag = "applications", operation_id = "openIntake", security(("bearer" = [])),
    params(("idempotency-key" = Option<String>, Header, description = "Names this attempt; the same key with another body is refused", max_length = 255, example = "5f0c6f0e-intake-1")),
    request_body = IntakeRequest,
    responses((status = 201, description = "The drafts", body = IntakeDrafts), CreateProblems))]
#[post("/v1/intakes")]
async fn open_intake(
    party: Party,
    db: Db,
    keys: Data<Keys>,
    forms: Data<Forms>,
    clock: Clock,
    key: IdempotencyKey,
    body: Json<IntakeRequest>,
) -> Result<impl Responder> {
    party.must_act()?;
    let opening = Opening {
        beginner: Beginner {
            actor: party.resident().id,
            owner: &party.owner,
            mandate: party.mandate(),
        },
        asked: &body.0,
        keys: &keys,
        forms: &forms,
        now: clock.now(),
    };
    let mut conn = db.connection().await?;
    let drafts = conn
        .transaction(async |conn| open_once(conn, &opening, key).await)
        .await?;
    Ok(HttpResponse::Created().json(drafts))
}

/// Under a key, the answer given first is given again.
async fn open_once(
    conn: &mut AsyncPgConnection,
    opening: &Opening<'_>,
    key: IdempotencyKey,
) -> Result<IntakeDrafts> {
    let Some(key) = key.0 else {
        return intake::open(conn, opening).await;
    };
    let Beginner {
        actor,
        owner,
        mandate,
    } = opening.beginner;
    // A few answers could be guessed from a plain hash of them.
    let asked = serde_json::to_string(opening.asked)?;
    let asked = opening
        .keys
        .lookup_hash("idempotency_keys.open_intake", &asked)?;
    let asked = (owner.id, mandate, hex(&asked));
    let attempt = Attempt::new(actor.as_uuid(), "openIntake", &key, &asked)?;
    if let Some(drafts) = attempt.claim(conn).await? {
        return Ok(drafts);
    }
    let drafts = intake::open(conn, opening).await?;
    attempt.keep(conn, &drafts, opening.now).await?;
    Ok(drafts)
}
