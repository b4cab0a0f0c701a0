//! For whom one may act, and who may act for oneself.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, Responder, get, post};
use diesel_async::AsyncConnection as _;
use platform::extract::Json;
use platform::{Db, Error, Randomness, Result};

use crate::access::Resident;
use crate::act::Act;
use crate::assurance::{Aal, Ial, RequiredAssurance};
use crate::mandates::model::resident::{
    MandateClaim, MandateOffer, OfferCode, OfferedMandate, OwnMandate, OwnMandateList,
};
use crate::mandates::{self, MandateId};
use crate::token::Realm;

platform::problem_responses! {
    pub(crate) BeginProblems: 400, 401, 409, 413, 415, 422;
    pub(crate) AcceptProblems: 400, 401, 413, 415, 422;
    pub(crate) ListProblems: 401;
    pub(crate) ReadProblems: 401, 404;
    pub(crate) EndProblems: 401, 404, 409;
}

/// Whoever acts for somebody, or lets somebody act for them, must be known well.
const REQUIRED: RequiredAssurance = RequiredAssurance {
    ial: Ial::TWO,
    aal: Aal::TWO,
    max_authentication_age_seconds: None,
};

/// Claim a mandate
///
/// For a child, an adult under guardianship or a company; a clerk verifies it by evidence. Until then it holds for nothing.
#[utoipa::path(tag = "mandates", operation_id = "claimMandate", security(("bearer" = [])), request_body = MandateClaim,
    responses((status = 201, description = "It waits for a clerk", body = OwnMandate), BeginProblems))]
#[post("/v1/mandates")]
pub(super) async fn claim(
    resident: Resident,
    realm: Data<Realm>,
    db: Db,
    act: Act,
    body: Json<MandateClaim>,
) -> Result<impl Responder> {
    resident.must_reach(&REQUIRED, &realm, act.now)?;
    let mut conn = db.connection().await?;
    let mandate = conn
        .transaction(async |conn| act.claim(conn, resident.id, body.0).await)
        .await?;
    Ok(HttpResponse::Created().json(mandate))
}

/// Give a mandate
///
/// To an attorney or somebody of the household: hand them the code, with which they accept it.
#[utoipa::path(tag = "mandates", operation_id = "offerMandate", security(("bearer" = [])), request_body = MandateOffer,
    responses((status = 201, description = "It waits to be accepted", body = OfferedMandate), BeginProblems))]
#[post("/v1/mandates/offers")]
pub(super) async fn offer(
    resident: Resident,
    realm: Data<Realm>,
    db: Db,
    act: Act,
    randomness: Randomness,
    body: Json<MandateOffer>,
) -> Result<impl Responder> {
    resident.must_reach(&REQUIRED, &realm, act.now)?;
    let mut conn = db.connection().await?;
    let offered = conn
        .transaction(async |conn| act.offer(conn, &randomness, resident.id, body.0).await)
        .await?;
    Ok(HttpResponse::Created().json(offered))
}

/// Accept a mandate
#[utoipa::path(tag = "mandates", operation_id = "acceptMandate", security(("bearer" = [])), request_body = OfferCode,
    responses((status = 200, description = "It holds from its first day on", body = OwnMandate), AcceptProblems))]
#[post("/v1/mandates/accept")]
pub(super) async fn accept(
    resident: Resident,
    realm: Data<Realm>,
    db: Db,
    act: Act,
    body: Json<OfferCode>,
) -> Result<impl Responder> {
    resident.must_reach(&REQUIRED, &realm, act.now)?;
    let code = body.0.code.parse().map_err(|_| malformed())?;
    let mut conn = db.connection().await?;
    let mandate = conn
        .transaction(async |conn| act.accept(conn, resident.id, &code).await)
        .await?;
    Ok(HttpResponse::Ok().json(mandate))
}

/// One's mandates, on either side
#[utoipa::path(tag = "mandates", operation_id = "listMandates", security(("bearer" = [])),
    responses((status = 200, description = "The mandates", body = OwnMandateList), ListProblems))]
#[get("/v1/mandates")]
pub(super) async fn list(resident: Resident, db: Db, act: Act) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let rows = mandates::list_own(&mut conn, resident.id).await?;
    let items = act.own(&mut conn, resident.id, &rows).await?;
    Ok(HttpResponse::Ok().json(OwnMandateList { items }))
}

/// One mandate of one's own
#[utoipa::path(tag = "mandates", operation_id = "getMandate", security(("bearer" = [])),
    params(("id" = MandateId, Path, description = "The mandate")),
    responses((status = 200, description = "The mandate", body = OwnMandate), ReadProblems))]
#[get("/v1/mandates/{id}")]
pub(super) async fn get(
    resident: Resident,
    db: Db,
    act: Act,
    id: Path<MandateId>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let row = mandates::load_own(&mut conn, *id, resident.id).await?;
    Ok(HttpResponse::Ok().json(act.own_one(&mut conn, resident.id, &row).await?))
}

/// End a mandate
///
/// From either side, at once: the next request under it is refused.
#[utoipa::path(tag = "mandates", operation_id = "endMandate", security(("bearer" = [])),
    params(("id" = MandateId, Path, description = "The mandate")),
    responses((status = 200, description = "It has ended", body = OwnMandate), EndProblems))]
#[post("/v1/mandates/{id}/end")]
pub(super) async fn end(
    resident: Resident,
    db: Db,
    act: Act,
    id: Path<MandateId>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let mandate = conn
        .transaction(async |conn| act.end(conn, resident.id, *id).await)
        .await?;
    Ok(HttpResponse::Ok().json(mandate))
}

fn malformed() -> Error {
    let message = "コードは10文字です。";
    Error::field("/code", "wrong_code", message)
}
