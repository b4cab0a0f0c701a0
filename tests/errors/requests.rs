//! Requests that miss: wrong route, method, type, size, form.

use actix_web::http::Method;
use platform::telemetry::Listener;
use portal::auth::policy::allowed_methods;
use serde_json::json;
use tests::contract::Operation;
use tests::{Audience, Body, Client, TestApp, contract};

use super::People;

const SOME_ID: &str = "0192f0c1-2345-7abc-8def-0123456789ab";

fn call(client: &Client, operation: &Operation<'_>, path: String, body: Body) -> tests::Call {
    let method: Method = operation.method.parse().unwrap();
    client.call(method, path, body).if_match("\"1\"")
}

#[actix_web::test]
async fn an_unknown_route_is_not_found() {
    let app = TestApp::new().await;
    for audience in [Audience::Resident, Audience::Staff] {
        let anyone = app.anonymous(audience);
        for path in [
            "/",
            "/v2/me",
            "/v1/me/",
            "/v1//me",
            "/v1/applications/x/y/z",
            "/metrics",
            "/docs/",
        ] {
            anyone.get(path).await.assert_problem(404, "not_found");
        }
    }
    let residents = app.anonymous(Audience::Resident);
    residents
        .get("/v1/paper-tasks")
        .await
        .assert_problem(404, "not_found");
}

#[actix_web::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let app = TestApp::new().await;
    for (audience, listener) in [
        (Audience::Resident, Listener::Resident),
        (Audience::Staff, Listener::Staff),
    ] {
        for operation in contract::of(audience).operations() {
            let path = operation.path_with(SOME_ID);
            let allowed = allowed_methods(listener, path.split('?').next().unwrap());
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                if allowed.contains(&method) {
                    continue;
                }
                let call = app
                    .anonymous(audience)
                    .call(method.parse().unwrap(), &path, Body::None);
                let response = call.await;
                response.assert_problem(405, "method_not_allowed");
                assert_eq!(
                    response.header("allow"),
                    Some(allowed.join(", ").as_str()),
                    "{path}"
                );
            }
        }
    }
}

#[actix_web::test]
async fn a_body_that_is_no_json_too_large_or_of_another_type_is_refused_everywhere() {
    let app = TestApp::new().await;
    let people = People::of(&app).await;
    for audience in [Audience::Resident, Audience::Staff] {
        for operation in contract::of(audience).operations() {
            if !operation.has_json_body() {
                continue;
            }
            let client = people.entitled(audience, &operation);
            let path = operation.path_with(SOME_ID);
            let send = |body| call(client, &operation, path.clone(), body);
            let raw = |kind, bytes: &[u8]| Body::Raw(kind, bytes.to_vec());
            for text in ["", "{", "nonsense", "'{}'", "\u{FEFF}{}"] {
                let response = send(raw("application/json", text.as_bytes())).await;
                response.assert_problem(400, "malformed_json");
            }
            let large = format!("{{\"x\":\"{}\"}}", "x".repeat(70_000));
            let response = send(raw("application/json", large.as_bytes())).await;
            response.assert_problem(413, "body_too_large");
            for kind in [
                "",
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/jsonx",
            ] {
                let response = send(raw(kind, b"{}")).await;
                response.assert_problem(415, "unsupported_media_type");
            }
        }
    }
}

#[actix_web::test]
async fn an_id_that_cannot_be_one_names_nothing() {
    let app = TestApp::new().await;
    let people = People::of(&app).await;
    for audience in [Audience::Resident, Audience::Staff] {
        for operation in contract::of(audience).operations() {
            let client = people.entitled(audience, &operation);
            if !operation.template.contains("{id}") || operation.has_json_body() {
                continue;
            }
            for id in [
                "1",
                "x",
                "%20",
                "..",
                "0192f0c1-2345-7abc-8def-0123456789a",
                "%F0%9F%90%95",
                "%FF",
            ] {
                let response = call(client, &operation, operation.path_with(id), Body::None).await;
                assert_eq!(
                    response.status(),
                    404,
                    "{} {id}: {}",
                    operation.id(),
                    response.text()
                );
            }
        }
    }
}

#[actix_web::test]
async fn a_nul_in_the_address_is_refused_before_anything_else() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    for path in [
        "/v1/applications/%00",
        "/v1/procedures/dog%00",
        "/v1/procedures?after=%00",
        "/v1/auth/login?login_hint=%00",
        "/%00",
    ] {
        hanako.get(path).await.assert_problem(400, "nul_character");
    }
}

#[actix_web::test]
async fn hostile_paths_and_queries_are_answered_as_clients_errors() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    for path in [
        "/v1/procedures/'%20OR%201=1--",
        "/v1/procedures/%F0%9F%90%95",
        "/v1/procedures/%2e%2e%2f%2e%2e%2fetc",
        "/v1/procedures/%FF%FE",
    ] {
        hanako.get(path).await.assert_problem(404, "not_found");
    }
    let long = "x".repeat(3_000);
    hanako
        .get(format!("/v1/procedures/{long}"))
        .await
        .assert_problem(404, "not_found");
    for after in ["eyJ4IjoxfQ", "bnVsbA", "Ilx1MDAwMCI", "W10", long.as_str()] {
        let response = hanako.get(format!("/v1/procedures?after={after}")).await;
        assert_eq!(response.status(), 400, "{after}: {}", response.text());
    }
}

#[actix_web::test]
async fn a_refusal_never_repeats_what_was_sent() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let body = json!({"procedure": "秘密の言葉"});
    let response = hanako.post("/v1/applications", body).await;
    assert!(
        !response.text().contains("秘密の言葉"),
        "{}",
        response.text()
    );
    let body = json!({"procedure": {"秘密": 1}});
    let response = hanako.post("/v1/applications", body).await;
    assert!(!response.text().contains("秘密"), "{}", response.text());
}
