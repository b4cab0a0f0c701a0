//! The harness of the integration tests: a city of its own for every test, spoken to over HTTP.
//!
//! `TestApp::new()` clones a database, starts an identity provider and puts both listeners' real
//! applications together. Each answer is checked against the listener's OpenAPI document, and an
//! app that is dropped with jobs left undone fails its test.

mod app;
mod background;
mod call;
mod case;
mod catalogue;
mod cluster;
pub mod contract;
mod coverage;
mod form_parts;
mod independent_provider;
mod login;
mod mail;
mod node;
mod program;
mod provider;
mod response;
mod served;
mod statements;

pub use app::TestApp;
pub use background::off_this_runtime;
pub use call::{Body, Call, Client};
pub use case::{
    act, act_at_once, answers_for, begin, decide, description_of, empower, empower_in_all, etag_of,
    file, files_of, filled, good_body, redraft, republish,
};
pub use catalogue::CatalogueCopy;
pub use cluster::{Cluster, Held, cluster, target_folder, workspace};
pub use coverage::seen_by_all;
pub use form_parts::{add_control, add_field, add_label, control, remove_field};
pub use independent_provider::{Browser, IndependentProvider};
pub use login::Login;
pub use mail::{code_in, newest_code};
pub use node::{NodeProgram, say};
pub use portal::auth::Audience;
pub use program::{Program, Running, run_to_end};
pub use provider::{Agreement, ClientAuthentication};
pub use response::{Response, jws_part};
pub use served::Served;
