//! Acting for others: given and accepted, or claimed and verified; within its bounds, and over at once.

mod bounds;
mod claimed;
mod given;

use serde_json::{Value, json};
use tests::{Client, TestApp, empower};

const DOG: &str = "dog-registration-change";
const CHILD: &str = "child-allowance-claim";
const UNKNOWN: &str = "0192f0c1-2345-7abc-8def-0123456789ab";

fn extent() -> Value {
    json!({
        "may_submit": true, "may_receive_post": true, "counts_as_reading": false,
        "valid_from": "2026-11-24", "valid_until": "2027-04-01",
    })
}

fn with(mut value: Value, name: &str, part: Value) -> Value {
    value[name] = part;
    value
}

/// Hanako lets Taro act for her; answers the mandate's id.
async fn given(app: &TestApp, extent: Value) -> (Client, Client, String) {
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let accepted = empower(&hanako, &taro, extent).await.expect(200);
    assert_eq!(accepted["status"], "active");
    let id = accepted["id"].as_str().unwrap().to_owned();
    (hanako, taro, id)
}

fn sakura() -> Value {
    json!({"name": "山田 桜", "birthdate": "2020-04-05", "address": "東京都小平市小川町二丁目1333番地"})
}

fn claim(principal: &Value) -> Value {
    let extent = with(extent(), "valid_until", Value::Null);
    json!({"kind": "guardian_of_child", "principal": principal, "extent": extent})
}

/// Hanako acts for her daughter, as Kimura has verified.
async fn guardian(app: &TestApp) -> (Client, String) {
    let (hanako, kimura) = (app.resident("hanako").await, app.staff("kimura").await);
    let claimed = hanako
        .post("/v1/mandates", claim(&sakura()))
        .await
        .expect(201);
    assert_eq!(claimed["status"], "proposed");
    let id = claimed["id"].as_str().unwrap().to_owned();
    let evidence = json!({"evidence": "戸籍謄本（2026年11月20日交付）"});
    let verify = kimura.post(format!("/v1/mandates/{id}/verify"), evidence);
    let verified = verify.if_match("\"1\"").await.expect(200);
    assert_eq!(verified["status"], "active");
    (hanako, id)
}
