//! What clerks do with registrations (利用登録).

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, get, post};
use diesel_async::AsyncConnection as _;
use platform::extract::{IfMatch, Json, Query, etag};
use platform::page::{Page, PageQuery};
use platform::{Error, Result};
use serde_json::json;

use super::registrar::Desk;
use crate::registration::model::RegistrationId;
use crate::registration::model::clerk::{
    RegistrationDetail, RegistrationLink, RegistrationQuery, RegistrationReason,
    RegistrationSummary,
};
use crate::registration::{self, Decision, Which};

platform::problem_responses! {
    pub(crate) ListProblems: 400, 401, 403;
    pub(crate) ReadProblems: 401, 403, 404;
    pub(crate) DecideProblems: 400, 401, 403, 404, 409, 412, 413, 415, 422, 428;
}

/// Registrations that wait for a clerk, or others
///
/// The reading is recorded.
#[utoipa::path(tag = "registrations", operation_id = "listRegistrations", security(("bearer" = [])), params(RegistrationQuery),
    responses((status = 200, description = "A page, the oldest first", body = Page<RegistrationSummary>), ListProblems))]
#[get("/v1/registrations")]
pub(super) async fn list(desk: Desk, query: Query<RegistrationQuery>) -> Result<impl Responder> {
    let RegistrationQuery {
        status,
        resident_id,
        gone,
        after,
        limit,
    } = query.0;
    let page = PageQuery { after, limit };
    let (after, limit) = (page.after()?, page.limit());
    let which = Which::new(status, resident_id.map(Into::into), gone);
    let mut conn = desk.db.connection().await?;
    let page = conn.transaction(async |conn| {
        let rows = registration::list(conn, which, after, limit).await?;
        let page = Page::cut(rows, limit, |last| last.id, |row| row)?;
        let seen: Vec<_> = page.items.iter().map(|row| row.id).collect();
        let seen = json!({"registrations": seen});
        desk.record_reading(conn, ("registration", None), seen)
            .await?;
        let summary = |row| registration::summary(&desk.act.keys, row);
        Ok::<_, Error>(Page {
            items: page.items.iter().map(summary).collect::<Result<_>>()?,
            next: page.next,
        })
    });
    Ok(HttpResponse::Ok().json(page.await?))
}

/// One registration beside those of the register who may be meant
///
/// The reading is recorded, and that of every protected address once more.
#[utoipa::path(tag = "registrations", operation_id = "getRegistration", security(("bearer" = [])),
    params(("id" = RegistrationId, Path, description = "The registration")),
    responses((status = 200, description = "The registration", body = RegistrationDetail, headers(
        ("etag" = String, description = "The version, for `If-Match`"))), ReadProblems))]
#[get("/v1/registrations/{id}")]
pub(super) async fn get(desk: Desk, id: Path<RegistrationId>) -> Result<impl Responder> {
    let mut conn = desk.db.connection().await?;
    let shown = conn.transaction(async |conn| {
        let row = registration::load(conn, *id).await?;
        let object = ("registration", Some(id.as_uuid()));
        desk.record_reading(conn, object, json!({})).await?;
        registration::detail(conn, &desk.act.keys, &row, desk.reading()).await
    });
    Ok(answer(&shown.await?))
}

/// Say who a resident is
///
/// With `in_place_of` the link is taken from that registration, which ends.
#[utoipa::path(tag = "registrations", operation_id = "linkRegistration", security(("bearer" = [])), request_body = RegistrationLink,
    params(("id" = RegistrationId, Path, description = "The registration"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"1\"")),
    responses((status = 200, description = "It is linked", body = RegistrationDetail, headers(
        ("etag" = String, description = "The new version"))), DecideProblems))]
#[post("/v1/registrations/{id}/link")]
pub(super) async fn link(
    desk: Desk,
    id: Path<RegistrationId>,
    expected: IfMatch,
    body: Json<RegistrationLink>,
) -> Result<impl Responder> {
    decide(&desk, (*id, expected), Decision::Link(body.0)).await
}

/// Refuse a registration
#[utoipa::path(tag = "registrations", operation_id = "refuseRegistration", security(("bearer" = [])), request_body = RegistrationReason,
    params(("id" = RegistrationId, Path, description = "The registration"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"1\"")),
    responses((status = 200, description = "It is refused", body = RegistrationDetail, headers(
        ("etag" = String, description = "The new version"))), DecideProblems))]
#[post("/v1/registrations/{id}/refuse")]
pub(super) async fn refuse(
    desk: Desk,
    id: Path<RegistrationId>,
    expected: IfMatch,
    body: Json<RegistrationReason>,
) -> Result<impl Responder> {
    decide(&desk, (*id, expected), Decision::Refuse(body.0.reason)).await
}

/// End a link
///
/// The resident's next request waits for a clerk.
#[utoipa::path(tag = "registrations", operation_id = "endRegistration", security(("bearer" = [])), request_body = RegistrationReason,
    params(("id" = RegistrationId, Path, description = "The registration"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"2\"")),
    responses((status = 200, description = "It has ended", body = RegistrationDetail, headers(
        ("etag" = String, description = "The new version"))), DecideProblems))]
#[post("/v1/registrations/{id}/end")]
pub(super) async fn end(
    desk: Desk,
    id: Path<RegistrationId>,
    expected: IfMatch,
    body: Json<RegistrationReason>,
) -> Result<impl Responder> {
    decide(&desk, (*id, expected), Decision::End(body.0.reason)).await
}

/// Find that a link meant somebody else (別人と判明)
///
/// One that has ended, too. It names nobody from then on, and the protection that came with it ends. Whoever linked it cannot
/// do this: another registrar looks. The resident's next request waits for a clerk.
#[utoipa::path(tag = "registrations", operation_id = "findRegistrationMistaken", security(("bearer" = [])), request_body = RegistrationReason,
    params(("id" = RegistrationId, Path, description = "The registration"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"2\"")),
    responses((status = 200, description = "It names nobody", body = RegistrationDetail, headers(
        ("etag" = String, description = "The new version"))), DecideProblems))]
#[post("/v1/registrations/{id}/find-mistaken")]
pub(super) async fn find_mistaken(
    desk: Desk,
    id: Path<RegistrationId>,
    expected: IfMatch,
    body: Json<RegistrationReason>,
) -> Result<impl Responder> {
    decide(
        &desk,
        (*id, expected),
        Decision::FindMistaken(body.0.reason),
    )
    .await
}

async fn decide(
    desk: &Desk,
    seen: (RegistrationId, IfMatch),
    decision: Decision,
) -> Result<HttpResponse> {
    let mut conn = desk.db.connection().await?;
    let shown = conn.transaction(async |conn| {
        let deciding = registration::decide(conn, &desk.act, desk.clerk.id, seen, decision);
        let row = deciding.await?;
        registration::detail(conn, &desk.act.keys, &row, desk.reading()).await
    });
    Ok(answer(&shown.await?))
}

fn answer(shown: &RegistrationDetail) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(etag(shown.version))
        .json(shown)
}
