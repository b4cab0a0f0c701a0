//! デジタル申請率, from the filing to the figure.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Client, TestApp, file};

const DOG: &str = "dog-registration-change";
const SERIES: &str = "/v1/stats/kpis/digital_application_rate/observations";

async fn report(
    clerk: &Client,
    channel: &str,
    days: (&str, &str),
    count: i32,
    reason: Option<&str>,
) {
    let body = json!({
        "procedure": DOG, "channel": channel,
        "starts_on": days.0, "ends_on": days.1, "count": count, "reason": reason,
    });
    clerk.post("/v1/offline-counts", body).await.expect(201);
}

async fn observed(analyst: &Client, query: &str) -> Value {
    let series = analyst.get(format!("{SERIES}?{query}")).await.expect(200);
    series["observations"][0].clone()
}

#[actix_web::test]
async fn a_filing_and_the_counters_paper_make_the_rate() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    file(&hanako, DOG, true).await;
    let watanabe = app.staff("watanabe").await;
    let before = observed(&watanabe, "").await;
    assert_eq!(
        (&before["denominator"], &before["value"]),
        (&json!(0), &Value::Null)
    );
    assert_eq!(before["status"], "not_reported");

    report(&takahashi, "counter", ("2026-11-01", "2026-11-24"), 3, None).await;
    for scope in [
        "city",
        "department:environment",
        "procedure:dog-registration-change",
    ] {
        let year = observed(&watanabe, &format!("scope={scope}")).await;
        assert_eq!(
            (&year["numerator"], &year["denominator"]),
            (&json!(1), &json!(4))
        );
        assert_eq!(year["value"], 0.25);
        assert_eq!(year["percent"], "25.0");
        assert_eq!(year["breakdown"], json!({"counter": 3, "portal_self": 1}));
        assert_eq!(year["status"], "provisional");
        assert_eq!(year["period"]["id"], "FY2026");
    }
    let city = observed(&watanabe, "").await;
    let targets = city["targets"].as_array().unwrap();
    assert_eq!(targets.len(), 2);
    assert!(targets.iter().all(|target| target["met"] == false));
}

#[actix_web::test]
async fn the_figure_can_be_had_as_it_was_before_a_correction() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    file(&hanako, DOG, true).await;
    report(&takahashi, "counter", ("2026-11-01", "2026-11-24"), 3, None).await;
    app.pass(TimeDelta::minutes(5));
    report(
        &takahashi,
        "counter",
        ("2026-11-01", "2026-11-24"),
        1,
        Some("二重計上"),
    )
    .await;
    let watanabe = app.staff("watanabe").await;
    let then = observed(&watanabe, "as_of=2026-11-24T01:04:59Z").await;
    let now = observed(&watanabe, "").await;
    assert_eq!(
        (&then["denominator"], &now["denominator"]),
        (&json!(4), &json!(2))
    );
    let future = watanabe
        .get(format!("{SERIES}?as_of=2026-11-25T00:00:00Z"))
        .await;
    future.assert_problem(400, "invalid_query");
}

/// Case 5 of the KPI specification: digital from 15 October, one pilot filing on the evening before.
#[actix_web::test]
async fn only_what_came_after_the_start_of_digital_filing_counts() {
    let app = TestApp::new().await;
    app.as_admin(
        "UPDATE kpi_digital_intervals SET starts_on = '2026-10-15'
             FROM kpi_procedures p WHERE p.procedure_id = kpi_digital_intervals.procedure_id
             AND p.code = 'dog-registration-change';
         INSERT INTO kpi_ledger SELECT 'arrival:' || gen_random_uuid(), procedure_id, 'portal_self',
             date '2026-10-15' + (n % 160), 1, timestamptz '2026-10-15' + (n % 160) * interval '1 day'
             FROM kpi_procedures, generate_series(1, 300) n WHERE code = 'dog-registration-change';
         INSERT INTO kpi_ledger SELECT 'arrival:pilot', procedure_id, 'portal_self', '2026-10-14', 1,
             '2026-10-14T23:59:59+09:00' FROM kpi_procedures WHERE code = 'dog-registration-change'",
    )
    .await;
    app.pass(TimeDelta::days(160));
    let takahashi = app.staff("takahashi").await;
    let whole = json!({
        "procedure": DOG, "channel": "counter",
        "starts_on": "2026-10-01", "ends_on": "2026-10-31", "count": 30,
    });
    let refused = takahashi.post("/v1/offline-counts", whole).await;
    refused.assert_field("/starts_on", "period_precedes_eligibility");
    report(
        &takahashi,
        "counter",
        ("2026-10-15", "2026-10-31"),
        20,
        None,
    )
    .await;
    for (first, last) in [
        ("2026-11-01", "2026-11-30"),
        ("2026-12-01", "2026-12-31"),
        ("2027-01-01", "2027-01-31"),
        ("2027-02-01", "2027-02-28"),
        ("2027-03-01", "2027-03-31"),
    ] {
        report(&takahashi, "counter", (first, last), 16, None).await;
    }
    let watanabe = app.staff("watanabe").await;
    let query = "scope=procedure:dog-registration-change&from=2026&to=2026";
    let year = observed(&watanabe, query).await;
    assert_eq!(
        (&year["numerator"], &year["denominator"]),
        (&json!(300), &json!(400))
    );
    assert_eq!(year["percent"], "75.0");
    assert_eq!(year["coverage"]["cells_reported"], 6);
}

#[actix_web::test]
async fn the_figures_there_are_come_with_the_visions_targets() {
    let app = TestApp::new().await;
    let watanabe = app.staff("watanabe").await;
    let list = watanabe.get("/v1/stats/kpis").await.expect(200);
    let targets = list["items"][0]["targets"].as_array().unwrap();
    let target = |index: usize| {
        let target: &Value = &targets[index];
        let value = target["value"].to_string();
        (
            target["fiscal_year"].clone(),
            value.trim_matches('"').parse::<f64>().unwrap(),
        )
    };
    assert_eq!(target(0), (json!(2030), 0.7));
    assert_eq!(target(1), (json!(2035), 0.9));
}

#[actix_web::test]
async fn figures_nobody_knows_are_not_found_and_odd_periods_refused() {
    let app = TestApp::new().await;
    let watanabe = app.staff("watanabe").await;
    for path in [
        "/v1/stats/kpis/no_such/observations".to_owned(),
        format!("{SERIES}?scope=procedure:no-such"),
        format!("{SERIES}?scope=department:no-such"),
    ] {
        watanabe.get(path).await.assert_problem(404, "not_found");
    }
    for query in [
        "scope=town",
        "grain=week",
        "from=2027",
        "from=26",
        "assisted=maybe",
        "colour=blue",
    ] {
        let response = watanabe.get(format!("{SERIES}?{query}")).await;
        response.assert_problem(400, "invalid_query");
    }
    let months = watanabe
        .get(format!("{SERIES}?grain=month"))
        .await
        .expect(200);
    assert!(months["observations"].as_array().unwrap().len() >= 8);
}

#[actix_web::test]
async fn a_procedure_whose_form_is_retired_counts_until_that_day() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    file(&hanako, DOG, true).await;
    report(&takahashi, "counter", ("2026-11-01", "2026-11-24"), 3, None).await;
    let form = hanako.get(format!("/v1/procedures/{DOG}/form")).await;
    let retire = format!(
        "/v1/form-versions/{}/retire",
        form.expect(200)["id"].as_str().unwrap()
    );
    let reason = json!({"reason": "制度の廃止"});
    let nakamura = app.staff("nakamura").await;
    nakamura.post(retire, reason).await.expect(200);
    app.pass(TimeDelta::days(30));
    let takahashi = app.staff("takahashi").await;
    let after = json!({
        "procedure": DOG, "channel": "counter", "count": 5,
        "starts_on": "2026-12-01", "ends_on": "2026-12-10",
    });
    let refused = takahashi.post("/v1/offline-counts", after).await;
    refused.assert_field("/starts_on", "period_precedes_eligibility");
    let watanabe = app.staff("watanabe").await;
    let year = observed(&watanabe, "scope=procedure:dog-registration-change").await;
    assert_eq!(
        (&year["numerator"], &year["denominator"]),
        (&json!(1), &json!(4))
    );
    let scope = "scope=procedure:dog-registration-change&grain=month";
    let series = watanabe.get(format!("{SERIES}?{scope}")).await.expect(200);
    let mut months = series["observations"].as_array().unwrap().iter();
    let december = months
        .find(|month| month["period"]["id"] == "2026-12")
        .unwrap();
    assert_eq!(december["coverage"]["cells_expected"], 0);
}
