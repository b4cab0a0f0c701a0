//! `POST /v1/auth/refresh` and `POST /v1/auth/logout`.

use std::future::IntoFuture as _;

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Audience, Client, Response, TestApp};

async fn first_token(app: &TestApp) -> String {
    token_of(&app.log_in(Audience::Resident, "hanako").await.expect(200))
}

fn token_of(tokens: &Value) -> String {
    tokens["refresh_token"].as_str().unwrap().to_owned()
}

async fn refresh(anyone: &Client, token: &str) -> Response {
    anyone
        .post("/v1/auth/refresh", json!({"refresh_token": token}))
        .await
}

#[actix_web::test]
async fn a_refresh_token_buys_the_next_pair() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let first = first_token(&app).await;
    app.pass(TimeDelta::minutes(11));
    let next = refresh(&anyone, &first).await.expect(200);
    assert_ne!(token_of(&next), first);
    let hanako = anyone.with_token(next["access_token"].as_str().unwrap());
    hanako.get("/v1/me").await.expect(200);
}

#[actix_web::test]
async fn a_lost_answer_may_be_asked_for_again() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let first = first_token(&app).await;
    refresh(&anyone, &first).await.expect(200);
    let second = token_of(&refresh(&anyone, &first).await.expect(200));
    refresh(&anyone, &second).await.expect(200);
}

/// The copy that was presented ended the login: no token is good any more, and it is on record once.
async fn assert_ended(app: &TestApp, tokens: [String; 2]) {
    let anyone = app.anonymous(Audience::Resident);
    for token in tokens {
        refresh(&anyone, &token)
            .await
            .assert_problem(401, "invalid_refresh_token");
    }
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'auth.refresh_reuse'";
    assert_eq!(app.count(recorded).await, 1);
}

#[actix_web::test]
async fn a_superseded_token_that_was_not_lost_ends_the_login_and_is_recorded() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let stolen = first_token(&app).await;
    let victims = token_of(&refresh(&anyone, &stolen).await.expect(200));
    let thiefs = token_of(&refresh(&anyone, &stolen).await.expect(200));
    assert_ended(&app, [victims, thiefs]).await;
}

#[actix_web::test]
async fn reuse_of_a_copied_token_ends_the_login_and_is_recorded() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let first = first_token(&app).await;
    let second = token_of(&refresh(&anyone, &first).await.expect(200));
    let third = token_of(&refresh(&anyone, &second).await.expect(200));
    assert_ended(&app, [first, third]).await;
}

#[actix_web::test]
async fn a_copy_that_lay_unused_for_long_ends_the_login_as_well() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let copied = first_token(&app).await;
    let mut token = copied.clone();
    for _ in 0..2 {
        app.pass(TimeDelta::days(4));
        token = token_of(&refresh(&anyone, &token).await.expect(200));
    }
    assert_ended(&app, [copied, token]).await;
}

#[actix_web::test]
async fn an_answer_asked_for_again_too_late_leaves_the_login_alone() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let first = first_token(&app).await;
    app.pass(TimeDelta::days(6));
    let second = token_of(&refresh(&anyone, &first).await.expect(200));
    app.pass(TimeDelta::days(2));
    refresh(&anyone, &first)
        .await
        .assert_problem(401, "invalid_refresh_token");
    refresh(&anyone, &second).await.expect(200);
}

#[actix_web::test]
async fn the_owner_of_a_copied_login_is_told_by_mail() {
    let (app, catcher) = TestApp::with_mail().await;
    let anyone = app.anonymous(Audience::Resident);
    let tokens = app.log_in(Audience::Resident, "hanako").await.expect(200);
    let hanako = anyone.with_token(tokens["access_token"].as_str().unwrap());
    let address = json!({"address": "hanako@resident.example"});
    hanako.put("/v1/me/email", address).await.expect(202);
    assert_eq!(app.send_mail().await, 1);
    let sql = "UPDATE contact_points SET verified_at = now()";
    app.as_admin(sql).await;
    let first = token_of(&tokens);
    let second = token_of(&refresh(&anyone, &first).await.expect(200));
    refresh(&anyone, &second).await.expect(200);
    let reused = refresh(&anyone, &first).await;
    reused.assert_problem(401, "invalid_refresh_token");
    assert_eq!(app.send_mail().await, 1);
    assert_eq!(catcher.mails()[1].subject, "ログインを終了しました");
}

#[actix_web::test]
async fn of_parallel_refreshes_one_successor_lives() {
    let app = TestApp::new().await;
    let served = app.serve(Audience::Resident).await;
    let anyone = served.anonymous();
    let body = json!({"refresh_token": first_token(&app).await});
    let calls = (0..12).map(|_| anyone.post("/v1/auth/refresh", body.clone()).into_future());
    let answers = join_all(calls).await;
    let tokens: Vec<_> = answers
        .iter()
        .map(|answer| token_of(&answer.expect(200)))
        .collect();
    let live = "SELECT count(*) FROM refresh_tokens WHERE used_at IS NULL
        AND superseded_at IS NULL";
    assert_eq!(app.count(live).await, 1);
    let again = join_all(tokens.iter().map(|token| refresh(&anyone, token))).await;
    let living = again.iter().filter(|answer| answer.status() == 200).count();
    assert!(living <= 1, "{living} of them live");
}

#[actix_web::test]
async fn a_token_of_one_listener_is_refused_on_the_other() {
    let app = TestApp::new().await;
    let staff = app.anonymous(Audience::Staff);
    let token = first_token(&app).await;
    refresh(&staff, &token)
        .await
        .assert_problem(401, "invalid_refresh_token");
    staff
        .post("/v1/auth/logout", json!({"refresh_token": token}))
        .await
        .expect(204);
    refresh(&app.anonymous(Audience::Resident), &token)
        .await
        .expect(200);
}

#[actix_web::test]
async fn an_idle_or_old_login_is_over() {
    let app = TestApp::new().await;
    let residents = app.anonymous(Audience::Resident);
    let mut token = first_token(&app).await;
    for _ in 0..4 {
        app.pass(TimeDelta::days(6));
        token = token_of(&refresh(&residents, &token).await.expect(200));
    }
    app.pass(TimeDelta::days(6));
    refresh(&residents, &token)
        .await
        .assert_problem(401, "invalid_refresh_token");

    let token = first_token(&app).await;
    app.pass(TimeDelta::days(7));
    refresh(&residents, &token)
        .await
        .assert_problem(401, "invalid_refresh_token");

    let staff = app.anonymous(Audience::Staff);
    let token = token_of(&app.log_in(Audience::Staff, "sato").await.expect(200));
    app.pass(TimeDelta::minutes(29));
    let token = token_of(&refresh(&staff, &token).await.expect(200));
    app.pass(TimeDelta::minutes(30));
    refresh(&staff, &token)
        .await
        .assert_problem(401, "invalid_refresh_token");
}

#[actix_web::test]
async fn logging_out_ends_the_login_and_says_nothing_about_unknown_tokens() {
    let app = TestApp::new().await;
    for (audience, login) in [(Audience::Resident, "hanako"), (Audience::Staff, "sato")] {
        let anyone = app.anonymous(audience);
        let token = token_of(&app.log_in(audience, login).await.expect(200));
        for token in [token.as_str(), token.as_str(), "never-issued"] {
            let body = json!({"refresh_token": token});
            anyone.post("/v1/auth/logout", body).await.expect(204);
        }
        refresh(&anyone, &token)
            .await
            .assert_problem(401, "invalid_refresh_token");
    }
}
