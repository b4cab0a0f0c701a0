//! Requests and answers about local accounts.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::is_login_name;
use crate::person::{Role, StaffId};
use crate::session::Client;

/// The first step of signing in.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordRequest {
    /// Login name, in any case.
    #[validate(length(min = 1, max = 60))]
    #[schema(min_length = 1, max_length = 60, example = "sato.yumi")]
    pub(crate) login_name: String,
    /// Password.
    #[validate(length(min = 1, max = 256))]
    #[schema(min_length = 1, max_length = 256, example = "correct horse battery")]
    pub(crate) password: String,
}

/// The password was right; a second factor is due.
#[derive(Serialize, ToSchema)]
pub(crate) struct SecondFactorDue {
    /// To be sent back with the second factor.
    #[schema(
        max_length = 43,
        example = "8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8"
    )]
    pub(crate) transaction: String,
    /// Seconds until it ends.
    #[schema(example = 300)]
    pub(crate) expires_in: i64,
}

/// The second step of signing in.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecondFactorRequest {
    /// What the first step answered.
    #[validate(length(min = 1, max = 100))]
    #[schema(
        min_length = 1,
        max_length = 100,
        example = "8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8"
    )]
    pub(crate) transaction: String,
    /// The six digits of the authenticator, or a recovery code.
    #[validate(length(min = 6, max = 40))]
    #[schema(min_length = 6, max_length = 40, example = "012345")]
    pub(crate) code: String,
    /// What the login is kept in: `app` takes tokens; `web`, for the city's own pages, a cookie.
    #[serde(default)]
    pub(crate) client: Client,
}

/// What an invited person begins with.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnrolmentRequest {
    /// The code of the mail; case and hyphens do not matter, O is read as 0, I and L as 1.
    #[validate(length(min = 20, max = 40))]
    #[schema(min_length = 20, max_length = 40, example = "7K3M9-QPTX0-2V8ZC-W4BNE")]
    pub(crate) invitation: String,
    /// At least twelve characters; spaces and any script will do. Not a common one, and without one's own name.
    #[validate(length(min = 1, max = 256))]
    #[schema(min_length = 1, max_length = 256, example = "correct horse battery")]
    pub(crate) password: String,
}

/// An enrolment that waits for the authenticator's first code.
#[derive(Serialize, ToSchema)]
pub(crate) struct EnrolmentBegun {
    /// To be sent back with the code.
    #[schema(
        max_length = 43,
        example = "8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8"
    )]
    pub(crate) enrolment: String,
    /// For the authenticator, as a QR code; told once.
    #[schema(
        max_length = 500,
        example = "otpauth://totp/Madoguchi:sato.yumi?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Madoguchi"
    )]
    pub(crate) otpauth_uri: String,
}

/// Proof that the authenticator has the secret.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmationRequest {
    /// What the beginning answered.
    #[validate(length(min = 1, max = 100))]
    #[schema(
        min_length = 1,
        max_length = 100,
        example = "8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8"
    )]
    pub(crate) enrolment: String,
    /// The six digits that the authenticator shows.
    #[validate(length(min = 6, max = 6))]
    #[schema(
        min_length = 6,
        max_length = 6,
        pattern = "^[0-9]{6}$",
        example = "012345"
    )]
    pub(crate) code: String,
}

/// The account can be used.
#[derive(Serialize, ToSchema)]
pub(crate) struct Enrolled {
    /// To sign in with when the authenticator is lost, each once; told once.
    #[schema(max_items = 10, example = json!(["7K3M9-QPTX0-AB1CD-E"]))]
    pub(crate) recovery_codes: Vec<String>,
}

/// Somebody to be invited.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewStaffAccount {
    /// What they sign in with: small letters, digits, `.`, `_` and `-`.
    #[validate(length(min = 2, max = 60), custom(function = "check_login_name"))]
    #[schema(
        min_length = 2,
        max_length = 60,
        pattern = "^[a-z0-9][a-z0-9._-]*$",
        example = "sato.yumi"
    )]
    pub(crate) login_name: String,
    /// The name colleagues see.
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200, example = "佐藤 由美")]
    pub(crate) display_name: String,
    /// Where the invitation goes; a bare ASCII address without a display name.
    #[validate(length(min = 3, max = 254))]
    #[schema(min_length = 3, max_length = 254, example = "sato@city.example")]
    pub(crate) email: String,
    /// What they do and where, now or later; within what the administrator administers.
    #[validate(length(min = 1, max = 100), nested)]
    #[schema(min_items = 1, max_items = 100)]
    pub(crate) postings: Vec<NewPosting>,
}

fn check_login_name(name: &str) -> Result<(), ValidationError> {
    if is_login_name(name) {
        Ok(())
    } else {
        Err(ValidationError::new("login_name"))
    }
}

/// The postings of an account.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPostings {
    /// All of them, within what the administrator administers.
    #[validate(length(max = 100), nested)]
    #[schema(max_items = 100)]
    pub(crate) postings: Vec<NewPosting>,
}

/// A role in a department, or for some of its procedures, for a time.
#[derive(Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPosting {
    /// Department code; absent: the whole city.
    #[schema(max_length = 60, example = "child-support")]
    pub(crate) department: Option<String>,
    /// Codes of the procedures it is limited to; absent: all of them, and what belongs to none. Not for a registrar.
    #[validate(length(min = 1, max = 100))]
    #[schema(min_items = 1, max_items = 100, example = json!(["child-allowance-claim"]))]
    pub(crate) procedures: Option<Vec<String>>,
    /// What they may do there.
    pub(crate) role: Role,
    /// First day, in Japan; absent: today, or whenever it began if they hold it already.
    #[schema(example = "2027-04-01")]
    pub(crate) valid_from: Option<NaiveDate>,
    /// First day on which it no longer holds; absent: open.
    #[schema(example = "2028-04-01")]
    pub(crate) valid_until: Option<NaiveDate>,
}

platform::text_enum! {
    /// How far an account has come.
    AccountState {
        /// An invitation is on its way.
        Invited = "invited",
        /// The invitation has run out: a reset sends a new one.
        Lapsed = "lapsed",
        /// They can sign in.
        Active = "active",
        /// They are shut out.
        Disabled = "disabled",
    }
}

/// A local account.
#[derive(Serialize, ToSchema)]
pub(crate) struct StaffAccount {
    /// Portal id.
    pub(crate) id: StaffId,
    /// What they sign in with.
    #[schema(max_length = 60, example = "sato.yumi")]
    pub(crate) login_name: String,
    /// The name colleagues see.
    #[schema(max_length = 200, example = "佐藤 由美")]
    pub(crate) display_name: String,
    /// How far it has come.
    pub(crate) state: AccountState,
    /// When the invitation ends, while there is one.
    pub(crate) invited_until: Option<DateTime<Utc>>,
}
