//! The version of a form that is being written: begin, change, check, try, publish.

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, Responder, delete, get, patch, post};
use diesel_async::AsyncConnection as _;
use documents::letter::Press;
use platform::Result;
use platform::extract::{IfMatch, Json, Query, etag};
use utoipa_actix_web::service_config::ServiceConfig;

use super::editor::Editor;
use super::versions;
use crate::check;
use crate::draft::{self, Draft};
use crate::model::{
    ComparisonView, DefinitionParts, Findings, FormDraft, FormVersionEntry, ImportQuery,
    ImportRequest, Imported, NewFormDraft, Preview, PreviewRequest, PublishRequest,
};
use crate::store;

platform::problem_responses! {
    pub(crate) BeginProblems: 400, 401, 403, 404, 409, 413, 415, 422;
    pub(crate) ReadProblems: 401, 403, 404;
    pub(crate) SaveProblems: 400, 401, 403, 404, 412, 413, 415, 422, 428;
    pub(crate) PublishProblems: 400, 401, 403, 404, 409, 412, 413, 415, 422, 428;
    pub(crate) DiscardProblems: 400, 401, 403, 404, 412, 428;
    pub(crate) TryProblems: 400, 401, 403, 404, 413, 415, 422;
}

pub(crate) fn register(config: &mut ServiceConfig<'_>) {
    config
        .service(begin_form_draft)
        .service(get_form_draft)
        .service(save_form_draft)
        .service(discard_form_draft)
        .service(validate_form_draft)
        .service(preview_form_draft)
        .service(compare_form_draft)
        .service(publish_form_draft)
        .service(import_form_draft);
}

/// Begin a version of a form
///
/// A procedure has one draft at the most.
#[utoipa::path(tag = "forms", operation_id = "beginFormDraft", security(("bearer" = [])),
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change")),
    request_body = NewFormDraft,
    responses(
        (status = 201, description = "The draft", body = FormDraft, headers(
            ("etag" = String, description = "Its version, for `If-Match`"))),
        BeginProblems))]
#[post("/v1/procedures/{code}/draft")]
async fn begin_form_draft(
    editor: Editor,
    code: Path<String>,
    body: Json<NewFormDraft>,
) -> Result<impl Responder> {
    let mut conn = editor.db.connection().await?;
    let draft = conn
        .transaction(async |conn| {
            let procedure = editor.procedure(conn, &code).await?;
            store::hold_procedure(conn, procedure.id).await?;
            let definition = draft::origin(conn, &editor, &procedure, body.0.from).await?;
            draft::begin(conn, &editor, procedure, definition, "form_draft.begin").await
        })
        .await?;
    Ok(HttpResponse::Created()
        .insert_header(etag(draft.version))
        .json(FormDraft::from(draft)))
}

/// The version that is being written
#[utoipa::path(tag = "forms", operation_id = "getFormDraft", security(("bearer" = [])),
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change")),
    responses(
        (status = 200, description = "The draft", body = FormDraft, headers(
            ("etag" = String, description = "Its version, for `If-Match`"))),
        ReadProblems))]
#[get("/v1/procedures/{code}/draft")]
async fn get_form_draft(editor: Editor, code: Path<String>) -> Result<impl Responder> {
    let mut conn = editor.db.connection().await?;
    let draft = draft::load(&mut conn, &editor, &code, "form_draft.read").await?;
    answer(draft)
}

fn answer(draft: Draft) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok()
        .insert_header(etag(draft.version))
        .json(FormDraft::from(draft)))
}

/// Replace parts of a draft
///
/// Each part that is given takes the place of the whole part. Nothing but its form is checked; what keeps the draft
/// from being published is told by `validate`.
#[utoipa::path(tag = "forms", operation_id = "saveFormDraft", security(("bearer" = [])),
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    request_body = DefinitionParts,
    responses(
        (status = 200, description = "The draft", body = FormDraft, headers(
            ("etag" = String, description = "The new version"))),
        SaveProblems))]
#[patch("/v1/procedures/{code}/draft")]
async fn save_form_draft(
    editor: Editor,
    code: Path<String>,
    expected: IfMatch,
    body: Json<DefinitionParts>,
) -> Result<impl Responder> {
    let mut conn = editor.db.connection().await?;
    let draft = conn
        .transaction(async |conn| {
            let draft = draft::lock(conn, &editor, &code, expected).await?;
            draft.replace(conn, &editor, body.0).await
        })
        .await?;
    answer(draft)
}

/// Throw a draft away
#[utoipa::path(tag = "forms", operation_id = "discardFormDraft", security(("bearer" = [])),
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    responses((status = 204, description = "It is gone"), DiscardProblems))]
#[delete("/v1/procedures/{code}/draft")]
async fn discard_form_draft(
    editor: Editor,
    code: Path<String>,
    expected: IfMatch,
) -> Result<impl Responder> {
    let mut conn = editor.db.connection().await?;
    conn.transaction(async |conn| {
        let draft = draft::lock(conn, &editor, &code, expected).await?;
        draft.discard(conn, &editor).await
    })
    .await?;
    Ok(HttpResponse::NoContent())
}

/// What keeps a draft from being published
///
/// Everything that is found at once, the letter tried as well.
#[utoipa::path(tag = "forms", operation_id = "validateFormDraft", security(("bearer" = [])),
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change")),
    responses((status = 200, description = "All findings", body = Findings), ReadProblems))]
#[post("/v1/procedures/{code}/draft/validate")]
async fn validate_form_draft(
    editor: Editor,
    press: Data<Press>,
    code: Path<String>,
) -> Result<impl Responder> {
    let candidate = {
        let mut conn = editor.db.connection().await?;
        let draft = draft::load(&mut conn, &editor, &code, "form_draft.validate").await?;
        draft.candidate(&mut conn).await?
    };
    let problems = check::problems(press.into_inner(), candidate).await?;
    Ok(HttpResponse::Ok().json(Findings::from(problems)))
}

/// Try answers on a draft
///
/// Nothing is kept and nothing is counted. The messages to applicants are shown, too.
#[utoipa::path(tag = "forms", operation_id = "previewFormDraft", security(("bearer" = [])),
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change")),
    request_body = PreviewRequest,
    responses((status = 200, description = "What the form says of them", body = Preview), TryProblems))]
#[post("/v1/procedures/{code}/draft/preview")]
async fn preview_form_draft(
    editor: Editor,
    code: Path<String>,
    body: Json<PreviewRequest>,
) -> Result<impl Responder> {
    let mut conn = editor.db.connection().await?;
    let draft = draft::load(&mut conn, &editor, &code, "form_draft.preview").await?;
    let preview = draft.preview(&body.0.answers, editor.clock.now())?;
    Ok(HttpResponse::Ok().json(preview))
}

/// What a draft changes against the newest version
#[utoipa::path(tag = "forms", operation_id = "compareFormDraft", security(("bearer" = [])),
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change")),
    responses((status = 200, description = "All differences", body = ComparisonView), ReadProblems))]
#[get("/v1/procedures/{code}/draft/comparison")]
async fn compare_form_draft(editor: Editor, code: Path<String>) -> Result<impl Responder> {
    let mut conn = editor.db.connection().await?;
    let draft = draft::load(&mut conn, &editor, &code, "form_draft.compare").await?;
    let procedure = draft.procedure.id;
    let comparison = draft::compare(&mut conn, &editor, procedure, &draft.definition).await?;
    Ok(HttpResponse::Ok().json(comparison))
}

/// Publish a draft
///
/// It becomes a version that never changes, in force now or from the moment asked for; drafts of applications move to it
/// then, as far as they can. 422 with everything that keeps it from being published, 409 `form_draft_outdated` when another
/// version has been published since it was begun.
#[utoipa::path(tag = "forms", operation_id = "publishFormDraft", security(("bearer" = [])),
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change"),
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    request_body = PublishRequest,
    responses(
        (status = 201, description = "The version", body = FormVersionEntry, headers(
            ("location" = String, description = "Where its form is"))),
        PublishProblems))]
#[post("/v1/procedures/{code}/draft/publish")]
async fn publish_form_draft(
    editor: Editor,
    press: Data<Press>,
    code: Path<String>,
    expected: IfMatch,
    body: Json<PublishRequest>,
) -> Result<impl Responder> {
    draft::check(&editor, press.into_inner(), &code, expected).await?;
    let mut conn = editor.db.connection().await?;
    let published = conn
        .transaction(async |conn| {
            let draft = draft::lock(conn, &editor, &code, expected).await?;
            let procedure = draft.procedure.id;
            let (id, now) = draft.publish(conn, &editor, body.0.in_force_from).await?;
            versions::entry(conn, procedure, id, now).await
        })
        .await?;
    let location = format!("/v1/form-versions/{}", published.id);
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .json(published))
}

/// Begin a draft from files
///
/// They are those of a version's folder in the catalogue. The answer says what they change against the newest version and
/// what keeps them from being published; with `dry_run` that is all.
#[utoipa::path(tag = "forms", operation_id = "importFormDraft", security(("bearer" = [])),
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change"), ImportQuery),
    request_body = ImportRequest,
    responses(
        (status = 200, description = "What would come of it", body = Imported),
        (status = 201, description = "The draft is begun", body = Imported),
        BeginProblems))]
#[post("/v1/procedures/{code}/draft/import")]
async fn import_form_draft(
    editor: Editor,
    press: Data<Press>,
    code: Path<String>,
    query: Query<ImportQuery>,
    body: Json<ImportRequest>,
) -> Result<impl Responder> {
    let dry_run = query.0.dry_run == Some(true);
    let definition = body.0.files.into();
    let imported = draft::import(&editor, press.into_inner(), &code, definition, dry_run).await?;
    Ok(match dry_run {
        true => HttpResponse::Ok().json(imported),
        false => HttpResponse::Created().json(imported),
    })
}
