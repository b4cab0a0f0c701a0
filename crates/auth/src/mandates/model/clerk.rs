//! Mandates as clerks see, verify, refuse and end them.

use chrono::{DateTime, Utc};
use keys::Keys;
use platform::{Result, individual_number};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use super::{Extent, MandateId, MandateStatus, People, Principal};
use crate::mandates::kind::MandateKind;
use crate::mandates::store::Row;
use crate::model::ProfileAttributes;
use crate::person::{ResidentId, StaffId};

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
    /// 基本4情報 of theirs; absent when their identity provider sent none.
    pub(crate) representative: Option<ProfileAttributes>,
    /// For whom.
    pub(crate) principal: Option<Principal>,
    /// How far it goes.
    pub(crate) extent: Extent,
    /// What was seen as evidence, or why it was refused or ended.
    #[schema(max_length = 1000, example = "戸籍謄本（2026年11月20日交付）")]
    pub(crate) note: Option<String>,
    /// The issuer of the identity provider that vouches for it; absent: it was claimed or given here.
    #[schema(max_length = 255, example = "https://gbiz-id.example")]
    pub(crate) vouched_by: Option<String>,
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
    #[validate(length(min = 1, max = 1000), custom(function = individual_number::refuse))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "戸籍謄本で親権を確認できませんでした。"
    )]
    pub(crate) reason: String,
}

impl Row {
    /// As a clerk sees it.
    pub(in crate::mandates) fn claimed(
        &self,
        keys: &Keys,
        people: &People,
        now: DateTime<Utc>,
    ) -> Result<ClaimedMandate> {
        Ok(ClaimedMandate {
            id: self.id,
            kind: self.kind,
            status: self.status_at(now),
            version: self.version,
            representative_id: self.representative_id.map(ResidentId::as_uuid),
            representative: self
                .representative_id
                .and_then(|id| people.get(&id))
                .map(ProfileAttributes::from),
            principal: self.principal(keys)?,
            extent: self.extent(),
            note: self.note(keys)?,
            vouched_by: self.vouched_by.clone(),
            decided_by: self.decided_by.map(StaffId::as_uuid),
            created_at: self.created_at,
        })
    }
}
