//! The table of problem codes and the body every error answer has (RFC 9457).

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $status:ident, $title:literal;)+) => {
        /// Every problem the API can answer with: a stable code, its HTTP status and a plain-Japanese title.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $($(#[$doc])* $name,)+ }

        impl Code {
            /// All codes, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$name),+];

            /// The stable code clients match on.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $code,)+ }
            }

            /// The HTTP status that goes with the code.
            pub const fn status(self) -> StatusCode {
                match self { $(Code::$name => StatusCode::$status,)+ }
            }

            /// One plain-Japanese sentence for the person in front of the screen.
            pub const fn title(self) -> &'static str {
                match self { $(Code::$name => $title,)+ }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    MalformedJson = "malformed_json", BAD_REQUEST, "送られた内容を読み取れませんでした。";
    /// The query string has an unknown, missing or unreadable parameter.
    InvalidQuery = "invalid_query", BAD_REQUEST, "指定された条件が正しくありません。";
    /// A request header is missing its form.
    InvalidHeader = "invalid_header", BAD_REQUEST, "送信の形式（ヘッダー）が正しくありません。";
    /// U+0000 in the address, which no text of ours may hold.
    NulCharacter = "nul_character", BAD_REQUEST, "使用できない文字（U+0000）が含まれています。";
    /// The login failed or was tampered with, at the identity provider or here.
    LoginFailed = "login_failed", BAD_REQUEST, "ログインできませんでした。最初からやり直してください。";
    /// No, an expired or a forged access token.
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "ログインが必要です。";
    /// The refresh token is unknown, used or expired.
    InvalidRefreshToken = "invalid_refresh_token", UNAUTHORIZED, "ログインの有効期限が切れました。もう一度ログインしてください。";
    /// The login is too weak or too long ago for this act; `WWW-Authenticate` says what to log in with.
    InsufficientUserAuthentication = "insufficient_user_authentication", UNAUTHORIZED, "あらためて本人確認が必要です。もう一度ログインしてください。";
    /// The actor's role lacks the operation.
    Forbidden = "forbidden", FORBIDDEN, "この操作を行う権限がありません。";
    /// Nobody decides on what they proposed, applied for or linked themselves.
    SeparationOfDuties = "separation_of_duties", FORBIDDEN, "自分が起案または申請したものを自分で決裁することはできません。";
    /// No such route, or no such object for this actor.
    NotFound = "not_found", NOT_FOUND, "お探しのものが見つかりません。";
    /// The route exists, with other methods.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "この操作方法は使えません。";
    /// The body did not arrive within the time limit.
    BodyTimeout = "body_timeout", REQUEST_TIMEOUT, "通信に時間がかかりすぎたため中断しました。もう一度お試しください。";
    /// The state machine does not know this step from here.
    IllegalTransition = "illegal_transition", CONFLICT, "現在の状態ではこの操作を行えません。";
    /// A submit with other particulars than the one already accepted.
    AlreadySubmitted = "already_submitted", CONFLICT, "この申請はすでに受け付けています。";
    /// The same idempotency key is being worked on right now.
    IdempotencyKeyInFlight = "idempotency_key_in_flight", CONFLICT, "同じ操作を処理しています。少し待ってからもう一度お試しください。";
    /// The procedure does not accept digital applications at the moment.
    ProcedureClosed = "procedure_closed", CONFLICT, "この手続は現在オンラインでは受け付けていません。";
    /// Another version of the form is in force, which the draft has to be moved to first.
    FormSuperseded = "form_superseded", CONFLICT, "様式が新しくなりました。新しい様式に移してから提出してください。";
    /// The draft cannot be moved to the version of the form in force.
    FormIncompatible = "form_incompatible", CONFLICT, "この下書きは新しい様式に移せません。お手数ですが、新しく申請を始めてください。";
    /// The procedure has a version of its form that is being written.
    FormDraftExists = "form_draft_exists", CONFLICT, "この手続には、編集中の様式がすでにあります。";
    /// Another version of the form has been published since the draft was begun; `based_on` says that it has been seen.
    FormDraftOutdated = "form_draft_outdated", CONFLICT, "編集を始めたあとに、別の版が公開されました。内容を確認してから公開してください。";
    /// Another procedure has the code.
    ProcedureCodeTaken = "procedure_code_taken", CONFLICT, "この手続コードはすでに使われています。";
    /// The survey was offered for this application before.
    SurveyOffered = "survey_offered", CONFLICT, "このアンケートはすでにご案内しています。";
    /// The token of a survey was used before.
    SurveyAnswered = "survey_answered", CONFLICT, "このアンケートにはすでに回答済みです。ご協力ありがとうございました。";
    /// One resident's drafts are too many to begin another.
    TooManyDrafts = "too_many_drafts", CONFLICT, "入力中の下書きが多すぎます。不要な下書きを削除してください。";
    /// One resident's mandates that wait for somebody are too many for another.
    TooManyMandates = "too_many_mandates", CONFLICT, "確認や承諾を待っている代理が多すぎます。終わったものを取り下げてください。";
    /// One resident has asked too often within a year to be found in the register.
    TooManyRegistrations = "too_many_registrations", CONFLICT, "利用登録のお申し込みが多すぎます。";
    /// No identity provider has vouched for who the resident is.
    NoVerifiedAttributes = "no_verified_attributes", CONFLICT, "氏名や住所を本人確認サービスから受け取れていません。本人確認をして、もう一度ログインしてください。";
    /// The period overlaps a count that is already there.
    Overlap = "overlap", CONFLICT, "同じ手続・受付方法・期間の件数がすでに登録されています。";
    /// The person of the register is linked otherwise than the clerk has seen.
    AddresseeLinked = "addressee_linked", CONFLICT, "この宛名番号の登録は、確認した内容と違っています。もう一度確認してください。";
    /// The portal has no mail server.
    MailClosed = "mail_closed", CONFLICT, "メールでのお知らせは、現在ご利用いただけません。";
    /// The city has no accounts of the portal's own for its staff.
    LocalAccountsClosed = "local_accounts_closed", CONFLICT, "このシステム独自の職員アカウントは使われていません。";
    /// Somebody has that login name already.
    LoginNameTaken = "login_name_taken", CONFLICT, "このログイン名はすでに使われています。";
    /// The `If-Match` version is not the current one.
    VersionMismatch = "version_mismatch", PRECONDITION_FAILED, "ほかの操作で内容が更新されています。最新の内容を確認してください。";
    /// The body is larger than the limit.
    BodyTooLarge = "body_too_large", PAYLOAD_TOO_LARGE, "送られた内容が大きすぎます。";
    /// The body is not `application/json`.
    UnsupportedMediaType = "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, "この形式の内容は受け付けていません。";
    /// The content of the file is none of the media types the field accepts.
    UnsupportedAttachment = "unsupported_attachment", UNSUPPORTED_MEDIA_TYPE, "この形式のファイルは添付できません。";
    /// Fields of the body are wrong; `errors` says which and why.
    ValidationFailed = "validation_failed", UNPROCESSABLE_ENTITY, "入力内容に誤りがあります。";
    /// The key was used before with another body.
    IdempotencyKeyReused = "idempotency_key_reused", UNPROCESSABLE_ENTITY, "同じ送信キーで異なる内容が送られました。";
    /// The write needs an `If-Match` header.
    PreconditionRequired = "precondition_required", PRECONDITION_REQUIRED, "更新には最新の版番号（If-Match）が必要です。";
    /// Too many requests, or the same again too soon; `Retry-After` says when to try again.
    TooManyRequests = "too_many_requests", TOO_MANY_REQUESTS, "操作の間隔が短すぎます。少し待ってからもう一度お試しください。";
    /// A fault of ours; the cause is in the log, under the request id.
    Internal = "internal_error", INTERNAL_SERVER_ERROR, "システムの内部でエラーが発生しました。";
    /// The identity provider cannot be reached or answers nonsense.
    IdentityProviderUnavailable = "identity_provider_unavailable", BAD_GATEWAY, "本人確認サービスに接続できません。時間をおいてお試しください。";
    /// The database or another part we depend on is away.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "ただいま混み合っています。時間をおいてお試しください。";
}

/// The body of every error answer: `application/problem+json` as in RFC 9457.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Identifies the kind of problem: `urn:madoguchi:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(max_length = 100, example = "urn:madoguchi:problem:validation_failed")]
    pub kind: String,
    /// The problem in one plain-Japanese sentence.
    #[schema(max_length = 200, example = "入力内容に誤りがあります。")]
    pub title: String,
    /// The HTTP status, repeated.
    #[schema(minimum = 400, maximum = 599, example = 422)]
    pub status: u16,
    /// The stable code clients match on.
    #[schema(max_length = 60, example = "validation_failed")]
    pub code: String,
    /// What is particular to this occurrence, in plain Japanese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1000, example = "年度をまたぐ期間は登録できません。")]
    pub detail: Option<String>,
    /// One entry for each field of the request body that is wrong, or has been changed meanwhile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    pub errors: Vec<FieldError>,
    /// With `illegal_transition`: the events the current state allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 20, example = json!(["withdraw"]))]
    pub allowed_events: Option<Vec<String>>,
}

/// One field of a request body, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// JSON Pointer (RFC 6901) to the field.
    #[schema(max_length = 500, example = "/answers/children/0/birthdate")]
    pub pointer: String,
    /// Stable code of what is wrong with it.
    #[schema(max_length = 60, example = "required")]
    pub code: String,
    /// The same in plain Japanese.
    #[schema(max_length = 500, example = "「生年月日」を入力してください。")]
    pub message: String,
    /// The same in each language of the portal, where it is about an answer of a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messages: Option<Messages>,
}

impl FieldError {
    /// A problem that is told in plain Japanese only.
    pub fn new(
        pointer: impl Into<String>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.into(),
            message: message.into(),
            messages: None,
        }
    }
}

/// One sentence in the languages of the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Messages {
    /// Japanese.
    #[schema(max_length = 1000, example = "「生年月日」を入力してください。")]
    pub ja: String,
    /// やさしい日本語.
    #[serde(rename = "ja-x-easy")]
    #[schema(
        max_length = 1000,
        example = "「生（う）まれた 日（ひ）」を 書（か）いて ください。"
    )]
    pub ja_x_easy: String,
    /// English.
    #[schema(max_length = 1000, example = "Please fill in “Date of birth”.")]
    pub en: String,
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn every_code_is_unique_and_an_error_status() {
        let mut codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Code::ALL.len());
        assert!(Code::ALL.iter().all(|code| code.status().as_u16() >= 400));
    }
}
