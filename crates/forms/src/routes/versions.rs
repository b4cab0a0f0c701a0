//! The published versions of a form: list, export, compare, retire.

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, get, post};
use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use platform::extract::{Json, Query};
use platform::{AsyncPgConnection, Code, Error, Result, hex};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::editor::Editor;
use crate::accepting;
use crate::model::{
    ComparisonQuery, ComparisonView, ExportedVersion, FormVersionEntry, FormVersionId,
    FormVersionList, ProcedureId, RetireRequest,
};
use crate::state;
use crate::store::{self, RetirementRow, VersionLine};

platform::problem_responses! {
    pub(crate) ReadProblems: 401, 403, 404;
    pub(crate) CompareProblems: 400, 401, 403, 404;
    pub(crate) RetireProblems: 400, 401, 403, 404, 409, 413, 415, 422;
}

pub(crate) fn register(config: &mut ServiceConfig<'_>) {
    config
        .service(list_form_versions)
        .service(export_form_version)
        .service(compare_form_versions)
        .service(retire_form_version);
}

/// The versions of a procedure's form
#[utoipa::path(tag = "forms", operation_id = "listFormVersions", security(("bearer" = [])),
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change")),
    responses((status = 200, description = "All versions, newest first", body = FormVersionList), ReadProblems))]
#[get("/v1/procedures/{code}/form-versions")]
async fn list_form_versions(editor: Editor, code: Path<String>) -> Result<impl Responder> {
    let mut conn = editor.db.connection().await?;
    let now = editor.clock.now();
    let procedure = editor.procedure(&mut conn, &code).await?;
    let list = FormVersionList {
        items: entries(&mut conn, procedure.id, now).await?,
        has_draft: store::draft(&mut conn, procedure.id).await?.is_some(),
    };
    let object = ("procedure", procedure.id.as_uuid());
    let detail = json!({"procedure": *code});
    editor
        .record(&mut conn, "form_version.list", object, detail, now)
        .await?;
    Ok(HttpResponse::Ok().json(list))
}

/// All versions of a procedure, newest first.
pub(super) async fn entries(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
    now: DateTime<Utc>,
) -> Result<Vec<FormVersionEntry>> {
    let lines = store::list_versions(conn, procedure).await?;
    let moments: Vec<_> = lines.iter().map(VersionLine::moments).collect();
    let states = state::states(&moments, now);
    let entries = lines.into_iter().zip(states);
    let entry = |(line, state): (VersionLine, _)| FormVersionEntry {
        id: line.id,
        number: line.number,
        state,
        published_at: line.published_at,
        in_force_from: line.in_force_from,
        retired_at: line.retired_at,
        sha256: hex(&line.sha256),
    };
    Ok(entries.map(entry).collect())
}

/// A version as the files of its folder in the catalogue
#[utoipa::path(tag = "forms", operation_id = "exportFormVersion", security(("bearer" = [])),
    params(("id" = FormVersionId, Path, description = "The version")),
    responses((status = 200, description = "The files", body = ExportedVersion), ReadProblems))]
#[get("/v1/form-versions/{id}/files")]
async fn export_form_version(editor: Editor, id: Path<FormVersionId>) -> Result<impl Responder> {
    let mut conn = editor.db.connection().await?;
    let (form, procedure) = editor.version(&mut conn, *id).await?;
    let code = procedure.description.code;
    let object = ("form_version", form.id.as_uuid());
    let detail = json!({"procedure": code, "number": form.number});
    let now = editor.clock.now();
    editor
        .record(&mut conn, "form_version.export", object, detail, now)
        .await?;
    Ok(HttpResponse::Ok().json(ExportedVersion {
        procedure: code,
        number: form.number,
        sha256: hex(&form.sha256),
        files: form.definition.clone().into(),
    }))
}

/// What a newer version changes
///
/// The verdict says what becomes of drafts on the older one. Forms of different procedures are incompatible.
#[utoipa::path(tag = "forms", operation_id = "compareFormVersions", security(("bearer" = [])),
    params(("id" = FormVersionId, Path, description = "The older version"), ComparisonQuery),
    responses((status = 200, description = "All differences", body = ComparisonView), CompareProblems))]
#[get("/v1/form-versions/{id}/comparison")]
async fn compare_form_versions(
    editor: Editor,
    id: Path<FormVersionId>,
    query: Query<ComparisonQuery>,
) -> Result<impl Responder> {
    let mut conn = editor.db.connection().await?;
    let (older, procedure) = editor.version(&mut conn, *id).await?;
    let newer = match query.0.with {
        Some(newer) => newer,
        None => {
            let newest = store::newest_version(&mut conn, procedure.id).await?;
            newest.ok_or(Code::NotFound)?
        }
    };
    let (newer, _) = editor.version(&mut conn, newer).await?;
    let object = ("form_version", older.id.as_uuid());
    let detail = json!({"with": newer.id});
    let now = editor.clock.now();
    editor
        .record(&mut conn, "form_version.compare", object, detail, now)
        .await?;
    Ok(HttpResponse::Ok().json(ComparisonView::from(
        editor.forms.compare(&older, &newer).as_ref(),
    )))
}

/// Take a version out of use, or back before its day
///
/// Retiring the one in force closes the procedure until another is in force: no earlier one comes back. What was
/// filed on it stays as it is.
#[utoipa::path(tag = "forms", operation_id = "retireFormVersion", security(("bearer" = [])),
    params(("id" = FormVersionId, Path, description = "The version")),
    request_body = RetireRequest,
    responses((status = 200, description = "The version", body = FormVersionEntry), RetireProblems))]
#[post("/v1/form-versions/{id}/retire")]
async fn retire_form_version(
    editor: Editor,
    id: Path<FormVersionId>,
    body: Json<RetireRequest>,
) -> Result<impl Responder> {
    let mut conn = editor.db.connection().await?;
    let reason = &body.0.reason;
    let retired = conn
        .transaction(async |conn| retire(conn, &editor, *id, reason).await)
        .await?;
    Ok(HttpResponse::Ok().json(retired))
}

async fn retire(
    conn: &mut AsyncPgConnection,
    editor: &Editor,
    id: FormVersionId,
    reason: &str,
) -> Result<FormVersionEntry> {
    let (form, procedure) = editor.version(conn, id).await?;
    store::lock_procedure(conn, procedure.id).await?;
    let now = editor.clock.legal_now(conn).await?;
    state::retire(entry(conn, procedure.id, id, now).await?.state)?;
    let row = RetirementRow {
        version_id: id,
        retired_at: now,
        retired_by: editor.staff.id,
        reason,
    };
    store::insert_retirement(conn, &row).await?;
    accepting::tell_kpi(conn, procedure.id).await?;
    let object = ("form_version", id.as_uuid());
    let detail = json!({"procedure": procedure.description.code, "number": form.number});
    editor
        .record(conn, "form_version.retire", object, detail, now)
        .await?;
    entry(conn, procedure.id, id, now).await
}

pub(super) async fn entry(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
    id: FormVersionId,
    now: DateTime<Utc>,
) -> Result<FormVersionEntry> {
    let entries = entries(conn, procedure, now).await?.into_iter();
    let mut entries = entries.filter(|entry| entry.id == id);
    entries.next().ok_or_else(|| Error::new(Code::NotFound))
}
