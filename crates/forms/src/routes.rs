//! The catalogue, for everybody; what administrators do with it is in the files beside.
//!
//! - `GET /v1/procedures` what one can do
//! - `GET /v1/procedures/{code}` one procedure
//! - `GET /v1/procedures/{code}/form` the form in force
//! - `GET /v1/form-versions/{id}` a form as it was filed on
//! - `GET|POST /v1/finder` which procedures, by keywords or by what somebody says
//! - `GET /v1/life-events`, `GET …/{code}`, `POST …/{code}/assess` which procedures, by questions
//!
//! Administrators: `POST /v1/procedures`, `GET|PUT /v1/procedures/{code}/description`,
//! `GET /v1/procedures/{code}/form-versions`, `GET /v1/form-versions/{id}/files|comparison`,
//! `POST …/retire`, `POST|GET|PATCH|DELETE /v1/procedures/{code}/draft`, `GET …/comparison`,
//! `POST …/validate|preview|publish|import`.

mod description;
mod draft;
mod editor;
mod life_events;
mod versions;

use std::collections::BTreeSet;

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, Responder, get, post};
use platform::extract::{Json, Query};
use platform::page::{Page, PageQuery};
use platform::{Clock, Code, Db, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::definition::Fee;
use crate::finder::{Findings, FoundEvent, FoundProcedure};
use crate::model::{
    FinderQuery, Form, FormVersionId, Found, LikelyEvent, LikelyProcedure, Need, ProcedureDetail,
    ProcedureQuery, ProcedureSummary,
};
use crate::published::{Forms, Procedure, PublishedForm};
use crate::store;

pub(crate) use editor::Editor;

platform::problem_responses! {
    pub(crate) ListProblems: 400;
    pub(crate) ReadProblems: 404;
    pub(crate) FormProblems: 404, 409;
    pub(crate) NeedProblems: 400, 413, 415, 422;
}

/// Procedures found, where nothing else is asked for.
const SHOWN: usize = 10;
/// Words told of each thing found.
const MOST_WORDS: usize = 100;

/// Registers the routes of the residents' listener.
pub fn register_resident(config: &mut ServiceConfig<'_>) {
    register(config);
}

/// Registers the routes of the staff listener.
pub fn register_staff(config: &mut ServiceConfig<'_>) {
    register(config);
    description::register(config);
    versions::register(config);
    draft::register(config);
}

fn register(config: &mut ServiceConfig<'_>) {
    config
        .service(list_procedures)
        .service(get_procedure)
        .service(get_current_form)
        .service(get_form_version)
        .service(find_by_keywords)
        .service(find_by_need);
    life_events::register(config);
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
    let now = clock.now();
    let form = forms.find_current(&mut conn, procedure.id, now).await?;
    let policy = form.as_ref().map(|form| &form.definition.policy);
    let accepts_now = policy.is_some_and(|policy| policy.accepts_at(now));
    Ok(HttpResponse::Ok().json(ProcedureDetail {
        accepts_digital: accepts_now && procedure.accepts_digital_on(calendar::jst_date(now)),
        form_version_id: form.as_ref().map(|form| form.id),
        assurance: policy.and_then(|policy| policy.assurance),
        opens_at: policy.and_then(|policy| policy.opens_at),
        closes_at: policy.and_then(|policy| policy.closes_at),
        fee: policy.map(Fee::of),
        procedure: procedure.description.under(policy),
    }))
}

/// The form in force
///
/// 409 `procedure_closed` when the procedure has no digital form yet, or none any more.
#[utoipa::path(tag = "procedures", operation_id = "getCurrentForm",
    params(("code" = String, Path, description = "Code of the procedure", max_length = 60, example = "dog-registration-change")),
    responses((status = 200, description = "The form", body = Form), FormProblems))]
#[get("/v1/procedures/{code}/form")]
async fn get_current_form(
    db: Db,
    forms: Data<Forms>,
    clock: Clock,
    code: Path<String>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let procedure = forms.procedure_by_code(&mut conn, &code).await?;
    let procedure = procedure.ok_or(Code::NotFound)?;
    let form = forms.current(&mut conn, procedure.id, clock.now()).await?;
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

/// Find procedures by keywords
///
/// Forgives width, kana, okurigana and synonyms: とどけ finds 届, 引越 finds 転居.
#[utoipa::path(tag = "finder", operation_id = "findByKeywords", params(FinderQuery),
    responses((status = 200, description = "What fits, best first", body = Found), ListProblems))]
#[get("/v1/finder")]
async fn find_by_keywords(
    db: Db,
    forms: Data<Forms>,
    clock: Clock,
    query: Query<FinderQuery>,
) -> Result<impl Responder> {
    let FinderQuery { q, limit } = query.0;
    let limit = limit.map_or(SHOWN, usize::from);
    let found = find(&db, &forms, &clock, &q, limit).await?;
    Ok(HttpResponse::Ok().json(found))
}

/// Find procedures by what somebody says
///
/// For residents, and for the clerk who listens to one at the counter. The text is not kept, not logged and
/// not sent anywhere.
#[utoipa::path(tag = "finder", operation_id = "findByNeed", request_body = Need,
    responses((status = 200, description = "Likely life events and procedures, best first", body = Found), NeedProblems))]
#[post("/v1/finder")]
async fn find_by_need(
    db: Db,
    forms: Data<Forms>,
    clock: Clock,
    body: Json<Need>,
) -> Result<impl Responder> {
    let found = find(&db, &forms, &clock, &body.0.text, SHOWN).await?;
    Ok(HttpResponse::Ok().json(found))
}

async fn find(db: &Db, forms: &Forms, clock: &Clock, text: &str, limit: usize) -> Result<Found> {
    let snapshot = {
        let mut conn = db.connection().await?;
        forms.snapshot(&mut conn).await?
    };
    let today = calendar::jst_date(clock.now());
    let Findings {
        life_events,
        procedures,
    } = snapshot.finder().find(text, limit);
    let likely = |found: FoundProcedure| {
        let procedure = snapshot.procedures().get(&found.id)?;
        Some(LikelyProcedure {
            accepts_digital: procedure.accepts_digital_on(today),
            code: procedure.description.code.clone(),
            name: procedure.description.name.clone(),
            when_to_apply: procedure.description.when_to_apply.clone(),
            words: told(found.words),
        })
    };
    let event = |found: FoundEvent| LikelyEvent {
        code: found.code,
        name: found.name,
        words: told(found.words),
    };
    Ok(Found {
        life_events: life_events.into_iter().map(event).collect(),
        procedures: procedures.into_iter().filter_map(likely).collect(),
    })
}

/// One word can be spelt in hundreds of mixtures of width and kana.
fn told(words: BTreeSet<String>) -> Vec<String> {
    words.into_iter().take(MOST_WORDS).collect()
}

fn answer(form: &PublishedForm, procedure: Procedure) -> Form {
    let definition = form.definition.clone();
    Form {
        id: form.id,
        procedure: procedure.description.code,
        number: form.number,
        published_at: form.published_at,
        in_force_from: form.in_force_from,
        sha256: platform::hex(&form.sha256),
        schema: definition.schema,
        ui_schema: definition.ui_schema,
        texts: definition.texts,
        policy: definition.policy,
    }
}
