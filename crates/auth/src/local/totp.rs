//! The second factor: one-time codes by time (RFC 6238), each good once.

use chrono::{DateTime, Utc};
use platform::{Error, Randomness, Result};
use totp_rs::{Builder, Totp};

/// Bytes of a secret (RFC 4226 4, R6: 160 bits).
const SECRET: usize = 20;

/// An authenticator's secret: six digits, SHA-1, thirty seconds, as every authenticator has it.
pub(super) struct Authenticator(Totp);

impl Authenticator {
    pub(super) fn draw(randomness: &Randomness, login_name: &str, city: &str) -> Result<Self> {
        let secret: [u8; SECRET] = randomness.bytes()?;
        Self::build(&secret, login_name, city)
    }

    /// One drawn before.
    pub(super) fn of(secret: &[u8]) -> Result<Self> {
        Self::build(secret, "", "")
    }

    fn build(secret: &[u8], login_name: &str, issuer: &str) -> Result<Self> {
        Builder::new()
            .with_secret(secret.to_vec())
            .with_account_name(login_name)
            .with_issuer(Some(issuer).filter(|issuer| !issuer.is_empty()))
            .build()
            .map(Self)
            .map_err(|error| Error::internal(error.to_string()))
    }

    pub(super) fn secret(&self) -> &[u8] {
        self.0.secret().as_ref()
    }

    /// What an authenticator reads as a QR code.
    pub(super) fn uri(&self) -> Result<String> {
        let uri = self.0.to_url();
        uri.map_err(|error| Error::internal(error.to_string()))
    }

    /// The time step that the code is of: the present one, or one beside it for clocks that differ.
    pub(super) fn step_of(&self, code: &str, now: DateTime<Utc>) -> Option<i64> {
        let seconds = u64::try_from(now.timestamp()).ok()?;
        let step = self.0.check(code, seconds)?;
        i64::try_from(step).ok()
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    /// The secret and a code of RFC 6238, appendix B, cut to six digits.
    fn rfc_6238() -> (Authenticator, DateTime<Utc>) {
        let authenticator = Authenticator::of(b"12345678901234567890").unwrap();
        (
            authenticator,
            DateTime::from_timestamp(1_111_111_109, 0).unwrap(),
        )
    }

    #[test]
    fn a_code_belongs_to_its_step_and_is_known_one_step_around_it() {
        let (authenticator, at) = rfc_6238();
        let step = 1_111_111_109 / 30;
        for (steps, known) in [
            (-2, None),
            (-1, Some(step)),
            (0, Some(step)),
            (1, Some(step)),
            (2, None),
        ] {
            let now = at + TimeDelta::seconds(30 * steps);
            assert_eq!(authenticator.step_of("081804", now), known, "{steps}");
        }
        assert_eq!(authenticator.step_of("081805", at), None);
    }

    #[test]
    fn what_is_not_six_digits_is_no_code() {
        let (authenticator, at) = rfc_6238();
        for code in ["", "81804", "0081804", "08180x", "０８１８０４"] {
            assert_eq!(authenticator.step_of(code, at), None, "{code}");
        }
    }

    #[test]
    fn the_uri_names_the_portal_and_the_login() {
        let drawn = Authenticator::draw(&Randomness::seeded(1), "sato", "Madoguchi").unwrap();
        let uri = drawn.uri().unwrap();
        assert!(
            uri.starts_with("otpauth://totp/Madoguchi:sato?secret="),
            "{uri}"
        );
        assert!(uri.ends_with("&issuer=Madoguchi"), "{uri}");
        assert_eq!(drawn.secret().len(), 20);
    }
}
