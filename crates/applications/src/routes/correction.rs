//! 補正, from asking to answering.

use actix_web::{Responder, patch, post};
use diesel_async::AsyncConnection as _;
use platform::Result;
use platform::extract::Json;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::model::{AnswersPatch, ApplicationId, CaseView, CorrectionRequest, OwnApplication};
use crate::routes::counter::Counter;
use crate::routes::desk::Desk;

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
async fn save_correction(counter: Counter, body: Json<AnswersPatch>) -> Result<impl Responder> {
    let mut conn = counter.db.connection().await?;
    let patch = body.0.answers;
    conn.transaction(async |conn| counter.act().save_correction(conn, patch).await)
        .await?;
    counter.answer(&mut conn).await
}

/// Send the corrected answers
///
/// The filing date stands; the time it took does not count towards the processing period. It takes a login that would do
/// for filing.
#[utoipa::path(tag = "corrections", operation_id = "respondCorrection", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    responses(
        (status = 200, description = "The application", body = OwnApplication, headers(
            ("etag" = String, description = "The new version"))),
        SendProblems))]
#[post("/v1/applications/{id}/respond-correction")]
async fn respond_correction(counter: Counter) -> Result<impl Responder> {
    let mut conn = counter.db.connection().await?;
    conn.transaction(async |conn| counter.act().respond_correction(conn).await)
        .await?;
    counter.answer(&mut conn).await
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
