//! Intakes under a key, and for somebody else.

use std::future::IntoFuture as _;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Audience, Call, Client, TestApp};

use super::{ALLOWANCE, MOVING_OUT, drafts, moving_out, open};

fn keyed(resident: &Client, answers: Value, key: &str) -> Call {
    open(
        resident,
        "moving-out",
        answers,
        json!([MOVING_OUT, ALLOWANCE]),
    )
    .with_header("idempotency-key", key)
}

#[actix_web::test]
async fn the_same_key_opens_nothing_anew() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let first = keyed(&hanako, moving_out(), "one").await.expect(201);
    assert_eq!(keyed(&hanako, moving_out(), "one").await.expect(201), first);
    assert_eq!(drafts(&app).await, 2);
    let mut other = moving_out();
    other["move_date"] = json!("2026-12-28");
    let other = keyed(&hanako, other, "one").await;
    other.assert_problem(422, "idempotency_key_reused");
    keyed(&app.resident("taro").await, moving_out(), "one")
        .await
        .expect(201);
    assert_eq!(drafts(&app).await, 4);
}

#[actix_web::test]
async fn twenty_equal_intakes_at_once_open_one() {
    let app = TestApp::new().await;
    let served = app.serve(Audience::Resident).await;
    let hanako = app.resident("hanako").await.over(&served);
    let calls = (0..20).map(|_| keyed(&hanako, moving_out(), "one").into_future());
    let answers = join_all(calls).await;
    let mut opened = Vec::new();
    for answer in &answers {
        match answer.status() {
            201 => opened.push(answer.text()),
            _ => {
                answer.assert_problem(409, "idempotency_key_in_flight");
            }
        }
    }
    opened.dedup();
    assert_eq!(opened.len(), 1, "{opened:#?}");
    assert_eq!(drafts(&app).await, 2);
}

/// Hanako lets Taro act for her; answers Taro as he does.
async fn for_hanako(hanako: &Client, taro: &Client, procedures: Value) -> Client {
    let offer = json!({"kind": "attorney", "extent": {"may_submit": true, "may_receive_post": false,
        "counts_as_reading": false, "valid_from": "2026-11-24", "procedures": procedures}});
    let offered = hanako.post("/v1/mandates/offers", offer).await.expect(201);
    let code = json!({"code": offered["code"]});
    let mandate = taro.post("/v1/mandates/accept", code).await.expect(200);
    taro.under(mandate["id"].as_str().unwrap())
}

#[actix_web::test]
async fn a_mandate_for_some_procedures_opens_no_others() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let acting = for_hanako(&hanako, &taro, json!([MOVING_OUT])).await;
    let both = json!([MOVING_OUT, ALLOWANCE]);
    let both = open(&acting, "moving-out", moving_out(), both).await;
    both.assert_problem(403, "forbidden");
    assert_eq!(drafts(&app).await, 0);
    let one = open(&acting, "moving-out", moving_out(), json!([MOVING_OUT]));
    let one = one.await.expect(201);
    let path = one["drafts"][0]["href"].as_str().unwrap();
    hanako.get(path).await.expect(200);
    taro.get(path).await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn an_intake_for_somebody_else_is_another_intake_under_the_same_key() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let acting = for_hanako(&hanako, &taro, Value::Null).await;
    keyed(&acting, moving_out(), "one").await.expect(201);
    let own = keyed(&taro, moving_out(), "one").await;
    own.assert_problem(422, "idempotency_key_reused");
}
