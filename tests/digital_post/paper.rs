//! Paper for whoever did not ask for digital notices.

use serde_json::json;
use tests::{Client, TestApp, decide, file};

/// A decision on its way by paper; answers the path of the task.
async fn paper_task(app: &TestApp) -> (Client, String) {
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    let path = file(&hanako, "child-allowance-claim", false).await;
    decide(app, &path, json!({"outcome": "grant"})).await;
    assert_eq!(app.run_jobs().await, 1);
    let tasks = sato.get("/v1/paper-tasks").await.expect(200);
    assert_eq!(tasks["items"].as_array().unwrap().len(), 1);
    let id = tasks["items"][0]["delivery_id"].as_str().unwrap();
    (hanako, format!("/v1/paper-tasks/{id}"))
}

#[actix_web::test]
async fn a_decision_without_consent_becomes_a_paper_task_and_no_message() {
    let app = TestApp::new().await;
    let (hanako, path) = paper_task(&app).await;
    let messages = hanako.get("/v1/post/messages").await.expect(200);
    let messages = messages["items"].as_array().unwrap();
    assert!(messages.iter().all(|message| message["class"] == "info"));
    let id = path.rsplit('/').next().unwrap();
    hanako
        .get(format!("/v1/post/messages/{id}"))
        .await
        .assert_problem(404, "not_found");
    hanako
        .post(format!("/v1/post/messages/{id}/open"), ())
        .await
        .assert_problem(404, "not_found");
}

#[actix_web::test]
async fn the_text_to_print_is_read_on_record() {
    let app = TestApp::new().await;
    let (_, path) = paper_task(&app).await;
    let task = app.staff("sato").await.get(&path).await.expect(200);
    assert!(task["body"].as_str().unwrap().contains("認めます"));
    assert_eq!(task["handed_over_at"], json!(null));
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'paper_task.read'";
    assert_eq!(app.count(recorded).await, 1);
}

#[actix_web::test]
async fn paper_is_handed_over_once() {
    let app = TestApp::new().await;
    let (_, path) = paper_task(&app).await;
    let sato = app.staff("sato").await;
    let done = sato.post(format!("{path}/hand-over"), ()).await.expect(200);
    assert_eq!(done["handed_over_at"], "2026-11-24T01:00:00Z");
    let again = sato.post(format!("{path}/hand-over"), ()).await;
    assert_eq!(
        again.assert_problem(409, "illegal_transition")["allowed_events"],
        json!([])
    );
    assert_eq!(
        sato.get("/v1/paper-tasks").await.expect(200)["items"],
        json!([])
    );
    let events = "SELECT count(*) FROM delivery_events WHERE kind = 'paper_handed_over'";
    assert_eq!(app.count(events).await, 1);
}

#[actix_web::test]
async fn another_departments_paper_is_unknown() {
    let app = TestApp::new().await;
    let (_, path) = paper_task(&app).await;
    let takahashi = app.staff("takahashi").await;
    assert_eq!(
        takahashi.get("/v1/paper-tasks").await.expect(200)["items"],
        json!([])
    );
    takahashi.get(&path).await.assert_problem(404, "not_found");
    takahashi
        .post(format!("{path}/hand-over"), ())
        .await
        .assert_problem(404, "not_found");
    takahashi
        .get("/v1/paper-tasks/nonsense")
        .await
        .assert_problem(404, "not_found");
    takahashi
        .get("/v1/paper-tasks?limit=0")
        .await
        .assert_problem(400, "invalid_query");
}
