use actix_web::middleware::from_fn;
use actix_web::test::{TestRequest, init_service, try_call_service};
use actix_web::{App, HttpResponse, web};

use super::*;
use crate::edge::Edge;

/// Sends every request of these tests.
const PAGE: &str = "https://apply.city.example";

async fn fine() -> &'static str {
    "fine"
}

async fn panicking() -> HttpResponse {
    panic!("for the test")
}

/// The headers and the status of the answer, with what was counted.
async fn ask(request: TestRequest, over_tls: bool) -> (u16, HeaderMap, String) {
    let metrics = Metrics::new().unwrap();
    let edge = Edge {
        origins: PAGE.parse().unwrap(),
        ..Edge::default()
    };
    let request = request.insert_header(("origin", PAGE));
    let mut app = App::new()
        .app_data(Listener::Resident)
        .app_data(edge)
        .app_data(metrics.clone());
    if over_tls {
        app = app.app_data(OverTls);
    }
    let app = app
        .route("/fine", web::to(fine))
        .route("/panic", web::to(panicking))
        .wrap(from_fn(observe));
    let answered = try_call_service(&init_service(app).await, request.to_request()).await;
    let (status, headers) = match answered {
        Ok(response) => (response.status(), response.headers().clone()),
        Err(error) => {
            let response = error.error_response();
            (response.status(), response.headers().clone())
        }
    };
    (status.as_u16(), headers, metrics.render().unwrap())
}

#[actix_web::test]
async fn an_invented_method_is_counted_as_other() {
    let invented = Method::from_bytes(b"BREW").unwrap();
    let request = TestRequest::with_uri("/fine").method(invented);
    let (status, _, metrics) = ask(request, false).await;
    assert_eq!(status, 200);
    assert!(metrics.contains("method=\"other\""), "{metrics}");
    assert!(!metrics.contains("BREW"), "{metrics}");
    let (_, _, metrics) = ask(TestRequest::with_uri("/fine"), false).await;
    assert!(metrics.contains("method=\"GET\""), "{metrics}");
}

#[actix_web::test]
async fn every_answer_has_the_same_headers_even_a_panic() {
    let preflight = TestRequest::with_uri("/fine").method(Method::OPTIONS);
    let preflight = preflight.insert_header(("access-control-request-method", "PUT"));
    for (path, request, expected) in [
        ("/fine", TestRequest::with_uri("/fine"), 200),
        ("/panic", TestRequest::with_uri("/panic"), 500),
        ("%00", TestRequest::with_uri("/fine?%00"), 400),
        ("/nothing", TestRequest::with_uri("/nothing"), 404),
        ("OPTIONS", preflight, 204),
    ] {
        let (status, headers, _) = ask(request, false).await;
        assert_eq!(status, expected, "{path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-resource-policy", "same-origin"),
            ("access-control-allow-origin", PAGE),
            ("vary", "Origin"),
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'",
            ),
        ] {
            assert_eq!(headers.get(name).unwrap(), value, "{path}");
        }
        assert!(headers.contains_key("x-request-id"), "{path}");
        assert!(!headers.contains_key("strict-transport-security"), "{path}");
    }
}

#[actix_web::test]
async fn a_panic_is_a_problem_that_says_nothing_of_its_cause() {
    let (_, headers, metrics) = ask(TestRequest::with_uri("/panic"), false).await;
    assert_eq!(
        headers.get("content-type").unwrap(),
        "application/problem+json"
    );
    assert!(metrics.contains("status=\"500\""), "{metrics}");
}

#[actix_web::test]
async fn where_people_come_by_https_browsers_are_told_to_stay_there() {
    let (_, headers, _) = ask(TestRequest::with_uri("/fine"), true).await;
    let told = headers.get("strict-transport-security").unwrap();
    assert_eq!(told, "max-age=31536000");
}

#[test]
fn a_backlog_that_could_not_be_measured_is_absent() {
    let metrics = Metrics::new().unwrap();
    metrics.audit_unsealed.with_label_values::<&str>(&[]).set(3);
    let rendered = metrics.render().unwrap();
    assert!(
        rendered.contains("madoguchi_audit_unsealed 3"),
        "{rendered}"
    );
    metrics.audit_unsealed.reset();
    assert!(!metrics.render().unwrap().contains("unsealed"));
}
