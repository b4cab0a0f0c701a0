//! One's own application as a file.

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, Responder, get};
use forms::Forms;
use keys::Keys;
use platform::{Clock, Db, Result};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::model::{ApplicationExport, ApplicationId};
use crate::routes::party::Party;
use crate::routes::resident::ReadProblems;
use crate::store;
use crate::{submit, view};

/// Registers the routes of the residents' listener.
pub(crate) fn register_resident(config: &mut ServiceConfig<'_>) {
    config.service(export_application);
}

/// One's own application as a file
///
/// Answers, receipt, events and the list of the files in one JSON document, for oneself to keep; draft or filed.
#[utoipa::path(tag = "applications", operation_id = "exportApplication", security(("bearer" = [])),
    params(("id" = ApplicationId, Path, description = "The application")),
    responses(
        (status = 200, description = "The document", body = ApplicationExport, headers(
            ("content-disposition" = String, description = "attachment, with a name for the file (RFC 6266)"))),
        ReadProblems))]
#[get("/v1/applications/{id}/export")]
async fn export_application(
    party: Party,
    db: Db,
    keys: Data<Keys>,
    forms: Data<Forms>,
    clock: Clock,
    id: Path<ApplicationId>,
) -> Result<impl Responder> {
    let (id, now) = (*id, clock.now());
    let mut conn = db.connection().await?;
    let row = store::load_own(&mut conn, id, &party.owner).await?;
    let receipt = submit::receipt(&mut conn, &forms, &row).await?;
    let export = ApplicationExport {
        exported_at: now,
        application: view::own(&mut conn, &keys, &forms, (id, &party.owner), now).await?,
        receipt,
        events: view::own_events(store::list_events(&mut conn, id).await?),
    };
    let disposition = format!("attachment; filename=\"application-{id}.json\"");
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_DISPOSITION, disposition))
        .json(export))
}
