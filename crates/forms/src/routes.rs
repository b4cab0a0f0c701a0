//! The catalogue, for everybody.
//!
//! - `GET /v1/procedures` what one can do
//! - `GET /v1/procedures/{code}` one procedure
//! - `GET /v1/procedures/{code}/form` the form in force
//! - `GET /v1/form-versions/{id}` a form as it was filed on

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, Responder, get};
use platform::extract::Query;
use platform::page::{Page, PageQuery};
use platform::{Clock, Code, Db, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::model::{Form, FormVersionId, ProcedureDetail, ProcedureQuery, ProcedureSummary};
use crate::published::{Forms, Procedure, PublishedForm};
use crate::store;

platform::problem_responses! {
    pub(crate) ListProblems: 400;
    pub(crate) ReadProblems: 404;
    pub(crate) FormProblems: 404, 409;
}

/// Registers the crate's routes, on both public listeners.
pub fn register(config: &mut ServiceConfig<'_>) {
    config
        .service(list_procedures)
        .service(get_procedure)
        .service(get_current_form)
        .service(get_form_version);
}

/// What one can do
#[utoipa::path(tag = "procedures", operation_id = "listProcedures", params(ProcedureQuery),
    responses((status = 200, description = "A page of procedures by code", body = Page<ProcedureSummary>), ListProblems))]
#[get("/v1/procedures")]
async fn list_procedures(
    db: Db,
    clock: Clock,
    query: Query<ProcedureQuery>,
) -> Result<impl Responder> {
    let ProcedureQuery {
        accepts_digital,
        after,
        limit,
    } = query.0;
    let page = PageQuery { after, limit };
    let today = calendar::jst_date(clock.now());
    let after: Option<String> = page.after()?;
    let digital = accepts_digital.map(|wanted| (wanted, today));
    let mut conn = db.connection().await?;
    let rows = store::list_procedures(&mut conn, after.as_deref(), digital, page.limit()).await?;
    let procedures: Vec<_> = rows
        .into_iter()
        .map(Procedure::from_row)
        .collect::<Result<_>>()?;
    let page = Page::cut(
        procedures,
        page.limit(),
        |last| last.description.code.clone(),
        |procedure| ProcedureSummary {
            accepts_digital: procedure.accepts_digital_on(today),
            kind: procedure.kind,
            code: procedure.description.code,
            name: procedure.description.name,
            summary: procedure.description.summary,
            owner_department: procedure.description.owner_department,
        },
    )?;
    Ok(HttpResponse::Ok().json(page))
}

/// One procedure
#[utoipa::path(tag = "procedures", operation_id = "getProcedure",
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change")),
    responses((status = 200, description = "The procedure", body = ProcedureDetail), ReadProblems))]
#[get("/v1/procedures/{code}")]
async fn get_procedure(
    db: Db,
    forms: Data<Forms>,
    clock: Clock,
    code: Path<String>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let procedure = forms.procedure_by_code(&mut conn, &code).await?;
    let procedure = procedure.ok_or(Code::NotFound)?;
    Ok(HttpResponse::Ok().json(ProcedureDetail {
        accepts_digital: procedure.accepts_digital_on(calendar::jst_date(clock.now())),
        form_version_id: store::current_version(&mut conn, procedure.id).await?,
        procedure: procedure.description,
    }))
}

/// The form in force
///
/// 409 `procedure_closed` when the procedure has no digital form yet.
#[utoipa::path(tag = "procedures", operation_id = "getCurrentForm",
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change")),
    responses((status = 200, description = "The form", body = Form), FormProblems))]
#[get("/v1/procedures/{code}/form")]
async fn get_current_form(
    db: Db,
    forms: Data<Forms>,
    code: Path<String>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let procedure = forms.procedure_by_code(&mut conn, &code).await?;
    let procedure = procedure.ok_or(Code::NotFound)?;
    let form = forms.current(&mut conn, procedure.id).await?;
    Ok(HttpResponse::Ok().json(answer(&form, procedure)))
}

/// A form as it was filed on
///
/// Published versions never change, so an old filing can always be read in its own form.
#[utoipa::path(tag = "procedures", operation_id = "getFormVersion",
    params(("id" = FormVersionId, Path, description = "The version")),
    responses((status = 200, description = "The form", body = Form), ReadProblems))]
#[get("/v1/form-versions/{id}")]
async fn get_form_version(
    db: Db,
    forms: Data<Forms>,
    id: Path<FormVersionId>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let form = forms.version(&mut conn, *id).await?;
    let procedure = forms.procedure(&mut conn, form.procedure_id).await?;
    Ok(HttpResponse::Ok().json(answer(&form, procedure)))
}

fn answer(form: &PublishedForm, procedure: Procedure) -> Form {
    let definition = form.definition.clone();
    Form {
        id: form.id,
        procedure: procedure.description.code,
        number: form.number,
        published_at: form.published_at,
        sha256: platform::hex(&form.sha256),
        schema: definition.schema,
        ui_schema: definition.ui_schema,
        texts: definition.texts,
        policy: definition.policy,
    }
}
