//! Work promised inside a transaction and done after it.
//!
//! [`enqueue`] writes a row in the caller's transaction. A [`Worker`] leases due rows and hands each to
//! its [`Handler`]; the handler takes the row away in the transaction that does the work
//! ([`Lease::complete`]), so the work is done once even when the worker dies in between.

mod dead;
pub mod mail;
mod queue;
mod schema;
mod worker;

pub use dead::{DeadJob, list_dead, retry};
pub use queue::{Counts, Job, Lease, counts, enqueue};
pub use worker::{Failure, Handler, HandlerFuture, Worker};
