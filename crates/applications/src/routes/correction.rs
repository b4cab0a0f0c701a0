//! 補正, from asking to answering.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, Responder, patch, post};
use auth::Resident;
use diesel_async::AsyncConnection as _;
use forms::Forms;
use keys::Keys;
use platform::extract::{IfMatch, Json, RequestId, etag};
use platform::{AsyncPgConnection, Clock, Db, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::correction::Answering;
use crate::model::{AnswersPatch, ApplicationId, CaseView, CorrectionRequest, OwnApplication};
use crate::routes::desk::Desk;
use crate::store::Application;
use crate::view;

platform::problem_responses! {
    pub(crate) ChangeProblems: 400, 401, 404, 409, 412, 413, 415, 422, 428;
    pub(crate) SendProblems: 400, 401, 404, 409, 412, 422, 428;
    pub(crate) AskProblems: 400, 401, 403, 404, 409, 412, 413, 415, 422, 428;
    pub(crate) CloseProblems: 400, 401, 403, 404, 409, 412, 428;
}

pub(crate) fn register_resident(config: &mut ServiceConfig<'_>) {
    config.service(save_correction).service(respond_correction);
}

pub(crate) fn register_staff(config: &mut ServiceConfig<'_>) {
    config.service(request_correction).service(close_correction);
}

/// Change what a correction asks for
///
/// Only the fields named by the clerk can be changed; the submitted copy stays as it is.
#[utoipa::path(tag = "corrections", operation_id = "saveCorrection", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    request_body = AnswersPatch,
    responses(
        (status = 200, description = "The application", body = OwnApplication, headers(
            ("etag" = String, description = "The new version"))),
        ChangeProblems))]
#[patch("/v1/applications/{id}/correction")]
#[expect(clippy::too_many_arguments, reason = "a handler names all it needs")]
async fn save_correction(
    resident: Resident,
    db: Db,
    keys: Data<Keys>,
    forms: Data<Forms>,
    clock: Clock,
    request: RequestId,
    id: Path<ApplicationId>,
    expected: IfMatch,
    body: Json<AnswersPatch>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let answering = Answering {
        resident: &resident,
        id: *id,
        expected,
        keys: &keys,
        forms: &forms,
        request,
        clock: &clock,
    };
    let patch = body.0.answers;
    let after = conn
        .transaction(async |conn| answering.save(conn, patch).await)
        .await?;
    answer(&mut conn, &keys, &forms, after).await
}

/// Send the corrected answers
///
/// The filing date stands; the time it took does not count towards the processing period.
#[utoipa::path(tag = "corrections", operation_id = "respondCorrection", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    responses(
        (status = 200, description = "The application", body = OwnApplication, headers(
            ("etag" = String, description = "The new version"))),
        SendProblems))]
#[post("/v1/applications/{id}/respond-correction")]
#[expect(clippy::too_many_arguments, reason = "a handler names all it needs")]
async fn respond_correction(
    resident: Resident,
    db: Db,
    keys: Data<Keys>,
    forms: Data<Forms>,
    clock: Clock,
    request: RequestId,
    id: Path<ApplicationId>,
    expected: IfMatch,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let answering = Answering {
        resident: &resident,
        id: *id,
        expected,
        keys: &keys,
        forms: &forms,
        request,
        clock: &clock,
    };
    let after = conn
        .transaction(async |conn| answering.send(conn).await)
        .await?;
    answer(&mut conn, &keys, &forms, after).await
}

/// Ask the applicant to put items right (補正依頼)
///
/// Names the fields, why, and until when; only these unlock.
#[utoipa::path(tag = "corrections", operation_id = "requestCorrection", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    request_body = CorrectionRequest,
    responses(
        (status = 200, description = "The application after it", body = CaseView, headers(
            ("etag" = String, description = "The new version"))),
        AskProblems))]
#[post("/v1/applications/{id}/request-correction")]
async fn request_correction(desk: Desk, body: Json<CorrectionRequest>) -> Result<impl Responder> {
    let mut conn = desk.db.connection().await?;
    let after = conn
        .transaction(async |conn| {
            let act = desk.act(conn).await?;
            act.request_correction(conn, &body.0).await
        })
        .await?;
    desk.answer(&mut conn, after).await
}

/// Go on without an answer, once the deadline has passed
#[utoipa::path(tag = "corrections", operation_id = "closeCorrection", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    responses(
        (status = 200, description = "The application after it", body = CaseView, headers(
            ("etag" = String, description = "The new version"))),
        CloseProblems))]
#[post("/v1/applications/{id}/close-correction")]
async fn close_correction(desk: Desk) -> Result<impl Responder> {
    let mut conn = desk.db.connection().await?;
    let after = conn
        .transaction(async |conn| {
            let act = desk.act(conn).await?;
            act.close_correction(conn).await
        })
        .await?;
    desk.answer(&mut conn, after).await
}

async fn answer(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    forms: &Forms,
    application: Application,
) -> Result<HttpResponse> {
    let version = etag(application.version);
    let view = view::own(conn, keys, forms, application).await?;
    Ok(HttpResponse::Ok().insert_header(version).json(view))
}
