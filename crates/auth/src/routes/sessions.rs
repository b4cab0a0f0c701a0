//! One's own logins.

use actix_web::web::{Json, Path};
use actix_web::{HttpResponse, Responder, delete, get};
use platform::extract::RequestId;
use platform::{Clock, Db, Result};
use uuid::Uuid;

use crate::access::{Person, Resident, Staff};
use crate::login;
use crate::model::{OwnSession, OwnSessionList};
use crate::session::{self, OwnLogin};

platform::problem_responses! {
    pub(crate) ListProblems: 401;
    pub(crate) StaffListProblems: 401, 403;
    pub(crate) EndProblems: 401, 404;
    pub(crate) StaffEndProblems: 401, 403, 404;
}

/// One's own logins
///
/// Each is a browser or device that somebody logged in with. End those you do not know.
#[utoipa::path(tag = "auth", operation_id = "listSessions", security(("bearer" = [])),
    responses((status = 200, description = "The logins that go on", body = OwnSessionList), ListProblems))]
#[get("/v1/me/sessions")]
pub(super) async fn list_of_resident(
    resident: Resident,
    db: Db,
    clock: Clock,
) -> Result<impl Responder> {
    list(&db, resident.into(), &clock).await
}

/// One's own logins
///
/// Each is a browser or device that somebody logged in with. End those you do not know.
#[utoipa::path(tag = "auth", operation_id = "listSessions", security(("bearer" = [])),
    responses((status = 200, description = "The logins that go on", body = OwnSessionList), StaffListProblems))]
#[get("/v1/me/sessions")]
pub(super) async fn list_of_staff(staff: Staff, db: Db, clock: Clock) -> Result<impl Responder> {
    list(&db, staff.into(), &clock).await
}

/// End one of one's own logins
///
/// Its tokens are void from the next request on. It may be the one that asks.
#[utoipa::path(tag = "auth", operation_id = "endSession", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The login", example = "0192f0c1-2345-7abc-8def-0123456789ab")),
    responses((status = 204, description = "It is over"), EndProblems))]
#[delete("/v1/me/sessions/{id}")]
pub(super) async fn end_of_resident(
    resident: Resident,
    db: Db,
    clock: Clock,
    request: RequestId,
    id: Path<Uuid>,
) -> Result<impl Responder> {
    login::end(&db, resident.into(), request, *id, clock.now()).await?;
    Ok(HttpResponse::NoContent())
}

/// End one of one's own logins
///
/// Its tokens are void from the next request on. It may be the one that asks.
#[utoipa::path(tag = "auth", operation_id = "endSession", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The login", example = "0192f0c1-2345-7abc-8def-0123456789ab")),
    responses((status = 204, description = "It is over"), StaffEndProblems))]
#[delete("/v1/me/sessions/{id}")]
pub(super) async fn end_of_staff(
    staff: Staff,
    db: Db,
    clock: Clock,
    request: RequestId,
    id: Path<Uuid>,
) -> Result<impl Responder> {
    login::end(&db, staff.into(), request, *id, clock.now()).await?;
    Ok(HttpResponse::NoContent())
}

async fn list(db: &Db, person: Person, clock: &Clock) -> Result<Json<OwnSessionList>> {
    let mut conn = db.connection().await?;
    let logins = session::list_own(&mut conn, person, clock.now()).await?;
    let shown = |OwnLogin {
                     family,
                     client,
                     last_seen_at,
                 }: OwnLogin| OwnSession {
        id: family.id,
        client,
        current: family.id == person.login,
        authenticated_at: family.authenticated_at,
        expires_at: family.expires_at,
        acr: family.acr,
        last_seen_at,
    };
    Ok(Json(OwnSessionList {
        items: logins.into_iter().map(shown).collect(),
    }))
}
