//! The crate's operations; who may use them is in `auth::policy`.
//!
//! Residents: `POST|GET /v1/applications`, `GET|DELETE /v1/applications/{id}`, `PATCH …/answers`,
//! `POST …/validate|submit|withdraw`, `GET …/receipt|events`.
//! Staff: `GET /v1/applications`, `GET …/{id}`, `GET …/events`,
//! `POST …/take-up|propose|take-back|complete|approve|send-back`.

mod desk;
mod resident;
mod staff;

pub use resident::register as register_resident;
pub use staff::register as register_staff;
