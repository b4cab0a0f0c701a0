//! Files of an application: added and removed by its owner, downloaded by owner and department.

use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, Responder, delete, get, post};
use audit::Entry;
use auth::Staff;
use auth::registration::check_files;
use diesel_async::AsyncConnection as _;
use forms::Forms;
use keys::Keys;
use platform::extract::{BodyLimits, Query, RequestId, app_state};
use platform::{Clock, Db, Error, Result, Storage, download};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::attachments::{self, Upload, check_visible, storage_key};
use crate::model::{ApplicationId, AttachmentId, AttachmentView, UploadQuery};
use crate::routes::party::Party;
use crate::sight::{readers, side_of};
use crate::store::{self, Attachment};

platform::problem_responses! {
    pub(crate) UploadProblems: 400, 401, 404, 409, 413, 415, 422;
    pub(crate) RemoveProblems: 401, 404, 409;
    pub(crate) OwnReadProblems: 401, 404;
    pub(crate) StaffReadProblems: 401, 403, 404;
}

pub(crate) fn register_resident(config: &mut ServiceConfig<'_>) {
    config
        .service(add_attachment)
        .service(remove_attachment)
        .service(download_own_attachment);
}

pub(crate) fn register_staff(config: &mut ServiceConfig<'_>) {
    config.service(download_attachment);
}

/// Add a file
///
/// The body is the file itself, whatever its `Content-Type` says: what it is, is judged by its
/// content. Name the answered id in the field's answer.
#[utoipa::path(tag = "attachments", operation_id = "addAttachment", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The draft, or the application under correction"), UploadQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file"),
    responses((status = 201, description = "It is kept", body = AttachmentView), UploadProblems))]
#[post("/v1/applications/{id}/attachments")]
#[expect(clippy::too_many_arguments, reason = "a handler names all it needs")]
async fn add_attachment(
    party: Party,
    db: Db,
    keys: Data<Keys>,
    forms: Data<Forms>,
    storage: Data<Storage>,
    clock: Clock,
    http: HttpRequest,
    id: Path<ApplicationId>,
    query: Query<UploadQuery>,
    body: Payload,
) -> Result<impl Responder> {
    party.must_act()?;
    let limits: BodyLimits = app_state(&http)?;
    let upload = Upload {
        owner: &party.owner,
        application: *id,
        field: &query.0.field,
        name: &query.0.name,
        keys: &keys,
        forms: &forms,
        storage: &storage,
        patience: limits.timeout,
        now: clock.now(),
    };
    let row = upload.receive(&db, body).await?;
    Ok(HttpResponse::Created().json(attachments::view(&keys, &row)?))
}

/// Remove a file from a draft
#[utoipa::path(tag = "attachments", operation_id = "removeAttachment", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The draft"),
        ("attachment" = AttachmentId, Path, description = "The file")),
    responses((status = 204, description = "It is gone"), RemoveProblems))]
#[delete("/v1/applications/{id}/attachments/{attachment}")]
async fn remove_attachment(
    party: Party,
    db: Db,
    forms: Data<Forms>,
    clock: Clock,
    path: Path<(ApplicationId, AttachmentId)>,
) -> Result<impl Responder> {
    let file = path.into_inner();
    party.must_act()?;
    let (owner, now) = (&party.owner, clock.now());
    let mut conn = db.connection().await?;
    conn.transaction(async |conn| attachments::remove(conn, &forms, owner, file, now).await)
        .await?;
    Ok(HttpResponse::NoContent())
}

/// Download one's own file
#[utoipa::path(tag = "attachments", operation_id = "downloadOwnAttachment", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("attachment" = AttachmentId, Path, description = "The file")),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream", headers(
            ("content-disposition" = String, description = "attachment, with the file's name (RFC 6266)"))),
        OwnReadProblems))]
#[get("/v1/applications/{id}/attachments/{attachment}")]
async fn download_own_attachment(
    party: Party,
    db: Db,
    keys: Data<Keys>,
    forms: Data<Forms>,
    storage: Data<Storage>,
    path: Path<(ApplicationId, AttachmentId)>,
) -> Result<impl Responder> {
    let (id, attachment) = path.into_inner();
    let row = {
        let mut conn = db.connection().await?;
        let application = store::load_own(&mut conn, id, &party.owner).await?;
        check_files(&mut conn, &side_of(&application), party.owner.reader).await?;
        let row = store::attachment(&mut conn, id, attachment).await?;
        let form = forms.version(&mut conn, application.form_version_id);
        check_visible(&party.owner.hiding(&form.await?.compiled, false), &row)?;
        row
    };
    send(&keys, &storage, &row).await
}

/// Download a file of an application
///
/// That it was looked at is recorded.
#[utoipa::path(tag = "attachments", operation_id = "downloadAttachment", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application"),
        ("attachment" = AttachmentId, Path, description = "The file")),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream", headers(
            ("content-disposition" = String, description = "attachment, with the file's name (RFC 6266)"))),
        StaffReadProblems))]
#[get("/v1/applications/{id}/attachments/{attachment}")]
#[expect(clippy::too_many_arguments, reason = "a handler names all it needs")]
async fn download_attachment(
    clerk: Staff,
    db: Db,
    keys: Data<Keys>,
    forms: Data<Forms>,
    storage: Data<Storage>,
    clock: Clock,
    request: RequestId,
    path: Path<(ApplicationId, AttachmentId)>,
) -> Result<impl Responder> {
    let (id, attachment) = path.into_inner();
    let row = {
        let mut conn = db.connection().await?;
        let now = clock.now();
        conn.transaction(async |conn| {
            let application = store::load_case(conn, id, &clerk).await?;
            let row = store::attachment(conn, id, attachment).await?;
            let form = forms.version(conn, application.form_version_id).await?;
            let readers = readers(&clerk, &application);
            check_visible(&form.compiled.hiding(false, Some(readers)), &row)?;
            let entry = Entry {
                occurred_at: now,
                actor: clerk.actor(),
                action: "attachment.read",
                object_kind: "application",
                object_id: Some(id.as_uuid()),
                request_id: Some(request),
                detail: json!({"attachment": attachment}),
            };
            audit::record(conn, entry).await?;
            Ok::<_, Error>(row)
        })
        .await?
    };
    send(&keys, &storage, &row).await
}

async fn send(keys: &Keys, storage: &Storage, row: &Attachment) -> Result<HttpResponse> {
    let name = attachments::view(keys, row)?.name;
    download(storage, &storage_key(row.id), name).await
}
