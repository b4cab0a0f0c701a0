//! The digital post over HTTP.
//!
//! Residents:
//! - `GET /v1/post/messages` the post, newest first
//! - `GET /v1/post/messages/{id}` one message with its evidence
//! - `POST /v1/post/messages/{id}/open` open it
//! - `GET /v1/post/messages/{id}/enclosures/{number}` save a file that came with it
//! - `GET /v1/post/unread-count` how many wait
//!
//! Staff, within the departments they work for:
//! - `GET /v1/paper-tasks` what waits to be printed, oldest first
//! - `GET /v1/paper-tasks/{id}` one task with the text to print
//! - `GET /v1/paper-tasks/{id}/enclosures/{number}` a file to print with it
//! - `POST /v1/paper-tasks/{id}/hand-over` the paper is out of the house

mod resident;
mod staff;

use utoipa_actix_web::service_config::ServiceConfig;

/// Registers what residents may do.
pub fn register_resident(config: &mut ServiceConfig<'_>) {
    config
        .service(resident::list_messages)
        .service(resident::get_message)
        .service(resident::open_message)
        .service(resident::download_enclosure)
        .service(resident::count_unread);
}

/// Registers what staff may do.
pub fn register_staff(config: &mut ServiceConfig<'_>) {
    config
        .service(staff::list_paper_tasks)
        .service(staff::get_paper_task)
        .service(staff::download_paper_enclosure)
        .service(staff::hand_over_paper);
}
