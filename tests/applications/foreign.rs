//! Somebody else's application is an unknown one.

use serde_json::{Value, json};
use tests::{Audience, Body, Client, Response, TestApp, answers_for, contract, file};

const UNKNOWN: &str = "0192f0c1-2345-7abc-8def-0123456789ab";

/// A body each operation would accept, so that only the object can be at fault.
fn good_body(operation: &str) -> Value {
    match operation {
        "saveAnswers" => json!({"answers": answers_for("dog-registration-change")}),
        "submitApplication" => json!({"electronic_notice_consent": true}),
        "saveCorrection" => json!({"answers": {}}),
        "offerSurvey" => json!({"touchpoint": "submitted"}),
        "propose" => json!({"outcome": "grant"}),
        "requestCorrection" => json!({
            "items": [{"pointer": "/dog_name", "reason": "理由"}],
            "deadline": "2026-12-08",
        }),
        _ => json!({"reason": "理由"}),
    }
}

async fn try_all(client: &Client, audience: Audience, id: &str) -> Vec<(String, Response)> {
    let mut answers = Vec::new();
    for operation in contract::of(audience).operations() {
        if !operation.template.starts_with("/v1/applications/{id}") {
            continue;
        }
        let body = if operation.has_json_body() {
            Body::Json(good_body(operation.id()))
        } else {
            Body::None
        };
        let method = operation.method.parse().unwrap();
        let call = client.call(method, operation.path_with(id), body);
        answers.push((operation.id().to_owned(), call.if_match("\"1\"").await));
    }
    assert!(answers.len() >= 7);
    answers
}

#[actix_web::test]
async fn another_residents_application_answers_exactly_as_one_that_never_was() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let path = file(&hanako, "dog-registration-change", true).await;
    let id = path.rsplit('/').next().unwrap();
    let foreign = try_all(&taro, Audience::Resident, id).await;
    let unknown = try_all(&taro, Audience::Resident, UNKNOWN).await;
    for ((operation, foreign), (_, unknown)) in foreign.iter().zip(&unknown) {
        foreign.assert_problem(404, "not_found");
        assert_eq!(foreign.text(), unknown.text(), "{operation}");
    }
}

#[actix_web::test]
async fn another_departments_application_answers_exactly_as_one_that_never_was() {
    let app = TestApp::new().await;
    let (hanako, ito) = (app.resident("hanako").await, app.staff("ito").await);
    let path = file(&hanako, "dog-registration-change", true).await;
    let id = path.rsplit('/').next().unwrap();
    let foreign = try_all(&ito, Audience::Staff, id).await;
    let unknown = try_all(&ito, Audience::Staff, UNKNOWN).await;
    for ((operation, foreign), (_, unknown)) in foreign.iter().zip(&unknown) {
        foreign.assert_problem(404, "not_found");
        assert_eq!(foreign.text(), unknown.text(), "{operation}");
    }
}

#[actix_web::test]
async fn the_department_never_sees_a_draft() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    let (path, _) = tests::filled(&hanako, "dog-registration-change").await;
    takahashi.get(&path).await.assert_problem(404, "not_found");
    let queue = takahashi.get("/v1/applications").await.expect(200);
    assert_eq!(queue["items"], json!([]));
}
