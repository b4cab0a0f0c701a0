//! Rights are given, changed and taken away by commands, and leave their trace.

use serde_json::{Value, json};
use tests::{Audience, TestApp};

async fn sato(app: &TestApp, disabled: bool, postings: Value) {
    let entry = json!({"disabled": disabled, "postings": postings});
    app.import_staff("sato", entry).await.unwrap();
}

fn usual() -> Value {
    json!([{"department": "child-support", "role": "reviewer"}])
}

async fn changes(app: &TestApp, change: &str) -> i64 {
    let sato = "(SELECT id FROM staff_members WHERE subject = 'demo-staff-0001')";
    app.count(&format!(
        "SELECT count(*) FROM audit_events WHERE object_id = {sato} AND {change}"
    ))
    .await
}

#[actix_web::test]
async fn importing_the_same_staff_again_changes_and_records_nothing() {
    let app = TestApp::new().await;
    let before = changes(&app, "true").await;
    sato(&app, false, usual()).await;
    assert_eq!(changes(&app, "true").await, before);
}

#[actix_web::test]
async fn a_posting_missing_from_the_file_ends_today() {
    let app = TestApp::new().await;
    let staff = app.staff("sato").await;
    staff.get("/v1/applications").await.expect(200);
    sato(&app, false, json!([])).await;
    staff
        .get("/v1/applications")
        .await
        .assert_problem(403, "forbidden");
    assert_eq!(changes(&app, "action = 'posting.end'").await, 1);
    sato(&app, false, usual()).await;
    staff.get("/v1/applications").await.expect(200);
}

#[actix_web::test]
async fn a_disabled_member_of_staff_is_out_and_logs_in_anew_when_enabled() {
    let app = TestApp::new().await;
    let tokens = app.log_in(Audience::Staff, "sato").await.expect(200);
    let anyone = app.anonymous(Audience::Staff);
    let staff = anyone.with_token(tokens["access_token"].as_str().unwrap());
    sato(&app, true, usual()).await;
    staff
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    app.log_in(Audience::Staff, "sato")
        .await
        .assert_problem(400, "login_failed");
    sato(&app, false, usual()).await;
    staff
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    anyone
        .post(
            "/v1/auth/refresh",
            json!({"refresh_token": tokens["refresh_token"]}),
        )
        .await
        .assert_problem(401, "invalid_refresh_token");
    app.staff("sato").await.get("/v1/me").await.expect(200);
    for change in ["disabled", "enabled"] {
        let recorded = format!("detail ->> 'change' = '{change}'");
        assert_eq!(changes(&app, &recorded).await, 1);
    }
}

#[actix_web::test]
async fn a_staff_file_that_does_not_say_so_lets_nobody_in_again() {
    let app = TestApp::new().await;
    sato(&app, true, usual()).await;
    let silent = json!({"postings": usual()});
    app.import_staff("sato", silent).await.unwrap();
    app.log_in(Audience::Staff, "sato")
        .await
        .assert_problem(400, "login_failed");
}

#[actix_web::test]
async fn a_disabled_resident_is_out_and_logs_in_anew_when_enabled() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let me = hanako.get("/v1/me").await.expect(200);
    let id = &me["id"];
    assert!(app.set_resident_disabled(id, true).await);
    assert!(!app.set_resident_disabled(id, true).await);
    hanako
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    assert!(app.set_resident_disabled(id, false).await);
    hanako
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    app.resident("hanako").await.get("/v1/me").await.expect(200);
    let recorded = "SELECT count(*) FROM audit_events
        WHERE action IN ('resident.disable', 'resident.enable')";
    assert_eq!(app.count(recorded).await, 2);
}
