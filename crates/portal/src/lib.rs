//! The program `madoguchi`: wires the rooms and serves them on three listeners.

pub mod application;
mod cli;
mod cluster;
mod import;
mod openapi;
mod ops;
mod serve;
mod services;
mod worker;

pub use cli::{Cli, run};
pub use import::import_catalogue;
pub use openapi::document;
pub use serve::{Listening, serve};
pub use services::{Services, StartError, realm};
pub use worker::{background, postman, tidy, worker};
// The rooms whose types [`Services`] and [`application`] are made of.
pub use {audit, auth, documents, forms, keys, kpi};
