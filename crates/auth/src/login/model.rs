//! Requests and answers of logging in and out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::assurance::{Aal, Ial};
use crate::session::Client;

/// An identity provider one can log in at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Provider {
    /// To be given as `provider` to the login.
    #[schema(max_length = 60, example = "demo")]
    pub(crate) id: String,
    /// How one logs in there.
    pub(crate) method: LoginMethod,
    /// Name by language (`ja`, `en`).
    #[schema(example = json!({"ja": "デモ認証"}))]
    pub(crate) name: BTreeMap<String, String>,
    /// What one can log in with there; what is not listed stands for the lowest levels.
    #[schema(max_items = 50)]
    pub(crate) classes: Vec<LoginClass>,
}

/// A way of logging in, and what it proves.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginClass {
    /// Authentication context class, to be given as `acr_values` to the login.
    #[schema(max_length = 100, example = "aal3")]
    pub(crate) acr: String,
    /// 身元確認保証レベル: how well it proves who the person is, 0 (not at all) to 3.
    #[schema(value_type = u8, minimum = 0, maximum = 3, example = 3)]
    pub(crate) ial: Ial,
    /// 当人認証保証レベル: how well it proves that it is that person again, 1 to 3.
    #[schema(value_type = u8, minimum = 1, maximum = 3, example = 3)]
    pub(crate) aal: Aal,
}

/// How one logs in at a provider.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LoginMethod {
    /// The browser is sent there: `GET /v1/auth/login`.
    Redirect,
    /// The portal mails a code: `POST /v1/auth/email-code`.
    EmailCode,
}

/// The identity providers of a listener.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderList {
    /// In the order to be shown.
    #[schema(max_items = 50)]
    pub(crate) items: Vec<Provider>,
    /// Whether one can sign in with a password and a second factor here; staff only.
    #[schema(example = false)]
    pub(crate) local_accounts: bool,
}

/// How to begin a login.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct LoginQuery {
    /// One of the providers; may be left out when there is only one.
    #[validate(length(max = 60))]
    #[param(max_length = 60, example = "demo")]
    pub(crate) provider: Option<String>,
    /// Passed on to the provider, which may preselect the person.
    #[validate(length(max = 200))]
    #[param(max_length = 200, example = "hanako")]
    pub(crate) login_hint: Option<String>,
    /// What to log in with, separated by spaces: `acr_values` of the answer that asked for a better login (RFC 9470).
    #[validate(length(min = 1, max = 200), custom(function = "are_acr_values"))]
    #[param(max_length = 200, example = "aal3")]
    pub(crate) acr_values: Option<String>,
    /// Seconds that the person may have proved who they are ago: `max_age` of that answer.
    #[validate(range(min = 0, max = 2_592_000))]
    #[param(minimum = 0, maximum = 2_592_000, example = 3600)]
    pub(crate) max_age: Option<i32>,
    /// What the city is to learn of the person beside that it is them: `scope` of that answer. Name, address, birthdate and
    /// gender are asked for only so.
    #[param(inline)]
    pub(crate) scope: Option<LoginScope>,
    /// For a web page: the path in it to come back to. The login becomes a session by cookie then, without tokens.
    #[validate(length(min = 1, max = 500), custom(function = "is_path"))]
    #[param(max_length = 500, example = "/applications")]
    pub(crate) return_to: Option<String>,
}

/// What a login tells the city of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LoginScope {
    /// 基本4情報: name, address, birthdate and gender.
    Attributes,
}

/// Whatever is appended to the page's address must stay there.
fn is_path(text: &str) -> Result<(), ValidationError> {
    let stays = text.starts_with('/') && !text.starts_with("//") && !text.contains('\\');
    if stays && text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(())
    } else {
        Err(ValidationError::new("path"))
    }
}

/// Tokens of printable ASCII, one space between them.
fn are_acr_values(values: &str) -> Result<(), ValidationError> {
    let is_token = |value: &str| !value.is_empty() && value.bytes().all(|b| b.is_ascii_graphic());
    if values.split(' ').all(is_token) {
        Ok(())
    } else {
        Err(ValidationError::new("acr_values"))
    }
}

/// What the provider sends back; parameters not named here are its own affair.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallbackQuery {
    /// The state of the login this answers.
    #[validate(length(max = 255))]
    #[param(max_length = 255, example = "c3RhdGU")]
    pub(crate) state: Option<String>,
    /// Authorization code.
    #[validate(length(max = 2048))]
    #[param(max_length = 2048, example = "SplxlOBeZQQYbYS6WxSbIA")]
    pub(crate) code: Option<String>,
    /// Issuer (RFC 9207).
    #[validate(length(max = 255))]
    #[param(max_length = 255, example = "https://id.example")]
    pub(crate) iss: Option<String>,
    /// Why the provider refused, instead of `code`.
    #[validate(length(max = 255))]
    #[param(max_length = 255, example = "access_denied")]
    pub(crate) error: Option<String>,
}

/// Tokens for the API.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tokens {
    /// To be sent as `Authorization: Bearer`.
    #[schema(max_length = 4096, example = "eyJhbGciOiJFZERTQSJ9.e30.c2ln")]
    pub(crate) access_token: String,
    /// Always `Bearer`.
    #[schema(max_length = 6, example = "Bearer")]
    pub(crate) token_type: &'static str,
    /// Seconds until the access token ends.
    #[schema(example = 600)]
    pub(crate) expires_in: i64,
    /// Buys the next pair of tokens, once.
    #[schema(
        max_length = 43,
        example = "8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8"
    )]
    pub(crate) refresh_token: String,
}

/// A refresh token to use or to end.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RefreshRequest {
    /// The newest one received.
    #[validate(length(min = 1, max = 100))]
    #[schema(
        min_length = 1,
        max_length = 100,
        example = "8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8"
    )]
    pub(crate) refresh_token: String,
}

/// What to log out of.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogoutRequest {
    /// The newest one received; absent: the session whose cookie comes with the request.
    #[validate(length(min = 1, max = 100))]
    #[schema(
        min_length = 1,
        max_length = 100,
        example = "8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8"
    )]
    pub(crate) refresh_token: Option<String>,
}

/// A login with a mailed code.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeLogin {
    /// The address the code was mailed to.
    #[validate(length(min = 3, max = 254))]
    #[schema(min_length = 3, max_length = 254, example = "hanako@kodaira.example")]
    pub(crate) address: String,
    /// The code; case and hyphens do not matter, O is read as 0, I and L as 1.
    #[validate(length(min = 10, max = 40))]
    #[schema(min_length = 10, max_length = 40, example = "7K3M9-QPTX0")]
    pub(crate) code: String,
    /// What the login is kept in: `app` takes tokens; `web`, for the city's own pages, a cookie.
    #[serde(default)]
    pub(crate) client: Client,
}
