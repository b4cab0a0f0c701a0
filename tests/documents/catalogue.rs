//! What the catalogue says of letters: the templates of form versions, and who signs.

use serde_json::json;
use tests::{CatalogueCopy, TestApp};

use super::{CHILD, open_newest, refuse, text_of};

/// A template of a city's own.
const TEMPLATE: &str = r#"#let letter = json("/data.json")
#set document(title: "通知", date: datetime(year: 2026, month: 11, day: 24))
= 本市独自の様式
#letter.addressee.name 様 #letter.outcome #letter.verification.code"#;

/// The catalogue with a second version of the claim.
fn catalogue_with_letter(letter: &str) -> CatalogueCopy {
    let catalogue = CatalogueCopy::new();
    catalogue.add_version(CHILD, 2, |files| files["letter.typ"] = json!(letter));
    catalogue
}

#[actix_web::test]
async fn a_form_version_prints_with_the_template_it_was_published_with() {
    let app = TestApp::new().await;
    let catalogue = catalogue_with_letter(TEMPLATE);
    assert_eq!(catalogue.import(&app).await, Ok(1));
    app.run_jobs().await;
    let (shiro, _) = refuse(&app, true).await;
    let (path, _) = open_newest(&shiro).await;
    let text = text_of(shiro.get(format!("{path}/enclosures/1")).await.bytes());
    assert!(text.contains("本市独自の様式"), "{text}");
}

#[actix_web::test]
async fn a_template_that_cannot_be_printed_is_refused_with_the_line_at_fault() {
    let app = TestApp::new().await;
    let catalogue = catalogue_with_letter("= 通知\n#json(\"/data.json\").nothing");
    let refused = catalogue.import(&app).await.unwrap_err();
    assert!(
        refused.contains("child-allowance-claim version 2"),
        "{refused}"
    );
    assert!(refused.contains("line 2"), "{refused}");
    let versions = "SELECT count(*) FROM form_versions WHERE definition ? 'letter'";
    assert_eq!(app.count(versions).await, 0);
}

#[actix_web::test]
async fn a_template_must_do_without_the_parts_that_a_letter_may_lack() {
    let app = TestApp::new().await;
    let letter = format!("{TEMPLATE}\n#letter.reason.len()");
    let catalogue = catalogue_with_letter(&letter);
    let refused = catalogue.import(&app).await.unwrap_err();
    assert!(refused.contains("line 5"), "{refused}");
}

#[actix_web::test]
async fn a_procedure_that_nobody_signs_for_is_refused() {
    let app = TestApp::new().await;
    let catalogue = catalogue_with_letter(TEMPLATE);
    catalogue.change(&format!("procedures/{CHILD}/procedure.json"), |described| {
        described["decided_by"] = json!("教育委員会")
    });
    catalogue.change("signatories.json", |signatories| {
        signatories[0]["holder"] = json!("見本 二子");
    });
    let refused = catalogue.import(&app).await.unwrap_err();
    assert!(refused.contains("教育委員会"), "{refused}");
    // Nothing of a refused catalogue is taken over.
    let changed = "SELECT count(*) FROM signatories WHERE holder = '見本 二子'";
    assert_eq!(app.count(changed).await, 0);
}

#[actix_web::test]
async fn the_day_decides_whose_name_a_letter_bears() {
    let app = TestApp::new().await;
    app.as_admin(
        "INSERT INTO signatories VALUES ('市長', '2026-11-24', '小平市長', '見本 二子'),
                                        ('市長', '2026-11-25', '小平市長', '見本 三太')",
    )
    .await;
    let (shiro, _) = refuse(&app, true).await;
    let (path, _) = open_newest(&shiro).await;
    let text = text_of(shiro.get(format!("{path}/enclosures/1")).await.bytes());
    assert!(text.contains("小平市長見本二子"), "{text}");
}
