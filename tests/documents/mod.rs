mod catalogue;
mod letters;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Client, TestApp, decide, file};

const CHILD: &str = "child-allowance-claim";

/// Decides a filing against Shiro, whose registered name has a variation selector.
async fn refuse(app: &TestApp, electronic: bool) -> (Client, String) {
    let shiro = app.resident("shiro").await;
    let path = file(&shiro, CHILD, electronic).await;
    app.pass(TimeDelta::seconds(1));
    let proposal = json!({
        "outcome": "refuse",
        "reason": "申請日に本市に住所がないため",
        "legal_basis": "児童手当法第4条第1項",
    });
    decide(app, &path, proposal).await;
    assert_eq!(app.run_jobs().await, 1);
    (shiro, path)
}

/// The newest message, opened; answers its path and content.
async fn open_newest(person: &Client) -> (String, Value) {
    let inbox = person.get("/v1/post/messages?limit=1").await.expect(200);
    let id = inbox["items"][0]["id"].as_str().unwrap();
    let path = format!("/v1/post/messages/{id}");
    let message = person.post(format!("{path}/open"), ()).await.expect(200);
    (path, message)
}

fn text_of(pdf: &[u8]) -> String {
    let text = pdf_extract::extract_text_from_mem(pdf).unwrap();
    // Spaces are guessed from gaps between glyphs.
    text.split_whitespace().collect()
}
