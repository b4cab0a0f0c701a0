//! The harness itself: it must be able to fail.

use serde_json::json;
use tests::{Audience, Response, TestApp, act, contract, file};

#[actix_web::test]
#[should_panic(expected = "jobs were left")]
async fn a_promise_nobody_looked_after_fails_the_test() {
    let app = TestApp::new().await;
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    let path = file(&hanako, "child-allowance-claim", true).await;
    act(&sato, &path, "take-up", ()).await.expect(200);
    let proposal = json!({"outcome": "grant"});
    act(&sato, &path, "propose", proposal).await.expect(200);
    let suzuki = app.staff("suzuki").await;
    act(&suzuki, &path, "approve", ()).await.expect(200);
}

/// An answer of `GET /v1/post/unread-count` that is right but for one thing.
fn check(status: u16, content_type: &str, body: &str) {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![
        header("content-type", content_type),
        header("cache-control", "no-store"),
        header("content-security-policy", "default-src 'none'"),
        header("cross-origin-resource-policy", "same-origin"),
        header("referrer-policy", "no-referrer"),
        header("x-content-type-options", "nosniff"),
        header("x-request-id", "1"),
    ];
    let response = Response::new(status, headers, body.into());
    contract::of(Audience::Resident).check("GET", "/v1/post/unread-count", &response);
}

#[test]
fn an_answer_that_keeps_the_contract_passes() {
    check(200, "application/json", r#"{"unread": 1}"#);
}

#[test]
#[should_panic(expected = "is not declared")]
fn an_undeclared_status_fails() {
    check(202, "application/json", r#"{"unread": 1}"#);
}

#[test]
#[should_panic(expected = "is not declared")]
fn an_undeclared_content_type_fails() {
    check(200, "text/html", r#"{"unread": 1}"#);
}

#[test]
#[should_panic(expected = "unexpected")]
fn an_undeclared_field_fails() {
    check(200, "application/json", r#"{"unread": 1, "name": "x"}"#);
}

#[test]
#[should_panic(expected = "required property")]
fn a_missing_field_fails() {
    check(200, "application/json", "{}");
}

#[test]
#[should_panic(expected = "503")]
fn a_fault_of_ours_fails() {
    let body = r#"{"type":"x","title":"x","status":503,"code":"unavailable"}"#;
    check(503, "application/problem+json", body);
}
