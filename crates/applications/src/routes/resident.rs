//! What residents do with their applications.

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, Responder, delete, get, patch, post};
use diesel_async::AsyncConnection as _;
use documents::receipt::Receipt;
use forms::Forms;
use keys::Keys;
use platform::extract::{IdempotencyKey, Json, Query, etag};
use platform::idempotency::Attempt;
use platform::page::{Page, PageQuery};
use platform::{AsyncPgConnection, Clock, Code, Db, Randomness, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::draft::{self, Beginner};
use crate::model::{
    AnswersPatch, ApplicationId, NewDraft, OwnApplication, OwnApplicationSummary, OwnEventList,
    PageOfForm, ReasonRequest, SubmitRequest, Validation,
};
use crate::routes::counter::{Counter, own_application};
use crate::routes::party::Party;
use crate::store;
use crate::submit::{self, Filed, Filing};
use crate::view;

platform::problem_responses! {
    pub(crate) CreateProblems: 400, 401, 409, 413, 415, 422;
    pub(crate) ListProblems: 400, 401;
    pub(crate) ReadProblems: 401, 404;
    pub(crate) ValidateProblems: 400, 401, 404;
    pub(crate) DiscardProblems: 400, 401, 404, 409, 412, 428;
    pub(crate) MoveProblems: 400, 401, 404, 409, 412, 413, 428;
    pub(crate) WriteProblems: 400, 401, 404, 409, 412, 413, 415, 422, 428;
}

/// Registers the routes of the residents' listener.
pub(crate) fn register(config: &mut ServiceConfig<'_>) {
    config
        .service(create_draft)
        .service(list_own_applications)
        .service(get_own_application)
        .service(discard_draft)
        .service(save_answers)
        .service(validate_answers)
        .service(move_to_current_form)
        .service(submit_application)
        .service(withdraw_application)
        .service(get_receipt)
        .service(list_own_events);
}

/// Begin a draft
///
/// The draft is pinned to the form in force now.
#[utoipa::path(tag = "applications", operation_id = "createDraft", security(("bearer" = [])),
    request_body = NewDraft,
    responses(
        (status = 201, description = "The draft", body = OwnApplication, headers(
            ("etag" = String, description = "The version, for `If-Match`"),
            ("location" = String, description = "Where the draft is"))),
        CreateProblems))]
#[post("/v1/applications")]
async fn create_draft(
    party: Party,
    db: Db,
    keys: Data<Keys>,
    forms: Data<Forms>,
    clock: Clock,
    body: Json<NewDraft>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    party.must_act()?;
    let (procedure, now) = (&body.0.procedure, clock.now());
    let beginner = Beginner {
        actor: party.resident().id,
        owner: &party.owner,
        mandate: party.mandate(),
    };
    let draft = conn
        .transaction(async |conn| draft::begin(conn, &keys, &forms, beginner, procedure, now).await)
        .await?;
    let location = format!("/v1/applications/{}", draft.id);
    let whose = (draft.id, &party.owner);
    let own = view::own(&mut conn, &keys, &forms, whose, now).await?;
    Ok(HttpResponse::Created()
        .insert_header(etag(own.version))
        .insert_header((header::LOCATION, location))
        .json(own))
}

/// One's own applications, newest first
#[utoipa::path(tag = "applications", operation_id = "listOwnApplications", security(("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page", body = Page<OwnApplicationSummary>), ListProblems))]
#[get("/v1/applications")]
async fn list_own_applications(
    party: Party,
    db: Db,
    forms: Data<Forms>,
    page: Query<PageQuery>,
) -> Result<impl Responder> {
    let (before, limit) = (page.0.after()?, page.0.limit());
    let mut conn = db.connection().await?;
    let lines = store::list_own(&mut conn, &party.owner, before, limit).await?;
    let ids = lines.iter().map(|line| line.procedure_id);
    let procedures = forms.directory(&mut conn, ids).await?;
    let line = |line| view::own_line(&procedures, line);
    let page = Page::cut(lines, limit, |last| last.id, line)?;
    Ok(HttpResponse::Ok().json(page))
}

/// One's own application
#[utoipa::path(tag = "applications", operation_id = "getOwnApplication", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application")),
    responses(
        (status = 200, description = "The application", body = OwnApplication, headers(
            ("etag" = String, description = "The version, for `If-Match`"))),
        ReadProblems))]
#[get("/v1/applications/{id}")]
async fn get_own_application(
    party: Party,
    db: Db,
    keys: Data<Keys>,
    forms: Data<Forms>,
    clock: Clock,
    id: Path<ApplicationId>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    own_application(&mut conn, &keys, &forms, (*id, &party.owner), clock.now()).await
}

/// Throw a draft away
#[utoipa::path(tag = "applications", operation_id = "discardDraft", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The draft"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    responses((status = 204, description = "It is gone"), DiscardProblems))]
#[delete("/v1/applications/{id}")]
async fn discard_draft(counter: Counter) -> Result<impl Responder> {
    let mut conn = counter.db.connection().await?;
    conn.transaction(async |conn| counter.act().discard(conn).await)
        .await?;
    Ok(HttpResponse::NoContent())
}

/// Keep answers
///
/// Merges the answers given into those kept so far (RFC 7396). Nothing typed is refused for its
/// content, except what looks like an 個人番号 (422 `individual_number`); what the form says about it is told by `validate`. What was typed on an earlier version is merged as well, unless
/// it would overwrite an answer that has been changed since: 412 with those answers.
#[utoipa::path(tag = "applications", operation_id = "saveAnswers", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The draft"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    request_body = AnswersPatch,
    responses(
        (status = 200, description = "The draft", body = OwnApplication, headers(
            ("etag" = String, description = "The new version"))),
        WriteProblems))]
#[patch("/v1/applications/{id}/answers")]
async fn save_answers(counter: Counter, body: Json<AnswersPatch>) -> Result<impl Responder> {
    let mut conn = counter.db.connection().await?;
    let patch = body.0.answers;
    conn.transaction(async |conn| counter.act().save_answers(conn, patch).await)
        .await?;
    counter.answer(&mut conn).await
}

/// What the form says about the answers so far
///
/// With `page`, only what it says about the fields on that page of the form; what is hidden and disabled is told of all fields.
#[utoipa::path(tag = "applications", operation_id = "validateAnswers", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The draft"), PageOfForm),
    responses((status = 200, description = "What is missing or wrong", body = Validation), ValidateProblems))]
#[post("/v1/applications/{id}/validate")]
async fn validate_answers(
    party: Party,
    db: Db,
    keys: Data<Keys>,
    forms: Data<Forms>,
    id: Path<ApplicationId>,
    part: Query<PageOfForm>,
    clock: Clock,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let application = store::load_own(&mut conn, *id, &party.owner).await?;
    let form = forms
        .version(&mut conn, application.form_version_id)
        .await?;
    let page = part.0.page.map(usize::from);
    let validation = draft::validate(&keys, &form, &application, page, clock.now())?;
    Ok(HttpResponse::Ok().json(validation))
}

/// Move a draft to the version of the form in force
///
/// Where the change is compatible the program does it by itself; `newer_form` of the draft says what is different
/// otherwise. All answers stay; those to what is not asked any more are in `removed_answers`. 409 `form_incompatible` when the
/// draft cannot be moved, and 200 without a change when there is nothing to do.
#[utoipa::path(tag = "applications", operation_id = "moveToCurrentForm", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The draft"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    responses(
        (status = 200, description = "The draft", body = OwnApplication, headers(
            ("etag" = String, description = "The new version"))),
        MoveProblems))]
#[post("/v1/applications/{id}/move-to-current-form")]
async fn move_to_current_form(counter: Counter) -> Result<impl Responder> {
    let mut conn = counter.db.connection().await?;
    conn.transaction(async |conn| counter.act().move_to_current_form(conn).await)
        .await?;
    counter.answer(&mut conn).await
}

/// File the application
///
/// Exactly once: however many requests, keys and clicks, there is one application and one receipt.
/// 201 with the receipt when it arrives now, 200 with the same receipt when it had arrived before. When the login will not
/// do for the form's `policy.assurance`, 401 `insufficient_user_authentication`; when the draft has to be moved to the form
/// in force first, 409 `form_superseded`; the draft stays as it is.
#[utoipa::path(tag = "applications", operation_id = "submitApplication", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The draft"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\""),
        ("idempotency-key" = Option<String>, Header, description = "Names this attempt; the same key with another body is refused", max_length = 255, example = "5f0c6f0e-submit-1")),
    request_body = SubmitRequest,
    responses(
        (status = 201, description = "It has arrived", body = Receipt),
        (status = 200, description = "It had arrived before", body = Receipt),
        WriteProblems))]
#[post("/v1/applications/{id}/submit")]
async fn submit_application(
    counter: Counter,
    randomness: Randomness,
    key: IdempotencyKey,
    body: Json<SubmitRequest>,
) -> Result<impl Responder> {
    let filing = Filing {
        act: counter.act(),
        wish: &body.0,
        randomness: &randomness,
    };
    let mut conn = counter.db.connection().await?;
    let filed = conn
        .transaction(async |conn| submit_once(conn, &filing, key).await)
        .await?;
    Ok(match filed {
        Filed::Now(receipt) => HttpResponse::Created().json(receipt),
        Filed::Before(receipt) => HttpResponse::Ok().json(receipt),
    })
}

/// Under a key, the answer given first is given again.
async fn submit_once(
    conn: &mut AsyncPgConnection,
    filing: &Filing<'_>,
    key: IdempotencyKey,
) -> Result<Filed> {
    let Some(key) = key.0 else {
        return submit::submit(conn, filing).await;
    };
    let actor = filing.act.resident.id.as_uuid();
    let asked = (filing.act.id, filing.act.owner.id, filing.wish);
    let attempt = Attempt::new(actor, "submitApplication", &key, &asked)?;
    if let Some(receipt) = attempt.claim(conn).await? {
        return Ok(Filed::Now(receipt));
    }
    let filed = submit::submit(conn, filing).await?;
    if let Filed::Now(receipt) = &filed {
        attempt.keep(conn, receipt, filing.act.clock.now()).await?;
    }
    Ok(filed)
}

/// Take a filed application back
///
/// Possible until it is decided, with a login that would do for filing it.
#[utoipa::path(tag = "applications", operation_id = "withdrawApplication", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    request_body = ReasonRequest,
    responses(
        (status = 200, description = "It is withdrawn", body = OwnApplication, headers(
            ("etag" = String, description = "The new version"))),
        WriteProblems))]
#[post("/v1/applications/{id}/withdraw")]
async fn withdraw_application(
    counter: Counter,
    body: Json<ReasonRequest>,
) -> Result<impl Responder> {
    let mut conn = counter.db.connection().await?;
    conn.transaction(async |conn| counter.act().withdraw(conn, &body.0.reason).await)
        .await?;
    counter.answer(&mut conn).await
}

/// The receipt (到達確認)
#[utoipa::path(tag = "applications", operation_id = "getReceipt", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application")),
    responses((status = 200, description = "The receipt", body = Receipt), ReadProblems))]
#[get("/v1/applications/{id}/receipt")]
async fn get_receipt(
    party: Party,
    db: Db,
    forms: Data<Forms>,
    id: Path<ApplicationId>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let application = store::load_own(&mut conn, *id, &party.owner).await?;
    let receipt = submit::receipt(&mut conn, &forms, &application).await?;
    Ok(HttpResponse::Ok().json(receipt.ok_or(Code::NotFound)?))
}

/// What has happened to one's own application
#[utoipa::path(tag = "applications", operation_id = "listOwnEvents", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application")),
    responses((status = 200, description = "Its events", body = OwnEventList), ReadProblems))]
#[get("/v1/applications/{id}/events")]
async fn list_own_events(party: Party, db: Db, id: Path<ApplicationId>) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    store::load_own(&mut conn, *id, &party.owner).await?;
    let events = store::list_events(&mut conn, *id).await?;
    let items = view::own_events(events);
    Ok(HttpResponse::Ok().json(OwnEventList { items }))
}
