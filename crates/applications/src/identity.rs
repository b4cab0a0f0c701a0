//! Who filed, as their identity provider vouched for them at that moment (基本4情報).

use auth::assurance::{Aal, Ial};
use auth::residents::{self, Attributes};
use auth::{Address, ResidentId};
use chrono::{DateTime, Utc};
use keys::Keys;
use platform::{AsyncPgConnection, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The attributes as sent, code point for code point; part of what was filed, so later changes leave
/// them alone.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub(crate) struct Identity {
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
    pub(crate) issuer: Option<String>,
    /// Authentication context class of the login that brought them.
    #[schema(max_length = 100, example = "aal3")]
    pub(crate) assurance: Option<String>,
    /// 身元確認保証レベル of that login, 0 to 3; absent in filings from before there were levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u8>, minimum = 0, maximum = 3, example = 3)]
    pub(crate) ial: Option<Ial>,
    /// 当人認証保証レベル of that login, 1 to 3; absent in filings from before there were levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 3, example = 3)]
    pub(crate) aal: Option<Aal>,
    /// When they were brought.
    #[schema(example = "2026-11-22T04:05:06Z")]
    pub(crate) verified_at: Option<DateTime<Utc>>,
}

impl From<Attributes> for Identity {
    fn from(attributes: Attributes) -> Self {
        Self {
            name: attributes.text("name"),
            address: attributes.address(),
            birthdate: attributes.text("birthdate"),
            gender: attributes.text("gender"),
            issuer: Some(attributes.issuer),
            assurance: Some(attributes.assurance),
            ial: Some(attributes.levels.ial),
            aal: Some(attributes.levels.aal),
            verified_at: Some(attributes.verified_at),
        }
    }
}

/// The resident as they are vouched for now; empty when the provider sent nothing.
pub(crate) async fn current(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
    resident: ResidentId,
) -> Result<Identity> {
    let attributes = residents::attributes(conn, keys, resident).await?;
    Ok(attributes.map(Identity::from).unwrap_or_default())
}
