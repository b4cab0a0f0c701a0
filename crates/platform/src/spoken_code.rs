//! Codes that people read off a paper or a mail and type: random, in letters that survive a telephone and a photocopy.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::randomness::Randomness;

/// Crockford's base 32: no I, L, O or U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code of so many characters, five random bits each, shown in groups of five: `7K3M9-QPTX0`. At most 25.
///
/// Reading forgives case, hyphens, spaces, full-width characters, and O, I and L for 0, 1 and 1.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SpokenCode<const LENGTH: usize>(String);

/// The text is no such code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a code of the right number of letters and digits")]
pub struct MalformedCode;

impl<const LENGTH: usize> SpokenCode<LENGTH> {
    /// A fresh code.
    ///
    /// # Errors
    /// When the operating system has no random bytes.
    pub fn random(randomness: &Randomness) -> Result<Self> {
        let bits = u128::from_be_bytes(randomness.bytes()?);
        let value = |at: usize| (bits >> (5 * at) & 31) as usize;
        Ok(Self(
            (0..LENGTH)
                .map(|at| char::from(ALPHABET[value(at)]))
                .collect(),
        ))
    }

    /// Its characters, without hyphens.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Debug output ends up in logs.
impl<const LENGTH: usize> fmt::Debug for SpokenCode<LENGTH> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SpokenCode(…)")
    }
}

impl<const LENGTH: usize> fmt::Display for SpokenCode<LENGTH> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, character) in self.0.chars().enumerate() {
            if at > 0 && at % 5 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{character}")?;
        }
        Ok(())
    }
}

impl<const LENGTH: usize> FromStr for SpokenCode<LENGTH> {
    type Err = MalformedCode;

    fn from_str(text: &str) -> Result<Self, MalformedCode> {
        let code = text
            .chars()
            .map(half_width)
            .filter(|c| !matches!(c, '-' | ' '))
            .map(canonical)
            .collect::<Option<String>>()
            .ok_or(MalformedCode)?;
        if code.len() == LENGTH {
            Ok(Self(code))
        } else {
            Err(MalformedCode)
        }
    }
}

impl<const LENGTH: usize> From<SpokenCode<LENGTH>> for String {
    fn from(code: SpokenCode<LENGTH>) -> Self {
        code.to_string()
    }
}

impl<const LENGTH: usize> TryFrom<String> for SpokenCode<LENGTH> {
    type Error = MalformedCode;

    fn try_from(text: String) -> Result<Self, MalformedCode> {
        text.parse()
    }
}

/// The ASCII character for what a Japanese keyboard may send in its place.
fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        '\u{2010}'..='\u{2015}' | '−' | 'ー' => '-',
        _ => c,
    }
}

fn canonical(c: char) -> Option<char> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    ALPHABET.contains(&u8::try_from(c).ok()?).then_some(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Code = SpokenCode<20>;

    /// The same code as somebody might type it.
    fn typed(code: &Code, habits: [u8; 23]) -> String {
        let typed = |(c, habit): (char, u8)| match (c, habit % 5) {
            ('0', 1) => "o".to_owned(),
            ('0', 2) => "O".to_owned(),
            ('1', 1) => "l".to_owned(),
            ('1', 2) => "I".to_owned(),
            ('-', 1) => String::new(),
            ('-', 2) => "ー".to_owned(),
            ('-', 3) => "　".to_owned(),
            (c, 3) => char::from_u32(u32::from(c) + 0xFEE0).unwrap().to_string(),
            (c, 4) => c.to_ascii_lowercase().to_string(),
            (c, _) => c.to_string(),
        };
        code.to_string().chars().zip(habits).map(typed).collect()
    }

    proptest! {
        #[test]
        fn however_a_code_is_typed_it_is_the_same(seed: u64, habits: [u8; 23]) {
            let code = Code::random(&Randomness::seeded(seed)).unwrap();
            let typed = typed(&code, habits);
            prop_assert_eq!(typed.parse(), Ok(code), "{}", typed);
        }

        #[test]
        fn what_is_read_as_a_code_is_printed_in_four_groups(text in "[0-9A-TV-Za-tv-z]{20}") {
            let printed = text.parse::<Code>().unwrap().to_string();
            prop_assert!(printed.split('-').map(str::len).eq([5, 5, 5, 5]), "{}", printed);
        }

        #[test]
        fn other_texts_are_no_codes(text in "\\PC{0,19}|\\PC{0,10}[U!あ]\\PC{0,10}") {
            prop_assert_eq!(text.parse::<Code>(), Err(MalformedCode));
        }
    }
}
