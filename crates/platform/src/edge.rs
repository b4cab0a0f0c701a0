//! The edge of a listener: whose address a request counts for, how many it may send, and which web pages may read
//! the answers.

mod class;
mod limits;
mod origins;
mod proxies;
mod security_headers;

pub use class::{Allowance, Class};
pub use limits::{Count, RateFactor, RateLimits};
pub use origins::Origins;
pub(crate) use origins::PageAccess;
pub use proxies::{TrustedProxies, network_of};
pub(crate) use security_headers::complete as complete_security_headers;

/// The edge of one listener. Clones share it.
#[derive(Clone, Default)]
pub struct Edge {
    /// Whose word about the client's address counts.
    pub proxies: TrustedProxies,
    /// How often; none: as often as one likes.
    pub limits: Option<RateLimits>,
    /// Which web pages may read the answers.
    pub origins: Origins,
}
