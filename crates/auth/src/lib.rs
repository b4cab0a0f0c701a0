//! People and who they are: identity providers, logins, tokens, residents, staff, departments.
//!
//! A handler names its actor in its signature: [`Resident`] or [`Staff`]. The extractor checks the token
//! and the one [`policy`] table; a route that the table does not know is closed to everybody.

mod access;
pub mod departments;
mod login;
mod model;
pub mod organisation;
mod person;
pub mod policy;
pub mod provider;
pub mod residents;
pub mod routes;
mod schema;
mod session;
mod store;
mod token;

pub use access::{Resident, Staff};
pub use person::{DepartmentId, ResidentId, Role, Scope, StaffId};
pub use session::forget_expired;
pub use token::{Audience, Realm};
