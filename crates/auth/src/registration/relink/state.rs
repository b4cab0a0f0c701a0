//! The states of a relink and the events that lead from one to the next. Pure.
//!
//! ```text
//! proposed → approved        proposed → refused
//! ```

use platform::{Code, Error, Result};

platform::text_enum! {
    /// Where a relink stands.
    RelinkStatus {
        /// 確認中: waits for another registrar.
        Proposed = "proposed",
        /// 付替済: the new login leads to who its owner was before.
        Approved = "approved",
        /// 却下: nothing was changed.
        Refused = "refused",
    }
}

platform::text_enum! {
    /// What can happen to a relink.
    RelinkEvent {
        /// Another registrar finds it right.
        Approve = "approve",
        /// A registrar does not, or the one who proposed it takes it back.
        Refuse = "refuse",
    }
}

impl RelinkStatus {
    /// # Errors
    /// `illegal_transition` (409): once it is decided, it stays so.
    pub(super) fn apply(self, event: RelinkEvent) -> Result<Self> {
        match (self, event) {
            (Self::Proposed, RelinkEvent::Approve) => Ok(Self::Approved),
            (Self::Proposed, RelinkEvent::Refuse) => Ok(Self::Refused),
            (Self::Approved | Self::Refused, _) => {
                let nothing: [String; 0] = [];
                Err(Error::new(Code::IllegalTransition).allowed_events(nothing))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_decided_stays_so() {
        for event in RelinkEvent::ALL {
            assert!(RelinkStatus::Proposed.apply(*event).is_ok());
            for decided in [RelinkStatus::Approved, RelinkStatus::Refused] {
                assert!(decided.apply(*event).is_err());
            }
        }
    }
}
