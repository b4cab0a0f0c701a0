use std::collections::HashMap;

use chrono::NaiveDate;
use hayro_syntax::Pdf;
use hayro_syntax::content::ops::TypedInstruction;
use hayro_syntax::object::Object;
use platform::Randomness;
use serde_json::Value;

use super::*;
use crate::notice::{AppealInstruction, DecisionNotice};
use platform::hex;

/// 神 U+FA19, 𠮷 outside the BMP, 葛 with and without a variation selector.
const NAME: &str = "\u{FA19}\u{20BB7}\u{845B}\u{E0100}\u{845B} \u{9AD9}子 #[x]";

fn press() -> Press {
    Press::new().unwrap()
}

fn letter(name: &str) -> Value {
    let notice = DecisionNotice {
        reference_number: "2026-7K3M-9QPT-X".to_owned(),
        procedure: "児童手当 認定請求".to_owned(),
        legal_basis: "児童手当法第7条第1項".to_owned(),
        arrived_on: NaiveDate::from_ymd_opt(2026, 11, 2).unwrap(),
        decided_on: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap(),
        outcome: "却下".to_owned(),
        reason: None,
        decision_basis: Some("児童手当法第4条第1項".to_owned()),
        appeal: Some(AppealInstruction {
            review_authority: "東京都知事".to_owned(),
            review_period_months: 3,
            defendant: "小平市".to_owned(),
            representative: "小平市長".to_owned(),
            litigation_period_months: 6,
            review_required_first: false,
        }),
    };
    let reason = "申請日に本市の住民基本台帳に記録がなく、児童手当法第4条第1項に定める受給資格者に当たらないため。\n転出先の市区町村に請求してください。";
    let letterhead = Letterhead {
        document_number: "小子支発第123号".to_owned(),
        addressee: Addressee {
            name: name.to_owned(),
            postal_code: Some("187-0032".to_owned()),
            address: vec![
                "東京都小平市小川町2丁目1333番地".to_owned(),
                "窓口荘101号".to_owned(),
            ],
        },
        sender: Sender {
            office: "小平市長".to_owned(),
            name: "見本 一郎".to_owned(),
            contact: vec![
                "子ども家庭部 子育て支援課".to_owned(),
                "電話 042-000-0000".to_owned(),
            ],
        },
    };
    let code = VerificationCode::random(&Randomness::seeded(1)).unwrap();
    let verification = Verification::new("https://madoguchi.example/letters", &code).unwrap();
    let grounds = Grounds::Refused(Reason::new(reason).unwrap());
    let data = LetterData::decision(notice, grounds, letterhead, verification);
    serde_json::to_value(data).unwrap()
}

/// The text as a reader copies it out of the file: glyphs in order, by the font's own table.
fn text_of(pdf: Vec<u8>) -> String {
    let pdf = Pdf::new(pdf).unwrap();
    let table = to_unicode(&pdf);
    let mut text = String::new();
    for page in pdf.pages().iter() {
        let mut operations = page.typed_operations();
        while let Some(operation) = operations.next() {
            for glyph in shown(operation).chunks(2) {
                text.push_str(&table[&hex(glyph)]);
            }
        }
    }
    text
}

fn shown(operation: TypedInstruction<'_, '_>) -> Vec<u8> {
    match operation {
        TypedInstruction::ShowText(shown) => shown.0.to_vec(),
        TypedInstruction::ShowTexts(shown) => {
            let strings = shown.0.iter::<Object<'_>>().filter_map(|part| match part {
                Object::String(string) => Some(string.to_vec()),
                _ => None,
            });
            strings.flatten().collect()
        }
        _ => Vec::new(),
    }
}

/// The ToUnicode table: glyph and UTF-16, both in hexadecimal.
fn to_unicode(pdf: &Pdf) -> HashMap<String, String> {
    let mut table = HashMap::new();
    for object in pdf.objects() {
        let Object::Stream(stream) = object else {
            continue;
        };
        let bytes = stream.decoded().unwrap();
        let rows = String::from_utf8_lossy(&bytes).to_lowercase();
        for row in rows.lines() {
            let row = row.strip_prefix('<').and_then(|row| row.strip_suffix('>'));
            if let Some((glyph, utf16)) = row.and_then(|row| row.split_once("> <")) {
                table.insert(glyph.to_owned(), decoded(utf16));
            }
        }
    }
    table
}

fn decoded(utf16: &str) -> String {
    let unit = |at: usize| u16::from_str_radix(&utf16[at..at + 4], 16).unwrap();
    let units: Vec<_> = (0..utf16.len()).step_by(4).map(unit).collect();
    String::from_utf16(&units).unwrap()
}

#[test]
fn names_leave_the_letter_with_the_very_characters_they_are_registered_with() {
    let pdf = press().print(DECISION, &letter(NAME)).unwrap();
    let text = text_of(pdf);
    assert!(text.contains(NAME), "{text}");
    assert!(text.contains("令和8年11月22日（2026年11月22日）"), "{text}");
}

#[test]
fn a_letter_printed_again_is_the_same_file_fit_for_archives_and_screen_readers() {
    let press = press();
    let pdf = press.print(DECISION, &letter(NAME)).unwrap();
    assert_eq!(press.print(DECISION, &letter(NAME)).unwrap(), pdf);
    assert_ne!(press.print(DECISION, &letter("別人")).unwrap(), pdf);
    let metadata = String::from_utf8_lossy(&pdf);
    for mark in [
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "<xmp:CreateDate>2026-11-22",
    ] {
        assert!(metadata.contains(mark), "{mark}");
    }
}

#[test]
fn a_character_without_a_glyph_is_never_printed_as_an_empty_box() {
    let error = press()
        .print(DECISION, &letter("神\u{E000}\u{E001}\u{E000}"))
        .unwrap_err();
    assert_eq!(error.to_string(), "no installed font has U+E000, U+E001");
}

#[test]
fn a_template_is_checked_before_anyone_depends_on_it() {
    let (press, sample) = (press(), letter(NAME));
    press.check(DECISION, &sample).unwrap();
    for (template, fault) in [
        (
            "= A\n#json(\"/data.json\").nothing",
            "line 2: dictionary does not contain key",
        ),
        (
            "#read(\"/etc/passwd\")",
            "line 1: failed to load file (access denied)",
        ),
        ("#import \"@preview/tablex:0.0.9\": *", "access denied"),
        (
            "#datetime.today()",
            "line 1: unable to get the current date",
        ),
        (
            "#set text(font: \"No Such Font\")\n字",
            "line 1: unknown font family",
        ),
        ("字", "missing document title"),
    ] {
        let error = press.check(template, &sample).unwrap_err().to_string();
        assert!(error.contains(fault), "{template}: {error}");
    }
}

#[test]
fn without_a_japanese_font_the_error_names_the_package() {
    let empty = tempfile::tempdir().unwrap();
    let error = Press::with_fonts_of(empty.path())
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("apt-get install fonts-noto-cjk"), "{error}");
}

#[test]
fn who_is_refused_is_told_why() {
    assert_eq!(Reason::new(" \n　"), Err(NoReason));
    assert_eq!(
        letter(NAME)["reason"].as_str().map(str::is_empty),
        Some(false)
    );
}
