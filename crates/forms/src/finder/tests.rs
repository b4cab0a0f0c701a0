use proptest::prelude::*;
use uuid::Uuid;

use super::fold::{Folded, fold};
use super::*;
use crate::published::Procedure;

fn words() -> Words {
    let text = include_str!("../../../../catalogue/finder.json");
    serde_json::from_str(text).unwrap()
}

fn procedure(number: u128, code: &str, name: &str, keywords: &[&str]) -> (ProcedureId, Procedure) {
    let text = |ja: &str| serde_json::json!({"ja": ja, "ja-x-easy": ja, "en": "x"});
    let description = serde_json::json!({
        "code": code, "kind": "application", "name": text(name), "summary": text("説明"),
        "owner_department": "resident", "legal_basis": "条例", "who_may_apply": text("市民"),
        "when_to_apply": text("随時"), "documents_required": [], "fee_yen": 0, "contact": text("窓口"),
        "keywords": keywords, "retention_years": 5, "accepts_digital_from": null, "kpi_scope": true,
    });
    let id = ProcedureId::from(Uuid::from_u128(number));
    let procedure = Procedure {
        version: 1,
        id,
        department_id: Uuid::nil().into(),
        kind: crate::ProcedureKind::Application,
        description: serde_json::from_value(description).unwrap(),
    };
    (id, procedure)
}

/// Three procedures with nothing but their names.
fn small() -> Procedures {
    Procedures::from([
        procedure(1, "moving-out-notification", "転出届", &["引っ越し"]),
        procedure(2, "dog-registration", "犬の登録の申請", &[]),
        procedure(3, "residence-certificate", "住民票の写しの交付請求", &[]),
    ])
}

fn first(text: &str) -> Option<u128> {
    let found = Finder::new(&small(), &words()).find(text, 5);
    found
        .procedures
        .first()
        .map(|found| found.id.as_uuid().as_u128())
}

#[test]
fn spellings_are_one() {
    for text in [
        "引っ越し",
        "引越し",
        "引越",
        "ひっこし",
        "ヒッコシ",
        "ﾋｯｺｼ",
        "転居",
    ] {
        assert_eq!(first(text), Some(1), "{text}");
    }
    for text in [
        "犬",
        "いぬ",
        "イヌ",
        "ｲﾇ",
        "犬\u{E0100}",
        "ＤＯＧ",
        "飼い犬のとどけ",
    ] {
        assert_eq!(first(text), Some(2), "{text}");
    }
    for text in ["住民票", "じゅうみんひょう", "住民票のコピー"] {
        assert_eq!(first(text), Some(3), "{text}");
    }
    assert_eq!(first("量子力学"), None);
}

#[test]
fn the_words_that_led_there_are_those_that_were_said() {
    let found = Finder::new(&small(), &words()).find("らいげつ、ｶﾜｻｷに引越します。いぬもいます", 5);
    let said = found.procedures.iter().flat_map(|found| &found.words);
    let said: BTreeSet<_> = said.map(String::as_str).collect();
    assert_eq!(said, BTreeSet::from(["いぬ", "引越します"]));
}

#[test]
fn half_width_letters_and_their_marks_fold_as_one() {
    assert_eq!(fold("ｶﾞｽ・ＡＢＣ　１２"), "がす abc 12");
    assert_eq!(fold("葛\u{E0100}飾"), "葛飾");
}

proptest! {
    #[test]
    fn whatever_is_said_is_answered_and_quoted_from_what_was_said(text in "\\PC{0,200}") {
        let found = Finder::new(&small(), &words()).find(&text, 5);
        prop_assert!(found.procedures.len() <= 5);
        for word in found.procedures.iter().flat_map(|found| &found.words) {
            prop_assert!(text.contains(word.as_str()), "{}", word);
        }
    }

    #[test]
    fn folding_what_is_folded_changes_nothing(text in "\\PC{0,100}") {
        let once = Folded::new(&text).text;
        prop_assert_eq!(Folded::new(&once).text, once.clone());
    }
}
