//! For staff:
//!
//! - `POST /v1/offline-counts` report or correct the count of another channel
//! - `GET /v1/offline-counts` counts reported so far
//! - `GET /v1/stats/kpis` the figures there are
//! - `GET /v1/stats/kpis/{kpi}/observations` one figure over time
//!
//! For residents, without a login:
//!
//! - `GET /v1/survey/questions` what the survey asks
//! - `POST /v1/survey/answers` one answer for each token

mod offline_counts;
mod statistics;
mod survey;

use utoipa_actix_web::service_config::ServiceConfig;

platform::problem_responses! {
    pub(crate) ListProblems: 401, 403;
    pub(crate) QueryProblems: 400, 401, 403;
    pub(crate) ObservationProblems: 400, 401, 403, 404;
    pub(crate) AnswerProblems: 400, 404, 409, 413, 415, 422;
    pub(crate) RecordProblems: 400, 401, 403, 409, 413, 415, 422;
}

/// Registers the crate's routes on the resident listener.
pub fn register_resident(config: &mut ServiceConfig<'_>) {
    config
        .service(survey::get_survey)
        .service(survey::answer_survey);
}

/// Registers the crate's routes on the staff listener.
pub fn register_staff(config: &mut ServiceConfig<'_>) {
    config
        .service(offline_counts::record_offline_count)
        .service(offline_counts::list_offline_counts)
        .service(statistics::list_kpis)
        .service(statistics::list_observations);
}
