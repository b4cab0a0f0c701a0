//! The guided tour: the whole mission once, over the portal's own HTTP API, each step asserted.

use std::time::Duration;

mod client;
mod journey;
mod screen;

pub use client::Portal;
pub use journey::walk;

use crate::mail_catcher::MailCatcher;

/// Shows the mails that come from now on, for as long as anyone looks.
pub async fn show_mails(mails: &MailCatcher) {
    let mut shown = mails.mails().len();
    loop {
        let came = mails.wait_for(shown + 1, Duration::from_secs(3_600)).await;
        for mail in came.iter().skip(shown) {
            screen::mail(mail);
        }
        shown = came.len();
    }
}

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
