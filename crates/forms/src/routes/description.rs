//! What the catalogue tells about a procedure, as administrators write it: the content of `procedure.json`.

use actix_web::http::header;
use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, get, post, put};
use diesel_async::AsyncConnection as _;
use platform::extract::{IfMatch, Json, Query, etag};
use platform::{AsyncPgConnection, Code, Error, Result};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;

use super::editor::Editor;
use crate::describe::{Describing, Sound};
use crate::model::{DescribedProcedure, Description, ImportQuery};
use crate::store::{self, ProcedureRow};

platform::problem_responses! {
    pub(crate) CreateProblems: 400, 401, 403, 409, 413, 415, 422;
    pub(crate) ReadProblems: 401, 403, 404;
    pub(crate) DescribeProblems: 400, 401, 403, 404, 412, 413, 415, 422, 428;
}

pub(crate) fn register(config: &mut ServiceConfig<'_>) {
    config
        .service(create_procedure)
        .service(get_description)
        .service(describe_procedure);
}

/// Take a procedure into the catalogue
///
/// The body is what `procedure.json` of a catalogue is. With `dry_run` it is only checked. 409 `procedure_code_taken` when another
/// procedure has the code, 403 when the department is none of the administrator's.
#[utoipa::path(tag = "procedures", operation_id = "createProcedure", security(("bearer" = [])),
    params(ImportQuery),
    request_body = Description,
    responses(
        (status = 200, description = "What would come of it", body = DescribedProcedure),
        (status = 201, description = "The procedure", body = DescribedProcedure, headers(
            ("etag" = String, description = "Version of the description, for `If-Match`"),
            ("location" = String, description = "Where the description is"))),
        CreateProblems))]
#[post("/v1/procedures")]
async fn create_procedure(
    editor: Editor,
    query: Query<ImportQuery>,
    body: Json<Description>,
) -> Result<impl Responder> {
    let description = body.0;
    let dry_run = query.0.dry_run == Some(true);
    let mut conn = editor.db.connection().await?;
    let described = conn
        .transaction(async |conn| create(conn, &editor, description, dry_run).await)
        .await?;
    if dry_run {
        return Ok(HttpResponse::Ok().json(described));
    }
    let location = format!("/v1/procedures/{}/description", described.procedure.code);
    Ok(HttpResponse::Created()
        .insert_header(etag(1))
        .insert_header((header::LOCATION, location))
        .json(described))
}

async fn create(
    conn: &mut AsyncPgConnection,
    editor: &Editor,
    description: Description,
    dry_run: bool,
) -> Result<DescribedProcedure> {
    let known = store::procedure_by_code(conn, &description.code).await?;
    if known.is_some() {
        return Err(Code::ProcedureCodeTaken.into());
    }
    let sound = editor.check(conn, &description, None).await?;
    if dry_run {
        editor.tried(conn, &sound).await?;
    } else if !sound.create(conn).await? {
        return Err(Code::ProcedureCodeTaken.into());
    }
    Ok(told(&description, sound))
}

/// What the catalogue tells about a procedure
///
/// As it was written, to be changed or kept as `procedure.json`; `GET /v1/procedures/{code}` has fee and documents of the version in
/// force instead.
#[utoipa::path(tag = "procedures", operation_id = "getProcedureDescription", security(("bearer" = [])),
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change")),
    responses(
        (status = 200, description = "The description", body = Description, headers(
            ("etag" = String, description = "Its version, for `If-Match`"))),
        ReadProblems))]
#[get("/v1/procedures/{code}/description")]
async fn get_description(editor: Editor, code: Path<String>) -> Result<impl Responder> {
    let mut conn = editor.db.connection().await?;
    let procedure = editor.procedure(&mut conn, &code).await?;
    let object = ("procedure", procedure.id.as_uuid());
    let detail = json!({"procedure": *code, "version": procedure.version});
    let now = editor.clock.now();
    editor
        .record(&mut conn, "procedure.read", object, detail, now)
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(procedure.version))
        .json(procedure.description))
}

/// Change what the catalogue tells about a procedure
///
/// The body takes the place of the whole description; with `dry_run` the answer only says what would be different. Code and
/// department stay, and the kind does once a version of the form has been published (422 `fixed`).
#[utoipa::path(tag = "procedures", operation_id = "describeProcedure", security(("bearer" = [])),
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change"), ImportQuery,
        ("if-match" = String, Header, description = "`ETag` of the version seen", max_length = 20, example = "\"3\"")),
    request_body = Description,
    responses(
        (status = 200, description = "The description, and what is different", body = DescribedProcedure, headers(
            ("etag" = String, description = "The version it has now"))),
        DescribeProblems))]
#[put("/v1/procedures/{code}/description")]
async fn describe_procedure(
    editor: Editor,
    code: Path<String>,
    query: Query<ImportQuery>,
    expected: IfMatch,
    body: Json<Description>,
) -> Result<impl Responder> {
    let description = body.0;
    let dry_run = query.0.dry_run == Some(true);
    let mut conn = editor.db.connection().await?;
    let (version, described) = conn
        .transaction(async |conn| {
            let procedure = editor.procedure(conn, &code).await?;
            let known = store::lock_procedure(conn, procedure.id).await?;
            expected.check(known.version)?;
            let sound = editor.check(conn, &description, Some(&known)).await?;
            match dry_run {
                true => editor.tried(conn, &sound).await?,
                false => sound.replace(conn).await?,
            }
            let version = if dry_run {
                known.version
            } else {
                sound.row.version
            };
            Ok::<_, Error>((version, told(&description, sound)))
        })
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(etag(version))
        .json(described))
}

fn told(description: &Description, sound: Sound<'_>) -> DescribedProcedure {
    DescribedProcedure {
        procedure: description.clone(),
        changes: sound.changes,
    }
}

impl Editor {
    /// Nobody makes a procedure for a department that they do not administer.
    async fn check<'a>(
        &self,
        conn: &mut AsyncPgConnection,
        description: &'a Description,
        known: Option<&ProcedureRow>,
    ) -> Result<Sound<'a>> {
        let describing = Describing {
            description,
            actor: self.staff.actor(),
            request: Some(self.request),
            now: self.clock.now(),
        };
        let sound = describing.check(conn, known).await?;
        let sound = sound.map_err(Error::validation)?;
        let Sound { row, .. } = &sound;
        let scope = self.staff.scope();
        if !scope.covers(row.department_id, row.id.as_uuid()) {
            return Err(Error::new(Code::Forbidden).because("a department beyond one's own"));
        }
        Ok(sound)
    }

    async fn tried(&self, conn: &mut AsyncPgConnection, sound: &Sound<'_>) -> Result<()> {
        let object = ("procedure", sound.row.id.as_uuid());
        let detail = json!({"procedure": sound.row.code});
        let now = self.clock.now();
        self.record(conn, "procedure.try", object, detail, now)
            .await
    }
}
