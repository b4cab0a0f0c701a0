//! What the city hands out: signed receipts and the wording of notices.

mod digest;
pub mod notice;
pub mod receipt;

pub use digest::{canonical, sha256};
