//! A notification (届出) is recorded; nobody decides on it.

use serde_json::json;
use tests::{TestApp, act, file};

const DOG: &str = "dog-registration-change";

#[actix_web::test]
async fn a_checked_notification_is_completed_and_its_sender_told() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    let path = file(&hanako, DOG, false).await;
    act(&takahashi, &path, "complete", ())
        .await
        .assert_problem(409, "illegal_transition");
    act(&takahashi, &path, "take-up", ()).await.expect(200);
    let refused = act(&takahashi, &path, "propose", json!({"outcome": "grant"})).await;
    let problem = refused.assert_problem(409, "illegal_transition");
    assert_eq!(
        problem["allowed_events"],
        json!(["request_correction", "complete", "withdraw"])
    );
    let done = act(&takahashi, &path, "complete", ()).await.expect(200);
    assert_eq!(done["status"], "completed");
    assert_eq!(
        done["filing"].get("due_on").unwrap_or(&json!(null)),
        &json!(null)
    );
    let messages = hanako.get("/v1/post/messages").await.expect(200);
    let messages = messages["items"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    assert!(messages.iter().all(|message| message["class"] == "info"));
}

#[actix_web::test]
async fn an_application_is_not_completed_without_a_decision() {
    let app = TestApp::new().await;
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    let path = file(&hanako, "child-allowance-claim", true).await;
    act(&sato, &path, "take-up", ()).await.expect(200);
    act(&sato, &path, "complete", ())
        .await
        .assert_problem(409, "illegal_transition");
}
