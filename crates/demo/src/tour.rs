//! The guided tour: the whole mission once, over the portal's own HTTP API, each step asserted.

mod client;
mod journey;
mod screen;

pub use client::Portal;
pub use journey::walk;

/// A step did not come out as it should.
#[derive(Debug, thiserror::Error)]
pub enum TourError {
    /// The answer is another.
    #[error("{step}: {mismatch}")]
    Mismatch {
        /// Which step.
        step: String,
        /// What was wanted and what came.
        mismatch: String,
    },
    /// No answer.
    #[error("{step}: {source}")]
    Http {
        /// Which step.
        step: String,
        /// Why.
        source: reqwest::Error,
    },
}
