//! Everything a mail can say: closed texts with closed variables.

use std::fmt;

use platform::spoken_code::SpokenCode;
use platform::{Randomness, Result};

/// What a mail says. None of it is about the person or about what is waiting for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// There is something new in the digital post.
    YouHavePost {
        /// The unit that sent it.
        sender: NeutralText,
        /// Whether something is asked for by a day; which day is not said.
        due: bool,
    },
    /// Invites somebody of the staff to an account.
    StaffInvitation {
        /// To be typed into the portal.
        code: InvitationCode,
        /// Where staff reach the portal.
        staff_url: String,
    },
    /// Proves that the address reaches the person who gave it.
    VerifyAddress {
        /// To be typed into the portal.
        code: VerificationCode,
    },
    /// A login of theirs was ended, because somebody has a copy of it.
    LoginCopied,
    /// Logs in whoever reads it.
    LogIn {
        /// To be typed into the portal.
        code: LoginCode,
    },
}

impl Notice {
    /// The subject has no variables at all: it shows on locked screens.
    pub(crate) const fn subject(&self) -> &'static str {
        match self {
            Self::YouHavePost { .. } => "デジタルポストにお知らせが届きました",
            Self::StaffInvitation { .. } => "職員アカウントのご案内",
            Self::VerifyAddress { .. } => "メールアドレスの確認",
            Self::LoginCopied => "ログインを終了しました",
            Self::LogIn { .. } => "ログイン用のコード",
        }
    }

    pub(crate) fn body(&self, portal_url: &str) -> String {
        let said = match self {
            Self::YouHavePost { sender, due } => you_have_post(sender, *due, portal_url),
            Self::StaffInvitation { code, staff_url } => staff_invitation(code, staff_url),
            Self::VerifyAddress { code } => verify_address(code, portal_url),
            Self::LoginCopied => login_copied(portal_url),
            Self::LogIn { code } => log_in(code, portal_url),
        };
        format!("{said}\n\n--\nこのメールは自動で送っています。返信にはお答えできません。\n")
    }
}

fn you_have_post(sender: &NeutralText, due: bool, portal_url: &str) -> String {
    let due = if due {
        "期限のあるお知らせです。お早めにご確認ください。\n"
    } else {
        ""
    };
    format!(
        "{}からのお知らせが、デジタルポストに届きました。\n{due}\n\
         内容は、ポータルにログインしてご覧ください。\n{portal_url}\n\n\
         安全のため、このメールにはお知らせの内容を書いていません。",
        sender.0
    )
}

fn staff_invitation(code: &InvitationCode, staff_url: &str) -> String {
    format!(
        "職員用ポータルのアカウントに招待されました。画面で、次の招待コードを入力してください。\n\n{code}\n\n\
         {staff_url}\n\n\
         コードは{INVITATION_HOURS}時間以内に一度だけ使えます。ほかの人に教えないでください。\n\
         お心当たりがないときは、情報管理の担当者に知らせてください。"
    )
}

fn verify_address(code: &VerificationCode, portal_url: &str) -> String {
    format!(
        "ポータルの画面で、次の確認コードを入力してください。\n\n{}\n\n\
         {portal_url}\n\n\
         コードは{}分間使えます。ほかの人に教えないでください。\n\
         お心当たりがないときは、このメールを捨ててください。",
        code.0,
        VerificationCode::MINUTES
    )
}

fn login_copied(portal_url: &str) -> String {
    format!(
        "安全のため、ポータルのログインを1つ終了しました。\n\
         ログインの情報が、別の端末でも使われた可能性があります。\n\n\
         もう一度ログインして、ログイン中の端末の一覧に心当たりのないものがないか、ご確認ください。\n{portal_url}"
    )
}

fn log_in(code: &LoginCode, portal_url: &str) -> String {
    format!(
        "ポータルのログイン画面で、次のコードを入力してください。\n\n{code}\n\n\
         {portal_url}\n\n\
         コードは{LOGIN_CODE_MINUTES}分間、1回だけ使えます。ほかの人に教えないでください。\n\
         職員がこのコードをおたずねすることはありません。\n\
         お心当たりがないときは、このメールを捨ててください。"
    )
}

/// The code that logs in whoever reads the mail: 50 random bits, too many to guess, so that tries need no counting.
pub type LoginCode = SpokenCode<10>;

/// How long the mail says a [`LoginCode`] can be used.
pub const LOGIN_CODE_MINUTES: i64 = 60;

/// The code that opens an account once: 100 random bits.
pub type InvitationCode = SpokenCode<20>;

/// How long the mail says an [`InvitationCode`] can be used.
pub const INVITATION_HOURS: i64 = 72;

/// Text the city publishes about itself, and never anything a person wrote or is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeutralText(String);

impl NeutralText {
    /// Characters.
    const MAX: usize = 60;

    /// The public name of a sending unit; control characters and what is too long are left out.
    pub fn sender_label(name: &str) -> Self {
        let printable = name.chars().filter(|character| !character.is_control());
        Self(printable.take(Self::MAX).collect())
    }
}

/// Six digits that prove that a mail arrived.
#[derive(Clone, PartialEq, Eq)]
pub struct VerificationCode(String);

impl VerificationCode {
    /// How long the mail says the code can be used.
    pub const MINUTES: i64 = 15;

    /// A fresh code.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn draw(randomness: &Randomness) -> Result<Self> {
        let number = u64::from_be_bytes(randomness.bytes()?) % 1_000_000;
        Ok(Self(format!("{number:06}")))
    }

    /// A code drawn before; `None` when it is not six digits.
    pub fn from_digits(digits: &str) -> Option<Self> {
        let six = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        six.then(|| Self(digits.to_owned()))
    }

    /// The six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Debug output ends up in logs.
impl fmt::Debug for VerificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerificationCode(…)")
    }
}
