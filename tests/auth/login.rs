//! `GET /v1/auth/login` and `GET /v1/auth/callback`.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Audience, TestApp};

#[actix_web::test]
async fn a_resident_logs_in_at_the_provider_and_is_known() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let me = hanako.get("/v1/me").await.expect(200);
    assert_eq!(me["attributes"]["name"], "山田 花子");
    assert_eq!(me["acr"], "aal3");
    assert_eq!(
        app.count("SELECT count(*) FROM audit_events WHERE action = 'auth.login'")
            .await,
        1
    );
}

#[actix_web::test]
async fn logging_in_again_is_the_same_resident() {
    let app = TestApp::new().await;
    let first = app.resident("hanako").await.get("/v1/me").await.expect(200);
    let second = app.resident("hanako").await.get("/v1/me").await.expect(200);
    assert_eq!(first["id"], second["id"]);
    assert_eq!(app.count("SELECT count(*) FROM residents").await, 1);
}

#[actix_web::test]
async fn each_listener_lists_its_own_providers() {
    let app = TestApp::new().await;
    for audience in [Audience::Resident, Audience::Staff] {
        let list = app
            .anonymous(audience)
            .get("/v1/auth/providers")
            .await
            .expect(200);
        assert_eq!(list["items"][0]["id"], "demo");
        let classes = match audience {
            Audience::Resident => json!([
                {"acr": "aal1", "ial": 0, "aal": 1},
                {"acr": "aal3", "ial": 3, "aal": 3},
            ]),
            Audience::Staff => json!([{"acr": "aal2", "ial": 1, "aal": 2}]),
        };
        assert_eq!(list["items"][0]["classes"], classes);
    }
}

#[actix_web::test]
async fn an_unknown_provider_or_parameter_is_an_invalid_query() {
    let app = TestApp::new().await;
    for audience in [Audience::Resident, Audience::Staff] {
        let anyone = app.anonymous(audience);
        for query in ["provider=other", "colour=blue"] {
            let response = anyone.get(format!("/v1/auth/login?{query}")).await;
            response.assert_problem(400, "invalid_query");
        }
        let long = "x".repeat(3000);
        let response = anyone.get(format!("/v1/auth/callback?code={long}")).await;
        response.assert_problem(400, "invalid_query");
    }
}

#[actix_web::test]
async fn the_login_cookie_is_out_of_reach_of_scripts_and_other_sites() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let response = anyone.get("/v1/auth/login?login_hint=hanako").await;
    let cookie = response.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly"), "{cookie}");
    assert!(cookie.contains("SameSite=Lax"), "{cookie}");
    assert!(cookie.contains("Max-Age=600"), "{cookie}");
}

#[actix_web::test]
async fn a_login_begun_on_one_listener_is_not_finished_on_the_other() {
    let app = TestApp::new().await;
    let login = app.begin_login(Audience::Resident, "hanako").await;
    let path = app.at_provider(&login).await;
    let response = app.come_back(Audience::Staff, &path, &login.cookie).await;
    response.assert_problem(400, "login_failed");
}

#[actix_web::test]
async fn a_login_is_over_after_ten_minutes() {
    let app = TestApp::new().await;
    let login = app.begin_login(Audience::Resident, "hanako").await;
    app.pass(TimeDelta::minutes(10));
    let path = app.at_provider(&login).await;
    let response = app
        .come_back(Audience::Resident, &path, &login.cookie)
        .await;
    response.assert_problem(400, "login_failed");
}

#[actix_web::test]
async fn a_refusal_by_the_provider_is_a_failed_login() {
    let app = TestApp::new().await;
    let login = app.begin_login(Audience::Resident, "hanako").await;
    let path = app.at_provider(&login).await;
    let state = path.split("state=").nth(1).unwrap();
    let path = format!("/v1/auth/callback?error=access_denied&state={state}");
    let response = app
        .come_back(Audience::Resident, &path, &login.cookie)
        .await;
    response.assert_problem(400, "login_failed");
}

#[actix_web::test]
async fn whoever_is_not_on_the_roster_is_not_let_in_as_staff() {
    let app = TestApp::new().await;
    app.as_admin(
        "DELETE FROM postings; DELETE FROM staff_members WHERE subject = 'demo-staff-0001'",
    )
    .await;
    let response = app.log_in(Audience::Staff, "sato").await;
    let problem = response.assert_problem(400, "login_failed");
    assert_eq!(problem["detail"], "職員として登録されていません。");
    app.log_in(Audience::Staff, "suzuki").await.expect(200);
}

#[actix_web::test]
async fn a_disabled_resident_is_out_at_once_and_cannot_come_back() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    app.as_admin("UPDATE residents SET disabled_at = now()")
        .await;
    hanako
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    let again = app.log_in(Audience::Resident, "hanako").await;
    again.assert_problem(400, "login_failed");
}
