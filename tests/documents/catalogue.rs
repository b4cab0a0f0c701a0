//! What the catalogue says of letters: the templates of form versions, and who signs.

use std::path::Path;

use serde_json::{Value, json};
use tests::{TestApp, workspace};

use super::{CHILD, open_newest, refuse, text_of};

/// A template of a city's own.
const TEMPLATE: &str = r#"#let letter = json("/data.json")
#set document(title: "通知", date: datetime(year: 2026, month: 11, day: 24))
= 本市独自の様式
#letter.addressee.name 様 #letter.outcome #letter.verification.code"#;

/// The catalogue in a folder of the test's own, with a second version of the claim.
fn catalogue_with_letter(folder: &Path, letter: &str) {
    let copied = std::process::Command::new("cp")
        .args(["--recursive", "--no-target-directory"])
        .args([&workspace().join("catalogue"), folder])
        .status();
    assert!(copied.unwrap().success());
    let claim = folder.join("procedures").join(CHILD);
    let version = claim.join("v2");
    std::fs::create_dir(&version).unwrap();
    for file in ["schema", "ui_schema", "texts", "policy", "examples"] {
        let name = format!("{file}.json");
        std::fs::copy(claim.join("v1").join(&name), version.join(&name)).unwrap();
    }
    std::fs::write(version.join("letter.typ"), letter).unwrap();
}

async fn import(app: &TestApp, folder: &Path) -> Result<usize, String> {
    let (services, folder) = (app.services.clone(), folder.to_owned());
    tests::off_this_runtime(async move {
        let mut conn = services.database.connection().await.unwrap();
        let now = services.clock.now();
        portal::import_catalogue(&mut conn, &services.press, &folder, now)
            .await
            .map_err(|error| error.to_string())
    })
    .await
}

#[actix_web::test]
async fn a_form_version_prints_with_the_template_it_was_published_with() {
    let app = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    catalogue_with_letter(folder.path(), TEMPLATE);
    assert_eq!(import(&app, folder.path()).await, Ok(1));
    app.run_jobs().await;
    let (shiro, _) = refuse(&app, true).await;
    let (path, _) = open_newest(&shiro).await;
    let text = text_of(shiro.get(format!("{path}/enclosures/1")).await.bytes());
    assert!(text.contains("本市独自の様式"), "{text}");
}

#[actix_web::test]
async fn a_template_that_cannot_be_printed_is_refused_with_the_line_at_fault() {
    let app = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    catalogue_with_letter(folder.path(), "= 通知\n#json(\"/data.json\").nothing");
    let refused = import(&app, folder.path()).await.unwrap_err();
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
    let folder = tempfile::tempdir().unwrap();
    let letter = format!("{TEMPLATE}\n#letter.reason.len()");
    catalogue_with_letter(folder.path(), &letter);
    let refused = import(&app, folder.path()).await.unwrap_err();
    assert!(refused.contains("line 5"), "{refused}");
}

#[actix_web::test]
async fn a_procedure_that_nobody_signs_for_is_refused() {
    let app = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    catalogue_with_letter(folder.path(), TEMPLATE);
    let path = folder
        .path()
        .join("procedures")
        .join(CHILD)
        .join("procedure.json");
    let mut described: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    described["decided_by"] = json!("教育委員会");
    std::fs::write(&path, described.to_string()).unwrap();
    let names = folder.path().join("signatories.json");
    let mut signatories: Value = serde_json::from_slice(&std::fs::read(&names).unwrap()).unwrap();
    signatories[0]["holder"] = json!("見本 二子");
    std::fs::write(&names, signatories.to_string()).unwrap();
    let refused = import(&app, folder.path()).await.unwrap_err();
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
