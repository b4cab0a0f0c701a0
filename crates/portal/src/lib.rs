//! The program `madoguchi`: wires the rooms and serves them on three listeners.

pub mod application;
mod cli;
mod cluster;
mod documents;
mod ops;
mod serve;
mod services;
mod worker;

pub use cli::{Cli, run};
pub use documents::document;
pub use serve::{Listening, serve};
pub use services::{Services, StartError, realm};
pub use worker::{background, postman, worker};
// The rooms whose types [`Services`] and [`application`] are made of.
pub use {audit, auth, forms, keys, kpi};
