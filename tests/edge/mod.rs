//! The edge of the listeners: rate limits, proxies and web pages of other origins.

mod origins;
mod proxies;
mod rate_limits;

use platform::edge::{Edge, RateLimits};
use tests::TestApp;

/// An edge whose limits are those of a city times the factor.
fn edge(app: &TestApp, factor: &str) -> Edge {
    Edge {
        limits: RateLimits::new(factor.parse().unwrap(), &app.clock),
        ..Edge::default()
    }
}
