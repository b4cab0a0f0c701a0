//! `Idempotency-Key` at filing.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Call, Client, TestApp, filled};

const DOG: &str = "dog-registration-change";

fn submit(client: &Client, path: &str, etag: &str, key: &str, consent: bool) -> Call {
    let body = json!({"electronic_notice_consent": consent});
    let call = client.post(format!("{path}/submit"), body).if_match(etag);
    call.with_header("idempotency-key", key)
}

#[actix_web::test]
async fn the_same_key_gives_the_same_answer_again() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, etag) = filled(&hanako, DOG).await;
    let first = submit(&hanako, &path, &etag, "one", true).await.expect(201);
    app.pass(TimeDelta::minutes(3));
    let again = submit(&hanako, &path, &etag, "one", true).await.expect(201);
    assert_eq!(again, first);
}

#[actix_web::test]
async fn the_same_key_for_something_else_is_refused() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, etag) = filled(&hanako, DOG).await;
    let (other, other_etag) = filled(&hanako, DOG).await;
    submit(&hanako, &path, &etag, "one", true).await.expect(201);
    let body = submit(&hanako, &path, &etag, "one", false).await;
    body.assert_problem(422, "idempotency_key_reused");
    let target = submit(&hanako, &other, &other_etag, "one", true).await;
    target.assert_problem(422, "idempotency_key_reused");
}

#[actix_web::test]
async fn another_persons_equal_key_is_another_key() {
    let app = TestApp::new().await;
    for login in ["hanako", "taro"] {
        let person = app.resident(login).await;
        let (path, etag) = filled(&person, DOG).await;
        submit(&person, &path, &etag, "one", true).await.expect(201);
    }
}

#[actix_web::test]
async fn a_key_of_a_failed_attempt_is_free_again() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, etag) = filled(&hanako, DOG).await;
    submit(&hanako, &path, "\"1\"", "one", true)
        .await
        .assert_problem(412, "version_mismatch");
    submit(&hanako, &path, &etag, "one", true).await.expect(201);
}

#[actix_web::test]
async fn a_key_must_be_printable_and_short() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, etag) = filled(&hanako, DOG).await;
    for key in [String::new(), "x".repeat(256)] {
        let response = submit(&hanako, &path, &etag, &key, true).await;
        response.assert_problem(400, "invalid_header");
    }
    submit(&hanako, &path, &etag, &"x".repeat(255), true)
        .await
        .expect(201);
}
