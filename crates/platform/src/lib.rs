//! What every room stands on: database, clock, errors, configuration, extractors, pages, telemetry.
//!
//! A feature crate takes an [`database::Db`] and a [`clock::Clock`] in its handlers, answers with
//! [`error::Error`] and never sees a pool, a system clock or a raw request body.

mod backoff;
pub mod clock;
pub mod config;
pub mod database;
mod download;
pub mod edge;
pub mod embedded_postgres;
pub mod error;
pub mod extract;
mod hex;
pub mod id;
pub mod idempotency;
pub mod individual_number;
pub mod json_object;
pub mod openapi;
pub mod page;
pub mod pointer;
mod prepared;
pub mod problem;
pub mod randomness;
mod schema;
pub mod spoken_code;
pub mod storage;
pub mod telemetry;

pub use backoff::doubling;
pub use clock::Clock;
pub use database::{AsyncPgConnection, Database, Db};
pub use download::download;
pub use error::{Error, Result};
pub use hex::hex;
pub use json_object::JsonObject;
pub use prepared::Prepared;
pub use problem::Code;
pub use randomness::Randomness;
pub use storage::Storage;
