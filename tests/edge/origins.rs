//! Which web pages may use the API: those of the listed origins, exactly.

use actix_web::http::Method;
use platform::edge::Edge;
use tests::{Audience, Body, Call, Client, Response, TestApp};

use super::edge;

const PAGE: &str = "https://apply.city.example";
const TRICKS: [&str; 9] = [
    "null",
    "*",
    "https://evil.example",
    "https://apply.city.example.evil.example",
    "https://evil-apply.city.example",
    "https://evil.apply.city.example",
    "https://apply.city.example:8443",
    "http://apply.city.example",
    "https://APPLY.city.example",
];

async fn city() -> TestApp {
    let mut app = TestApp::new().await;
    let edge = Edge {
        origins: format!("{PAGE}, http://localhost:3000").parse().unwrap(),
        ..edge(&app, "off")
    };
    app.stand_behind(&edge).await;
    app
}

fn preflight(client: &Client, path: &str, origin: &str) -> Call {
    client
        .call(Method::OPTIONS, path, Body::None)
        .with_header("origin", origin)
        .with_header("access-control-request-method", "PATCH")
        .with_header("access-control-request-headers", "authorization,if-match")
}

#[track_caller]
fn assert_readable(response: &Response, origin: &str) {
    let allowed = response.header("access-control-allow-origin");
    assert_eq!(allowed, Some(origin), "{}", response.text());
    let exposed = response.header("access-control-expose-headers").unwrap();
    for name in [
        "etag",
        "location",
        "retry-after",
        "ratelimit",
        "x-request-id",
    ] {
        assert!(
            exposed.split(", ").any(|header| header == name),
            "{exposed}"
        );
    }
    assert_eq!(response.header("vary"), Some("Origin"));
    let credentials = response.header("access-control-allow-credentials");
    assert_eq!(credentials, Some("true"));
}

#[track_caller]
fn assert_unreadable(response: &Response) {
    assert_eq!(response.header("access-control-allow-origin"), None);
    assert_eq!(response.header("access-control-expose-headers"), None);
}

/// One answer of each kind, with the status it is expected to have.
async fn answers(app: &TestApp, origin: &str) -> Vec<Response> {
    let (hanako, anyone) = (
        app.resident("hanako").await,
        app.anonymous(Audience::Resident),
    );
    let large = Body::Raw("application/json", vec![b' '; 70_000]);
    let text = Body::Raw("text/plain", b"{}".to_vec());
    let calls = [
        (200, hanako.get("/v1/me")),
        (400, anyone.get("/v1/procedures?limit=x")),
        (400, anyone.get("/v1/procedures?after=%00")),
        (401, anyone.get("/v1/me")),
        (404, anyone.get("/v2")),
        (404, anyone.get("/v1/procedures/unknown")),
        (405, anyone.delete("/v1/procedures")),
        (413, hanako.post("/v1/applications", large)),
        (415, hanako.post("/v1/applications", text)),
        (422, hanako.post("/v1/applications", serde_json::json!({}))),
    ];
    let mut answers = Vec::new();
    for (status, call) in calls {
        let answer = call.with_header("origin", origin).await;
        assert_eq!(answer.status(), status, "{}", answer.text());
        answers.push(answer);
    }
    answers
}

#[actix_web::test]
async fn a_listed_page_reads_every_answer_errors_included() {
    let app = city().await;
    for origin in [PAGE, "http://localhost:3000"] {
        for answer in answers(&app, origin).await {
            assert_readable(&answer, origin);
        }
    }
}

#[actix_web::test]
async fn no_other_page_reads_any_answer() {
    let app = city().await;
    for answer in answers(&app, "https://evil.example").await {
        assert_unreadable(&answer);
        assert_eq!(answer.header("vary"), Some("Origin"));
    }
    let anyone = app.anonymous(Audience::Resident);
    for origin in TRICKS {
        let answer = anyone
            .get("/v1/procedures")
            .with_header("origin", origin)
            .await;
        answer.expect(200);
        assert_unreadable(&answer);
        let asked = preflight(&anyone, "/v1/procedures", origin).await;
        asked.assert_problem(405, "method_not_allowed");
        assert_unreadable(&asked);
    }
    let twice = anyone.get("/v1/procedures").with_header("origin", PAGE);
    assert_unreadable(&twice.with_header("origin", "https://evil.example").await);
    assert_unreadable(&anyone.get("/v1/procedures").await);
}

#[actix_web::test]
async fn a_listed_page_is_told_what_it_may_send() {
    let app = city().await;
    for audience in [Audience::Resident, Audience::Staff] {
        let anyone = app.anonymous(audience);
        let asked = preflight(&anyone, "/v1/applications/x/answers", PAGE).await;
        asked.expect(204);
        assert_readable(&asked, PAGE);
        let methods = asked.header("access-control-allow-methods");
        assert_eq!(methods, Some("GET, POST, PUT, PATCH, DELETE"));
        let headers = asked.header("access-control-allow-headers");
        let five = "authorization, content-type, if-match, idempotency-key, on-behalf-of";
        assert_eq!(headers, Some(five));
        assert_eq!(asked.header("access-control-max-age"), Some("7200"));
    }
}

#[actix_web::test]
async fn a_listed_page_reads_that_it_has_to_wait() {
    let mut app = city().await;
    let edge = Edge {
        origins: PAGE.parse().unwrap(),
        ..edge(&app, "0.0001")
    };
    app.stand_behind(&edge).await;
    let anyone = app.anonymous(Audience::Resident);
    anyone.get("/v1/procedures").await.expect(200);
    let refused = anyone
        .get("/v1/procedures")
        .with_header("origin", PAGE)
        .await;
    refused.assert_problem(429, "too_many_requests");
    assert_readable(&refused, PAGE);
    // Asking whether one may ask costs nothing.
    for _ in 0..3 {
        preflight(&anyone, "/v1/procedures", PAGE).await.expect(204);
    }
}

#[actix_web::test]
async fn without_listed_pages_answers_do_not_speak_of_origins() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let answer = anyone
        .get("/v1/procedures")
        .with_header("origin", PAGE)
        .await;
    assert_unreadable(&answer);
    assert_eq!(answer.header("vary"), None);
    let asked = preflight(&anyone, "/v1/procedures", PAGE).await;
    asked.assert_problem(405, "method_not_allowed");
}
