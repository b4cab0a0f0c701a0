//! 付替え: logins of renewed cards, which registrars lead to who their owners were before.

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, get, post};
use diesel_async::AsyncConnection as _;
use platform::extract::{IfMatch, Json, Query, etag};
use platform::page::{Page, PageQuery};
use platform::{AsyncPgConnection, Error, Result};
use serde_json::json;

use super::registrar::Desk;
use crate::registration::relink::model::{
    RelinkDetail, RelinkId, RelinkProposal, RelinkReason, RelinkSummary,
};
use crate::registration::relink::{self, Decision};

platform::problem_responses! {
    pub(crate) RelinkListProblems: 400, 401, 403;
    pub(crate) RelinkProblems: 401, 403, 404;
    pub(crate) ProposeRelinkProblems: 400, 401, 403, 413, 415, 422;
    pub(crate) ApproveRelinkProblems: 400, 401, 403, 404, 409, 412, 428;
    pub(crate) RefuseRelinkProblems: 400, 401, 403, 404, 409, 412, 413, 415, 422, 428;
}

/// Relinks that wait for a registrar
///
/// The reading is recorded.
#[utoipa::path(tag = "registrations", operation_id = "listRelinks", security(("bearer" = [])), params(PageQuery),
    responses((status = 200, description = "A page, the oldest first", body = Page<RelinkSummary>), RelinkListProblems))]
#[get("/v1/relinks")]
pub(super) async fn list(desk: Desk, query: Query<PageQuery>) -> Result<impl Responder> {
    let (after, limit) = (query.0.after()?, query.0.limit());
    let mut conn = desk.db.connection().await?;
    let page = conn.transaction(async |conn| {
        let rows = relink::list_waiting(conn, after, limit).await?;
        let page = Page::cut(rows, limit, |last| last.id, |row| row.summary())?;
        let seen: Vec<_> = page.items.iter().map(|line| line.id).collect();
        desk.record_reading(conn, ("relink", None), json!({"relinks": seen}))
            .await?;
        Ok::<_, Error>(page)
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// Propose that a new login lead to who its owner was before
///
/// For a card that was renewed and came with another `sub`. The resident logs in with the new card and asks to be found in the
/// register; a registrar makes sure who it is. Another registrar approves. Both logins have to prove equally
/// well (`ial`) who somebody is.
#[utoipa::path(tag = "registrations", operation_id = "proposeRelink", security(("bearer" = [])), request_body = RelinkProposal,
    responses((status = 201, description = "It waits for another registrar", body = RelinkDetail, headers(
        ("etag" = String, description = "The version, for `If-Match`"))), ProposeRelinkProblems))]
#[post("/v1/relinks")]
pub(super) async fn propose(desk: Desk, body: Json<RelinkProposal>) -> Result<impl Responder> {
    let mut conn = desk.db.connection().await?;
    let shown = conn.transaction(async |conn| {
        let row = relink::propose(conn, &desk.act, desk.clerk.id, &body.0).await?;
        shown(conn, &desk, &row).await
    });
    let shown = shown.await?;
    Ok(HttpResponse::Created()
        .insert_header(etag(shown.summary.version))
        .json(shown))
}

/// A relink, with who both are
///
/// The reading is recorded, and that of a protected address once more.
#[utoipa::path(tag = "registrations", operation_id = "getRelink", security(("bearer" = [])),
    params(("id" = RelinkId, Path, description = "The relink")),
    responses((status = 200, description = "The relink", body = RelinkDetail, headers(
        ("etag" = String, description = "The version, for `If-Match`"))), RelinkProblems))]
#[get("/v1/relinks/{id}")]
pub(super) async fn get(desk: Desk, id: Path<RelinkId>) -> Result<impl Responder> {
    let mut conn = desk.db.connection().await?;
    let shown = conn.transaction(async |conn| {
        let row = relink::load(conn, *id).await?;
        let object = ("relink", Some(id.as_uuid()));
        desk.record_reading(conn, object, json!({})).await?;
        shown(conn, &desk, &row).await
    });
    Ok(answer(&shown.await?))
}

/// Approve a relink that another registrar has proposed
///
/// From then on the new login leads to who its owner was before, and the former one, if it still exists, does, too. What was done
/// with the new one meanwhile, drafts, filings, messages and mandates, goes along within moments. All logins of both end. **There is no way back.**
/// 409 also when one of both is shut out.
#[utoipa::path(tag = "registrations", operation_id = "approveRelink", security(("bearer" = [])),
    params(("id" = RelinkId, Path, description = "The relink"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"1\"")),
    responses((status = 200, description = "The new login leads there", body = RelinkDetail, headers(
        ("etag" = String, description = "The new version"))), ApproveRelinkProblems))]
#[post("/v1/relinks/{id}/approve")]
pub(super) async fn approve(
    desk: Desk,
    id: Path<RelinkId>,
    expected: IfMatch,
) -> Result<impl Responder> {
    decide(&desk, (*id, expected), Decision::Approve).await
}

/// Refuse a relink, or take one's own proposal back
#[utoipa::path(tag = "registrations", operation_id = "refuseRelink", security(("bearer" = [])), request_body = RelinkReason,
    params(("id" = RelinkId, Path, description = "The relink"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"1\"")),
    responses((status = 200, description = "Nothing was changed", body = RelinkDetail, headers(
        ("etag" = String, description = "The new version"))), RefuseRelinkProblems))]
#[post("/v1/relinks/{id}/refuse")]
pub(super) async fn refuse(
    desk: Desk,
    id: Path<RelinkId>,
    expected: IfMatch,
    body: Json<RelinkReason>,
) -> Result<impl Responder> {
    decide(&desk, (*id, expected), Decision::Refuse(body.0.reason)).await
}

async fn decide(
    desk: &Desk,
    seen: (RelinkId, IfMatch),
    decision: Decision,
) -> Result<HttpResponse> {
    let mut conn = desk.db.connection().await?;
    let shown = conn.transaction(async |conn| {
        let deciding = relink::decide(conn, &desk.act, desk.clerk.id, seen, decision);
        let row = deciding.await?;
        shown(conn, desk, &row).await
    });
    Ok(answer(&shown.await?))
}

async fn shown(
    conn: &mut AsyncPgConnection,
    desk: &Desk,
    row: &relink::Row,
) -> Result<RelinkDetail> {
    relink::detail(conn, &desk.act.keys, row, desk.reading()).await
}

fn answer(shown: &RelinkDetail) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(etag(shown.summary.version))
        .json(shown)
}
