//! Mail that says there is something to see in the portal, and nothing else.
//!
//! What can be said is the closed set of [`Notice`]; whom it is said to is a bare address without a name.
//! A mail is sent at least once: a worker that dies between sending and [`complete`](crate::Lease::complete)
//! sends again, with the same Message-ID, by which mail programs know the two for one.

mod address;
mod failure;
mod notice;
#[cfg(test)]
mod tests;

use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use platform::Error;
use sha2::{Digest as _, Sha256};
use url::Url;

pub use address::MailAddress;
pub use failure::SendError;
pub use notice::{
    INVITATION_HOURS, InvitationCode, LOGIN_CODE_MINUTES, LoginCode, NeutralText, Notice,
    VerificationCode,
};

/// From the first byte to the server's last word; well within a job's lease.
const SEND_LIMIT: Duration = Duration::from_secs(30);

/// Why mail cannot be sent with these settings; each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The server's address; it may hold a password, so it is not repeated.
    #[error("MADOGUCHI_SMTP_URL is not usable: {0}")]
    Server(String),
    /// The sender's address.
    #[error(
        "MADOGUCHI_MAIL_FROM: {0:?} is not usable: it must be a bare address such as portal@city.example"
    )]
    From(String),
    /// The portal's address.
    #[error("MADOGUCHI_RESIDENT_URL: {0:?} has no host")]
    Portal(String),
}

/// Sends mail through one SMTP server. Clones share the settings; each mail has its own connection.
#[derive(Clone, Debug)]
pub struct Mailer {
    // Without lettre's pool: it takes a connection back after a send that was cut off in the middle,
    // and the next mail would take the answers to the last one for its own.
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
    portal_url: String,
    portal_host: String,
}

impl Mailer {
    /// A mailer for a server such as `smtp://127.0.0.1:25`, `smtps://user:password@host` or
    /// `smtp://user:password@host:587?tls=required`. Nothing is connected yet.
    ///
    /// # Errors
    /// When a setting cannot be used, or would send a password in the clear.
    pub fn new(smtp_url: &str, from: &str, portal_url: &str) -> Result<Self, SettingsError> {
        refuse_password_in_the_clear(smtp_url)?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp_url)
            .map_err(|error| SettingsError::Server(error.to_string()))?
            .build();
        let portal = Url::parse(portal_url).ok();
        let portal_host = portal.as_ref().and_then(Url::host_str).map(str::to_owned);
        Ok(Self {
            transport,
            from: from
                .parse::<MailAddress>()
                .map_err(|_| SettingsError::From(from.to_owned()))?
                .into(),
            portal_url: portal_url.to_owned(),
            portal_host: portal_host.ok_or_else(|| SettingsError::Portal(portal_url.to_owned()))?,
        })
    }

    /// Sends one notice. `promise` names the job ([`Lease::promise`](crate::Lease::promise)); sending
    /// it again is the same mail again.
    ///
    /// # Errors
    /// Says whether to try again. The text never holds the address: servers like to repeat it.
    pub async fn send(
        &self,
        promise: &str,
        to: &MailAddress,
        notice: &Notice,
        now: DateTime<Utc>,
    ) -> Result<(), SendError> {
        let message = self
            .message(promise, to, notice, now)
            .map_err(|error| SendError::Never(Error::internal(error)))?;
        // lettre itself waits for ever on a server that falls silent.
        match tokio::time::timeout(SEND_LIMIT, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(SendError::from_smtp(&error)),
            Err(_) => Err(SendError::timeout(SEND_LIMIT)),
        }
    }

    fn message(
        &self,
        promise: &str,
        to: &MailAddress,
        notice: &Notice,
        now: DateTime<Utc>,
    ) -> Result<Message, lettre::error::Error> {
        let auto_submitted = HeaderName::new_from_ascii_str("Auto-Submitted");
        // No display names: lettre panics on control characters in one, and they are personal.
        Message::builder()
            .from(Mailbox::new(None, self.from.clone()))
            .to(Mailbox::new(None, to.clone().into()))
            .subject(notice.subject())
            .date(SystemTime::from(now))
            .message_id(Some(self.message_id(promise)))
            // RFC 3834: holiday replies stay away.
            .raw_header(HeaderValue::new(
                auto_submitted,
                "auto-generated".to_owned(),
            ))
            // lettre adds it to multipart mails only.
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .body(notice.body(&self.portal_url))
    }

    /// The Message-ID of a promise's mail, the same at every attempt.
    pub fn message_id(&self, promise: &str) -> String {
        let hash = platform::hex(&Sha256::digest(promise));
        format!("<{hash}@{}>", self.portal_host)
    }
}

fn refuse_password_in_the_clear(smtp_url: &str) -> Result<(), SettingsError> {
    let url = Url::parse(smtp_url).map_err(|error| SettingsError::Server(error.to_string()))?;
    let encrypted = url.scheme() == "smtps"
        || url
            .query_pairs()
            .any(|pair| pair == ("tls".into(), "required".into()));
    if url.password().is_none() || encrypted {
        return Ok(());
    }
    let reason = "a password needs smtps:// or ?tls=required";
    Err(SettingsError::Server(reason.to_owned()))
}
