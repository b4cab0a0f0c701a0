//! The only place with secrets: token keys, evidence keys, encryption keys, their rotation and publication.
//!
//! - *Token keys* sign short-lived access tokens and retire.
//! - *Evidence keys* sign receipts and letters and stay published for ever.
//! - *Data keys* encrypt marked columns.
//!
//! All private keys lie in the database sealed under the master key, which lies outside of it.

mod keyring;
mod master_key;
mod model;
pub mod routes;
mod schema;
mod sealing;
mod signing;
mod store;
mod verifier;

pub use keyring::Keys;
pub use master_key::{MasterKey, MasterKeyError};
pub use model::{Jwk, JwkSet};
pub use signing::Purpose;
pub use store::ListedKey;
pub use verifier::{Expectation, KeySet, Rejected, TokenVerifier};
