//! People see their own logins and end them, at once.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Client, TestApp};

async fn logins(client: &Client) -> Vec<Value> {
    let listed = client.get("/v1/me/sessions").await.expect(200);
    listed["items"].as_array().unwrap().clone()
}

fn id_of(login: &Value) -> &str {
    login["id"].as_str().unwrap()
}

#[actix_web::test]
async fn ones_logins_are_listed_and_the_one_that_asks_is_marked() {
    let app = TestApp::new().await;
    let phone = app.resident("hanako").await;
    app.pass(TimeDelta::minutes(1));
    let laptop = app.resident("hanako").await;
    app.resident("taro").await;
    let listed = logins(&phone).await;
    let marks: Vec<_> = listed.iter().map(|login| &login["current"]).collect();
    assert_eq!(marks, [&json!(false), &json!(true)], "the newest first");
    assert_eq!(listed[1]["acr"], "aal3");
    assert_eq!(listed[1]["last_seen_at"], "2026-11-24T01:00:00Z");
    assert_eq!(logins(&laptop).await[0]["current"], true);
}

#[actix_web::test]
async fn a_login_that_was_ended_is_out_within_one_request() {
    let app = TestApp::new().await;
    for audience in ["resident", "staff"] {
        let (mine, lost) = match audience {
            "resident" => (app.resident("hanako").await, app.resident("hanako").await),
            _ => (app.staff("sato").await, app.staff("sato").await),
        };
        let listed = logins(&lost).await;
        let current = listed
            .iter()
            .find(|login| login["current"] == true)
            .unwrap();
        lost.get("/v1/me").await.expect(200);
        let end = format!("/v1/me/sessions/{}", id_of(current));
        mine.delete(&end).await.expect(204);
        lost.get("/v1/me")
            .await
            .assert_problem(401, "unauthenticated");
        mine.get("/v1/me").await.expect(200);
        mine.delete(&end).await.assert_problem(404, "not_found");
    }
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'auth.end_login'";
    assert_eq!(app.count(recorded).await, 2);
}

#[actix_web::test]
async fn who_logs_out_is_out_with_the_access_token_too() {
    let app = TestApp::new().await;
    let tokens = app
        .log_in(tests::Audience::Resident, "hanako")
        .await
        .expect(200);
    let hanako = app
        .anonymous(tests::Audience::Resident)
        .with_token(tokens["access_token"].as_str().unwrap());
    hanako.get("/v1/me").await.expect(200);
    let body = json!({"refresh_token": tokens["refresh_token"]});
    hanako.post("/v1/auth/logout", body).await.expect(204);
    hanako
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn somebody_elses_login_is_unknown() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let end = format!("/v1/me/sessions/{}", id_of(&logins(&hanako).await[0]));
    taro.delete(&end).await.assert_problem(404, "not_found");
    let sato = app.staff("sato").await;
    sato.delete(&end).await.assert_problem(404, "not_found");
    hanako.get("/v1/me").await.expect(200);
}

#[actix_web::test]
async fn a_login_that_lay_unused_too_long_is_not_listed() {
    let app = TestApp::new().await;
    app.resident("hanako").await;
    app.pass(TimeDelta::days(8));
    let hanako = app.resident("hanako").await;
    assert_eq!(logins(&hanako).await.len(), 1);
}

#[actix_web::test]
async fn staff_who_hold_nothing_any_more_neither_list_nor_end_logins() {
    let app = TestApp::new().await;
    let sato = app.staff("sato").await;
    let login = logins(&sato).await.remove(0);
    app.as_admin("UPDATE postings SET valid_until = valid_from")
        .await;
    let listed = sato.get("/v1/me/sessions").await;
    listed.assert_problem(403, "forbidden");
    let ended = sato.delete(format!("/v1/me/sessions/{}", id_of(&login)));
    ended.await.assert_problem(403, "forbidden");
}
