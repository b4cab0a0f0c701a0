//! Attributes as they are compared: what is written in several ways becomes the same. Never stored or shown.

mod address;
mod variants;

use unicode_normalization::UnicodeNormalization as _;

pub(super) use address::address;
use variants::usual;

/// A name or a number: width, case, spaces, variants of a character and old kana make no difference.
pub(super) fn text(text: &str) -> String {
    let plain = text.nfkc().flat_map(char::to_lowercase);
    let chosen = plain.filter(|c| !c.is_whitespace() && !is_variation_selector(*c));
    // What stood apart may stand together now: か and ゛ are が.
    chosen.map(usual).nfkc().collect()
}

/// A day in eight digits, whatever separates year, month and day; 00 is a month or day that nobody knows.
pub(super) fn birthdate(day: &str) -> String {
    let plain = text(day);
    let numbers = plain.split(|c: char| !c.is_ascii_digit());
    let numbers: Vec<_> = numbers.filter(|number| !number.is_empty()).collect();
    match numbers.as_slice() {
        [year, month, day] => format!("{year:0>4}{month:0>2}{day:0>2}"),
        other => other.concat(),
    }
}

/// `1` male and `2` female, as cards and registers have it; other words as they are.
pub(super) fn gender(gender: &str) -> String {
    match text(gender).as_str() {
        "1" | "m" | "male" | "男" | "男性" => "1".to_owned(),
        "2" | "f" | "female" | "女" | "女性" => "2".to_owned(),
        other => other.to_owned(),
    }
}

fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn variants_of_a_character_width_and_spaces_make_no_difference_in_a_name() {
        assert_eq!(text("葛\u{E0100}城　史郎"), text("葛城 史郎"));
        assert_eq!(text("\u{FA19}谷"), text("神谷"));
        assert_eq!(text("髙橋"), text("高橋"));
        assert_eq!(text("山﨑"), text("山崎"));
        assert_eq!(text("𠮷田"), text("吉田"));
        assert_eq!(text("渡邊"), text("渡邉"));
        assert_eq!(text("ＮＧＵＹＥＮ Thi"), text("NGUYEN THI"));
        assert_eq!(text("ﾔﾏﾀﾞ"), text("ヤマダ"));
        assert_eq!(text("ヤマタ ゛"), text("ヤマダ"));
    }

    #[test]
    fn old_kana_are_the_new_ones_and_small_kana_are_letters_of_their_own() {
        assert_eq!(text("スヱ"), text("スエ"));
        assert_eq!(text("ちゑ"), text("ちえ"));
        assert_eq!(text("キヰ"), text("キイ"));
        assert_ne!(text("キヨウコ"), text("キョウコ"));
    }

    #[test]
    fn different_names_stay_different() {
        for (one, other) in [("斉藤", "斎藤"), ("山田", "山本"), ("太郎", "大郎")] {
            assert_ne!(text(one), text(other));
        }
    }

    #[test]
    fn a_birthdate_is_the_same_in_every_notation() {
        for written in [
            "1990-05-14",
            "１９９０／０５／１４",
            "1990年5月14日",
            "1990.5.14",
        ] {
            assert_eq!(birthdate(written), "19900514", "{written}");
        }
        assert_eq!(birthdate("1948-00-00"), birthdate("19480000"));
        assert_ne!(birthdate("1990-01-11"), birthdate("1990-11-01"));
    }

    #[test]
    fn a_gender_is_the_same_in_every_notation() {
        assert_eq!(gender("男"), gender("1"));
        assert_eq!(gender("Female"), "2");
        assert_eq!(gender("9"), "9");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(any in "\\PC{0,40}", name in "[髙高﨑崎ヱゑヰか゛\u{3099}\u{E0100} 　]{0,12}") {
            for source in [any, name] {
                prop_assert_eq!(text(&text(&source)), text(&source));
                prop_assert_eq!(birthdate(&birthdate(&source)), birthdate(&source));
                prop_assert_eq!(gender(&gender(&source)), gender(&source));
            }
        }

        #[test]
        fn a_name_is_the_same_with_spaces_and_selectors_anywhere(name in "[一-龠ァ-ヴA-Za-z]{1,12}", at in 0_usize..12) {
            let chars: Vec<char> = name.chars().collect();
            let at = at.min(chars.len());
            let (one, other) = chars.split_at(at);
            let strewn: String = one.iter().chain(&['\u{E0101}', '　', ' ']).chain(other).collect();
            prop_assert_eq!(text(&strewn), text(&name));
        }
    }
}
