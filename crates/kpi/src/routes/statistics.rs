//! Figures and their observations.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, Responder, get};
use auth::Staff;
use platform::extract::Query;
use platform::{AsyncPgConnection, Clock, Code, Db, Error, Result};

use super::{ListProblems, ObservationProblems};
use crate::City;
use crate::application_rate::Cells;
use crate::catalogue::Metric;
use crate::model::{Kpi, KpiList, KpiUnit, ObservationSeries, ObservationsQuery, Target};
use crate::observation::{Scope, Wanted};
use crate::offline_counts::in_force;
use crate::ratio::Share;
use crate::satisfaction::{Count, Months};
use crate::store::{self, Observed};

/// Lists the figures of Strategy 1 and what they mean
#[utoipa::path(tag = "statistics", operation_id = "listKpis", security(("bearer" = [])),
    responses((status = 200, description = "Every figure", body = KpiList), ListProblems))]
#[get("/v1/stats/kpis")]
async fn list_kpis(_: Staff, db: Db) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let mut items = Vec::with_capacity(Metric::ALL.len());
    for metric in Metric::ALL {
        let targets = store::load_targets(&mut conn, *metric).await?;
        items.push(described(*metric, targets));
    }
    Ok(HttpResponse::Ok().json(KpiList { items }))
}

fn described(metric: Metric, targets: Vec<(i32, i32)>) -> Kpi {
    let definition = metric.definition();
    let target = |(fiscal_year, percent)| Target {
        fiscal_year,
        value: Share::of_percent(percent),
    };
    Kpi {
        id: metric,
        name: definition.name,
        definition_version: definition.version,
        definition: definition.text,
        formula: definition.formula,
        unit: KpiUnit::Ratio,
        targets: targets.into_iter().map(target).collect(),
    }
}

/// Computes a figure for fiscal years or months, as it is or as it was
#[utoipa::path(tag = "statistics", operation_id = "listObservations", security(("bearer" = [])),
    params(("kpi" = inline(Metric), Path, description = "Which figure"), ObservationsQuery),
    responses((status = 200, description = "The observations", body = ObservationSeries),
        ObservationProblems))]
#[get("/v1/stats/kpis/{kpi}/observations")]
async fn list_observations(
    _: Staff,
    db: Db,
    clock: Clock,
    city: Data<City>,
    metric: Path<Metric>,
    query: Query<ObservationsQuery>,
) -> Result<impl Responder> {
    let mut conn = db.connection().await?;
    let wanted = Wanted::read(&query.0, clock.legal_now(&mut conn).await?)?;
    let observed = observed(&mut conn, &wanted.scope).await?;
    let targets = store::load_targets(&mut conn, *metric).await?;
    let series = match *metric {
        Metric::DigitalApplicationRate => {
            let cells = load_cells(&mut conn, &wanted, &observed).await?;
            wanted.application_rate(&city, &cells, &targets)
        }
        Metric::DigitalSatisfactionRate => {
            let months = load_months(&mut conn, &wanted, &observed).await?;
            wanted.satisfaction(&city, &months, &targets)
        }
    };
    Ok(HttpResponse::Ok().json(series))
}

async fn observed(conn: &mut AsyncPgConnection, scope: &Scope) -> Result<Observed> {
    let observed = store::load_observed(conn, scope).await?;
    match scope {
        Scope::Procedure(_) if observed.procedures.is_empty() => {
            Err(Error::new(Code::NotFound).detail("この手続は、ないか、指標の対象ではありません。"))
        }
        Scope::Department(code) if auth::departments::by_code(conn, code).await?.is_none() => {
            Err(Error::new(Code::NotFound).detail("この課はありません。"))
        }
        Scope::City | Scope::Department(_) | Scope::Procedure(_) => Ok(observed),
    }
}

async fn load_cells(
    conn: &mut AsyncPgConnection,
    wanted: &Wanted,
    observed: &Observed,
) -> Result<Cells> {
    let (as_of, days) = (wanted.as_of, wanted.days());
    let portal = store::load_portal_counts(conn, observed, days, as_of).await?;
    let reports = in_force(store::load_revisions(conn, observed, days).await?, as_of);
    Ok(Cells::assemble(
        &observed.procedures,
        &wanted.months(),
        &portal,
        &reports,
        as_of,
    ))
}

async fn load_months(
    conn: &mut AsyncPgConnection,
    wanted: &Wanted,
    observed: &Observed,
) -> Result<Months> {
    let arrived = store::load_portal_counts(conn, observed, wanted.days(), wanted.as_of).await?;
    let survey = store::load_survey_counts(conn, observed, wanted.known_days()).await?;
    let counts = arrived.into_iter().map(Count::from).chain(survey);
    Ok(Months::assemble(counts, wanted.assisted))
}
