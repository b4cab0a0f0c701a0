//! The integration tests: one binary that speaks HTTP to the real application.

mod applications;
mod audit;
mod auth;
mod digital_post;
mod documents;
mod edge;
mod errors;
mod forms;
mod kpi;
mod process;
mod structure;
