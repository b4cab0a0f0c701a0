//! The only place with secrets: token keys, evidence keys, encryption keys, their rotation and publication.
//!
//! - *Token keys* sign short-lived access tokens and retire.
//! - *Evidence keys* sign receipts and letters and stay published for ever.
//! - *Data keys* encrypt marked columns; the *lookup key* finds encrypted values again.
//! - *Client keys* prove to identity providers who asks; each lies in a file of the operator's.
//!
//! All other private keys lie in the database sealed under the master key, which lies outside of it.

mod client_key;
mod keyring;
mod master_key;
mod model;
mod private_file;
pub mod routes;
mod schema;
mod sealing;
mod signing;
mod store;
mod verifier;

pub use client_key::{ClientKey, ClientKeyError};
pub use keyring::{Keys, RELOAD_EVERY};
pub use master_key::{MasterKey, MasterKeyError};
pub use model::{Jwk, JwkSet};
pub use private_file::can_be_read_by_others;
pub use signing::Purpose;
pub use store::ListedKey;
pub use verifier::{Expectation, KeySet, Rejected, SigningAlgorithm, TokenVerifier};
