//! 利用登録 of the resident who asks.

use actix_web::web::Data;
use actix_web::{HttpResponse, Responder, delete, get, post};
use diesel_async::AsyncConnection as _;
use platform::{Db, Result};

use crate::access::Resident;
use crate::act::Act;
use crate::assurance::{Aal, Ial, RequiredAssurance};
use crate::registration::model::resident::OwnRegistration;
use crate::registration::{self, Requested};
use crate::token::Realm;

platform::problem_responses! {
    pub(crate) RequestProblems: 401, 409;
    pub(crate) OwnProblems: 401;
}

/// Who they are must have been proved; how they log in is not what is asked for.
const REQUIRED: RequiredAssurance = RequiredAssurance {
    ial: Ial::TWO,
    aal: Aal::LOWEST,
    max_authentication_age_seconds: None,
};

/// Ask to be found in the city's register (利用登録)
///
/// By name, address, birthdate and gender as the identity provider vouches for them. Linked at once where they name exactly one
/// person; a clerk looks at everything else. Asking again while it stands answers the same registration.
#[utoipa::path(tag = "registrations", operation_id = "requestRegistration", security(("bearer" = [])),
    responses(
        (status = 201, description = "It is linked, or waits for a clerk", body = OwnRegistration),
        (status = 200, description = "It had been asked for before", body = OwnRegistration),
        RequestProblems))]
#[post("/v1/me/registration")]
pub(super) async fn request(
    resident: Resident,
    realm: Data<Realm>,
    db: Db,
    act: Act,
) -> Result<impl Responder> {
    resident.must_reach(&REQUIRED, &realm, act.now)?;
    let mut conn = db.connection().await?;
    let requested = conn
        .transaction(async |conn| registration::request(conn, &act, resident.id).await)
        .await?;
    Ok(match requested {
        Requested::Now(own) => HttpResponse::Created().json(own),
        Requested::Before(own) => HttpResponse::Ok().json(own),
    })
}

/// One's registration (利用登録)
#[utoipa::path(tag = "registrations", operation_id = "getOwnRegistration", security(("bearer" = [])),
    responses(
        (status = 200, description = "The last one", body = OwnRegistration),
        (status = 204, description = "There has never been one"),
        OwnProblems))]
#[get("/v1/me/registration")]
pub(super) async fn get(resident: Resident, db: Db, act: Act) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let own = registration::own(&mut conn, &act, resident.id).await?;
    Ok(match own {
        Some(own) => HttpResponse::Ok().json(own),
        None => HttpResponse::NoContent().finish(),
    })
}

/// End one's registration (利用登録)
///
/// The city no longer knows which person of its register the resident is. Ending what does not stand changes nothing.
#[utoipa::path(tag = "registrations", operation_id = "endOwnRegistration", security(("bearer" = [])),
    responses((status = 204, description = "It does not stand any more"), OwnProblems))]
#[delete("/v1/me/registration")]
pub(super) async fn end(resident: Resident, db: Db, act: Act) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    conn.transaction(async |conn| registration::end(conn, &act, resident.id).await)
        .await?;
    Ok(HttpResponse::NoContent())
}
