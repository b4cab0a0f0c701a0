//! 決裁の経路: step by step, each another person's, in the department in charge and in others.

mod dissolution;
mod sight;
mod steps;

use serde_json::{Value, json};
use tests::{Client, TestApp, act, file, republish};

const CHILD: &str = "child-allowance-claim";
/// Whoever is in charge, then 環境政策課, then whoever is in charge.
const THREE_STEPS: [&str; 3] = ["owner", "environment", "owner"];

/// From now on claims go this way.
async fn send_claims_by(app: &TestApp, departments: &[&str]) {
    let nakamura = app.staff("nakamura").await;
    let steps = departments.iter();
    let steps = steps.map(|department| json!({"role": "approver", "department": department}));
    let route: Value = steps.collect();
    republish(&nakamura, CHILD, |draft| {
        draft["policy"]["approval_route"] = route
    })
    .await;
    app.run_jobs().await;
}

/// Hanako's claim, which Sato proposes to grant.
async fn proposed(app: &TestApp, departments: &[&str]) -> (Client, String) {
    send_claims_by(app, departments).await;
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    let path = file(&hanako, CHILD, true).await;
    act(&sato, &path, "take-up", ()).await.expect(200);
    propose(&sato, &path).await;
    (hanako, path)
}

async fn propose(reviewer: &Client, path: &str) -> Value {
    let grant = json!({"outcome": "grant"});
    act(reviewer, path, "propose", grant).await.expect(200)
}

async fn approve(app: &TestApp, login: &str, path: &str) -> Value {
    let approver = app.staff(login).await;
    act(&approver, path, "approve", ()).await.expect(200)
}

/// Department and status of each step.
fn told(case: &Value) -> Vec<(&str, &str)> {
    let steps = case["approval_route"].as_array().unwrap().iter();
    steps
        .map(|step| {
            let department = step["department"]["code"].as_str().unwrap();
            (department, step["status"].as_str().unwrap())
        })
        .collect()
}

/// What has happened, by name.
async fn events(client: &Client, path: &str) -> Vec<String> {
    let events = client.get(format!("{path}/events")).await.expect(200);
    let events = events["items"].as_array().unwrap().iter();
    events
        .map(|event| event["event"].as_str().unwrap().to_owned())
        .collect()
}
