use proptest::prelude::*;

use super::*;

fn check(format: &str, right: &[&str], wrong: &[&str]) {
    let (_, is_one) = FORMATS
        .into_iter()
        .find(|(name, _)| *name == format)
        .unwrap();
    for text in right {
        assert!(is_one(text), "{format} {text}");
    }
    for text in wrong {
        assert!(!is_one(text), "{format} {text}");
    }
}

#[test]
fn a_postal_code_has_seven_digits() {
    let wrong = [
        "",
        "187-003",
        "187-00320",
        "18-70032",
        "187--0032",
        "187-0032 ",
        "１８７-００３２",
        "187ー0032",
        "あ87-0032",
        "187-003あ",
    ];
    check("jp-postal-code", &["187-0032", "1870032"], &wrong);
}

#[test]
fn a_telephone_number_has_ten_digits_or_eleven_where_it_is_mobile() {
    let right = [
        "042-346-9508",
        "0423469508",
        "03-1234-5678",
        "09012345678",
        "080-1234-5678",
        "060-1234-5678",
        "050-1234-5678",
        "0120-123-456",
        "0800-123-4567",
        "0570-123-456",
        "04992-2-1234",
    ];
    let wrong = [
        "",
        "0",
        "042-346-950",
        "042-346-95081",
        "090-1234-567",
        "090-1234-56789",
        "-042-346-9508",
        "042--346-9508",
        "042-346-9508-",
        "0-4-2-3469508",
        "142-346-9508",
        "00-1234-5678",
        "+81-42-346-9508",
        "042 346 9508",
        "０４２-346-9508",
        "(042)346-9508",
    ];
    check("jp-phone", &right, &wrong);
}

#[test]
fn kana_are_full_width_katakana_and_small_ones_are_others() {
    let right = [
        "キヨウコ",
        "キョウコ",
        "ミホン ハナコ",
        "ミホン　ハナコ",
        "ジャン・ピエール",
        "ヴィー",
        "イスヾ",
        "クㇽ",
    ];
    let wrong = [
        "",
        " ",
        "ミホン ",
        " ミホン",
        "ミホン  ハナコ",
        "みほん",
        "ﾐﾎﾝ",
        "見本",
        "Mihon",
        "カ\u{3099}",
        "ミホン\n",
    ];
    check("jp-kana", &right, &wrong);
}

#[test]
fn a_day_of_an_era_exists_and_lies_in_it() {
    let right = [
        "令和元年5月1日",
        "令和1年5月1日",
        "平成31年4月30日",
        "昭和64年1月7日",
        "令和６年２月２９日",
        "R8.4.1",
        "大正15年12月25日",
    ];
    let wrong = [
        "",
        "平成31年5月1日",
        "昭和64年1月8日",
        "令和5年2月29日",
        "令和0年1月1日",
        "2026-04-01",
        "明治5年1月1日",
        "令和8年4月",
        "r8.4.1",
    ];
    check("jp-era-date", &right, &wrong);
}

#[test]
fn a_corporate_number_has_a_check_digit() {
    // 国税庁, and 法人番号 8700110005901 of its own explanation of the check digit.
    let right = ["7000012050002", "8700110005901"];
    let wrong = [
        "",
        "7000012050003",
        "700001205000",
        "70000120500021",
        "７000012050002",
        "T7000012050002",
    ];
    check("jp-corporate-number", &right, &wrong);
}

#[test]
fn a_bank_account_has_four_three_and_seven_digits() {
    check("jp-bank-code", &["0001"], &["001", "00001", "０００１"]);
    check("jp-bank-branch-code", &["123"], &["12", "1234", "12a"]);
    check(
        "jp-bank-account-number",
        &["0012345"],
        &["12345", "00123456", "001-345"],
    );
}

proptest! {
    #[test]
    fn one_check_digit_of_nine_fits_a_corporate_number(twelve in "[0-9]{12}") {
        let fitting = (0..=9).filter(|check| is_corporate_number(&format!("{check}{twelve}"))).count();
        prop_assert_eq!(fitting, 1);
    }

    #[test]
    fn one_wrong_digit_of_a_corporate_number_is_seen(twelve in "[0-8]{12}", at in 0_usize..12) {
        let check = (1..=9).find(|check| is_corporate_number(&format!("{check}{twelve}"))).unwrap();
        let mut mistyped = format!("{check}{twelve}").into_bytes();
        // 0 and 9 are the same modulo nine: nothing can tell them apart.
        mistyped[at + 1] = b'0' + (mistyped[at + 1] - b'0' + 1) % 9;
        prop_assert!(!is_corporate_number(&String::from_utf8(mistyped).unwrap()));
    }

    #[test]
    fn every_day_that_japan_counts_by_eras_is_one(days in -35_400_i32..40_000) {
        let day = chrono::NaiveDate::from_epoch_days(days).unwrap();
        let written = calendar::to_wareki(day).unwrap().to_string();
        prop_assert!(is_era_date(&written), "{}", written);
    }

    #[test]
    fn nothing_written_breaks_a_check(text in any::<String>()) {
        for (_, is_one) in FORMATS {
            is_one(&text);
        }
    }
}
