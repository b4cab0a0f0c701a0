//! A resident's digital post.

use std::future::IntoFuture as _;

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Audience, Client, TestApp, file};

const DOG: &str = "dog-registration-change";

/// A message to the person, as every filing brings one; answers its path.
async fn message_for(person: &Client) -> String {
    file(person, DOG, true).await;
    let messages = person.get("/v1/post/messages").await.expect(200);
    format!(
        "/v1/post/messages/{}",
        messages["items"][0]["id"].as_str().unwrap()
    )
}

#[actix_web::test]
async fn a_message_shows_its_body_once_it_is_opened_and_proves_when() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = message_for(&hanako).await;
    let unread = async || hanako.get("/v1/post/unread-count").await.expect(200)["unread"].clone();
    let unopened = hanako.get(&path).await.expect(200);
    assert_eq!(
        (&unopened["body"], &unopened["unread"]),
        (&Value::Null, &json!(true))
    );
    assert_eq!(unread().await, 1);

    app.pass(TimeDelta::minutes(3));
    let opened = hanako.post(format!("{path}/open"), ()).await.expect(200);
    assert!(opened["body"].as_str().unwrap().contains("受付番号"));
    assert_eq!(opened["first_opened_at"], "2026-11-24T01:03:00Z");
    assert_eq!(opened["evidence_intact"], true);
    let kinds: Vec<_> = opened["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| &event["kind"])
        .collect();
    assert_eq!(kinds, ["published", "opened"]);

    app.pass(TimeDelta::minutes(1));
    assert_eq!(
        hanako.post(format!("{path}/open"), ()).await.expect(200),
        opened
    );
    assert_eq!(hanako.get(&path).await.expect(200), opened);
    assert_eq!(unread().await, 0);
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'delivery.open'";
    assert_eq!(app.count(recorded).await, 1);
}

#[actix_web::test]
async fn parallel_openings_are_one() {
    let app = TestApp::new().await;
    let served = app.serve(Audience::Resident).await;
    let hanako = app.resident("hanako").await.over(&served);
    let path = format!("{}/open", message_for(&hanako).await);
    let openings = (0..20).map(|_| hanako.post(&path, ()).into_future());
    for answer in join_all(openings).await {
        assert_eq!(answer.expect(200)["evidence"].as_array().unwrap().len(), 2);
    }
    assert_eq!(
        app.count("SELECT count(*) FROM delivery_events WHERE kind = 'opened'")
            .await,
        1
    );
}

#[actix_web::test]
async fn somebody_elses_message_answers_exactly_as_one_that_never_was() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let path = message_for(&hanako).await;
    let unknown = "/v1/post/messages/0192f0c1-2345-7abc-8def-0123456789ab";
    let (foreign, never) = (taro.get(&path).await, taro.get(unknown).await);
    foreign.assert_problem(404, "not_found");
    assert_eq!(foreign.text(), never.text());
    let foreign = taro.post(format!("{path}/open"), ()).await;
    foreign.assert_problem(404, "not_found");
    assert_eq!(hanako.get(&path).await.expect(200)["unread"], true);
    assert_eq!(
        taro.get("/v1/post/messages").await.expect(200)["items"],
        json!([])
    );
}

#[actix_web::test]
async fn messages_are_listed_newest_first_page_by_page() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let mut links = Vec::new();
    for _ in 0..3 {
        app.pass(TimeDelta::seconds(1));
        links.insert(0, file(&hanako, DOG, true).await);
    }
    let first = hanako.get("/v1/post/messages?limit=2").await.expect(200);
    let next = first["next"].as_str().unwrap();
    let second = hanako
        .get(format!("/v1/post/messages?limit=2&after={next}"))
        .await
        .expect(200);
    let both = [&first, &second]
        .map(|page| page["items"].as_array().unwrap().clone())
        .concat();
    let read: Vec<_> = both
        .iter()
        .map(|message| message["link"].as_str().unwrap())
        .collect();
    assert_eq!(read, links);
    hanako
        .get("/v1/post/messages?after=x")
        .await
        .assert_problem(400, "invalid_query");
}

#[actix_web::test]
async fn a_tampered_message_is_no_longer_intact() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = message_for(&hanako).await;
    app.as_admin(
        "ALTER TABLE delivery_events DISABLE TRIGGER append_only;
         UPDATE delivery_events SET occurred_at = occurred_at - interval '1 day'",
    )
    .await;
    assert_eq!(
        hanako.get(&path).await.expect(200)["evidence_intact"],
        false
    );
}
