//! `kill -9` in the middle of the work: what was acknowledged is there, once.

use std::collections::HashMap;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};
use tests::{Client, Program, filled};

const DRAFTS: usize = 24;
const KILLED_AFTER: usize = 6;

fn submit(hanako: &Client, path: &str, etag: &str) -> tests::Call {
    let body = json!({"electronic_notice_consent": true});
    hanako.post(format!("{path}/submit"), body).if_match(etag)
}

/// The applications that stand as submitted, by path.
async fn submitted(hanako: &Client) -> HashMap<String, Value> {
    let page = hanako.get("/v1/applications?limit=100").await.expect(200);
    let items = page["items"].as_array().unwrap().iter();
    items
        .filter(|item| item["status"] == "submitted")
        .map(|item| {
            (
                format!("/v1/applications/{}", item["id"].as_str().unwrap()),
                item.clone(),
            )
        })
        .collect()
}

#[actix_web::test]
async fn whatever_was_acknowledged_before_a_crash_is_there_once_after_it() {
    let program = Program::new().await;
    let running = program.serve().await;
    let hanako = program.resident("hanako").await;
    let mut drafts = Vec::new();
    for _ in 0..DRAFTS {
        drafts.push(filled(&hanako, "dog-registration-change").await);
    }

    let mut filings: FuturesUnordered<_> = drafts
        .iter()
        .map(async |(path, etag)| (path, submit(&hanako, path, etag).answer().await))
        .collect();
    let (mut acknowledged, mut running) = (HashMap::new(), Some(running));
    while let Some((path, answer)) = filings.next().await {
        if let Some(answer) = answer {
            acknowledged.insert(path.clone(), answer.expect(201));
        }
        if acknowledged.len() == KILLED_AFTER
            && let Some(running) = running.take()
        {
            running.kill();
        }
    }
    drop(filings);
    assert!(running.is_none() && acknowledged.len() >= KILLED_AFTER);

    let _running = program.serve().await;
    let hanako = program.resident("hanako").await;
    let survived = submitted(&hanako).await;
    for (path, receipt) in &acknowledged {
        let kept = &survived[path]["reference_number"];
        assert_eq!(kept, &receipt["reference_number"], "{path}");
        assert_eq!(
            &hanako.get(format!("{path}/receipt")).await.expect(200),
            receipt
        );
    }
    for (path, etag) in &drafts {
        let again = submit(&hanako, path, etag).await;
        let expected = if survived.contains_key(path) {
            200
        } else {
            201
        };
        again.expect(expected);
    }
    assert_eq!(submitted(&hanako).await.len(), DRAFTS);
    let messages = hanako.get("/v1/post/messages?limit=100").await.expect(200);
    assert_eq!(messages["items"].as_array().unwrap().len(), DRAFTS);
    let verified = program.command(&["audit", "verify"]).output().unwrap();
    assert!(verified.status.success(), "{verified:?}");
}
