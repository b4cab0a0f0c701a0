//! What the city hands out: signed receipts, notices and letters, and the proof that they are genuine.

mod digest;
pub mod letter;
pub mod notice;
pub mod receipt;
pub mod routes;
mod schema;
pub mod signatories;

pub use digest::{canonical, sha256};
