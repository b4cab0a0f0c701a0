use serde_json::Value;

use super::sample::REASON;
use super::*;

/// 神 U+FA19, 𠮷 outside the BMP, 葛 with and without a variation selector.
const NAME: &str = "\u{FA19}\u{20BB7}\u{845B}\u{E0100}\u{845B} \u{9AD9}子 #[x]";

fn press() -> Press {
    Press::new().unwrap()
}

fn letter(name: &str) -> Value {
    sample::full(name).unwrap()
}

/// The text as a reader copies it out of the file, but for white space, which is guessed from gaps.
fn text_of(pdf: &[u8]) -> String {
    without_space(&pdf_extract::extract_text_from_mem(pdf).unwrap())
}

fn without_space(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn names_leave_the_letter_with_the_very_characters_they_are_registered_with() {
    let pdf = press().print(DECISION, &letter(NAME)).unwrap();
    let text = text_of(&pdf);
    assert!(text.contains(&without_space(NAME)), "{text}");
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
fn what_leaves_no_ink_hinders_no_letter() {
    let press = press();
    for mark in [
        '\u{AD}', '\u{200B}', '\u{200D}', '\u{200E}', '\u{2028}', '\u{2029}', '\u{2060}',
        '\u{2064}', '\u{FE0E}',
    ] {
        let pdf = press.print(DECISION, &letter(&format!("神{mark}子")));
        let text = text_of(&pdf.unwrap_or_else(|error| panic!("{mark:?}: {error}")));
        assert!(
            text.contains('神') && text.contains('子'),
            "{mark:?}: {text}"
        );
    }
}

#[test]
fn a_template_is_checked_before_anyone_depends_on_it() {
    let (press, sample) = (press(), letter(NAME));
    press.check(DECISION, &sample).unwrap();
    press.check(DECISION, &sample::bare(NAME).unwrap()).unwrap();
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
fn who_is_refused_reads_why() {
    let pdf = press().print(DECISION, &letter(NAME)).unwrap();
    let text = text_of(&pdf);
    assert!(text.contains(&without_space(REASON)), "{text}");
}
