//! Addresses as they are compared.

use super::text;

/// An address on one line: `二丁目３番地の１`, `2丁目3-1` and `２ー３ー１` are the same, with or without postal code.
pub(in crate::registration) fn address(address: &str) -> String {
    let plain: Vec<char> = text(address).chars().map(usual_in_places).collect();
    let mut folded: String = without_postal_code(&plain).iter().collect();
    loop {
        let next = numbers_alone(&folded);
        if next == folded {
            return folded;
        }
        folded = next;
    }
}

/// 霞ヶ関 and 霞が関, 丸ノ内 and 丸の内 are one place; every dash is a hyphen.
fn usual_in_places(c: char) -> char {
    match c {
        'ー' | '─' | '―' | '—' | '−' | '‐' | '‑' | '–' => '-',
        'ヶ' | 'が' | 'ガ' => 'ケ',
        'ノ' | '之' => 'の',
        other => other,
    }
}

/// Numbers without their units, in digits.
fn numbers_alone(text: &str) -> String {
    let plain: Vec<char> = text.chars().collect();
    let mut alone = String::with_capacity(text.len());
    let mut rest = plain.as_slice();
    while let [first, tail @ ..] = rest {
        if let Some((number, after)) = numbered(rest) {
            alone += &number;
            rest = after;
        } else {
            alone.push(*first);
            rest = tail;
        }
    }
    tidy(&alone)
}

/// What may stand behind a number in an address, longest first.
const UNITS: [&str; 8] = ["番地の", "丁目", "番地", "番の", "号室", "番", "号", "の"];

/// A number with its unit, and what follows; `None` where no number begins.
fn numbered(text: &[char]) -> Option<(String, &[char])> {
    let digits = text.iter().take_while(|c| c.is_ascii_digit()).count();
    if digits > 0 {
        let (number, rest) = text.split_at(digits);
        let number: String = number.iter().collect();
        return Some(match without_unit(rest) {
            Some(rest) => (format!("{number}-"), rest),
            None => (number, rest),
        });
    }
    let kanji = text.iter().take_while(|c| value(**c).is_some()).count();
    let (number, rest) = text.split_at(kanji);
    let number = kanji_number(number)?;
    // Without a unit it is a name: 三鷹, 四谷.
    without_unit(rest).map(|rest| (format!("{number}-"), rest))
}

fn without_unit(text: &[char]) -> Option<&[char]> {
    UNITS.iter().find_map(|unit| {
        let unit: Vec<char> = unit.chars().collect();
        text.strip_prefix(unit.as_slice())
    })
}

/// 0 to 9 for a digit, 10 and 100 for a place.
fn value(c: char) -> Option<u32> {
    let digits = "〇一二三四五六七八九十百";
    let at = digits.chars().position(|known| known == c)?;
    match at {
        11 => Some(100),
        at => u32::try_from(at).ok(),
    }
}

/// 二十三, and 二三 as it is written downwards.
fn kanji_number(text: &[char]) -> Option<u32> {
    if text.is_empty() || text.len() > 5 {
        return None;
    }
    let (mut sum, mut last) = (0, None);
    for value in text.iter().filter_map(|c| value(*c)) {
        if value >= 10 {
            sum += last.take().unwrap_or(1) * value;
        } else {
            last = Some(last.unwrap_or(0) * 10 + value);
        }
    }
    Some(sum + last.unwrap_or(0))
}

fn without_postal_code(text: &[char]) -> &[char] {
    let marked = text.strip_prefix(&['〒']).unwrap_or(text);
    let is_number = |part: &[char]| part.iter().all(char::is_ascii_digit);
    match marked {
        [a, b, c, '-', d, e, f, g, rest @ ..] | [a, b, c, d, e, f, g, rest @ ..]
            if is_number(&[*a, *b, *c, *d, *e, *f, *g]) =>
        {
            rest
        }
        _ => marked,
    }
}

/// One hyphen between two numbers, none at the end or before a word.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let parts = text.split('-').filter(|part| !part.is_empty());
    for part in parts {
        let digit = |c: char| c.is_ascii_digit();
        if tidied.ends_with(digit) && part.starts_with(digit) {
            tidied.push('-');
        }
        tidied += part;
    }
    tidied
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        let known = address("東京都小平市小川町二丁目９９９９番地の１");
        assert_eq!(known, "東京都小平市小川町2-9999-1");
        for written in [
            "東京都小平市小川町2丁目9999番地1",
            "東京都小平市小川町２－９９９９－１",
            "東京都 小平市　小川町2ー9999ー1号",
            "〒187-0032東京都小平市小川町2-9999-1",
            "1870032 東京都小平市小川町二丁目9999の1",
        ] {
            assert_eq!(address(written), known, "{written}");
        }
        assert_eq!(address("霞ヶ関一丁目"), address("霞が関1丁目"));
        assert_eq!(address("丸ノ内2-1"), address("丸の内二丁目1番"));
    }

    #[test]
    fn numbers_that_are_names_stay_names() {
        assert_eq!(address("三鷹市四谷三丁目"), "三鷹市四谷3");
        assert_eq!(address("二十三番二号"), "23-2");
        assert_eq!(address("1番2号　デモハイツ９０１号室"), "1-2デモハイツ901");
    }

    #[test]
    fn different_houses_stay_different() {
        for (one, other) in [
            ("小川町2-1", "小川町21"),
            ("小川町2-1", "小川町2-11"),
            ("小川町二丁目", "小川町三丁目"),
        ] {
            assert_ne!(address(one), address(other));
        }
    }

    proptest! {
        #[test]
        fn folding_an_address_twice_is_folding_it_once(
            any in "町[都市町川ノヶが一二三十百丁目番地の号室ー－0-9０-９A-Z 　-]{0,40}",
        ) {
            prop_assert_eq!(address(&address(&any)), address(&any));
        }

        #[test]
        fn numbers_of_an_address_are_the_same_in_every_notation(
            town in "[町村谷川]{1,6}", block in 1_u32..100, lot in 1_u32..10_000, branch in 1_u32..100,
        ) {
            let known = address(&format!("{town}{block}-{lot}-{branch}"));
            let kanji = kanji(block);
            let wide = |number: u32| number.to_string().chars()
                .filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect::<String>();
            for written in [
                format!("{town}{block}丁目{lot}番{branch}号"),
                format!("{town}{kanji}丁目{lot}番地の{branch}"),
                format!("{town}{}ー{}ー{}", wide(block), wide(lot), wide(branch)),
                format!("{town}{}丁目 {}番地{}", wide(block), wide(lot), wide(branch)),
            ] {
                prop_assert_eq!(address(&written), known.clone(), "{}", written);
            }
        }

        #[test]
        fn a_kanji_number_is_its_number(number in 1_u32..1000) {
            let written: Vec<char> = kanji(number).chars().collect();
            prop_assert_eq!(kanji_number(&written), Some(number));
        }
    }

    fn kanji(number: u32) -> String {
        let digit = |n: u32| "〇一二三四五六七八九".chars().nth(n as usize);
        let place = |n: u32, mark: &str| match n {
            0 => String::new(),
            1 => mark.to_owned(),
            n => format!("{}{mark}", digit(n).map(String::from).unwrap_or_default()),
        };
        let ones = number % 10;
        let ones = if ones == 0 { None } else { digit(ones) };
        place(number / 100, "百")
            + &place(number / 10 % 10, "十")
            + &ones.map(String::from).unwrap_or_default()
    }
}
