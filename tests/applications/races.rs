//! Many requests at the same moment, over real sockets on several threads.

use std::future::IntoFuture as _;

use futures_util::future::join_all;
use serde_json::json;
use tests::{Audience, Response, TestApp, filled};

const TRACES: [&str; 5] = [
    "submissions",
    "application_events WHERE event = 'submit'",
    "kpi_ledger",
    "deliveries",
    "audit_events WHERE action = 'application.submit'",
];

/// Files one draft fifty times at once; `key` names the attempt of each.
async fn file_fifty_times(app: &TestApp, key: impl Fn(usize) -> Option<String>) -> Vec<Response> {
    let served = app.serve(Audience::Resident).await;
    let hanako = app.resident("hanako").await.over(&served);
    let (path, etag) = filled(&hanako, "dog-registration-change").await;
    let calls = (0..50).map(|number| {
        let body = json!({"electronic_notice_consent": true});
        let call = hanako.post(format!("{path}/submit"), body).if_match(&etag);
        match key(number) {
            Some(key) => call.with_header("idempotency-key", key).into_future(),
            None => call.into_future(),
        }
    });
    join_all(calls).await
}

async fn assert_filed_once(app: &TestApp, answers: &[Response]) {
    let accepted = answers.iter().filter(|answer| answer.status() < 300);
    let mut receipts: Vec<_> = accepted.map(Response::text).collect();
    receipts.dedup();
    assert_eq!(receipts.len(), 1, "{receipts:#?}");
    for what in TRACES {
        assert_eq!(
            app.count(&format!("SELECT count(*) FROM {what}")).await,
            1,
            "{what}"
        );
    }
}

fn with_status(answers: &[Response], status: u16) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status() == status)
        .count()
}

#[actix_web::test]
async fn fifty_parallel_filings_without_keys_file_once() {
    let app = TestApp::new().await;
    let answers = file_fifty_times(&app, |_| None).await;
    assert_eq!(
        (with_status(&answers, 201), with_status(&answers, 200)),
        (1, 49)
    );
    assert_filed_once(&app, &answers).await;
}

#[actix_web::test]
async fn fifty_parallel_filings_with_one_key_file_once() {
    let app = TestApp::new().await;
    let answers = file_fifty_times(&app, |_| Some("one".to_owned())).await;
    let in_flight = answers.iter().filter(|answer| answer.status() == 409);
    for answer in in_flight {
        answer.assert_problem(409, "idempotency_key_in_flight");
    }
    assert_eq!(with_status(&answers, 201) + with_status(&answers, 409), 50);
    assert_filed_once(&app, &answers).await;
}

#[actix_web::test]
async fn fifty_parallel_filings_with_keys_of_their_own_file_once() {
    let app = TestApp::new().await;
    let answers = file_fifty_times(&app, |number| Some(format!("key {number}"))).await;
    assert_eq!(
        (with_status(&answers, 201), with_status(&answers, 200)),
        (1, 49)
    );
    assert_filed_once(&app, &answers).await;
}

#[actix_web::test]
async fn parallel_first_logins_make_one_resident() {
    let app = TestApp::new().await;
    let served = app.serve(Audience::Resident).await;
    let mut logins = Vec::new();
    for _ in 0..8 {
        let login = app.begin_login(Audience::Resident, "hanako").await;
        let path = app.at_provider(&login).await;
        let call = served
            .anonymous()
            .get(path)
            .with_header("cookie", login.cookie);
        logins.push(call.into_future());
    }
    for answer in join_all(logins).await {
        answer.expect(200);
    }
    assert_eq!(app.count("SELECT count(*) FROM residents").await, 1);
}

/// As while a version is being published: its moment is read, and it is not there yet.
#[actix_web::test]
async fn a_filing_waits_for_a_version_that_is_about_to_be_in_force() {
    let app = TestApp::new().await;
    let served = app.serve(Audience::Resident).await;
    let hanako = app.resident("hanako").await;
    let (path, etag) = filled(&hanako, "dog-registration-change").await;
    let publishing = tests::cluster().await.hold(
        &app.database,
        "SELECT FROM procedures WHERE code = 'dog-registration-change' FOR UPDATE",
    );
    let publishing = publishing.await;
    let body = json!({"electronic_notice_consent": true});
    let racer = hanako.over(&served);
    let filing = racer.post(format!("{path}/submit"), body).if_match(etag);
    let mut filing = std::pin::pin!(filing.into_future());
    let a_while = std::time::Duration::from_millis(300);
    let early = tokio::time::timeout(a_while, &mut filing).await;
    assert!(early.is_err(), "it was filed meanwhile");
    publishing.release().await;
    filing.await.expect(201);
}
