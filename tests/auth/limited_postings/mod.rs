//! Postings that are limited to procedures: what they reach, and what they do not.

mod beside_cases;
mod cases;
mod sources;

use serde_json::{Value, json};
use tests::{Client, Response, TestApp};

const CLAIM: &str = "child-allowance-claim";
const CHANGE: &str = "child-allowance-amount-change";
const DOG: &str = "dog-registration-change";
const UNKNOWN: &str = "/v1/applications/0192f0c1-2345-7abc-8def-0123456789ab";

/// A posting for a procedure; without a department, of the whole city.
fn posting(department: Option<&str>, role: &str, procedures: &[&str]) -> Value {
    json!({"department": department, "role": role, "procedures": procedures})
}

/// One of the demo staff who holds these from now on, and nothing else from the staff file.
async fn posted(app: &TestApp, login: &str, postings: Value) -> Client {
    let entry = json!({ "postings": postings });
    app.import_staff(login, entry).await.unwrap();
    app.staff(login).await
}

fn items(page: &Response) -> Vec<Value> {
    page.expect(200)["items"].as_array().unwrap().clone()
}

/// The cases in a page of the queue, as paths.
fn paths(page: &Response) -> Vec<String> {
    let ids = items(page).into_iter().map(|item| item["id"].clone());
    ids.map(|id| format!("/v1/applications/{}", id.as_str().unwrap()))
        .collect()
}

/// What is told does not tell whether there is such a thing.
async fn assert_unknown(clerk: &Client, path: &str, of: impl Fn(&str) -> String) {
    let known = clerk.get(of(path)).await;
    known.assert_problem(404, "not_found");
    let unknown = clerk.get(of(UNKNOWN)).await;
    assert_eq!(known.text(), unknown.text());
    let headers = [&known, &unknown].map(|answer| answer.headers_but(&["x-request-id"]));
    assert_eq!(headers[0], headers[1]);
}
