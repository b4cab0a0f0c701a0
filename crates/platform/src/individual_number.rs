//! What looks like an 個人番号 (My Number), which must not be collected by the way (番号法20条).

use validator::ValidationError;

/// Digits of an 個人番号, the check digit included.
const LENGTH: usize = 12;

/// The longest run of separators inside one number; what stands further apart is two numbers.
const LONGEST_GAP: usize = 3;

/// Whether twelve digits with a right check digit stand in the text, in any width, whole or in groups
/// with separators between them. Groups are never cut: no part of a longer one counts.
///
/// Of all 12-digit numbers one in ten has a right check digit by chance, so whoever refuses one says what else to do.
pub fn looks_like_one(text: &str) -> bool {
    series(text).iter().any(|groups| is_among(groups))
}

/// The rule of a free text in a request: `#[validate(custom(function = individual_number::refuse))]`.
///
/// # Errors
/// `individual_number` when one seems to stand in it.
pub fn refuse(text: &str) -> Result<(), ValidationError> {
    if looks_like_one(text) {
        let error = ValidationError::new("individual_number");
        return Err(error.with_message(REFUSED.into()));
    }
    Ok(())
}

const REFUSED: &str =
    "マイナンバー（個人番号）と思われる12桁の数字があります。マイナンバーは書かないでください。";

/// A post code or an item number may stand before it, a telephone number behind it.
fn is_among(groups: &[Vec<u32>]) -> bool {
    (0..groups.len()).any(|first| {
        let mut digits = Vec::new();
        for group in &groups[first..] {
            digits.extend(group);
            if digits.len() >= LENGTH {
                break;
            }
        }
        is_one(&digits)
    })
}

/// The groups of digits between which nothing but separators stand, and few of them.
fn series(text: &str) -> Vec<Vec<Vec<u32>>> {
    let mut series: Vec<Vec<Vec<u32>>> = Vec::new();
    let mut gap = usize::MAX;
    for c in text.chars() {
        let Some(digit) = digit(c) else {
            gap = if is_separator(c) {
                gap.saturating_add(1)
            } else {
                usize::MAX
            };
            continue;
        };
        if gap > LONGEST_GAP {
            series.push(Vec::new());
        }
        if let Some(groups) = series.last_mut() {
            match groups.last_mut() {
                Some(group) if gap == 0 => group.push(digit),
                _ => groups.push(vec![digit]),
            }
        }
        gap = 0;
    }
    series
}

/// 番号法施行令8条, 総務省令（平成26年第85号）5条: the check digit of the eleven before it.
fn is_one(digits: &[u32]) -> bool {
    let Some((check, rest)) = digits.split_last() else {
        return false;
    };
    if digits.len() != LENGTH {
        return false;
    }
    let weights = (2..=7).chain(2..=6);
    let sum: u32 = rest.iter().rev().zip(weights).map(|(p, q)| p * q).sum();
    let expected = match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    *check == expected
}

/// Half-width or full-width.
fn digit(c: char) -> Option<u32> {
    match c {
        '０'..='９' => Some(u32::from(c) - u32::from('０')),
        c => c.to_digit(10),
    }
}

/// Neither a letter nor a digit of any script: punctuation, spaces, what is invisible; and the two long vowel marks,
/// which are typed for a hyphen.
fn is_separator(c: char) -> bool {
    !c.is_alphanumeric() || matches!(c, 'ー' | 'ｰ')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The eleven digits with their check digit, computed in another way than above.
    fn number(eleven: &[u8; 11]) -> String {
        let mut sum = 0;
        for n in 1..=11_usize {
            let p = u32::from(eleven[11 - n]);
            sum += p * if n <= 6 { n + 1 } else { n - 5 } as u32;
        }
        let rest = sum % 11;
        let check = if rest <= 1 { 0 } else { 11 - rest };
        let digits: String = eleven.iter().map(|d| char::from(b'0' + d)).collect();
        format!("{digits}{check}")
    }

    fn full_width(c: char) -> char {
        char::from_u32(u32::from(c) + 0xFEE0).unwrap()
    }

    #[test]
    fn it_is_seen_beside_other_numbers() {
        for text in [
            "〒187-0032 123456789018",
            "1. 123456789018",
            "1234-5678-9018 090-1234-5678",
            "123456789018\n090-1234-5678",
            "1990/4/5\n123456789018",
        ] {
            assert!(looks_like_one(text), "{text}");
        }
    }

    #[test]
    fn other_numbers_are_none() {
        for text in [
            "042-346-9508",
            "2026-11-24 10:15",
            "〒187-8701",
            "1123456789018",
            "1234 (内線) 5678 9018",
            "1234.....5678.....9018",
        ] {
            assert!(!looks_like_one(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn it_is_seen_in_any_width_with_any_separators(
            eleven in proptest::array::uniform11(0_u8..10),
            wide in proptest::collection::vec(proptest::bool::ANY, 12),
            gaps in proptest::collection::vec("|[-. /_ー－−‐–—・．／＿ｰ─･﹣‒,，、:~〜()（）|\\u{200B}\\u{FEFF}\\u{2011}　\n]{0,3}", 12),
        ) {
            let number = number(&eleven);
            let digits = number.chars().zip(wide);
            let digits = digits.map(|(c, wide)| if wide { full_width(c) } else { c });
            let written: String = digits.zip(&gaps).map(|(c, gap)| format!("{c}{gap}")).collect();
            let text = format!("番号は{written}です");
            prop_assert!(looks_like_one(&text), "{}", text);
        }

        #[test]
        fn another_check_digit_is_none(eleven in proptest::array::uniform11(0_u8..10), off in 1_u32..10) {
            let number = number(&eleven);
            let (rest, check) = number.split_at(11);
            let wrong = (check.parse::<u32>().unwrap() + off) % 10;
            let text = format!("{rest}{wrong}");
            prop_assert!(!looks_like_one(&text), "{}", text);
        }

        #[test]
        fn a_longer_or_shorter_number_is_none(digits in "[0-9]{1,11}|[0-9]{13,20}") {
            prop_assert!(!looks_like_one(&digits), "{}", digits);
        }
    }
}
