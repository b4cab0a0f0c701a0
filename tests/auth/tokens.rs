//! Access tokens: whose, for how long, signed by whom.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde_json::json;
use tests::{Audience, TestApp, jws_part};

#[actix_web::test]
async fn an_access_token_ends_after_ten_minutes() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    app.pass(TimeDelta::minutes(10));
    hanako.get("/v1/me").await.expect(200);
    // Clocks may differ by thirty seconds.
    app.pass(TimeDelta::seconds(30));
    hanako
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_token_for_one_listener_is_worth_nothing_on_the_other() {
    let app = TestApp::new().await;
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    let among_staff = app.anonymous(Audience::Staff).with_token(hanako.token());
    among_staff
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    let among_residents = app.anonymous(Audience::Resident).with_token(sato.token());
    among_residents
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_token_that_was_changed_or_made_up_is_refused() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let parts: Vec<_> = hanako.token().split('.').collect();
    let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#);
    let mut claims = jws_part(hanako.token(), 1);
    claims["sub"] = json!("0192f0c1-2345-7abc-8def-0123456789ab");
    let other = URL_SAFE_NO_PAD.encode(claims.to_string());
    for token in [
        format!("{}.{other}.{}", parts[0], parts[2]),
        format!("{unsigned}.{}.", parts[1]),
        format!("{}.{}.", parts[0], parts[1]),
        "x".to_owned(),
        "a.b.c".to_owned(),
        "x".repeat(10_000),
    ] {
        let response = hanako.with_token(token).get("/v1/me").await;
        response.assert_problem(401, "unauthenticated");
        assert_eq!(response.header("www-authenticate"), Some("Bearer"));
    }
}

#[actix_web::test]
async fn both_listeners_publish_the_keys() {
    let app = TestApp::new().await;
    for path in ["/.well-known/jwks.json", "/.well-known/evidence-keys.json"] {
        let of_residents = app.anonymous(Audience::Resident).get(path).await;
        let of_staff = app.anonymous(Audience::Staff).get(path).await;
        assert_eq!(of_residents.expect(200), of_staff.expect(200));
        assert_eq!(of_staff.header("cache-control"), Some("public, max-age=60"));
    }
}
