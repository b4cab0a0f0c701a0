//! What clerks do with mandates that are claimed.

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, get, post};
use calendar::jst_date;
use diesel_async::AsyncConnection as _;
use platform::extract::{IfMatch, Json, Query, etag};
use platform::page::{Page, PageQuery};
use platform::{Error, Result};
use serde_json::json;

use super::registrar::Desk;
use crate::mandates::model::clerk::{ClaimedMandate, MandateEvidence, MandateReason};
use crate::mandates::{self, Decision, MandateId};

platform::problem_responses! {
    pub(crate) ListProblems: 400, 401, 403;
    pub(crate) ReadProblems: 401, 403, 404;
    pub(crate) DecideProblems: 400, 401, 403, 404, 409, 412, 413, 415, 422, 428;
}

/// Mandates that wait to be verified
#[utoipa::path(tag = "mandates", operation_id = "listClaimedMandates", security(("bearer" = [])), params(PageQuery),
    responses((status = 200, description = "A page, the oldest first", body = Page<ClaimedMandate>), ListProblems))]
#[get("/v1/mandates")]
pub(super) async fn list(desk: Desk, page: Query<PageQuery>) -> Result<impl Responder> {
    let (after, limit) = (page.0.after()?, page.0.limit());
    let mut conn = desk.db.connection().await?;
    let page = conn.transaction(async |conn| {
        let rows = mandates::list_proposed(conn, jst_date(desk.act.now), after, limit).await?;
        let page = Page::cut(rows, limit, |last| last.id, |row| row)?;
        let seen: Vec<_> = page.items.iter().map(|row| row.id).collect();
        let seen = json!({"mandates": seen});
        desk.record_reading(conn, ("mandate", None), seen).await?;
        Ok::<_, Error>(Page {
            items: desk.act.claimed(conn, &page.items, desk.reading()).await?,
            next: page.next,
        })
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// One claimed mandate
#[utoipa::path(tag = "mandates", operation_id = "getClaimedMandate", security(("bearer" = [])),
    params(("id" = MandateId, Path, description = "The mandate")),
    responses((status = 200, description = "The mandate", body = ClaimedMandate, headers(
        ("etag" = String, description = "The version, for `If-Match`"))), ReadProblems))]
#[get("/v1/mandates/{id}")]
pub(super) async fn get(desk: Desk, id: Path<MandateId>) -> Result<impl Responder> {
    let mut conn = desk.db.connection().await?;
    let shown = conn.transaction(async |conn| {
        let row = mandates::load(conn, *id).await?;
        let object = ("mandate", Some(id.as_uuid()));
        desk.record_reading(conn, object, json!({})).await?;
        desk.act.claimed_one(conn, &row, desk.reading()).await
    });
    Ok(answer(&shown.await?))
}

/// Verify a mandate by evidence
#[utoipa::path(tag = "mandates", operation_id = "verifyMandate", security(("bearer" = [])), request_body = MandateEvidence,
    params(("id" = MandateId, Path, description = "The mandate"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"1\"")),
    responses((status = 200, description = "It holds from its first day on", body = ClaimedMandate, headers(
        ("etag" = String, description = "The new version"))), DecideProblems))]
#[post("/v1/mandates/{id}/verify")]
pub(super) async fn verify(
    desk: Desk,
    id: Path<MandateId>,
    expected: IfMatch,
    body: Json<MandateEvidence>,
) -> Result<impl Responder> {
    decide(&desk, (*id, expected), Decision::Verify(body.0.evidence)).await
}

/// Refuse a mandate
#[utoipa::path(tag = "mandates", operation_id = "refuseMandate", security(("bearer" = [])), request_body = MandateReason,
    params(("id" = MandateId, Path, description = "The mandate"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"1\"")),
    responses((status = 200, description = "It is refused", body = ClaimedMandate, headers(
        ("etag" = String, description = "The new version"))), DecideProblems))]
#[post("/v1/mandates/{id}/refuse")]
pub(super) async fn refuse(
    desk: Desk,
    id: Path<MandateId>,
    expected: IfMatch,
    body: Json<MandateReason>,
) -> Result<impl Responder> {
    decide(&desk, (*id, expected), Decision::Refuse(body.0.reason)).await
}

/// End a mandate that holds
///
/// The next request under it is refused.
#[utoipa::path(tag = "mandates", operation_id = "endClaimedMandate", security(("bearer" = [])), request_body = MandateReason,
    params(("id" = MandateId, Path, description = "The mandate"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"2\"")),
    responses((status = 200, description = "It has ended", body = ClaimedMandate, headers(
        ("etag" = String, description = "The new version"))), DecideProblems))]
#[post("/v1/mandates/{id}/end")]
pub(super) async fn end(
    desk: Desk,
    id: Path<MandateId>,
    expected: IfMatch,
    body: Json<MandateReason>,
) -> Result<impl Responder> {
    decide(&desk, (*id, expected), Decision::End(body.0.reason)).await
}

async fn decide(
    desk: &Desk,
    seen: (MandateId, IfMatch),
    decision: Decision,
) -> Result<HttpResponse> {
    let mut conn = desk.db.connection().await?;
    let shown = conn.transaction(async |conn| {
        let row = desk.act.decide(conn, desk.clerk.id, seen, decision).await?;
        desk.act.claimed_one(conn, &row, desk.reading()).await
    });
    Ok(answer(&shown.await?))
}

fn answer(shown: &ClaimedMandate) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(etag(shown.version))
        .json(shown)
}
