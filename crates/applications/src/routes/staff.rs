//! What staff do with their department's applications.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, Responder, get, post};
use audit::Entry;
use auth::Staff;
use auth::registration::Reading;
use calendar::jst_date;
use chrono::{DateTime, Datelike as _, Utc};
use diesel_async::AsyncConnection as _;
use documents::letter::Press;
use forms::Forms;
use keys::Keys;
use platform::extract::{Json, Query, RequestId, etag};
use platform::page::{Page, PageQuery};
use platform::{AsyncPgConnection, Clock, Code, Db, Error, Result};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::model::{
    ApplicationId, CaseEventList, CaseView, ProposalRequest, QueueEntry, QueueQuery, ReasonRequest,
};
use crate::printable;
use crate::routes::desk::Desk;
use crate::sight::Sight;
use crate::store::{self, Application, QueueFilter};
use crate::view;

platform::problem_responses! {
    pub(crate) ListProblems: 400, 401, 403;
    pub(crate) ReadProblems: 401, 403, 404;
    pub(crate) ActProblems: 400, 401, 403, 404, 409, 412, 428;
    pub(crate) ActWithBodyProblems: 400, 401, 403, 404, 409, 412, 413, 415, 422, 428;
}

/// Registers the routes of the staff listener.
pub(crate) fn register(config: &mut ServiceConfig<'_>) {
    config
        .service(list_queue)
        .service(get_application)
        .service(list_events)
        .service(take_up)
        .service(propose)
        .service(take_back)
        .service(complete)
        .service(approve)
        .service(send_back);
}

/// The department's queue, in the order of arrival
///
/// Approvers find in it, too, what waits for their approval elsewhere.
#[utoipa::path(tag = "applications", operation_id = "listQueue", security(("bearer" = [])),
    params(QueueQuery),
    responses((status = 200, description = "A page", body = Page<QueueEntry>), ListProblems))]
#[get("/v1/applications")]
async fn list_queue(
    clerk: Staff,
    db: Db,
    forms: Data<Forms>,
    clock: Clock,
    query: Query<QueueQuery>,
) -> Result<impl Responder> {
    let QueueQuery {
        status,
        procedure,
        mine,
        after,
        limit,
    } = query.0;
    let page = PageQuery { after, limit };
    let limit = page.limit();
    let mut conn = db.connection().await?;
    let procedure = match procedure {
        None => None,
        Some(code) => Some(named_procedure(&mut conn, &forms, &code).await?),
    };
    let filter = QueueFilter {
        scope: clerk.scope(),
        approving: clerk.approving(),
        status,
        procedure,
        assignee: (mine == Some(true)).then_some(clerk.id),
        after: cursor(&page)?,
        limit,
    };
    let lines = store::list_queue(&mut conn, &filter).await?;
    let lines = view::queue(&mut conn, &forms, lines, jst_date(clock.now())).await?;
    let key = |last: &QueueEntry| (last.arrived_at, last.id);
    let page = Page::cut(lines, limit, key, |line| line)?;
    Ok(HttpResponse::Ok().json(page))
}

/// A cursor of ours has a time that PostgreSQL knows.
fn cursor(page: &PageQuery) -> Result<Option<(DateTime<Utc>, ApplicationId)>> {
    let after: Option<(DateTime<Utc>, ApplicationId)> = page.after()?;
    match after {
        Some((at, _)) if !(1..=9999).contains(&at.year()) => Err(Code::InvalidQuery.into()),
        known => Ok(known),
    }
}

async fn named_procedure(
    conn: &mut AsyncPgConnection,
    forms: &Forms,
    code: &str,
) -> Result<forms::ProcedureId> {
    let procedure = forms.procedure_by_code(conn, code).await?;
    let unknown = || Error::new(Code::InvalidQuery).detail("procedure の手続がありません。");
    Ok(procedure.ok_or_else(unknown)?.id)
}

/// An application as filed, with what was done about it
///
/// That it was looked at is recorded.
#[utoipa::path(tag = "applications", operation_id = "getApplication", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application")),
    responses(
        (status = 200, description = "The application", body = CaseView, headers(
            ("etag" = String, description = "The version, for `If-Match`"))),
        ReadProblems))]
#[get("/v1/applications/{id}")]
async fn get_application(
    clerk: Staff,
    db: Db,
    keys: Data<Keys>,
    forms: Data<Forms>,
    clock: Clock,
    request: RequestId,
    id: Path<ApplicationId>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let now = clock.now();
    let read = conn.transaction(async |conn| {
        let application = store::load_case(conn, *id, &clerk).await?;
        let mut entry = reading("application.read", &clerk, &application, request, now);
        let by = Reading {
            clerk: &clerk,
            request,
            now,
        };
        let sight = Sight::of_reader(by, &application);
        let view = view::case(conn, &keys, &forms, application, (sight, jst_date(now))).await?;
        entry.detail["addressee_number"] = json!(view.addressee_number.is_some());
        audit::record(conn, entry).await?;
        Ok::<_, Error>(view)
    });
    let view = read.await?;
    let version = etag(view.version);
    Ok(HttpResponse::Ok().insert_header(version).json(view))
}

/// Everything that has happened to an application
///
/// That it was looked at is recorded.
#[utoipa::path(tag = "applications", operation_id = "listEvents", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application")),
    responses((status = 200, description = "Its events", body = CaseEventList), ReadProblems))]
#[get("/v1/applications/{id}/events")]
async fn list_events(
    clerk: Staff,
    db: Db,
    keys: Data<Keys>,
    clock: Clock,
    request: RequestId,
    id: Path<ApplicationId>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let now = clock.now();
    let events = conn
        .transaction(async |conn| {
            let application = store::load_case(conn, *id, &clerk).await?;
            let entry = reading(
                "application.read_events",
                &clerk,
                &application,
                request,
                now,
            );
            audit::record(conn, entry).await?;
            store::list_events(conn, *id).await
        })
        .await?;
    let items = events
        .into_iter()
        .map(|row| view::case_event(&keys, row))
        .collect::<Result<_>>()?;
    Ok(HttpResponse::Ok().json(CaseEventList { items }))
}

fn reading<'a>(
    action: &'a str,
    clerk: &Staff,
    application: &Application,
    request: RequestId,
    now: DateTime<Utc>,
) -> Entry<'a> {
    Entry {
        occurred_at: now,
        actor: clerk.actor(),
        action,
        object_kind: "application",
        object_id: Some(application.id.as_uuid()),
        request_id: Some(request),
        detail: json!({"version": application.version}),
    }
}

/// Take an application up
///
/// The clerk becomes its reviewer.
#[utoipa::path(tag = "applications", operation_id = "takeUp", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    responses(
        (status = 200, description = "The application after it", body = CaseView, headers(
            ("etag" = String, description = "The new version"))),
        ActProblems))]
#[post("/v1/applications/{id}/take-up")]
async fn take_up(desk: Desk) -> Result<impl Responder> {
    let mut conn = desk.db.connection().await?;
    let after = conn
        .transaction(async |conn| desk.act(conn).await?.take_up(conn).await)
        .await?;
    desk.answer(&mut conn, after).await
}

/// Propose an outcome (起案)
///
/// Another person approves it.
#[utoipa::path(tag = "applications", operation_id = "propose", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    request_body = ProposalRequest,
    responses(
        (status = 200, description = "The application after it", body = CaseView, headers(
            ("etag" = String, description = "The new version"))),
        ActWithBodyProblems))]
#[post("/v1/applications/{id}/propose")]
async fn propose(
    desk: Desk,
    press: Data<Press>,
    body: Json<ProposalRequest>,
) -> Result<impl Responder> {
    printable::check(&press, &body.0)?;
    let mut conn = desk.db.connection().await?;
    let after = conn
        .transaction(async |conn| desk.act(conn).await?.propose(conn, &body.0).await)
        .await?;
    desk.answer(&mut conn, after).await
}

/// Take back one's own proposal
#[utoipa::path(tag = "applications", operation_id = "takeBack", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    responses(
        (status = 200, description = "The application after it", body = CaseView, headers(
            ("etag" = String, description = "The new version"))),
        ActProblems))]
#[post("/v1/applications/{id}/take-back")]
async fn take_back(desk: Desk) -> Result<impl Responder> {
    let mut conn = desk.db.connection().await?;
    let after = conn
        .transaction(async |conn| desk.act(conn).await?.take_back(conn).await)
        .await?;
    desk.answer(&mut conn, after).await
}

/// Record a notification (届出)
///
/// Ends it and tells the applicant; there is no decision (行政手続法37条).
#[utoipa::path(tag = "applications", operation_id = "completeNotification", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    responses(
        (status = 200, description = "The application after it", body = CaseView, headers(
            ("etag" = String, description = "The new version"))),
        ActProblems))]
#[post("/v1/applications/{id}/complete")]
async fn complete(desk: Desk) -> Result<impl Responder> {
    let mut conn = desk.db.connection().await?;
    let after = conn
        .transaction(async |conn| desk.act(conn).await?.complete(conn).await)
        .await?;
    desk.answer(&mut conn, after).await
}

/// Approve another person's proposal (決裁)
///
/// The next step of the approval route is asked (回議), each another person. The last one decides the application; a job
/// prints and delivers the notice soon after.
#[utoipa::path(tag = "applications", operation_id = "approve", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    responses(
        (status = 200, description = "The application after it", body = CaseView, headers(
            ("etag" = String, description = "The new version"))),
        ActProblems))]
#[post("/v1/applications/{id}/approve")]
async fn approve(desk: Desk) -> Result<impl Responder> {
    let mut conn = desk.db.connection().await?;
    let after = conn
        .transaction(async |conn| desk.act(conn).await?.approve(conn).await)
        .await?;
    desk.answer(&mut conn, after).await
}

/// Return a proposal to the reviewer (差戻し)
#[utoipa::path(tag = "applications", operation_id = "sendBack", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    request_body = ReasonRequest,
    responses(
        (status = 200, description = "The application after it", body = CaseView, headers(
            ("etag" = String, description = "The new version"))),
        ActWithBodyProblems))]
#[post("/v1/applications/{id}/send-back")]
async fn send_back(desk: Desk, body: Json<ReasonRequest>) -> Result<impl Responder> {
    let mut conn = desk.db.connection().await?;
    let after = conn
        .transaction(async |conn| desk.act(conn).await?.send_back(conn, &body.0.reason).await)
        .await?;
    desk.answer(&mut conn, after).await
}
