//! Mandates (代理): who may act for whom, for what, from when until when.
//!
//! Some are given by the principal and accepted by the representative with a code. Others are claimed by the representative
//! for somebody who cannot speak for themselves here, and verified by a clerk. Those for companies may be vouched for by the
//! representative's identity provider. Whoever acts under one names it in the
//! header `On-Behalf-Of` of each request: [`Acting`].

mod act;
mod acting;
mod kind;
pub(crate) mod model;
mod store;
mod vouched;

pub(crate) use act::Decision;
pub use acting::{Acting, Right};
pub use kind::MandateKind;
pub use model::{Mandate, MandateId};
pub(crate) use store::{holds_on, list_own, list_proposed, load, load_own, move_to};
pub(crate) use vouched::Vouched;
