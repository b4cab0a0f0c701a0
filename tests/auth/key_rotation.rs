//! Token keys are replaced without one failed request, whichever process of several answers.

use std::future::IntoFuture as _;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use portal::keys::Purpose;
use serde_json::Value;
use tests::{Audience, Client, TestApp, jws_part, off_this_runtime};

/// Until every process knows the new key.
const HANDOVER: TimeDelta = TimeDelta::minutes(2);
/// How long the old one verifies after that.
const GRACE: TimeDelta = TimeDelta::minutes(15);

async fn rotate(app: &TestApp) {
    let services = app.services.clone();
    off_this_runtime(async move {
        let mut conn = services.database.connection().await.unwrap();
        let now = services.clock.now();
        let rotated = services.keys.rotate(&mut conn, Purpose::Token, now).await;
        rotated.unwrap();
    })
    .await;
}

fn key_of(client: &Client) -> Value {
    jws_part(client.token(), 0)["kid"].clone()
}

async fn published(app: &TestApp) -> usize {
    let anyone = app.anonymous(Audience::Resident);
    let keys = anyone.get("/.well-known/jwks.json").await.expect(200);
    keys["keys"].as_array().unwrap().len()
}

/// The client with a token of today, signed by the key that was in office then.
fn signed_at(app: &TestApp, client: &Client, then: DateTime<Utc>) -> Client {
    let claims = jws_part(client.token(), 1);
    let keys = &app.services.keys;
    client.with_token(keys.sign_token("at+jwt", &claims, then).unwrap())
}

#[actix_web::test]
async fn a_new_key_signs_when_every_process_has_had_the_time_to_know_it() {
    let app = TestApp::new().await;
    let other = app.elsewhere(Audience::Resident).await;
    let hanako = app.resident("hanako").await;
    rotate(&app).await;
    assert_eq!(published(&app).await, 2);
    app.pass(HANDOVER - TimeDelta::seconds(1));
    let taro = app.resident("taro").await;
    assert_eq!(key_of(&taro), key_of(&hanako));
    app.pass(TimeDelta::seconds(1));
    let jiro = app.resident("jiro").await;
    assert_ne!(key_of(&jiro), key_of(&hanako));
    for client in [hanako, taro, jiro] {
        client.get("/v1/me").await.expect(200);
        let there = other.with_token(client.token());
        there.get("/v1/me").await.expect(200);
    }
}

#[actix_web::test]
async fn a_second_new_key_does_not_hurry_the_first() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    rotate(&app).await;
    app.pass(TimeDelta::minutes(1));
    rotate(&app).await;
    assert_eq!(key_of(&app.resident("taro").await), key_of(&hanako));
    app.pass(TimeDelta::minutes(1));
    let first = key_of(&app.resident("taro").await);
    assert_ne!(first, key_of(&hanako));
    app.pass(TimeDelta::minutes(1));
    assert_ne!(key_of(&app.resident("taro").await), first);
}

#[actix_web::test]
async fn requests_that_come_while_a_key_is_looked_for_wait_for_it() {
    let app = TestApp::new().await;
    let other = app.elsewhere(Audience::Resident).await;
    rotate(&app).await;
    app.pass(HANDOVER);
    let hanako = app.resident("hanako").await;
    let there = other.with_token(hanako.token());
    let calls = (0..8).map(|_| there.get("/v1/me").into_future());
    for answer in join_all(calls).await {
        answer.expect(200);
    }
}

#[actix_web::test]
async fn an_old_key_that_has_had_its_time_is_refused_and_no_longer_published() {
    let app = TestApp::new().await;
    let then = app.clock.now();
    rotate(&app).await;
    app.pass(HANDOVER + GRACE - TimeDelta::seconds(1));
    let hanako = app.resident("hanako").await;
    let by_old_key = signed_at(&app, &hanako, then);
    assert_ne!(key_of(&by_old_key), key_of(&hanako));
    by_old_key.get("/v1/me").await.expect(200);
    assert_eq!(published(&app).await, 2);
    app.pass(TimeDelta::seconds(1));
    let refused = by_old_key.get("/v1/me").await;
    refused.assert_problem(401, "unauthenticated");
    hanako.get("/v1/me").await.expect(200);
    assert_eq!(published(&app).await, 1);
}
