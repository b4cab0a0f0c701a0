//! Registrations as clerks see and decide them.

use chrono::{DateTime, Utc};
use platform::individual_number;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

use super::{RegistrationId, Vouched};
use crate::registration::basics::{Basics, Matches};
use crate::registration::state::RegistrationStatus;

/// Which registrations to list.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RegistrationQuery {
    /// Only those that stand here; left out: those that wait for a clerk, or all of the resident named.
    pub(crate) status: Option<RegistrationStatus>,
    /// Only those of this resident.
    #[param(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) resident_id: Option<Uuid>,
    /// Whether only those that name somebody whom the register lacks now, with `status` `linked` the links that hold no more.
    #[serde(default)]
    #[param(default = false, example = true)]
    pub(crate) gone: bool,
    /// `next` of the page before.
    #[validate(length(max = 200))]
    #[param(max_length = 200, example = "eyJpZCI6MX0")]
    pub(crate) after: Option<String>,
    /// How many entries at the most, 1 to 100.
    #[validate(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 20, example = 20)]
    pub(crate) limit: Option<i64>,
}

/// A line of the registrars' queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegistrationSummary {
    /// Which.
    pub(crate) id: RegistrationId,
    /// Where it stands.
    pub(crate) status: RegistrationStatus,
    /// Its version, for `If-Match`.
    #[schema(example = 1)]
    pub(crate) version: i32,
    /// Whose.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) resident_id: Uuid,
    /// 氏名, as their identity provider vouches for it.
    #[schema(max_length = 1000, example = "山田 花子")]
    pub(crate) name: String,
    /// When it was asked for.
    pub(crate) requested_at: DateTime<Utc>,
}

/// A registration with those of the register who may be meant.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegistrationDetail {
    /// Which.
    pub(crate) id: RegistrationId,
    /// Where it stands.
    pub(crate) status: RegistrationStatus,
    /// Its version, for `If-Match`.
    #[schema(example = 1)]
    pub(crate) version: i32,
    /// Whose.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) resident_id: Uuid,
    /// Who they are, as their identity provider vouched for them when they asked.
    pub(crate) resident: Vouched,
    /// The person of the register that it names, or named when it ended; absent where that was mistaken.
    pub(crate) addressee: Option<RegisterEntry>,
    /// While it is pending: everybody who shares name and birthdate, name and address, or birthdate and address; the
    /// likeliest first.
    #[schema(max_items = 50)]
    pub(crate) candidates: Vec<RegisterEntry>,
    /// Why a clerk refused or ended it, or found it mistaken; the resident reads it. Absent where the resident ended it.
    #[schema(
        max_length = 1000,
        example = "転入の届出が済んでから、もう一度お申し込みください。"
    )]
    pub(crate) reason: Option<String>,
    /// The clerk who decided; absent where the program linked it or the resident ended it.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) decided_by: Option<Uuid>,
    /// The clerk who linked it, whatever became of it; another one has to find it mistaken. Absent where nobody or the program did.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) link_decided_by: Option<Uuid>,
    /// When it was asked for.
    pub(crate) requested_at: DateTime<Utc>,
    /// When it was linked, refused, ended or found mistaken.
    pub(crate) settled_at: Option<DateTime<Utc>>,
}

/// A person of the register beside the resident.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegisterEntry {
    /// 宛名番号
    #[schema(max_length = 20, example = "10000001")]
    pub(crate) addressee_number: String,
    /// What the register says of them.
    #[serde(flatten)]
    pub(crate) basics: Basics,
    /// Which attributes are the resident's.
    pub(crate) matches: Matches,
    /// DV等支援措置: the address is nobody's to read but registrars'.
    #[schema(example = false)]
    pub(crate) protected: bool,
    /// Since when the register lacks them; absent: it has them.
    pub(crate) gone_at: Option<DateTime<Utc>>,
    /// The registration that is linked to them now.
    pub(crate) linked_by: Option<RegistrationId>,
}

/// Whom a clerk links a resident to.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegistrationLink {
    /// 宛名番号 of the person.
    #[validate(length(min = 1, max = 20))]
    #[schema(min_length = 1, max_length = 20, example = "10000001")]
    pub(crate) addressee_number: String,
    /// The registration that the link is taken from, which ends; absent when the person is linked to nobody.
    #[serde(default)]
    pub(crate) in_place_of: Option<RegistrationId>,
}

/// Why a clerk refuses or ends a registration or finds it mistaken; the resident reads it, so it tells of nobody else.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegistrationReason {
    /// In plain Japanese.
    #[validate(length(min = 1, max = 1000), custom(function = individual_number::refuse))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "転入の届出が済んでから、もう一度お申し込みください。"
    )]
    pub(crate) reason: String,
}
