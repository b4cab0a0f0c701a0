//! What looks like an 個人番号 (My Number), which must not be collected by the way (番号法20条).

/// Digits of an 個人番号, the check digit included.
const LENGTH: usize = 12;

/// Whether twelve digits with a right check digit stand in the text, in any width, whole or in groups
/// with separators between them. Groups are never cut: no part of a longer one counts.
///
/// Of all 12-digit numbers one in ten has a right check digit by chance, so whoever refuses one says what else to do.
pub fn looks_like_one(text: &str) -> bool {
    text.split(|c| digit(c).is_none() && !is_separator(c))
        .any(|series| is_among(&groups(series)))
}

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

fn groups(series: &str) -> Vec<Vec<u32>> {
    series
        .split(is_separator)
        .filter(|group| !group.is_empty())
        .map(|group| group.chars().filter_map(digit).collect())
        .collect()
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

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '.'
                | '/'
                | '_'
                | 'ー'
                | '－'
                | '−'
                | '‐'
                | '–'
                | '—'
                | '・'
                | '．'
                | '／'
                | '＿'
                | '\u{2011}'
                | '\u{2015}'
        )
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
        ] {
            assert!(!looks_like_one(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn it_is_seen_in_any_width_with_any_separators(
            eleven in proptest::array::uniform11(0_u8..10),
            habits in proptest::collection::vec(0_usize..6, 12),
        ) {
            let number = number(&eleven);
            let written: String = number
                .chars()
                .zip(&habits)
                .map(|(c, habit)| match habit {
                    1 => full_width(c).to_string(),
                    2 => format!("{c}-"),
                    3 => format!("{c}　"),
                    4 => format!("{c}－"),
                    _ => c.to_string(),
                })
                .collect();
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
