//! What a form disables cannot be changed.

use std::path::Path;

use serde_json::{Value, json};
use tests::{TestApp, answers_for, begin, etag_of, workspace};

const CERTIFICATE: &str = "residence-certificate";

/// The catalogue with a version of the form in which nobody who comes to the counter says what for.
fn catalogue(folder: &Path) {
    let copied = std::process::Command::new("cp")
        .args(["--recursive", "--no-target-directory"])
        .args([&workspace().join("catalogue"), folder])
        .status();
    assert!(copied.unwrap().success());
    let procedure = folder.join("procedures").join(CERTIFICATE);
    let (before, version) = (procedure.join("v2"), procedure.join("v3"));
    std::fs::create_dir(&version).unwrap();
    for part in ["schema", "texts", "policy", "examples"] {
        let name = format!("{part}.json");
        std::fs::copy(before.join(&name), version.join(&name)).unwrap();
    }
    let ui_schema = std::fs::read_to_string(before.join("ui_schema.json")).unwrap();
    let rule = json!({"effect": "DISABLE", "condition": {
        "scope": "#/properties/delivery", "schema": {"const": "counter"}
    }});
    let control = r##""scope": "#/properties/purpose", "##;
    assert!(ui_schema.contains(control));
    let ui_schema = ui_schema.replace(control, &format!(r#"{control}"rule": {rule}, "#));
    std::fs::write(version.join("ui_schema.json"), ui_schema).unwrap();
}

async fn app_with_disabled_purpose() -> TestApp {
    let app = TestApp::new().await;
    let folder = tempfile::tempdir().unwrap();
    catalogue(folder.path());
    let (services, path) = (app.services.clone(), folder.path().to_owned());
    let imported = tests::off_this_runtime(async move {
        let mut conn = services.database.connection().await.unwrap();
        let now = services.clock.now();
        portal::import_catalogue(&mut conn, &services.press, &path, now)
            .await
            .map_err(|error| error.to_string())
    });
    assert_eq!(imported.await, Ok(1));
    app.run_jobs().await;
    app
}

#[actix_web::test]
async fn a_disabled_answer_is_changed_only_with_what_disables_it() {
    let app = app_with_disabled_purpose().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, CERTIFICATE).await;
    let save = async |changes: Value| {
        let etag = etag_of(&hanako, &path).await;
        let body = json!({"answers": changes});
        let call = hanako.patch(format!("{path}/answers"), body);
        call.if_match(etag).await
    };
    let mut answers = answers_for(CERTIFICATE);
    answers["purpose"] = json!("work");
    save(answers).await.expect(200);
    let at_the_counter = json!({"delivery": "counter", "counter": "branch", "purpose": "visa"});
    save(at_the_counter).await.expect(200);
    let looked_over = hanako.post(format!("{path}/validate"), ()).await;
    let disabled = looked_over.expect(200)["disabled"].clone();
    assert_eq!(disabled, json!(["/fee_total_yen", "/purpose"]));

    let locked = save(json!({"purpose": "housing", "copies": 2})).await;
    locked.assert_field("/answers/purpose", "locked");
    save(json!({"purpose": null}))
        .await
        .assert_field("/answers/purpose", "locked");
    let kept = hanako.get(&path).await.expect(200)["answers"].clone();
    assert_eq!(
        (&kept["purpose"], &kept["copies"]),
        (&json!("visa"), &json!(1))
    );

    save(json!({"purpose": "visa", "copies": 2}))
        .await
        .expect(200);
    save(json!({"delivery": "post", "purpose": "housing"}))
        .await
        .expect(200);
}
