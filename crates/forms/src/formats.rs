//! How things are written in Japan, as values of JSON Schema's `format`; docs/forms.md lists them.
//!
//! Each tells only whether a text is one; nothing is ever rewritten.

use calendar::Wareki;
use jsonschema::ValidationOptions;

#[cfg(test)]
mod tests;

type Check = fn(&str) -> bool;

/// By the name a schema says.
const FORMATS: [(&str, Check); 8] = [
    ("jp-postal-code", is_postal_code),
    ("jp-phone", is_phone),
    ("jp-kana", is_kana),
    ("jp-era-date", is_era_date),
    ("jp-corporate-number", is_corporate_number),
    ("jp-bank-code", |text| is_digits(text, 4)),
    ("jp-bank-branch-code", |text| is_digits(text, 3)),
    ("jp-bank-account-number", |text| is_digits(text, 7)),
];

pub(crate) fn with_formats(options: ValidationOptions<'static>) -> ValidationOptions<'static> {
    let formats = FORMATS.into_iter();
    formats.fold(options, |options, (name, check)| {
        options.with_format(name, check)
    })
}

/// 郵便番号: seven digits, a hyphen after the third or none.
fn is_postal_code(text: &str) -> bool {
    let (area, rest) = text.split_at_checked(3).unwrap_or_default();
    is_digits(area, 3) && is_digits(rest.strip_prefix('-').unwrap_or(rest), 4)
}

/// 電話番号 of Japan with its 市外局番: ten digits, or eleven after 050, 060, 070, 080 and 090
/// (電気通信番号規則, 令和元年総務省令第4号); hyphens between digits, two of them at the most.
fn is_phone(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let digits = groups.concat();
    let eleven = matches!(digits.as_bytes(), [b'0', b'5'..=b'9', b'0', ..]);
    groups.len() <= 3
        && groups.iter().all(|group| !group.is_empty())
        && matches!(digits.as_bytes(), [b'0', b'1'..=b'9', ..])
        && is_digits(&digits, if eleven { 11 } else { 10 })
}

/// フリガナ: full-width katakana with ー and ・, words parted by spaces. Small kana are letters of their own: キヨウコ is not キョウコ.
fn is_kana(text: &str) -> bool {
    let is_letter = |c: char| matches!(c, 'ァ'..='ヾ' | '\u{31F0}'..='\u{31FF}');
    let words: Vec<&str> = text.split([' ', '\u{3000}']).collect();
    words
        .iter()
        .all(|word| !word.is_empty() && word.chars().all(is_letter))
}

/// 和暦: 「令和8年4月1日」 or `R8.4.1`, in digits of either width; a day that exists, in its era.
fn is_era_date(text: &str) -> bool {
    text.parse::<Wareki>().is_ok()
}

/// 法人番号: twelve digits after the check digit, which they make
/// (法人番号の指定等に関する省令, 平成26年財務省令第70号, 2条).
fn is_corporate_number(text: &str) -> bool {
    if !is_digits(text, 13) {
        return false;
    }
    let mut digits = text.bytes().map(|digit| u32::from(digit - b'0'));
    let check = digits.next();
    let from_the_right = digits.rev();
    let weighted = from_the_right.zip([1, 2].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| digit * weight).sum();
    check == Some(9 - sum % 9)
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}
