//! A token opens the listener it was made for, and no other; what is denied is on record.

use platform::telemetry::Listener;
use portal::auth::policy::{Access, RULES, Rule};
use serde_json::json;
use tests::{Audience, Body, Client, Response, TestApp, contract};

const SOME_ID: &str = "0192f0c1-2345-7abc-8def-0123456789ab";

fn audience_of(rule: &Rule) -> Audience {
    match rule.listener {
        Listener::Staff => Audience::Staff,
        _ => Audience::Resident,
    }
}

async fn try_out(rule: &Rule, client: &Client) -> Response {
    let contract = contract::of(audience_of(rule));
    let operation = contract.operation(rule.method, rule.pattern).unwrap();
    let body = if operation.has_json_body() {
        Body::Json(json!({}))
    } else {
        Body::None
    };
    let method = rule.method.parse().unwrap();
    client
        .call(method, operation.path_with(SOME_ID), body)
        .await
}

#[actix_web::test]
async fn the_other_listeners_token_opens_nothing() {
    let app = TestApp::new().await;
    let (hanako, ito) = (app.resident("hanako").await, app.staff("ito").await);
    for rule in RULES.iter().filter(|rule| rule.access != Access::Anyone) {
        let audience = audience_of(rule);
        let wrong = if audience == Audience::Staff {
            &hanako
        } else {
            &ito
        };
        let client = app.anonymous(audience).with_token(wrong.token());
        try_out(rule, &client)
            .await
            .assert_problem(401, "unauthenticated");
    }
}

#[actix_web::test]
async fn a_denied_access_that_cannot_be_recorded_is_denied_all_the_same_and_counted() {
    let app = TestApp::new().await;
    let ito = app.staff("ito").await;
    let counted = || app.services.metrics.render().unwrap();
    let missing = "madoguchi_unrecorded_denials_total{listener=\"staff\"} 1";
    let path = format!("/v1/applications/{SOME_ID}");
    ito.get(&path).await.assert_problem(404, "not_found");
    let none = "madoguchi_unrecorded_denials_total{listener=\"staff\"} 0";
    assert!(counted().contains(none), "{}", counted());
    app.as_admin("REVOKE INSERT ON audit_events FROM madoguchi_server")
        .await;
    ito.get(&path).await.assert_problem(404, "not_found");
    assert!(counted().contains(missing), "{}", counted());
}
