//! What relinks are to registrars.

use chrono::{DateTime, Utc};
use platform::individual_number;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::state::RelinkStatus;
use crate::person::{ResidentId, StaffId};
use crate::registration::model::{RegistrationId, Vouched};

platform::id!(
    /// A proposal that a login lead to who its owner was before, and what became of it.
    RelinkId
);

/// Whose new login is to lead to whom.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RelinkProposal {
    /// The registration that was asked for with the new login; it has to be pending or linked.
    pub(crate) registration: RegistrationId,
    /// Who they were before: the `resident_id` of a registration, or the `applicant_id` of a case.
    pub(crate) former: ResidentId,
    /// How it was made sure who they are; for the other registrar and the record.
    #[validate(length(min = 1, max = 1000), custom(function = individual_number::refuse))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "窓口で新しいカードを確認。再交付の記録と、以前の申請の受付票を照合した。"
    )]
    pub(crate) evidence: String,
}

/// Why a registrar does not approve.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RelinkReason {
    /// For the record; the resident does not read it.
    #[validate(length(min = 1, max = 1000), custom(function = individual_number::refuse))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "再交付の記録が確認できない。"
    )]
    pub(crate) reason: String,
}

/// A line of the queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RelinkSummary {
    /// Which.
    pub(crate) id: RelinkId,
    /// Where it stands.
    pub(crate) status: RelinkStatus,
    /// Its version, for `If-Match`.
    #[schema(example = 1)]
    pub(crate) version: i32,
    /// Who came with the new login.
    pub(crate) resident_id: ResidentId,
    /// Who they were before.
    pub(crate) former_id: ResidentId,
    /// The registrar who proposed it; another one approves.
    pub(crate) proposed_by: StaffId,
    /// When.
    pub(crate) proposed_at: DateTime<Utc>,
}

/// A relink with who both are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RelinkDetail {
    /// Which, whose and since when.
    #[serde(flatten)]
    pub(crate) summary: RelinkSummary,
    /// Who came with the new login, as their provider vouches for them; absent where it sent nothing.
    pub(crate) resident: Option<Vouched>,
    /// Who they were before, likewise.
    pub(crate) former: Option<Vouched>,
    /// How the registrar who proposed it made sure.
    #[schema(max_length = 1000, example = "窓口で新しいカードを確認。")]
    pub(crate) evidence: String,
    /// Why it was refused.
    #[schema(max_length = 1000, example = "再交付の記録が確認できない。")]
    pub(crate) reason: Option<String>,
    /// The registrar who decided.
    pub(crate) decided_by: Option<StaffId>,
    /// When.
    pub(crate) decided_at: Option<DateTime<Utc>>,
}
