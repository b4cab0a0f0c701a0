//! What is no case: forms, counts, and what belongs to no procedure.

use serde_json::json;
use tests::TestApp;

use super::{CHANGE, CLAIM, DOG, items, posted, posting};

#[actix_web::test]
async fn what_belongs_to_no_procedure_is_closed_to_a_limited_posting() {
    let app = TestApp::new().await;
    let all = ["reviewer", "approver", "analyst", "administrator"];
    let all = all.map(|role| posting(None, role, &[CLAIM]));
    let sato = posted(&app, "sato", json!(all)).await;
    let task = "/v1/paper-tasks/0192f0c1-2345-7abc-8def-0123456789ab";
    for path in [
        "/v1/paper-tasks",
        task,
        "/v1/stats/kpis",
        "/v1/stats/kpis/digital_application_rate/observations",
        "/v1/reorganisations",
        "/v1/mandates",
        "/v1/registrations",
    ] {
        sato.get(path).await.assert_problem(403, "forbidden");
    }
    let created = sato.post("/v1/procedures", json!({})).await;
    created.assert_problem(403, "forbidden");
    let hand_over = sato.post(format!("{task}/hand-over"), ()).await;
    hand_over.assert_problem(403, "forbidden");
}

#[actix_web::test]
async fn whoever_asks_who_they_are_reads_their_limits() {
    let app = TestApp::new().await;
    let several = posting(Some("child-support"), "reviewer", &[CLAIM, CHANGE]);
    let wide = json!({"department": "child-support", "role": "approver"});
    let city = posting(None, "reviewer", &[DOG]);
    let sato = posted(&app, "sato", json!([several, wide, city])).await;
    let me = sato.get("/v1/me").await.expect(200);
    let told = json!([
        {"role": "approver", "department": "child-support"},
        {"role": "reviewer", "department": "child-support", "procedures": [CHANGE, CLAIM]},
        {"role": "reviewer", "department": null, "procedures": [DOG]},
    ]);
    assert_eq!(me["postings"], told);
    sato.get("/v1/me/sessions").await.expect(200);
}

#[actix_web::test]
async fn an_administrator_of_one_procedure_writes_its_forms_alone() {
    let app = TestApp::new().await;
    let limited = posting(Some("child-support"), "administrator", &[CLAIM]);
    let sato = posted(&app, "sato", json!([limited])).await;
    let begin = json!({"from": "newest"});
    let own = format!("/v1/procedures/{CLAIM}/draft");
    sato.post(&own, begin.clone()).await.expect(201);
    sato.get(format!("/v1/procedures/{CLAIM}/description"))
        .await
        .expect(200);
    for foreign in [CHANGE, DOG] {
        let draft = format!("/v1/procedures/{foreign}/draft");
        let refused = sato.post(draft, begin.clone()).await;
        refused.assert_problem(404, "not_found");
        let described = sato.get(format!("/v1/procedures/{foreign}/description"));
        described.await.assert_problem(404, "not_found");
        let form = sato.get(format!("/v1/procedures/{foreign}")).await;
        let version = form.expect(200)["form_version_id"].clone();
        let files = format!("/v1/form-versions/{}/files", version.as_str().unwrap());
        sato.get(files).await.assert_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn counts_are_given_and_seen_for_the_procedures_of_the_posting_alone() {
    let app = TestApp::new().await;
    let of = |procedure: &str| {
        json!({"procedure": procedure, "channel": "counter", "count": 5,
            "starts_on": "2026-10-01", "ends_on": "2026-10-31"})
    };
    let nakamura = app.staff("nakamura").await;
    for procedure in [CLAIM, CHANGE] {
        let counted = nakamura.post("/v1/offline-counts", of(procedure)).await;
        counted.expect(201);
    }
    let here = posting(Some("child-support"), "reviewer", &[CLAIM]);
    let anywhere = posting(None, "reviewer", &[DOG]);
    let sato = posted(&app, "sato", json!([here, anywhere])).await;
    let counted = sato.post("/v1/offline-counts", of(DOG)).await;
    counted.expect(201);
    let foreign = sato.post("/v1/offline-counts", of(CHANGE)).await;
    foreign.assert_field("/procedure", "unknown_procedure");
    let never = sato
        .post("/v1/offline-counts", of("no-such-procedure"))
        .await;
    assert_eq!(foreign.field_errors(), never.field_errors());
    let seen = items(&sato.get("/v1/offline-counts").await);
    let mut seen: Vec<_> = seen
        .iter()
        .map(|count| count["procedure"].as_str())
        .collect();
    seen.sort_unstable();
    assert_eq!(seen, [Some(CLAIM), Some(DOG)]);
}
