//! Mail addresses as people write them, and nothing a header or command could be smuggled in with.

use std::fmt;
use std::str::FromStr;

use lettre::Address;

/// A mail address: ASCII, at most 254 characters, without a display name.
#[derive(Clone, PartialEq, Eq)]
pub struct MailAddress(Address);

/// The text is not a mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a mail address")]
pub struct NotAnAddress;

impl MailAddress {
    /// The longest address SMTP can carry (RFC 5321 4.5.3.1.3), in characters.
    pub const MAX: usize = 254;

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }
}

impl FromStr for MailAddress {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        // The rest of ASCII, such as quotes and spaces, is legal in theory and trouble in practice.
        let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"(),:;<>[\\]".contains(&byte);
        if text.len() > Self::MAX || !text.bytes().all(plain) {
            return Err(NotAnAddress);
        }
        text.parse().map(Self).map_err(|_| NotAnAddress)
    }
}

impl From<MailAddress> for Address {
    fn from(address: MailAddress) -> Self {
        address.0
    }
}

/// Debug output ends up in logs.
impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_addresses_are_kept_as_written() {
        for text in [
            "hanako@kodaira.example",
            "Hanako.Yamada+post@mail.city.example",
            "o'brien_1@example",
        ] {
            assert_eq!(text.parse::<MailAddress>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_could_break_out_of_a_header_or_command_is_no_address() {
        for text in [
            "",
            "hanako",
            "@city.example",
            "hanako@",
            "hanako@city.example\r\nBcc: all@city.example",
            "hanako@city.example\0",
            "hana\nko@city.example",
            "a@city.example,b@city.example",
            "花子 <hanako@city.example>",
            "<hanako@city.example>",
            "\"hana ko\"@city.example",
            "花子@city.example",
            "hanako@[127.0.0.1]",
        ] {
            assert!(text.parse::<MailAddress>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_address_has_at_most_254_characters() {
        let domain = format!("{}.example", ["d".repeat(60).as_str(); 3].join("."));
        let local = "a".repeat(MailAddress::MAX - domain.len() - 1);
        assert!(local.len() <= 64);
        assert!(format!("{local}@{domain}").parse::<MailAddress>().is_ok());
        assert!(format!("{local}a@{domain}").parse::<MailAddress>().is_err());
    }

    #[test]
    fn debug_output_does_not_tell_the_address() {
        let address: MailAddress = "hanako@city.example".parse().unwrap();
        assert_eq!(format!("{address:?}"), "MailAddress(…)");
    }
}
