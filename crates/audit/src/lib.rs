//! Who did or saw what: an append-only record, sealed into a hash chain.
//!
//! [`record`] writes the event in the acting transaction, so there is no act without its record and
//! no queue at the door. [`seal`] chains committed events every second; until then an event is
//! protected by the database role alone (no UPDATE, no DELETE), which is the unsealed window.

mod chain;
mod schema;
mod store;

pub use chain::{Fault, Verdict, seal, unsealed, verify};
pub use store::{Actor, Entry, record};
