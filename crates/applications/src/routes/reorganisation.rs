//! Planning a 組織改編.

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, delete, get, post};
use auth::Staff;
use diesel_async::AsyncConnection as _;
use platform::extract::{Json, Query, RequestId};
use platform::{Clock, Db, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::model::{
    PlanQuery, Reorganisation, ReorganisationEffect, ReorganisationId, ReorganisationList,
    ReorganisationPlan,
};
use crate::reorganisation::{self, Planning};

platform::problem_responses! {
    pub(crate) ListProblems: 401, 403;
    pub(crate) PlanProblems: 400, 401, 403, 413, 415, 422;
    pub(crate) CancelProblems: 401, 403, 404, 409;
}

/// Registers the routes of the staff listener.
pub(crate) fn register(config: &mut ServiceConfig<'_>) {
    config
        .service(list_reorganisations)
        .service(plan_reorganisation)
        .service(cancel_reorganisation);
}

/// Reorganisations, planned and carried out
#[utoipa::path(tag = "organisation", operation_id = "listReorganisations", security(("bearer" = [])),
    responses((status = 200, description = "The latest first", body = ReorganisationList), ListProblems))]
#[get("/v1/reorganisations")]
async fn list_reorganisations(_: Staff, db: Db) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let items = reorganisation::list(&mut conn).await?;
    Ok(HttpResponse::Ok().json(ReorganisationList { items }))
}

/// Plan a reorganisation
///
/// 組織改編, by an administrator of the whole city. It is carried out when its day begins in Japan: procedures and their cases change
/// hands, and so do open paper tasks of dissolved departments, whose postings end; figures of the days before stay with the departments of then. With
/// `dry_run=true` it is only checked, and the answer says what it would do today.
#[utoipa::path(tag = "organisation", operation_id = "planReorganisation", security(("bearer" = [])), params(PlanQuery),
    request_body = ReorganisationPlan,
    responses(
        (status = 200, description = "Only tried: what it would do", body = ReorganisationEffect),
        (status = 201, description = "Planned", body = Reorganisation),
        PlanProblems))]
#[post("/v1/reorganisations")]
async fn plan_reorganisation(
    staff: Staff,
    db: Db,
    clock: Clock,
    request: RequestId,
    query: Query<PlanQuery>,
    body: Json<ReorganisationPlan>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let planning = Planning {
        staff: &staff,
        request,
        now: clock.legal_now(&mut conn).await?,
    };
    if query.0.dry_run {
        let effect = planning.effect(&mut conn, &body.0).await?;
        return Ok(HttpResponse::Ok().json(effect));
    }
    let planned = conn
        .transaction(async |conn| planning.plan(conn, body.0).await)
        .await?;
    Ok(HttpResponse::Created().json(planned))
}

/// Give a planned reorganisation up
///
/// Its new departments stay known.
#[utoipa::path(tag = "organisation", operation_id = "cancelReorganisation", security(("bearer" = [])),
    params(("id" = ReorganisationId, Path, description = "The reorganisation")),
    responses((status = 204, description = "It will not be carried out"), CancelProblems))]
#[delete("/v1/reorganisations/{id}")]
async fn cancel_reorganisation(
    staff: Staff,
    db: Db,
    clock: Clock,
    request: RequestId,
    id: Path<ReorganisationId>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let planning = Planning {
        staff: &staff,
        request,
        now: clock.legal_now(&mut conn).await?,
    };
    conn.transaction(async |conn| planning.cancel(conn, *id).await)
        .await?;
    Ok(HttpResponse::NoContent())
}
