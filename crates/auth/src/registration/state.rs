//! The states of a registration and the events that lead from one to the next. Pure.
//!
//! ```text
//! pending → linked → ended        pending → refused        pending → ended        linked, ended → mistaken
//! ```

use platform::{Code, Error, Result};

platform::text_enum! {
    /// Where a registration stands.
    RegistrationStatus {
        /// 確認中: waits for a clerk.
        Pending = "pending",
        /// 登録済: the resident is known to be a person of the register.
        Linked = "linked",
        /// 却下: the clerk found nobody.
        Refused = "refused",
        /// 終了: the resident or a clerk ended it.
        Ended = "ended",
        /// 別人と判明: the link meant somebody else, and names nobody any more.
        Mistaken = "mistaken",
    }
}

platform::text_enum! {
    /// What can happen to a registration.
    RegistrationEvent {
        /// A clerk says whom it means.
        Link = "link",
        /// A clerk finds nobody.
        Refuse = "refuse",
        /// The resident takes it back before it is settled.
        Withdraw = "withdraw",
        /// The resident or a clerk ends the link.
        End = "end",
        /// A clerk finds that the link, be it over, meant somebody else.
        FindMistaken = "find_mistaken",
    }
}

impl RegistrationStatus {
    /// Those of which a resident has one at a time.
    pub(super) const LIVING: [Self; 2] = [Self::Pending, Self::Linked];

    /// # Errors
    /// `illegal_transition` (409) with what may happen instead.
    pub(super) fn apply(self, event: RegistrationEvent) -> Result<Self> {
        self.after(event).ok_or_else(|| {
            let allowed = self.allowed_events();
            Error::new(Code::IllegalTransition)
                .allowed_events(allowed.into_iter().map(RegistrationEvent::as_str))
        })
    }

    /// What may happen to it now.
    pub(super) fn allowed_events(self) -> Vec<RegistrationEvent> {
        let mut events = RegistrationEvent::ALL.to_vec();
        events.retain(|event| self.after(*event).is_some());
        events
    }

    /// How its resident ends it.
    pub(super) fn ending(self) -> RegistrationEvent {
        match self {
            Self::Pending => RegistrationEvent::Withdraw,
            _ => RegistrationEvent::End,
        }
    }

    fn after(self, event: RegistrationEvent) -> Option<Self> {
        match (self, event) {
            (Self::Pending, RegistrationEvent::Link) => Some(Self::Linked),
            (Self::Pending, RegistrationEvent::Refuse) => Some(Self::Refused),
            (Self::Pending, RegistrationEvent::Withdraw)
            | (Self::Linked, RegistrationEvent::End) => Some(Self::Ended),
            (Self::Linked | Self::Ended, RegistrationEvent::FindMistaken) => Some(Self::Mistaken),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_or_mistaken_stays_so() {
        for status in [RegistrationStatus::Refused, RegistrationStatus::Mistaken] {
            assert!(status.allowed_events().is_empty());
        }
    }

    #[test]
    fn what_has_ended_is_at_most_found_mistaken() {
        let allowed = RegistrationStatus::Ended.allowed_events();
        assert_eq!(allowed, [RegistrationEvent::FindMistaken]);
    }

    #[test]
    fn a_resident_can_end_whatever_is_alive() {
        for status in [RegistrationStatus::Pending, RegistrationStatus::Linked] {
            assert_eq!(
                status.apply(status.ending()).unwrap(),
                RegistrationStatus::Ended
            );
        }
    }

    #[test]
    fn only_what_is_pending_is_linked_or_refused() {
        for status in RegistrationStatus::ALL {
            for event in [RegistrationEvent::Link, RegistrationEvent::Refuse] {
                assert_eq!(
                    status.apply(event).is_ok(),
                    *status == RegistrationStatus::Pending
                );
            }
        }
    }
}
