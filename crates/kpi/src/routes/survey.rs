//! The survey, for everybody who holds a token.

use actix_web::{HttpResponse, Responder, get, post};
use calendar::jst_date;
use diesel_async::AsyncConnection as _;
use platform::extract::Json;
use platform::{Clock, Db, Error, Randomness, Result};

use super::AnswerProblems;
use crate::model::{NewAnswer, Survey};
use crate::survey::{self, SURVEY};

/// What the survey asks
#[utoipa::path(tag = "survey", operation_id = "getSurvey",
    responses((status = 200, description = "The questions in all languages", body = Survey)))]
#[get("/v1/survey/questions")]
async fn get_survey() -> impl Responder {
    HttpResponse::Ok().json(SURVEY)
}

/// Answers the survey, once for each token
///
/// No login: whoever answers is not to be known. A token that was never issued is 404.
#[utoipa::path(tag = "survey", operation_id = "answerSurvey", request_body = NewAnswer,
    responses((status = 204, description = "The answer is kept"), AnswerProblems))]
#[post("/v1/survey/answers")]
async fn answer_survey(
    db: Db,
    clock: Clock,
    randomness: Randomness,
    new: Json<NewAnswer>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    conn.transaction(async |conn| {
        let today = jst_date(clock.legal_now(conn).await?);
        survey::answer(conn, &randomness, new.0, today).await
    })
    .await?;
    Ok::<_, Error>(HttpResponse::NoContent())
}
