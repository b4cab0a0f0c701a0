//! What clerks do with mandates that are claimed.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::web::{Data, Path};
use actix_web::{FromRequest, HttpRequest, HttpResponse, Responder, get, post};
use audit::Entry;
use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use keys::Keys;
use platform::extract::{IfMatch, Json, Query, RequestId, app_state, etag};
use platform::page::{Page, PageQuery};
use platform::{AsyncPgConnection, Clock, Db, Result};
use serde_json::{Value, json};

use crate::access::Staff;
use crate::address::Address;
use crate::mandates::model::{ClaimedMandate, MandateEvidence, MandateReason};
use crate::mandates::{self, Act, Decision, MandateId, Row};
use crate::residents;

platform::problem_responses! {
    pub(crate) ListProblems: 400, 401, 403;
    pub(crate) ReadProblems: 401, 403, 404;
    pub(crate) DecideProblems: 400, 401, 403, 404, 409, 412, 413, 415, 422, 428;
}

/// Mandates that wait to be verified
#[utoipa::path(tag = "mandates", operation_id = "listClaimedMandates", security(("bearer" = [])), params(PageQuery),
    responses((status = 200, description = "A page, the oldest first", body = Page<ClaimedMandate>), ListProblems))]
#[get("/v1/mandates")]
pub(super) async fn list(
    clerk: Staff,
    db: Db,
    keys: Data<Keys>,
    clock: Clock,
    request: RequestId,
    page: Query<PageQuery>,
) -> Result<impl Responder> {
    let (after, limit, now) = (page.0.after()?, page.0.limit(), clock.now());
    let mut conn = db.connection().await?;
    let rows = mandates::list_proposed(&mut conn, after, limit).await?;
    let mut claims = Vec::with_capacity(rows.len());
    for row in &rows {
        claims.push(show(&mut conn, &keys, row, now).await?);
    }
    let seen = claims.iter().map(|claim| claim.id).collect::<Vec<_>>();
    record(
        &mut conn,
        &clerk,
        None,
        json!({"mandates": seen}),
        request,
        now,
    )
    .await?;
    Ok(HttpResponse::Ok().json(Page::cut(claims, limit, |last| last.id, |claim| claim)?))
}

/// One claimed mandate
#[utoipa::path(tag = "mandates", operation_id = "getClaimedMandate", security(("bearer" = [])),
    params(("id" = MandateId, Path, description = "The mandate")),
    responses((status = 200, description = "The mandate", body = ClaimedMandate, headers(
        ("etag" = String, description = "The version, for `If-Match`"))), ReadProblems))]
#[get("/v1/mandates/{id}")]
pub(super) async fn get(
    clerk: Staff,
    db: Db,
    keys: Data<Keys>,
    clock: Clock,
    request: RequestId,
    id: Path<MandateId>,
) -> Result<impl Responder> {
    let now = clock.now();
    let mut conn = db.connection().await?;
    let row = mandates::load(&mut conn, *id).await?;
    record(&mut conn, &clerk, Some(*id), json!({}), request, now).await?;
    answer(&mut conn, &keys, &row, now).await
}

/// Verify a mandate by evidence
#[utoipa::path(tag = "mandates", operation_id = "verifyMandate", security(("bearer" = [])), request_body = MandateEvidence,
    params(("id" = MandateId, Path, description = "The mandate"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"1\"")),
    responses((status = 200, description = "It holds from its first day on", body = ClaimedMandate, headers(
        ("etag" = String, description = "The new version"))), DecideProblems))]
#[post("/v1/mandates/{id}/verify")]
pub(super) async fn verify(
    desk: MandateDesk,
    body: Json<MandateEvidence>,
) -> Result<impl Responder> {
    desk.decide(Decision::Verify(body.0.evidence)).await
}

/// Refuse a mandate
#[utoipa::path(tag = "mandates", operation_id = "refuseMandate", security(("bearer" = [])), request_body = MandateReason,
    params(("id" = MandateId, Path, description = "The mandate"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"1\"")),
    responses((status = 200, description = "It is refused", body = ClaimedMandate, headers(
        ("etag" = String, description = "The new version"))), DecideProblems))]
#[post("/v1/mandates/{id}/refuse")]
pub(super) async fn refuse(desk: MandateDesk, body: Json<MandateReason>) -> Result<impl Responder> {
    desk.decide(Decision::Refuse(body.0.reason)).await
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
pub(super) async fn end(desk: MandateDesk, body: Json<MandateReason>) -> Result<impl Responder> {
    desk.decide(Decision::End(body.0.reason)).await
}

/// A clerk about to decide on a mandate, with all that takes: the clerk (401, 403), the mandate's id (404), `If-Match` (428).
pub(super) struct MandateDesk {
    clerk: Staff,
    id: MandateId,
    expected: IfMatch,
    request: RequestId,
    now: DateTime<Utc>,
    db: Db,
    keys: Data<Keys>,
}

impl FromRequest for MandateDesk {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let clock: Clock = app_state(&request)?;
            Ok(Self {
                clerk: Staff::extract(&request).await?,
                id: Path::<MandateId>::extract(&request).await?.into_inner(),
                expected: IfMatch::extract(&request).await?,
                request: RequestId::extract(&request).await?,
                now: clock.now(),
                db: app_state(&request)?,
                keys: app_state(&request)?,
            })
        })
    }
}

impl MandateDesk {
    async fn decide(self, decision: Decision) -> Result<HttpResponse> {
        let act = Act {
            keys: &self.keys,
            request: self.request,
            now: self.now,
        };
        let which = (self.id, self.expected);
        let mut conn = self.db.connection().await?;
        let row = conn
            .transaction(async |conn| act.decide(conn, self.clerk.id, which, decision).await)
            .await?;
        answer(&mut conn, &self.keys, &row, self.now).await
    }
}

async fn answer(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    row: &Row,
    now: DateTime<Utc>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok()
        .insert_header(etag(row.version))
        .json(show(conn, keys, row, now).await?))
}

async fn show(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    row: &Row,
    now: DateTime<Utc>,
) -> Result<ClaimedMandate> {
    let attributes = match row.representative_id {
        None => None,
        Some(id) => residents::attributes(conn, keys, id).await?,
    };
    let text = |name: &str| {
        let value = attributes.as_ref()?.values.get(name)?.as_str()?;
        Some(value.to_owned())
    };
    let address = attributes
        .as_ref()
        .and_then(|known| known.values.get("address"));
    let address = address
        .and_then(Address::of)
        .map(|address| address.lines().concat());
    row.claimed(keys, (text("name"), address), now)
}

/// Clerks' readings are on record.
async fn record(
    conn: &mut AsyncPgConnection,
    clerk: &Staff,
    id: Option<MandateId>,
    detail: Value,
    request: RequestId,
    now: DateTime<Utc>,
) -> Result<()> {
    let entry = Entry {
        occurred_at: now,
        actor: clerk.actor(),
        action: "mandate.read",
        object_kind: "mandate",
        object_id: id.map(MandateId::as_uuid),
        request_id: Some(request),
        detail,
    };
    audit::record(conn, entry).await
}
