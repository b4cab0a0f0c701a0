//! What mandates are to those who hold, give and verify them.

use chrono::{DateTime, NaiveDate, Utc};
use keys::Keys;
use platform::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::kind::MandateKind;
use super::store::Row;
use crate::person::{ResidentId, StaffId};

platform::id!(
    /// A mandate.
    MandateId
);

platform::text_enum! {
    /// Where a mandate stands.
    MandateStatus {
        /// Waits for whoever has the code.
        Offered = "offered",
        /// Waits for a clerk.
        Proposed = "proposed",
        /// Holds between its days.
        Active = "active",
        /// A clerk could not verify it.
        Refused = "refused",
        /// Was ended, or its last day is over.
        Ended = "ended",
    }
}

/// A mandate that holds.
#[derive(Clone, Debug)]
pub struct Mandate {
    /// Which.
    pub id: MandateId,
    /// Why.
    pub kind: MandateKind,
    /// For whom.
    pub principal: ResidentId,
    /// The codes of the procedures it is for; none: all.
    pub procedures: Option<Vec<String>>,
    /// Whether it is for filling in and filing.
    pub may_submit: bool,
    /// Whether it is for the principal's digital post.
    pub may_receive_post: bool,
    /// Whether what the representative opens counts as opened by the principal.
    pub counts_as_reading: bool,
}

impl Mandate {
    pub(super) fn of(row: Row) -> Option<Self> {
        Some(Self {
            id: row.id,
            kind: row.kind,
            principal: row.principal_id?,
            procedures: row.procedures,
            may_submit: row.may_submit,
            may_receive_post: row.may_receive_post,
            counts_as_reading: row.counts_as_reading,
        })
    }
}

/// The place descriptions and notes are sealed for.
pub(super) const DESCRIPTION: &str = "mandates.description";
pub(super) const NOTE: &str = "mandates.note";

/// A person or company that a mandate is claimed for.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Principal {
    /// Name as registered, code point for code point; of a company, its registered name.
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200, example = "山田 桜")]
    pub(crate) name: String,
    /// Day of birth of a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2020-04-05")]
    pub(crate) birthdate: Option<NaiveDate>,
    /// Address as registered.
    #[validate(length(min = 1, max = 500))]
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "東京都小平市小川町二丁目1333番地"
    )]
    pub(crate) address: String,
    /// 法人番号 of a company, 13 digits.
    #[validate(length(min = 13, max = 13))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(
        min_length = 13,
        max_length = 13,
        pattern = "^[0-9]{13}$",
        example = "1000013050237"
    )]
    pub(crate) corporate_number: Option<String>,
}

/// How far a mandate goes.
#[derive(Clone, Debug, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extent {
    /// Codes of the procedures it is for; absent: all. Where they are named, it cannot be for the post.
    #[validate(length(min = 1, max = 100))]
    #[schema(min_items = 1, max_items = 100, example = json!(["child-allowance-claim"]))]
    pub(crate) procedures: Option<Vec<String>>,
    /// Whether it is for filling in and filing, not only for looking.
    #[schema(example = true)]
    pub(crate) may_submit: bool,
    /// Whether it is for reading the principal's digital post.
    #[schema(example = true)]
    pub(crate) may_receive_post: bool,
    /// Whether what the representative opens counts as opened by the principal.
    #[schema(example = false)]
    pub(crate) counts_as_reading: bool,
    /// The first day on which it holds.
    #[schema(example = "2026-11-24")]
    pub(crate) valid_from: NaiveDate,
    /// The first day on which it holds no more; absent: until it is ended, or the law ends it.
    #[schema(example = "2027-04-01")]
    pub(crate) valid_until: Option<NaiveDate>,
}

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
    /// For whom, where they were described.
    pub(crate) principal: Option<Principal>,
    /// How far it goes.
    pub(crate) extent: Extent,
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

/// A mandate as a clerk verifies it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClaimedMandate {
    /// Which.
    pub(crate) id: MandateId,
    /// Why.
    pub(crate) kind: MandateKind,
    /// Where it stands.
    pub(crate) status: MandateStatus,
    /// Its version, for `If-Match`.
    #[schema(example = 1)]
    pub(crate) version: i32,
    /// The resident who says they may act.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) representative_id: Option<Uuid>,
    /// Their name, as their identity provider vouches for it.
    #[schema(max_length = 1000, example = "山田 花子")]
    pub(crate) representative_name: Option<String>,
    /// Their address on one line, likewise.
    #[schema(max_length = 1000, example = "東京都小平市小川町二丁目1333番地")]
    pub(crate) representative_address: Option<String>,
    /// For whom.
    pub(crate) principal: Option<Principal>,
    /// How far it goes.
    pub(crate) extent: Extent,
    /// What was seen as evidence, or why it was refused or ended.
    #[schema(max_length = 1000, example = "戸籍謄本（2026年11月20日交付）")]
    pub(crate) note: Option<String>,
    /// Who decided.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) decided_by: Option<Uuid>,
    /// When it was claimed.
    pub(crate) created_at: DateTime<Utc>,
}

/// What a clerk saw as evidence.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MandateEvidence {
    /// Which document, of which day.
    #[validate(length(min = 1, max = 1000))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "戸籍謄本（2026年11月20日交付）"
    )]
    pub(crate) evidence: String,
}

/// Why a clerk refuses or ends a mandate; the resident reads it.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MandateReason {
    /// In plain Japanese.
    #[validate(length(min = 1, max = 1000))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "戸籍謄本で親権を確認できませんでした。"
    )]
    pub(crate) reason: String,
}

impl Row {
    /// Whether the resident is on one of its sides.
    pub(crate) fn concerns(&self, resident: ResidentId) -> bool {
        [self.representative_id, self.principal_id].contains(&Some(resident))
    }

    /// Where it stands on the day: what is over has ended by itself.
    pub(crate) fn status_on(&self, today: NaiveDate, now: DateTime<Utc>) -> MandateStatus {
        let is_over = match self.status {
            MandateStatus::Active => self.valid_until.is_some_and(|until| until <= today),
            MandateStatus::Offered => self.offered_until.is_some_and(|until| until <= now),
            _ => false,
        };
        if is_over {
            MandateStatus::Ended
        } else {
            self.status
        }
    }

    pub(crate) fn principal(&self, keys: &Keys) -> Result<Option<Principal>> {
        let Some(sealed) = &self.sealed_description else {
            return Ok(None);
        };
        let plain = keys.open(DESCRIPTION, self.id.as_uuid(), sealed)?;
        Ok(Some(serde_json::from_slice(&plain)?))
    }

    fn note(&self, keys: &Keys) -> Result<Option<String>> {
        let Some(sealed) = &self.sealed_note else {
            return Ok(None);
        };
        let plain = keys.open(NOTE, self.id.as_uuid(), sealed)?;
        String::from_utf8(plain).map(Some).map_err(Error::internal)
    }

    fn extent(&self) -> Extent {
        Extent {
            procedures: self.procedures.clone(),
            may_submit: self.may_submit,
            may_receive_post: self.may_receive_post,
            counts_as_reading: self.counts_as_reading,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
        }
    }

    /// As the resident sees it. What a clerk saw as evidence is the clerk's.
    pub(crate) fn own(
        &self,
        keys: &Keys,
        resident: ResidentId,
        now: DateTime<Utc>,
    ) -> Result<OwnMandate> {
        let told = matches!(self.status, MandateStatus::Refused | MandateStatus::Ended);
        Ok(OwnMandate {
            id: self.id,
            kind: self.kind,
            status: self.status_on(calendar::jst_date(now), now),
            side: if self.representative_id == Some(resident) {
                Side::Representative
            } else {
                Side::Principal
            },
            principal: self.principal(keys)?,
            extent: self.extent(),
            reason: if told { self.note(keys)? } else { None },
            created_at: self.created_at,
        })
    }

    /// As a clerk sees it.
    pub(crate) fn claimed(
        &self,
        keys: &Keys,
        representative: (Option<String>, Option<String>),
        now: DateTime<Utc>,
    ) -> Result<ClaimedMandate> {
        let (representative_name, representative_address) = representative;
        Ok(ClaimedMandate {
            id: self.id,
            kind: self.kind,
            status: self.status_on(calendar::jst_date(now), now),
            version: self.version,
            representative_id: self.representative_id.map(ResidentId::as_uuid),
            representative_name,
            representative_address,
            principal: self.principal(keys)?,
            extent: self.extent(),
            note: self.note(keys)?,
            decided_by: self.decided_by.map(StaffId::as_uuid),
            created_at: self.created_at,
        })
    }
}
