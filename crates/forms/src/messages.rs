//! What applicants are told in the digital post: words that each version may have of its own, with places to be filled in.

mod check;
mod default;
mod fill;
mod place;
mod sample;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::definition::Localized;
use crate::model::ProcedureKind;

pub use fill::{Filled, Values};
pub use place::Place;

platform::text_enum! {
    /// On what occasion an applicant is written to.
    Occasion {
        /// It has arrived.
        Received = "received",
        /// 補正: something is to be put right.
        CorrectionRequested = "correction_requested",
        /// 延期: it cannot be decided by the day that law sets.
        Extended = "extended",
        /// A notification (届出) has been recorded.
        Completed = "completed",
        /// It is decided.
        Decided = "decided",
    }
}

platform::text_enum! {
    /// What the mail about a message says; more than that no mail says.
    MailSubject {
        /// There is something in the digital post.
        YouHavePost = "you_have_post",
        /// There is something in the digital post that asks for something by a day.
        Due = "due",
    }
}

/// The messages to applicants that a version words by itself; the others are the program's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApplicantMessages)]
pub struct Messages {
    /// That it has arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub received: Option<MessageText>,
    /// That something is to be put right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub correction_requested: Option<MessageText>,
    /// That it cannot be decided by the day that law sets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub extended: Option<MessageText>,
    /// That a notification has been recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub completed: Option<MessageText>,
    /// That it is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[validate(nested)]
    pub decided: Option<MessageText>,
}

/// The words of a message. `{procedure}` and the like are filled in; a line with a place for which there is nothing is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ApplicantMessageText)]
pub struct MessageText {
    /// One line.
    #[validate(nested)]
    pub title: Localized,
    /// Plain text.
    #[validate(nested)]
    pub body: Localized,
    /// What the mail about it says; absent: what is usual on the occasion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailSubject>,
}

impl Messages {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn own(&self, occasion: Occasion) -> Option<&MessageText> {
        match occasion {
            Occasion::Received => self.received.as_ref(),
            Occasion::CorrectionRequested => self.correction_requested.as_ref(),
            Occasion::Extended => self.extended.as_ref(),
            Occasion::Completed => self.completed.as_ref(),
            Occasion::Decided => self.decided.as_ref(),
        }
    }

    /// The message of the occasion: in the version's words, or in the program's.
    pub fn fill(&self, occasion: Occasion, values: &Values) -> Filled {
        let usual = default::mail(occasion);
        match self.own(occasion) {
            Some(own) => own.fill(values, usual),
            None => default::text(occasion).fill(values, usual),
        }
    }
}

impl Occasion {
    /// Whether there is such an occasion in the life of what is filed.
    fn happens_to(self, kind: ProcedureKind) -> bool {
        match self {
            Self::Received | Self::CorrectionRequested => true,
            Self::Completed => kind == ProcedureKind::Notification,
            Self::Extended | Self::Decided => kind != ProcedureKind::Notification,
        }
    }
}
