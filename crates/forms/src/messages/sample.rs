//! Messages as a preview shows them, with what might be filled in.

use chrono::{DateTime, Utc};

use super::{Filled, Messages, Occasion, Place, Values};
use crate::definition::Localized;
use crate::model::ProcedureKind;

impl Messages {
    /// Every message that something of the kind comes to, and whether the words are the version's own.
    pub(crate) fn samples(
        &self,
        kind: ProcedureKind,
        procedure: &Localized,
        now: DateTime<Utc>,
    ) -> Vec<(Occasion, bool, Filled)> {
        let values = values(procedure, now);
        let occasions = Occasion::ALL.iter().copied();
        occasions
            .filter(|occasion| occasion.happens_to(kind))
            .map(|occasion| {
                let is_own = self.own(occasion).is_some();
                (occasion, is_own, self.fill(occasion, &values))
            })
            .collect()
    }
}

fn values(procedure: &Localized, now: DateTime<Utc>) -> Values {
    let today = calendar::jst_date(now);
    Values::default()
        .with(Place::Procedure, procedure.clone())
        .with_same(Place::ReferenceNumber, "2026-7K3M-9QPT-X")
        .with_moment(Place::ArrivedAt, now)
        .with_day(Place::ArrivedOn, Some(today))
        .with_day(Place::AcceptedOn, Some(today))
        .with_day(Place::DueOn, Some(today))
        .with_day(Place::LimitOn, Some(today))
        .with_day(Place::ExpectedOn, Some(today))
        .with_day(Place::DecidedOn, Some(today))
        .with_day(Place::Deadline, Some(today))
        .with_same(Place::Items, "・（項目）：（理由）")
        .with_same(Place::Outcome, "（決定の内容）")
        .with_same(Place::Reason, "（理由）")
        .with_same(Place::LegalBasis, "（根拠となる条文）")
        .with_same(Place::Appeal, "（教示）")
}
