//! Mandates as residents claim, give, accept and see them.

use chrono::{DateTime, Utc};
use keys::Keys;
use platform::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{Extent, MandateId, MandateStatus, People, Principal};
use crate::mandates::kind::MandateKind;
use crate::mandates::store::Row;
use crate::person::ResidentId;

/// A mandate that somebody says they have, to be verified.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MandateClaim {
    /// `guardian_of_child`, `guardian_of_adult` or `company_officer`.
    pub(crate) kind: MandateKind,
    /// For whom.
    #[validate(nested)]
    pub(crate) principal: Principal,
    /// How far it goes.
    #[validate(nested)]
    pub(crate) extent: Extent,
}

/// A mandate that the resident gives.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MandateOffer {
    /// `attorney` or `household_member`.
    pub(crate) kind: MandateKind,
    /// How far it goes.
    #[validate(nested)]
    pub(crate) extent: Extent,
}

/// An offer with the code to be handed to the representative.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferedMandate {
    /// The mandate.
    pub(crate) mandate: OwnMandate,
    /// For the representative to accept it with, within seven days; shown this once.
    #[schema(max_length = 11, example = "7K3M9-QPTX0")]
    pub(crate) code: String,
}

/// The code of an offer.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfferCode {
    /// The code; case and hyphens do not matter, O is read as 0, I and L as 1.
    #[validate(length(min = 10, max = 40))]
    #[schema(min_length = 10, max_length = 40, example = "7K3M9-QPTX0")]
    pub(crate) code: String,
}

/// On which side of a mandate the resident is.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Side {
    /// Acts.
    Representative,
    /// Is acted for.
    Principal,
}

/// A mandate of the resident's, on either side.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnMandate {
    /// To be given as `On-Behalf-Of`.
    pub(crate) id: MandateId,
    /// Why.
    pub(crate) kind: MandateKind,
    /// Where it stands.
    pub(crate) status: MandateStatus,
    /// On which side the resident is.
    pub(crate) side: Side,
    /// The name of whoever is on the other side, as their identity provider vouches for it; absent until there is somebody.
    #[schema(max_length = 1000, example = "山田 太郎")]
    pub(crate) counterpart_name: Option<String>,
    /// For whom, where they were described.
    pub(crate) principal: Option<Principal>,
    /// How far it goes.
    pub(crate) extent: Extent,
    /// The issuer of the identity provider that vouches for it, at each login there anew; absent: it was claimed or given here.
    #[schema(max_length = 255, example = "https://gbiz-id.example")]
    pub(crate) vouched_by: Option<String>,
    /// Why a clerk refused or ended it.
    #[schema(max_length = 1000, example = "戸籍謄本で親権を確認できませんでした。")]
    pub(crate) reason: Option<String>,
    /// When it was claimed or given.
    pub(crate) created_at: DateTime<Utc>,
}

/// The resident's mandates.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnMandateList {
    /// The newest first.
    #[schema(max_items = 1000)]
    pub(crate) items: Vec<OwnMandate>,
}

impl Row {
    /// As the resident sees it. What a clerk saw as evidence is the clerk's.
    pub(in crate::mandates) fn own(
        &self,
        keys: &Keys,
        resident: ResidentId,
        people: &People,
        now: DateTime<Utc>,
    ) -> Result<OwnMandate> {
        let told = matches!(self.status, MandateStatus::Refused | MandateStatus::Ended);
        Ok(OwnMandate {
            id: self.id,
            kind: self.kind,
            status: self.status_at(now),
            side: if self.representative_id == Some(resident) {
                Side::Representative
            } else {
                Side::Principal
            },
            counterpart_name: self
                .counterpart(resident)
                .and_then(|id| people.get(&id)?.text("name")),
            principal: self.principal(keys)?,
            extent: self.extent(),
            vouched_by: self.vouched_by.clone(),
            reason: if told { self.note(keys)? } else { None },
            created_at: self.created_at,
        })
    }
}
