//! The receipt (到達確認): what arrived, when, and a signature over both.
//!
//! デジタル手続法6条3項: an electronic application arrives when it is recorded in the authority's
//! computer; the receipt says when that was.

use chrono::{DateTime, NaiveDate, Utc};
use keys::Keys;
use platform::Result;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The header's `typ` of a signed receipt.
pub const TYP: &str = "receipt+jws";

/// What a receipt says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReceiptContent {
    /// 受付番号
    #[schema(max_length = 20, example = "2026-7K3M-9QPT-X")]
    pub reference_number: String,
    /// The application.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub application_id: Uuid,
    /// Code of the procedure.
    #[schema(max_length = 60, example = "dog-registration-change")]
    pub procedure: String,
    /// The version of the form it was filed on.
    #[schema(example = "0192f0c1-2345-7abc-8def-0123456789ab")]
    pub form_version_id: Uuid,
    /// 到達: when it was recorded in the city's computer.
    #[schema(value_type = DateTime<Utc>, example = "2026-11-22T04:05:06.789012Z")]
    pub arrived_at: DateTime<Utc>,
    /// 受付: the arrival day if it is an opening day, else the next one; absent while the calendar of
    /// opening days does not reach that far.
    #[schema(value_type = Option<NaiveDate>, example = "2026-11-24")]
    pub accepted_on: Option<NaiveDate>,
    /// By when the city means to decide (標準処理期間); absent for a notification.
    #[schema(value_type = Option<NaiveDate>, example = "2026-12-22")]
    pub due_on: Option<NaiveDate>,
    /// SHA-256 of the canonical content (RFC 8785), hex.
    #[schema(
        max_length = 64,
        example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    )]
    pub content_sha256: String,
}

/// A receipt and its signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Receipt {
    /// What it says.
    #[serde(flatten)]
    pub content: ReceiptContent,
    /// The same, signed: a compact JWS (RFC 7515) by a key of `/.well-known/evidence-keys.json`.
    #[schema(max_length = 4000, example = "eyJhbGciOiJFZERTQSJ9.e30.c2ln")]
    pub signature: String,
}

/// Signs a receipt.
///
/// # Errors
/// When there is no evidence key.
pub fn sign(keys: &Keys, content: ReceiptContent) -> Result<Receipt> {
    let signature = keys.sign_evidence(TYP, &content, content.arrived_at)?;
    Ok(Receipt { content, signature })
}
