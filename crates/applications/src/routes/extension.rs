//! 延期 of the statutory limit.

use actix_web::{Responder, post};
use diesel_async::AsyncConnection as _;
use platform::Result;
use platform::extract::Json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::desk::Desk;
use super::staff::ActWithBodyProblems;
use crate::model::{ApplicationId, CaseView, ExtensionRequest};

pub(crate) fn register(config: &mut ServiceConfig<'_>) {
    config.service(extend_limit);
}

/// Put the statutory limit off (延期)
///
/// Once, before it has passed, where the version's `statutory_limit` is `extendable`. The applicant is told why and until when, in the
/// digital post or on paper as they asked for when filing.
#[utoipa::path(tag = "applications", operation_id = "extendLimit", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    request_body = ExtensionRequest,
    responses(
        (status = 200, description = "The application after it", body = CaseView, headers(
            ("etag" = String, description = "The new version"))),
        ActWithBodyProblems))]
#[post("/v1/applications/{id}/extend")]
async fn extend_limit(desk: Desk, body: Json<ExtensionRequest>) -> Result<impl Responder> {
    let mut conn = desk.db.connection().await?;
    let after = conn
        .transaction(async |conn| desk.act(conn).await?.extend(conn, &body.0).await)
        .await?;
    desk.answer(&mut conn, after).await
}
