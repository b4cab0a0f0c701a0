//! The steps many tests begin with: a draft, a filing, a clerk's act.

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::call::{Body, Client};
use crate::cluster::workspace;
use crate::response::Response;

/// The first valid example of a procedure's form.
pub fn answers_for(procedure: &str) -> Value {
    let folder = workspace().join("catalogue/procedures").join(procedure);
    let text = std::fs::read(folder.join("v1/examples.json")).unwrap();
    let examples: Vec<Value> = serde_json::from_slice(&text).unwrap();
    let valid = examples
        .into_iter()
        .find(|example| example["valid"] == true);
    valid.unwrap()["answers"].clone()
}

/// Begins a draft; answers its path.
pub async fn begin(resident: &Client, procedure: &str) -> String {
    let body = json!({"procedure": procedure});
    let draft = resident.post("/v1/applications", body).await;
    draft.expect(201);
    draft.header("location").unwrap().to_owned()
}

/// Begins a draft and fills it in; answers its path and `ETag`.
pub async fn filled(resident: &Client, procedure: &str) -> (String, String) {
    let path = begin(resident, procedure).await;
    let body = json!({"answers": answers_for(procedure)});
    let call = resident.patch(format!("{path}/answers"), body);
    let saved = call.if_match("\"1\"").await;
    saved.expect(200);
    (path, saved.etag())
}

/// Files an application; answers its path, which is the same for the department.
pub async fn file(resident: &Client, procedure: &str, electronic_notice: bool) -> String {
    let (path, etag) = filled(resident, procedure).await;
    let body = json!({"electronic_notice_consent": electronic_notice});
    let call = resident.post(format!("{path}/submit"), body);
    call.if_match(etag).await.expect(201);
    path
}

/// The newest `ETag` of an application.
pub async fn etag_of(client: &Client, path: &str) -> String {
    let response = client.get(path).await;
    response.expect(200);
    response.etag()
}

/// Does something to an application in its newest version.
pub async fn act(client: &Client, path: &str, act: &str, body: impl Into<Body>) -> Response {
    let etag = etag_of(client, path).await;
    client
        .post(format!("{path}/{act}"), body)
        .if_match(etag)
        .await
}

/// Has a filed claim for child allowance decided as proposed: Sato proposes, Suzuki approves.
pub async fn decide(app: &TestApp, path: &str, proposal: Value) {
    let sato = app.staff("sato").await;
    act(&sato, path, "take-up", ()).await.expect(200);
    act(&sato, path, "propose", proposal).await.expect(200);
    let suzuki = app.staff("suzuki").await;
    act(&suzuki, path, "approve", ()).await.expect(200);
}

/// A body each operation on an application would accept, so that only the object can be at fault.
pub fn good_body(operation: &str) -> Value {
    match operation {
        "saveAnswers" => json!({"answers": answers_for("dog-registration-change")}),
        "submitApplication" => json!({"electronic_notice_consent": true}),
        "saveCorrection" => json!({"answers": {}}),
        "offerSurvey" => json!({"touchpoint": "submitted"}),
        "propose" => json!({"outcome": "grant"}),
        "createDraft" => json!({"procedure": "dog-registration-change"}),
        "verifyMandate" => json!({"evidence": "戸籍謄本"}),
        "requestCorrection" => json!({
            "items": [{"pointer": "/dog_name", "reason": "理由"}],
            "deadline": "2026-12-08",
        }),
        _ => json!({"reason": "理由"}),
    }
}
