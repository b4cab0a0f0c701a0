//! People and who they are: identity providers, logins, tokens, residents, staff, departments.
//!
//! [`admit`] checks token, person and the one [`policy`] table before anything else of a request is
//! looked at. A handler names its actor in its signature, [`Resident`] or [`Staff`]; where the table
//! admits none, it is closed.

mod access;
mod act;
mod address;
pub mod assurance;
pub mod contacts;
mod cookie;
mod denial;
pub mod departments;
pub mod email_login;
pub mod local;
mod login;
pub mod mandates;
mod model;
pub mod organisation;
mod person;
pub mod policy;
pub mod procedures;
pub mod provider;
pub mod registration;
pub mod residents;
pub mod routes;
mod schema;
mod scope;
mod session;
mod store;
mod throttle;
mod token;

pub use access::{Resident, Staff, admit};
pub use address::{Address, AddressLine};
pub use person::{DepartmentId, ResidentId, Role, StaffId};
pub use scope::{Reach, Scope};
pub use session::forget_expired;
pub use throttle::throttle;
pub use token::{Audience, Realm};
