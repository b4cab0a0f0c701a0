//! Asking how satisfied people were.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, Responder, post};
use diesel_async::AsyncConnection as _;
use forms::Forms;
use platform::extract::Json;
use platform::{Clock, Db, Randomness, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::model::{ApplicationId, SurveyOffer, SurveyToken};
use crate::routes::party::Party;
use crate::satisfaction::offer_survey;

platform::problem_responses! {
    pub(crate) OfferProblems: 400, 401, 404, 409, 413, 415, 422;
}

pub(crate) fn register_resident(config: &mut ServiceConfig<'_>) {
    config.service(offer_survey_token);
}

/// Be asked how it went
///
/// Answers a token for `POST /v1/survey/answers`, once after filing and once after the decision.
/// Nothing that is kept leads from the token to the application or its applicant.
#[utoipa::path(tag = "survey", operation_id = "offerSurvey", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application")),
    request_body = SurveyOffer,
    responses((status = 201, description = "The token, told this once", body = SurveyToken), OfferProblems))]
#[post("/v1/applications/{id}/survey")]
async fn offer_survey_token(
    party: Party,
    db: Db,
    forms: Data<Forms>,
    clock: Clock,
    randomness: Randomness,
    id: Path<ApplicationId>,
    body: Json<SurveyOffer>,
) -> Result<impl Responder> {
    party.must_act()?;
    let mut conn = db.connection().await?;
    let (touchpoint, now) = (body.0.touchpoint, clock.now());
    let token = conn
        .transaction(async |conn| {
            offer_survey(
                conn,
                &randomness,
                &forms,
                &party.owner,
                *id,
                touchpoint,
                now,
            )
            .await
        })
        .await?;
    Ok(HttpResponse::Created().json(SurveyToken { token }))
}
