//! Life events: what to ask, and what the answers come to.

use std::collections::HashMap;

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, Responder, get, post};
use chrono::{DateTime, Utc};
use platform::extract::Json;
use platform::{Clock, Code, Db, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use super::ReadProblems;
use crate::definition::Fee;
use crate::life_events::{AskedEvent, Standing};
use crate::model::{
    AnswersSoFar, AskedQuestion, AssessedProcedure, LegalDeadline, LifeEventAssessment,
    LifeEventList, LifeEventQuestions, LifeEventSummary, Way,
};
use crate::published::Forms;
use crate::question_set::{Assessed, QuestionSet, QuestionStatus};

platform::problem_responses! {
    pub(crate) AssessProblems: 400, 404, 413, 415, 422;
}

pub(super) fn register(config: &mut ServiceConfig<'_>) {
    config
        .service(list_life_events)
        .service(get_life_event)
        .service(assess_life_event);
}

/// Life events that have questions
#[utoipa::path(tag = "finder", operation_id = "listLifeEvents",
    responses((status = 200, description = "All of them", body = LifeEventList)))]
#[get("/v1/life-events")]
async fn list_life_events(db: Db, forms: Data<Forms>) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let snapshot = forms.snapshot(&mut conn).await?;
    let items = snapshot
        .life_events()?
        .iter()
        .map(|event| LifeEventSummary {
            code: event.code.clone(),
            name: event.name.clone(),
            procedures: procedures(&event.questions),
        });
    let items = items.collect();
    Ok(HttpResponse::Ok().json(LifeEventList { items }))
}

/// The questions of a life event
#[utoipa::path(tag = "finder", operation_id = "getLifeEvent",
    params(("code" = String, Path, description = "Code of the life event", max_length = 60, example = "moving-out")),
    responses((status = 200, description = "The questions", body = LifeEventQuestions), ReadProblems))]
#[get("/v1/life-events/{code}")]
async fn get_life_event(db: Db, forms: Data<Forms>, code: Path<String>) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let snapshot = forms.snapshot(&mut conn).await?;
    let mut events = snapshot.life_events()?.iter();
    let event = events.find(|event| event.code == *code);
    Ok(HttpResponse::Ok().json(questions(event.ok_or(Code::NotFound)?)))
}

/// What answers to the questions come to
///
/// Also before all are given: which questions are still open, and for each procedure whether it has to be seen to and
/// why, until when, how, and with which documents. Nothing is kept, not logged and not sent anywhere.
#[utoipa::path(tag = "finder", operation_id = "assessLifeEvent", request_body = AnswersSoFar,
    params(("code" = String, Path, description = "Code of the life event", max_length = 60, example = "moving-out")),
    responses((status = 200, description = "What they come to", body = LifeEventAssessment), AssessProblems))]
#[post("/v1/life-events/{code}/assess")]
async fn assess_life_event(
    db: Db,
    forms: Data<Forms>,
    clock: Clock,
    code: Path<String>,
    body: Json<AnswersSoFar>,
) -> Result<impl Responder> {
    let now = clock.now();
    let mut conn = db.connection().await?;
    let set = forms.question_set(&mut conn, &code).await?;
    let set = set.ok_or(Code::NotFound)?;
    let assessment = set.assess(&body.0.answers.0, calendar::jst_date(now))?;
    let mut standings = forms.standings(&mut conn, &set, now).await?;
    let procedures = assessment.procedures.into_iter();
    let procedures = procedures.filter_map(|assessed| told(assessed, &mut standings, now));
    let questions = assessment.questions.into_iter();
    let questions: Vec<_> = questions
        .map(|question| AskedQuestion {
            code: question.code,
            status: question.status,
        })
        .collect();
    Ok(HttpResponse::Ok().json(LifeEventAssessment {
        complete: questions.iter().all(|q| q.status != QuestionStatus::Open),
        procedures: procedures.collect(),
        questions,
    }))
}

fn procedures(set: &QuestionSet) -> Vec<String> {
    set.procedures().map(str::to_owned).collect()
}

fn questions(event: &AskedEvent) -> LifeEventQuestions {
    let form = event.questions.questions();
    LifeEventQuestions {
        code: event.code.clone(),
        name: event.name.clone(),
        procedures: procedures(&event.questions),
        schema: form.schema.clone(),
        ui_schema: form.ui_schema.clone(),
        texts: form.texts.clone(),
    }
}

/// A procedure that has gone since the set was read is told of no more.
fn told(
    assessed: Assessed,
    standings: &mut HashMap<String, Standing>,
    now: DateTime<Utc>,
) -> Option<AssessedProcedure> {
    let standing = standings.remove(&assessed.procedure)?;
    let way = match &standing.form {
        None => Way::Paper,
        Some(_) if standing.is_open_at(now) => Way::Digital,
        Some(_) => Way::Closed,
    };
    let Standing { procedure, form } = standing;
    let policy = form.as_ref().map(|form| &form.definition.policy);
    let described = procedure.description.under(policy);
    Some(AssessedProcedure {
        code: assessed.procedure,
        name: described.name,
        kind: procedure.kind,
        necessity: assessed.necessity,
        reason: assessed.reason,
        waits_for: assessed.waits_for,
        deadline: assessed.deadline.map(|deadline| LegalDeadline {
            due_on: deadline.due_on,
            counted_from: deadline.from,
            legal_basis: deadline.legal_basis,
        }),
        way,
        opens_at: policy.and_then(|policy| policy.opens_at),
        closes_at: policy.and_then(|policy| policy.closes_at),
        when_to_apply: described.when_to_apply,
        documents_required: described.documents_required,
        fee_yen: described.fee_yen,
        fee: policy.map(Fee::of),
        contact: described.contact,
    })
}
