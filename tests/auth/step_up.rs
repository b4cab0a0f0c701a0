//! Logging in again with more: `acr_values` and `max_age` of `GET /v1/auth/login`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use demo::identity_provider::Fault;
use serde_json::{Value, json};
use tests::{Audience, Client, TestApp, jws_part};

async fn levels(client: &Client) -> Value {
    let me = client.get("/v1/me").await.expect(200);
    json!([me["acr"], me["ial"], me["aal"]])
}

#[actix_web::test]
async fn a_login_reaches_the_levels_of_the_class_it_was_asked_for() {
    let app = TestApp::new().await;
    for (asked, reached) in [
        ("acr_values=aal1", json!(["aal1", 0, 1])),
        ("acr_values=aal3", json!(["aal3", 3, 3])),
        ("acr_values=urn:unknown aal3", json!(["aal3", 3, 3])),
        ("max_age=0", json!(["aal3", 3, 3])),
    ] {
        let hanako = app.resident_with("hanako", asked).await;
        assert_eq!(levels(&hanako).await, reached, "{asked}");
    }
    let plain = app.resident("hanako").await;
    assert_eq!(levels(&plain).await, json!(["aal3", 3, 3]));
}

#[actix_web::test]
async fn the_provider_is_asked_for_what_the_portal_was_asked_for() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    for (query, expected) in [
        ("", ["acr_values=aal3+aal1&", ""]),
        (
            "?acr_values=aal3&max_age=300",
            ["acr_values=aal3&", "max_age=300"],
        ),
        (
            "?acr_values=aal9%20aal1%20aal3",
            ["acr_values=aal1+aal3&", ""],
        ),
    ] {
        let answer = anyone.get(format!("/v1/auth/login{query}")).await;
        assert_eq!(answer.status(), 302, "{}", answer.text());
        let location = format!("{}&", answer.header("location").unwrap());
        for part in expected {
            assert!(location.contains(part), "{location}");
        }
        let asks_for_age = query.contains("max_age");
        assert_eq!(location.contains("max_age"), asks_for_age, "{location}");
    }
}

#[actix_web::test]
async fn a_login_learns_who_somebody_is_only_when_it_asks_for_that() {
    let app = TestApp::new().await;
    for (asked, scope, learnt) in [
        ("", "openid", false),
        (
            "scope=attributes",
            "openid+name+address+birthdate+gender",
            true,
        ),
    ] {
        let anyone = app.anonymous(Audience::Resident);
        let begun = anyone.get(format!("/v1/auth/login?{asked}")).await;
        let location = begun.header("location").unwrap().to_owned();
        assert!(location.contains(&format!("&scope={scope}&")), "{location}");
        let hanako = app.resident_with("hanako", asked).await;
        let me = hanako.get("/v1/me").await.expect(200);
        assert_eq!(!me["attributes"].is_null(), learnt, "{me}");
    }
}

#[actix_web::test]
async fn what_a_provider_tells_unasked_is_not_kept() {
    let app = TestApp::new().await;
    app.claim("hanako", json!({"name": "山田 花子", "gender": "2"}));
    let hanako = app.resident_with("hanako", "").await;
    let me = hanako.get("/v1/me").await.expect(200);
    assert!(me["attributes"].is_null(), "{me}");
    let kept = "SELECT count(*) FROM resident_attributes";
    assert_eq!(app.count(kept).await, 0);
}

#[actix_web::test]
async fn what_no_provider_could_answer_is_an_invalid_query() {
    let app = TestApp::new().await;
    for audience in [Audience::Resident, Audience::Staff] {
        let anyone = app.anonymous(audience);
        for query in [
            "acr_values=",
            "acr_values=aal9",
            "acr_values=aal3%20%20aal1",
            "acr_values=aal3%0Aaal1",
            "acr_values=%E8%8A%B1",
            "max_age=-1",
            "max_age=2592001",
            "max_age=soon",
            "max_age=",
            "scope=",
            "scope=address",
        ] {
            let refused = anyone.get(format!("/v1/auth/login?{query}")).await;
            refused.assert_problem(400, "invalid_query");
        }
    }
}

#[actix_web::test]
async fn a_provider_that_does_less_than_it_was_asked_for_logs_nobody_in() {
    let app = TestApp::new().await;
    for (fault, asked) in [
        (Fault::LowAssurance, "acr_values=aal3"),
        (Fault::OldAuthentication, "max_age=3600"),
        (Fault::NoAuthenticationTime, "max_age=3600"),
        (Fault::AuthenticationAhead, "max_age=3600"),
    ] {
        app.faults().clear();
        app.faults().inject(fault);
        let refused = app.log_in_with("hanako", asked).await;
        refused.assert_problem(400, "login_failed");
    }
    assert_eq!(app.count("SELECT count(*) FROM refresh_families").await, 0);
}

#[actix_web::test]
async fn a_provider_that_does_more_than_it_was_asked_for_is_welcome() {
    let app = TestApp::new().await;
    let begun = app.begin_login(Audience::Resident, "hanako").await;
    let lower = "UPDATE login_transactions SET acr_values = '{aal1}'";
    app.as_admin(lower).await;
    let path = app.at_provider(&begun).await;
    let tokens = app
        .come_back(Audience::Resident, &path, &begun.cookie)
        .await;
    let token = tokens.expect(200)["access_token"].clone();
    let hanako = app
        .anonymous(Audience::Resident)
        .with_token(token.as_str().unwrap());
    assert_eq!(levels(&hanako).await, json!(["aal3", 3, 3]));
}

#[actix_web::test]
async fn refreshing_makes_a_login_neither_better_nor_younger() {
    let app = TestApp::new().await;
    let first = app.log_in_with("hanako", "acr_values=aal1").await;
    app.pass(TimeDelta::minutes(11));
    let anyone = app.anonymous(Audience::Resident);
    let body = json!({"refresh_token": first.expect(200)["refresh_token"]});
    let next = anyone.post("/v1/auth/refresh", body).await.expect(200);
    let hanako = anyone.with_token(next["access_token"].as_str().unwrap());
    let me = hanako.get("/v1/me").await.expect(200);
    assert_eq!(me["authenticated_at"], "2026-11-24T01:00:00Z");
    assert_eq!(levels(&hanako).await, json!(["aal1", 0, 1]));
}

#[actix_web::test]
async fn levels_raised_in_a_token_void_it() {
    let app = TestApp::new().await;
    let low = app.resident_with("hanako", "acr_values=aal1").await;
    let parts: Vec<_> = low.token().split('.').collect();
    let mut claims = jws_part(low.token(), 1);
    assert_eq!(json!([claims["ial"], claims["aal"]]), json!([0, 1]));
    (claims["ial"], claims["aal"]) = (json!(3), json!(3));
    let raised = URL_SAFE_NO_PAD.encode(claims.to_string());
    let forged = format!("{}.{raised}.{}", parts[0], parts[2]);
    let refused = low.with_token(forged).get("/v1/me").await;
    refused.assert_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn staff_log_in_as_ever() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Staff);
    let begun = anyone
        .get("/v1/auth/login?login_hint=sato&acr_values=aal2&max_age=60")
        .await;
    assert_eq!(begun.status(), 302);
    app.staff("sato").await.get("/v1/me").await.expect(200);
}
