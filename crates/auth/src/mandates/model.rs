//! What mandates are to those who hold, give and verify them.

pub(crate) mod clerk;
pub(crate) mod resident;

use std::collections::HashMap;

use calendar::jst_date;
use chrono::{DateTime, NaiveDate, Utc};
use keys::Keys;
use platform::Result;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use validator::Validate;

use super::kind::MandateKind;
use super::store::Row;
use crate::person::ResidentId;
use crate::residents::Attributes;

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
        /// Was ended, or its days are over.
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

/// What is known of residents, those of whom anything is.
pub(super) type People = HashMap<ResidentId, Attributes>;

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

impl Principal {
    /// What is known of them, as an identity provider would send it.
    pub(super) fn attributes(&self) -> Map<String, Value> {
        let mut attributes = Map::new();
        attributes.insert("name".to_owned(), json!(self.name));
        attributes.insert("address".to_owned(), json!(self.address));
        if let Some(born) = self.birthdate {
            attributes.insert("birthdate".to_owned(), json!(born));
        }
        attributes
    }
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

impl Row {
    /// Who is on the other side, if anybody is yet.
    pub(crate) fn counterpart(&self, resident: ResidentId) -> Option<ResidentId> {
        let sides = [self.representative_id, self.principal_id];
        sides.into_iter().flatten().find(|side| *side != resident)
    }

    /// Whether the resident is on one of its sides.
    pub(crate) fn concerns(&self, resident: ResidentId) -> bool {
        [self.representative_id, self.principal_id].contains(&Some(resident))
    }

    /// Where it stands now: what is over has ended by itself.
    pub(crate) fn status_at(&self, now: DateTime<Utc>) -> MandateStatus {
        let today = jst_date(now);
        let is_over = self.valid_until.is_some_and(|until| until <= today);
        let is_over = match self.status {
            MandateStatus::Offered => {
                is_over || self.offered_until.is_some_and(|until| until <= now)
            }
            MandateStatus::Proposed | MandateStatus::Active => is_over,
            MandateStatus::Refused | MandateStatus::Ended => false,
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
        keys.open_text(NOTE, self.id.as_uuid(), sealed).map(Some)
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
}
