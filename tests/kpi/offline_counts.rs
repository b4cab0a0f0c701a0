//! `/v1/offline-counts`.

use serde_json::{Value, json};
use tests::{Client, Response, TestApp};

const DOG: &str = "dog-registration-change";

fn october(count: i32) -> Value {
    json!({
        "procedure": DOG,
        "channel": "counter",
        "starts_on": "2026-10-01",
        "ends_on": "2026-10-31",
        "count": count,
    })
}

async fn report(clerk: &Client, change: Value) -> Response {
    let mut body = october(5);
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    clerk.post("/v1/offline-counts", body).await
}

#[actix_web::test]
async fn a_count_is_reported_and_corrected_with_a_reason() {
    let app = TestApp::new().await;
    let takahashi = app.staff("takahashi").await;
    let first = report(&takahashi, json!({})).await.expect(201);
    assert_eq!(first["revision"], 1);
    report(&takahashi, json!({"count": 7}))
        .await
        .assert_field("/reason", "required");
    let second = report(&takahashi, json!({"count": 7, "reason": "集計漏れ"}))
        .await
        .expect(201);
    assert_eq!(second["revision"], 2);

    let list = async |query: &str| {
        let page = takahashi
            .get(format!("/v1/offline-counts{query}"))
            .await
            .expect(200);
        page["items"].as_array().unwrap().len()
    };
    assert_eq!(list("").await, 1);
    assert_eq!(list("?history=true").await, 2);
    assert_eq!(
        list("?fiscal_year=FY2026&procedure=dog-registration-change").await,
        1
    );
    assert_eq!(list("?fiscal_year=2025").await, 0);
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'offline_count.record'";
    assert_eq!(app.count(recorded).await, 2);
}

#[actix_web::test]
async fn counts_that_would_spoil_the_figure_are_refused() {
    let app = TestApp::new().await;
    let takahashi = app.staff("takahashi").await;
    for (change, pointer, code) in [
        (
            json!({"procedure": "no-such"}),
            "/procedure",
            "unknown_procedure",
        ),
        (
            json!({"procedure": "child-allowance-claim"}),
            "/procedure",
            "unknown_procedure",
        ),
        (
            json!({"channel": "portal_self"}),
            "/channel",
            "channel_not_counted",
        ),
        (
            json!({"channel": "ext_eltax", "includes_transcribed": true}),
            "/includes_transcribed",
            "not_applicable",
        ),
        (
            json!({"ends_on": "2026-09-30"}),
            "/ends_on",
            "ends_before_start",
        ),
        (
            json!({"starts_on": "2026-09-30"}),
            "/ends_on",
            "crosses_month",
        ),
        (
            json!({"starts_on": "2026-03-31", "ends_on": "2026-04-01"}),
            "/ends_on",
            "crosses_fiscal_year",
        ),
        (
            json!({"starts_on": "2026-11-01", "ends_on": "2026-11-25"}),
            "/ends_on",
            "future_period",
        ),
        (
            json!({"starts_on": "2026-03-01", "ends_on": "2026-03-31"}),
            "/starts_on",
            "period_precedes_eligibility",
        ),
        (json!({"count": -1}), "/count", "negative_or_non_integer"),
        (json!({"count": 1.5}), "/count", "wrong_type"),
        (
            json!({"starts_on": "2026-02-30"}),
            "/starts_on",
            "wrong_type",
        ),
    ] {
        let response = report(&takahashi, change.clone()).await;
        assert_eq!(response.status(), 422, "{change}: {}", response.text());
        response.assert_field(pointer, code);
    }
    assert_eq!(
        app.count("SELECT count(*) FROM offline_count_revisions")
            .await,
        0
    );
}

#[actix_web::test]
async fn overlapping_periods_of_a_channel_are_refused() {
    let app = TestApp::new().await;
    let takahashi = app.staff("takahashi").await;
    report(&takahashi, json!({})).await.expect(201);
    let overlapping = report(&takahashi, json!({"starts_on": "2026-10-15"})).await;
    overlapping.assert_problem(409, "overlap");
    report(&takahashi, json!({"channel": "postal"}))
        .await
        .expect(201);
}

#[actix_web::test]
async fn departments_see_and_report_their_own_and_the_city_sees_all() {
    let app = TestApp::new().await;
    let (takahashi, sato) = (app.staff("takahashi").await, app.staff("sato").await);
    let (watanabe, nakamura) = (app.staff("watanabe").await, app.staff("nakamura").await);
    report(&takahashi, json!({})).await.expect(201);
    report(&nakamura, json!({"channel": "postal"}))
        .await
        .expect(201);
    for (clerk, seen) in [(&takahashi, 2), (&sato, 0), (&watanabe, 2), (&nakamura, 2)] {
        let page = clerk.get("/v1/offline-counts").await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), seen);
    }
    for query in ["fiscal_year=26", "limit=0", "after=x", "history=perhaps"] {
        let response = watanabe.get(format!("/v1/offline-counts?{query}")).await;
        response.assert_problem(400, "invalid_query");
    }
}
