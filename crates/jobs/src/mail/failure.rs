//! Why a mail was not sent, and whether to try again.

use std::error::Error as _;
use std::time::Duration;

use lettre::transport::smtp;
use platform::Error;

/// Why a mail was not sent. The texts hold status codes, never what the server wrote: it quotes addresses.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The server is away, busy (4xx) or does not accept our login.
    #[error(transparent)]
    Later(Error),
    /// The server refuses this mail for good (5xx).
    #[error(transparent)]
    Never(Error),
    /// The server refuses it because there is no such mailbox (RFC 3463 X.1.1 and its like).
    #[error(transparent)]
    NoSuchMailbox(Error),
}

/// RFC 3463: bad mailbox, bad system, bad syntax, moved without a new address; RFC 7505: null MX.
const NO_SUCH_MAILBOX: [&str; 5] = ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"];
/// RFC 4954: the server wants another login. That is the operator's to mend, not the mail's fault.
const LOGIN_REFUSED: [u16; 4] = [530, 534, 535, 538];

impl SendError {
    pub(crate) fn from_smtp(error: &smtp::Error) -> Self {
        let Some(status) = error.status().map(u16::from) else {
            return Self::Later(Error::internal(describe(error)));
        };
        let enhanced = error.source().map(ToString::to_string).unwrap_or_default();
        let enhanced = enhanced_status(&enhanced);
        let cause = Error::internal(match enhanced {
            Some(enhanced) => format!("the mail server answered {status} {enhanced}"),
            None => format!("the mail server answered {status}"),
        });
        if !error.is_permanent() || LOGIN_REFUSED.contains(&status) {
            Self::Later(cause)
        } else if enhanced.is_some_and(|enhanced| NO_SUCH_MAILBOX.contains(&enhanced)) {
            Self::NoSuchMailbox(cause)
        } else {
            Self::Never(cause)
        }
    }

    pub(crate) fn timeout(limit: Duration) -> Self {
        let seconds = limit.as_secs();
        Self::Later(Error::internal(format!(
            "the mail server took longer than {seconds} s"
        )))
    }
}

fn describe(error: &smtp::Error) -> String {
    if error.is_response() {
        "the mail server's answer is not SMTP".to_owned()
    } else {
        format!("no conversation with the mail server: {error}")
    }
}

/// The enhanced status code (RFC 3463) an answer begins with.
fn enhanced_status(text: &str) -> Option<&str> {
    let first = text.split_whitespace().next()?;
    let numbers = first.split('.').map(|number| {
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        digits && (1..=3).contains(&number.len())
    });
    let numbers: Vec<_> = numbers.collect();
    (numbers == [true; 3]).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enhanced_status_is_three_numbers_at_the_beginning() {
        assert_eq!(
            enhanced_status("5.1.1 <a@b.example> unknown"),
            Some("5.1.1")
        );
        assert_eq!(enhanced_status("4.7.25 later"), Some("4.7.25"));
        for text in [
            "",
            "no such user 5.1.1",
            "5.1",
            "5.1.1.1",
            "127.0.0.1",
            "5.1.1234 x",
            "5..1",
        ] {
            assert_eq!(enhanced_status(text), None, "{text:?}");
        }
    }
}
