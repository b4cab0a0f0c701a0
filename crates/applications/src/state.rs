//! The states of an application and the events that lead from one to the next. Pure.
//!
//! ```text
//! 申請  draft → submitted → under_review ⇄ awaiting_approval → decided → completed
//! 届出  draft → submitted → under_review → completed
//! both                       under_review ⇄ correction_requested
//! ```
//! While it awaits approval, each approver of the route but the last agrees. An open case may be handed over to another
//! department, and where law sets a day for the decision that may be extended. None of these changes anything about its state.
//! The applicant may withdraw at any time between filing and decision. There is no refusal of
//! receipt (行政手続法7条): what was filed ends decided, completed or withdrawn.

use forms::ProcedureKind;
use platform::{Code, Error};

platform::text_enum! {
    /// Where an application stands.
    Status {
        /// Being filled in; only its owner sees it.
        Draft = "draft",
        /// 到達: filed, nobody works on it yet.
        Submitted = "submitted",
        /// 審査中: a reviewer works on it.
        UnderReview = "under_review",
        /// 補正中: the applicant is asked to put items right.
        CorrectionRequested = "correction_requested",
        /// 決裁待ち: proposed, waits for another person's approval.
        AwaitingApproval = "awaiting_approval",
        /// 決定済: decided, the notice is on its way.
        Decided = "decided",
        /// 完了: the notice is delivered, or the notification is recorded.
        Completed = "completed",
        /// 取下げ: taken back by the applicant.
        Withdrawn = "withdrawn",
    }
}

platform::text_enum! {
    /// What can happen to an application.
    Event {
        /// The applicant files it.
        Submit = "submit",
        /// A reviewer begins to work on it.
        TakeUp = "take_up",
        /// 補正依頼: the reviewer names items to put right.
        RequestCorrection = "request_correction",
        /// The applicant sends the corrected items.
        RespondCorrection = "respond_correction",
        /// The deadline has passed unanswered; the reviewer goes on with what there is.
        CloseCorrection = "close_correction",
        /// 延期: the day that law sets is put off, and the applicant told.
        Extend = "extend",
        /// 起案: the reviewer proposes an outcome.
        Propose = "propose",
        /// The reviewer takes the proposal back.
        TakeBack = "take_back",
        /// 差戻し: the approver returns it to the reviewer, with a reason.
        SendBack = "send_back",
        /// 回議: an approver agrees, and the next one of the route is asked.
        Agree = "agree",
        /// 決裁: the last approver agrees, which decides it.
        Approve = "approve",
        /// The notice of the decision is delivered or handed to paper.
        Deliver = "deliver",
        /// A notification (届出) has been checked and recorded.
        Complete = "complete",
        /// 取下げ: the applicant takes it back, with a reason.
        Withdraw = "withdraw",
        /// 引継ぎ: another department is in charge from now on, or asked for its approval in a dissolved one's place.
        HandOver = "hand_over",
    }
}

/// The event is not possible from here; these are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IllegalTransition {
    /// The events the current state allows.
    pub allowed: Vec<Event>,
}

impl From<IllegalTransition> for Error {
    fn from(illegal: IllegalTransition) -> Self {
        let allowed = illegal.allowed.iter().map(|event| event.as_str());
        Self::new(Code::IllegalTransition).allowed_events(allowed)
    }
}

impl Status {
    /// The state after an event.
    ///
    /// # Errors
    /// With the events that are possible, when this one is not.
    pub fn apply(self, kind: ProcedureKind, event: Event) -> Result<Self, IllegalTransition> {
        self.after(kind, event).ok_or_else(|| IllegalTransition {
            allowed: self.allowed_events(kind),
        })
    }

    /// What people can do from here, whatever the version. A hand-over is not theirs to do, and few versions have a
    /// limit to be extended.
    pub fn allowed_events(self, kind: ProcedureKind) -> Vec<Event> {
        let never = [Event::HandOver, Event::Extend];
        let events = Event::ALL.iter().copied();
        events
            .filter(|event| !never.contains(event) && self.after(kind, *event).is_some())
            .collect()
    }

    /// Whether nothing can happen any more.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Completed | Self::Withdrawn)
    }

    /// Whether it has arrived and nothing is decided yet.
    fn is_undecided(self) -> bool {
        matches!(
            self,
            Self::Submitted
                | Self::UnderReview
                | Self::CorrectionRequested
                | Self::AwaitingApproval
        )
    }

    fn after(self, kind: ProcedureKind, event: Event) -> Option<Self> {
        let decided_upon = kind != ProcedureKind::Notification;
        let next = match (self, event) {
            (Self::Draft, Event::Submit) => Self::Submitted,
            (open, Event::HandOver) if open != Self::Draft && !open.is_final() => open,
            (Self::Submitted, Event::TakeUp) => Self::UnderReview,
            (Self::UnderReview, Event::Complete) if !decided_upon => Self::Completed,
            (Self::UnderReview, Event::RequestCorrection) => Self::CorrectionRequested,
            (Self::CorrectionRequested, Event::RespondCorrection | Event::CloseCorrection) => {
                Self::UnderReview
            }
            (undecided, Event::Withdraw) if undecided.is_undecided() => Self::Withdrawn,
            _ if !decided_upon => return None,
            (undecided, Event::Extend) if undecided.is_undecided() => undecided,
            (Self::UnderReview, Event::Propose) => Self::AwaitingApproval,
            (Self::AwaitingApproval, Event::TakeBack | Event::SendBack) => Self::UnderReview,
            (Self::AwaitingApproval, Event::Agree) => Self::AwaitingApproval,
            (Self::AwaitingApproval, Event::Approve) => Self::Decided,
            (Self::Decided, Event::Deliver) => Self::Completed,
            _ => return None,
        };
        Some(next)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(kind: ProcedureKind) -> String {
        let mut lines = Vec::new();
        for status in Status::ALL {
            for event in Event::ALL {
                if let Ok(next) = status.apply(kind, *event) {
                    lines.push(format!(
                        "{} --{}--> {}",
                        status.as_str(),
                        event.as_str(),
                        next.as_str()
                    ));
                }
            }
        }
        lines.join("\n")
    }

    #[test]
    fn an_application_is_decided_by_another_and_then_delivered() {
        insta::assert_snapshot!(table(ProcedureKind::Application), @r"
        draft --submit--> submitted
        submitted --take_up--> under_review
        submitted --extend--> submitted
        submitted --withdraw--> withdrawn
        submitted --hand_over--> submitted
        under_review --request_correction--> correction_requested
        under_review --extend--> under_review
        under_review --propose--> awaiting_approval
        under_review --withdraw--> withdrawn
        under_review --hand_over--> under_review
        correction_requested --respond_correction--> under_review
        correction_requested --close_correction--> under_review
        correction_requested --extend--> correction_requested
        correction_requested --withdraw--> withdrawn
        correction_requested --hand_over--> correction_requested
        awaiting_approval --extend--> awaiting_approval
        awaiting_approval --take_back--> under_review
        awaiting_approval --send_back--> under_review
        awaiting_approval --agree--> awaiting_approval
        awaiting_approval --approve--> decided
        awaiting_approval --withdraw--> withdrawn
        awaiting_approval --hand_over--> awaiting_approval
        decided --deliver--> completed
        decided --hand_over--> decided
        ");
    }

    #[test]
    fn a_notification_is_completed_without_a_decision() {
        insta::assert_snapshot!(table(ProcedureKind::Notification), @r"
        draft --submit--> submitted
        submitted --take_up--> under_review
        submitted --withdraw--> withdrawn
        submitted --hand_over--> submitted
        under_review --request_correction--> correction_requested
        under_review --complete--> completed
        under_review --withdraw--> withdrawn
        under_review --hand_over--> under_review
        correction_requested --respond_correction--> under_review
        correction_requested --close_correction--> under_review
        correction_requested --withdraw--> withdrawn
        correction_requested --hand_over--> correction_requested
        awaiting_approval --withdraw--> withdrawn
        awaiting_approval --hand_over--> awaiting_approval
        decided --hand_over--> decided
        ");
    }

    #[test]
    fn a_certificate_request_goes_the_way_of_an_application() {
        assert_eq!(
            table(ProcedureKind::CertificateRequest),
            table(ProcedureKind::Application)
        );
    }

    #[test]
    fn exactly_the_final_states_allow_nothing() {
        for status in Status::ALL {
            let stuck = status.allowed_events(ProcedureKind::Application).is_empty();
            assert_eq!(stuck, status.is_final(), "{status:?}");
        }
    }

    proptest! {
        /// Against a second, independent telling of the rules: milestones in their order.
        #[test]
        fn no_walk_decides_unproposed_or_leaves_a_final_state(
            notification: bool,
            walk in proptest::collection::vec(0..Event::ALL.len(), 0..40),
        ) {
            let kind = if notification { ProcedureKind::Notification } else { ProcedureKind::Application };
            let mut status = Status::Draft;
            let mut past: Vec<Event> = Vec::new();
            for index in walk {
                let event = Event::ALL[index];
                match status.apply(kind, event) {
                    Ok(next) => {
                        prop_assert!(!status.is_final());
                        let stays = [Event::HandOver, Event::Agree, Event::Extend].contains(&event);
                        prop_assert_eq!(stays, next == status);
                        past.push(event);
                        status = next;
                    }
                    Err(illegal) => prop_assert!(!illegal.allowed.contains(&event)),
                }
            }
            let count = |event| past.iter().filter(|seen| **seen == event).count();
            prop_assert!(count(Event::Submit) <= 1 && count(Event::Approve) <= 1);
            prop_assert!(past.is_empty() || past[0] == Event::Submit);
            if status == Status::Decided || past.contains(&Event::Deliver) || past.contains(&Event::Agree) {
                prop_assert!(!notification && past.contains(&Event::Propose));
            }
            prop_assert!(!notification || !past.contains(&Event::Extend));
            if let Some(decided) = past.iter().position(|event| *event == Event::Approve) {
                prop_assert!(!past.contains(&Event::Withdraw));
                prop_assert!(!past[decided..].contains(&Event::Extend));
            }
        }
    }
}
