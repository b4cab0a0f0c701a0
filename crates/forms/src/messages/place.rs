//! The places in a message, and how texts are read for them.

use super::Occasion;

platform::text_enum! {
    /// What is filled in, written `{name}`.
    Place {
        /// `{procedure}`: what the procedure is called.
        Procedure = "procedure",
        /// `{reference_number}`: 受付番号
        ReferenceNumber = "reference_number",
        /// `{arrived_at}`: 到達日時; day and second in Asia/Tokyo
        ArrivedAt = "arrived_at",
        /// `{accepted_on}`: 受付日
        AcceptedOn = "accepted_on",
        /// `{due_on}`: the day by which it is to be decided, where there is a period
        DueOn = "due_on",
        /// `{limit_on}`: the day by which law wants the decision, where it says so
        LimitOn = "limit_on",
        /// `{expected_on}`: the day by which a decision is expected instead
        ExpectedOn = "expected_on",
        /// `{items}`: what is to be put right and why, a line each
        Items = "items",
        /// `{deadline}`: the last day for that
        Deadline = "deadline",
        /// `{arrived_on}`: the day of arrival
        ArrivedOn = "arrived_on",
        /// `{decided_on}`: the day of the decision
        DecidedOn = "decided_on",
        /// `{outcome}`: what was decided
        Outcome = "outcome",
        /// `{reason}`: why not all is granted, or why it takes longer
        Reason = "reason",
        /// `{legal_basis}`: on which provision
        LegalBasis = "legal_basis",
        /// `{appeal}`: 教示
        Appeal = "appeal",
    }
}

impl Place {
    /// Characters that are filled in at the most.
    pub(super) const fn longest(self) -> usize {
        match self {
            // 50 labels of 100 characters, and reasons of 10,000 together.
            Self::Items => 16_000,
            Self::Reason => 4_000,
            Self::Appeal => 1_500,
            Self::LegalBasis => 300,
            Self::Procedure | Self::Outcome => 100,
            _ => 60,
        }
    }
}

impl Occasion {
    /// What a body may have filled in.
    pub(super) const fn places(self) -> &'static [Place] {
        use Place::{
            AcceptedOn, Appeal, ArrivedAt, ArrivedOn, Deadline, DecidedOn, DueOn, ExpectedOn,
            Items, LegalBasis, LimitOn, Outcome, Procedure, Reason, ReferenceNumber,
        };
        match self {
            Self::Received => &[
                Procedure,
                ReferenceNumber,
                ArrivedAt,
                AcceptedOn,
                DueOn,
                LimitOn,
            ],
            Self::CorrectionRequested => &[Procedure, ReferenceNumber, Items, Deadline],
            Self::Extended => &[
                Procedure,
                ReferenceNumber,
                LimitOn,
                Reason,
                ExpectedOn,
                LegalBasis,
            ],
            Self::Completed => &[Procedure, ReferenceNumber],
            Self::Decided => &[
                Procedure,
                ReferenceNumber,
                ArrivedOn,
                DecidedOn,
                Outcome,
                Reason,
                LegalBasis,
                Appeal,
            ],
        }
    }

    /// What a body must not leave out; of a decision, reasons (行政手続法8条) and 教示 (行政不服審査法82条); of an
    /// extension, why and until when (介護保険法27条11項).
    pub(super) const fn needed(self) -> &'static [Place] {
        use Place::{
            Appeal, Deadline, ExpectedOn, Items, LegalBasis, Outcome, Reason, ReferenceNumber,
        };
        match self {
            Self::Received | Self::Completed => &[ReferenceNumber],
            Self::CorrectionRequested => &[ReferenceNumber, Items, Deadline],
            Self::Extended => &[ReferenceNumber, Reason, ExpectedOn],
            Self::Decided => &[ReferenceNumber, Outcome, Reason, LegalBasis, Appeal],
        }
    }
}

/// What a title may have filled in: what is always there.
pub(super) const IN_TITLES: &[Place] = &[Place::Procedure, Place::ReferenceNumber];

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// As it stands.
    Words(&'t str),
    /// What stands between braces.
    Braced(&'t str),
}

/// The pieces of a text, in their order.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((words, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        pieces.push(Piece::Words(words));
        pieces.push(Piece::Braced(name));
        rest = after;
    }
    pieces.push(Piece::Words(rest));
    pieces
}
