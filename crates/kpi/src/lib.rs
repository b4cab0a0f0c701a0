//! Strategy 1 of the 小平市2040DXビジョン in numbers: the ledger of all channels and the rates made of it.
//!
//! - [`ledger`] counts every application that arrives through the portal.
//! - [`survey`] asks digital applicants how satisfied they are, without knowing who answers.
//! - [`procedures`] is where `forms` tells what it knows of a procedure.
//! - Staff report the counts of the other channels; figures are computed from all of it when asked for,
//!   as they are or as they were at any moment.

mod application_rate;
mod catalogue;
mod channel;
mod eligibility;
pub mod ledger;
mod model;
mod observation;
mod offline_counts;
pub mod procedures;
mod ratio;
pub mod routes;
mod satisfaction;
mod schema;
mod store;
pub mod survey;

pub use channel::{Channel, Class};

/// The city whose figures these are; put into the application by the program.
#[derive(Clone, Debug)]
pub struct City {
    /// 全国地方公共団体コード, six digits.
    pub code: String,
}
