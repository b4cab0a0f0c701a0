//! What a procedure costs, and how that is told.

use serde::Serialize;
use utoipa::ToSchema;

use super::{DefinitionProblem, File, Localized, Policy};

platform::text_enum! {
    /// How a fee (手数料, 使用料, 占用料) comes about.
    #[derive(Default)]
    FeeKind {
        /// There is none.
        #[default]
        None = "none",
        /// `fee_yen`, whatever is asked for.
        Fixed = "fixed",
        /// `fee_yen` for each copy or piece.
        PerUnit = "per_unit",
        /// The decision says how much.
        DecidedLater = "decided_later",
    }
}

impl FeeKind {
    pub(super) fn is_none(&self) -> bool {
        *self == Self::None
    }

    /// Versions from before there were kinds have an amount without one.
    fn of_amount(self, yen: u32) -> Self {
        match self {
            Self::None if yen > 0 => Self::Fixed,
            kind => kind,
        }
    }

    fn has_amount(self) -> bool {
        matches!(self, Self::Fixed | Self::PerUnit)
    }
}

/// What a procedure costs, by the version of the form in force.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Fee {
    /// How it comes about.
    pub(crate) kind: FeeKind,
    /// The same in words, with the amount where it is known.
    pub(crate) words: Localized,
}

impl Fee {
    pub(crate) fn of(policy: &Policy) -> Self {
        let yen = policy.fee_yen;
        let amount = format!("{yen}円です。");
        let kind = policy.fee_kind.of_amount(yen);
        let words = match kind {
            FeeKind::None => Localized::new(
                "無料です。",
                "お金（おかね）は かかりません。",
                "Free of charge.",
            ),
            FeeKind::Fixed => Localized::new(amount.clone(), amount, format!("{yen} yen.")),
            FeeKind::PerUnit => Localized::new(
                format!("1通または1件につき{amount}"),
                format!("1つ {amount}"),
                format!("{yen} yen each."),
            ),
            FeeKind::DecidedLater => Localized::new(
                "額は、決定のときにお知らせします。",
                "お金（おかね）が いくらかは、あとで お知らせ（おしらせ）します。",
                "The amount is told with the decision.",
            ),
        };
        Self { kind, words }
    }
}

/// An amount stands there when, and only when, the kind has one.
pub(super) fn check(policy: &Policy, problems: &mut Vec<DefinitionProblem>) {
    if policy.fee_kind.has_amount() != (policy.fee_yen > 0) {
        let kind = policy.fee_kind.as_str();
        let message = format!("{} yen do not go with the kind {kind}", policy.fee_yen);
        let (pointer, code) = ("/fee_kind", "fee_disagrees");
        problems.push(DefinitionProblem::new(File::Policy, pointer, code, message));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_from_before_there_were_kinds_is_not_told_as_free() {
        let policy = Policy {
            fee_yen: 500,
            ..Policy::default()
        };
        let fee = Fee::of(&policy);
        assert_eq!(
            (fee.kind, fee.words.en.as_str()),
            (FeeKind::Fixed, "500 yen.")
        );
        assert_eq!(Fee::of(&Policy::default()).kind, FeeKind::None);
    }
}
