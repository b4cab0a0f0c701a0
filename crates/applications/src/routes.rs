//! The crate's operations; who may use them is in `auth::policy`.
//!
//! Residents: `POST /v1/intakes`, `POST|GET /v1/applications`, `GET|DELETE /v1/applications/{id}`, `PATCH …/answers`,
//! `POST …/validate|move-to-current-form|submit|withdraw`, `GET …/receipt|events|export`, `GET …/earlier-answers`, `POST …/reuse`.
//! Staff: `GET /v1/applications`, `GET …/{id}`, `GET …/events`,
//! `POST …/take-up|propose|take-back|complete|extend|approve|send-back`, `GET|POST /v1/reorganisations`, `DELETE …/{id}`.

mod attachments;
mod correction;
mod counter;
mod desk;
mod export;
mod extension;
mod intake;
mod party;
mod reorganisation;
mod resident;
mod reuse;
mod staff;
mod survey;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers the routes of the residents' listener.
pub fn register_resident(config: &mut ServiceConfig<'_>) {
    resident::register(config);
    intake::register_resident(config);
    export::register_resident(config);
    reuse::register_resident(config);
    correction::register_resident(config);
    attachments::register_resident(config);
    survey::register_resident(config);
}

/// Registers the routes of the staff listener.
pub fn register_staff(config: &mut ServiceConfig<'_>) {
    staff::register(config);
    correction::register_staff(config);
    extension::register(config);
    attachments::register_staff(config);
    reorganisation::register(config);
}
