//! Taking over what was filed earlier.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, Responder, get, post};
use diesel_async::AsyncConnection as _;
use forms::{Forms, Procedures};
use keys::Keys;
use platform::extract::Json;
use platform::{Clock, Db, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::model::{
    ApplicationId, EarlierAnswer, EarlierApplication, EarlierApplicationList, OwnApplication,
    ReuseRequest,
};
use crate::reuse::Taking;
use crate::routes::counter::Counter;
use crate::routes::party::Party;
use crate::routes::resident::{ReadProblems, WriteProblems};
use crate::store::{self, EarlierFiling};
use crate::view::procedure_ref;

/// Registers the routes of the residents' listener.
pub(crate) fn register_resident(config: &mut ServiceConfig<'_>) {
    config.service(list_earlier_answers).service(reuse_answers);
}

/// What could be taken over into a draft from what one filed earlier
///
/// One's own filings of the last five years in the same name, newest first, with the answers that fit: to the same field of the same
/// procedure, or to one that asks for the same thing (`x-prefill`, `x-reuse`). Never files, nor what the form computes, locks or hides now.
/// Empty for what was filed.
#[utoipa::path(tag = "applications", operation_id = "listEarlierAnswers", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The draft")),
    responses((status = 200, description = "The earlier applications", body = EarlierApplicationList), ReadProblems))]
#[get("/v1/applications/{id}/earlier-answers")]
async fn list_earlier_answers(
    party: Party,
    db: Db,
    keys: Data<Keys>,
    forms: Data<Forms>,
    clock: Clock,
    id: Path<ApplicationId>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let draft = store::load_own(&mut conn, *id, &party.owner).await?;
    let taking = Taking {
        keys: &keys,
        forms: &forms,
        owner: &party.owner,
        now: clock.now(),
    };
    let offers = taking.offers(&mut conn, &draft).await?;
    let ids = offers
        .iter()
        .map(|(filing, _)| filing.application.procedure_id);
    let procedures = forms.directory(&mut conn, ids).await?;
    let offers = offers.into_iter();
    let items = offers.map(|offer| earlier(&procedures, offer)).collect();
    Ok(HttpResponse::Ok().json(EarlierApplicationList { items }))
}

fn earlier(
    procedures: &Procedures,
    (filing, answers): (EarlierFiling, Vec<EarlierAnswer>),
) -> EarlierApplication {
    EarlierApplication {
        application_id: filing.application.id,
        procedure: procedure_ref(&procedures[&filing.application.procedure_id]),
        reference_number: filing.reference_number,
        arrived_at: filing.arrived_at,
        answers,
    }
}

/// Take answers over from what one filed earlier
///
/// Fills in the chosen fields, all of them or none; `provenance` of the draft says where they come from. Which fields there are to choose
/// from, `earlier-answers` tells.
#[utoipa::path(tag = "applications", operation_id = "reuseAnswers", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The draft"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    request_body = ReuseRequest,
    responses(
        (status = 200, description = "The draft", body = OwnApplication, headers(
            ("etag" = String, description = "The new version"))),
        WriteProblems))]
#[post("/v1/applications/{id}/reuse")]
async fn reuse_answers(counter: Counter, body: Json<ReuseRequest>) -> Result<impl Responder> {
    let mut conn = counter.db.connection().await?;
    conn.transaction(async |conn| counter.act().reuse(conn, &body.0).await)
        .await?;
    counter.answer(&mut conn).await
}
