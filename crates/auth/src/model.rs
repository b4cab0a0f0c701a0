//! What people see and set of themselves.

use chrono::{DateTime, NaiveDate, Utc};
use platform::problem::FieldError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

use crate::address::Address;
use crate::assurance::{Aal, Ial};
use crate::person::{ResidentId, Role, StaffId};
use crate::residents::Attributes;
use crate::session::Client;

/// The resident who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResidentProfile {
    /// Portal id.
    pub(crate) id: ResidentId,
    /// Authentication context class of the login.
    #[schema(max_length = 100, example = "aal3")]
    pub(crate) acr: String,
    /// 身元確認保証レベル of the login: how well it was proved who they are, 0 to 3.
    #[schema(value_type = u8, minimum = 0, maximum = 3, example = 3)]
    pub(crate) ial: Ial,
    /// 当人認証保証レベル of the login: how well it was proved that it is them again, 1 to 3.
    #[schema(value_type = u8, minimum = 1, maximum = 3, example = 3)]
    pub(crate) aal: Aal,
    /// When they proved who they are.
    pub(crate) authenticated_at: DateTime<Utc>,
    /// 基本4情報 as the provider sent them; absent when it sent none.
    pub(crate) attributes: Option<ProfileAttributes>,
    /// Where mail about new post goes; absent when none was set.
    pub(crate) email: Option<Email>,
}

/// A resident's mail address.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Email {
    /// As the resident wrote it.
    #[schema(max_length = 254, example = "hanako@kodaira.example")]
    pub(crate) address: String,
    /// Whether mail is known to arrive there; only then is any sent.
    pub(crate) verified: bool,
}

/// A mail address to be proved.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailRequest {
    /// A bare ASCII address without a display name.
    #[validate(length(min = 3, max = 254))]
    #[schema(min_length = 3, max_length = 254, example = "hanako@kodaira.example")]
    pub(crate) address: String,
}

/// Proof that a mail arrived.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeRequest {
    /// The six digits of the newest mail.
    #[validate(length(min = 6, max = 6))]
    #[schema(
        min_length = 6,
        max_length = 6,
        pattern = "^[0-9]{6}$",
        example = "012345"
    )]
    pub(crate) code: String,
}

/// 基本4情報, code point for code point as sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProfileAttributes {
    /// 氏名
    #[schema(max_length = 1000, example = "山田 花子")]
    pub(crate) name: Option<String>,
    /// 住所, on one line or in parts, as the provider sent it.
    pub(crate) address: Option<Address>,
    /// 生年月日, in the provider's own notation.
    #[schema(max_length = 100, example = "19900405")]
    pub(crate) birthdate: Option<String>,
    /// 性別, in the provider's own notation.
    #[schema(max_length = 100, example = "2")]
    pub(crate) gender: Option<String>,
    /// Who vouches for them.
    #[schema(max_length = 255, example = "https://id.example")]
    pub(crate) issuer: String,
    /// When they were read.
    pub(crate) verified_at: DateTime<Utc>,
}

impl From<&Attributes> for ProfileAttributes {
    fn from(attributes: &Attributes) -> Self {
        Self {
            name: attributes.text("name"),
            address: attributes.address(),
            birthdate: attributes.text("birthdate"),
            gender: attributes.text("gender"),
            issuer: attributes.issuer.clone(),
            verified_at: attributes.verified_at,
        }
    }
}

/// The member of staff who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StaffProfile {
    /// Portal id.
    pub(crate) id: StaffId,
    /// The name colleagues see.
    #[schema(max_length = 200, example = "佐藤 美咲")]
    pub(crate) display_name: String,
    /// What they may do where, today.
    #[schema(max_items = 100)]
    pub(crate) postings: Vec<HeldPosting>,
}

/// A role in a department, or for some of its procedures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HeldPosting {
    /// What they may do.
    pub(crate) role: Role,
    /// Department code; absent: the whole city.
    #[schema(max_length = 60, example = "child-support")]
    pub(crate) department: Option<String>,
    /// Codes of the procedures it is limited to; absent: all of them, and what belongs to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100, example = json!(["child-allowance-claim"]))]
    pub(crate) procedures: Option<Vec<String>>,
}

/// A login of the person who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnSession {
    /// To be named to end it.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub(crate) id: Uuid,
    /// Whether it is the one that asks.
    #[schema(example = true)]
    pub(crate) current: bool,
    /// What it is kept in.
    pub(crate) client: Client,
    /// Authentication context class it was begun with.
    #[schema(max_length = 100, example = "aal3")]
    pub(crate) acr: String,
    /// When the person proved who they are.
    pub(crate) authenticated_at: DateTime<Utc>,
    /// When its tokens were last renewed, or the browser last asked for something (to a tenth of what it may lie unused).
    pub(crate) last_seen_at: DateTime<Utc>,
    /// When it ends at the latest.
    pub(crate) expires_at: DateTime<Utc>,
}

/// The logins of the person who asks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OwnSessionList {
    /// Those that go on, the newest first.
    #[schema(max_items = 1000)]
    pub(crate) items: Vec<OwnSession>,
}

/// What is wrong with a day that cannot be written down again, if one is given.
pub(crate) fn unwritable(pointer: &str, day: Option<NaiveDate>) -> Option<FieldError> {
    let is_unwritable = day.is_some_and(|day| !calendar::is_writable(day));
    let message = "日付は、西暦4桁の年で指定してください。";
    is_unwritable.then(|| FieldError::new(pointer, "out_of_range", message))
}
