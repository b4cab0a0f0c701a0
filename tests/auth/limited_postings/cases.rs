//! Cases: the queue, reading, and every act.

use chrono::TimeDelta;
use serde_json::json;
use tests::{Body, TestApp, act, file};

use super::{CHANGE, CLAIM, DOG, assert_unknown, paths, posted, posting};

#[actix_web::test]
async fn a_reviewer_of_one_procedure_sees_and_does_its_cases_alone() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (own, foreign) = (
        file(&hanako, CLAIM, true).await,
        file(&hanako, CHANGE, true).await,
    );
    let reviewer = posting(Some("child-support"), "reviewer", &[CLAIM]);
    let sato = posted(&app, "sato", json!([reviewer])).await;
    let queue = sato.get("/v1/applications").await;
    assert_eq!(paths(&queue), std::slice::from_ref(&own));
    let narrowed = format!("/v1/applications?procedure={CHANGE}");
    assert!(paths(&sato.get(narrowed).await).is_empty());
    act(&sato, &own, "take-up", ()).await.expect(200);

    let file = "0192f0c1-2345-7abc-8def-0123456789ab";
    assert_unknown(&sato, &foreign, str::to_owned).await;
    assert_unknown(&sato, &foreign, |path| format!("{path}/events")).await;
    assert_unknown(&sato, &foreign, |path| format!("{path}/attachments/{file}")).await;
    for (act, body) in [
        ("take-up", Body::None),
        ("propose", json!({"outcome": "grant"}).into()),
        ("take-back", Body::None),
        ("complete", Body::None),
        ("close-correction", Body::None),
    ] {
        let call = sato.post(format!("{foreign}/{act}"), body);
        let refused = call.if_match("\"1\"").await;
        refused.assert_problem(404, "not_found");
    }
    let denied = "SELECT count(*) FROM audit_events WHERE action = 'access.denied'";
    assert_eq!(app.count(denied).await, 11);
}

#[actix_web::test]
async fn an_approver_of_one_procedure_approves_it_for_every_department_and_no_other() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let sato = app.staff("sato").await;
    let mut cases = Vec::new();
    for procedure in [CLAIM, CHANGE] {
        let case = file(&hanako, procedure, true).await;
        act(&sato, &case, "take-up", ()).await.expect(200);
        let grant = json!({"outcome": "grant"});
        act(&sato, &case, "propose", grant).await.expect(200);
        cases.push(case);
    }
    let approver = posting(None, "approver", &[CLAIM, DOG]);
    let tanaka = posted(&app, "tanaka", json!([approver])).await;
    act(&tanaka, &cases[0], "approve", ()).await.expect(200);
    let approve = tanaka.post(format!("{}/approve", cases[1]), ());
    approve
        .if_match("\"4\"")
        .await
        .assert_problem(404, "not_found");
    app.run_jobs().await;
}

#[actix_web::test]
async fn a_wide_posting_beside_a_narrow_one_is_wide_in_its_department() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let mut cases = Vec::new();
    for procedure in [CLAIM, CHANGE, DOG] {
        let resident = if procedure == DOG { &taro } else { &hanako };
        cases.push(file(resident, procedure, true).await);
        app.pass(TimeDelta::seconds(1));
    }
    let narrow = posting(Some("child-support"), "reviewer", &[CLAIM]);
    let wide = json!({"department": "child-support", "role": "reviewer"});
    let sato = posted(&app, "sato", json!([narrow, wide])).await;
    assert_eq!(paths(&sato.get("/v1/applications").await), cases[..2]);
}

#[actix_web::test]
async fn what_two_postings_reach_is_listed_once_and_page_by_page() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let mut cases = Vec::new();
    for (resident, procedure) in [
        (&hanako, CLAIM),
        (&taro, DOG),
        (&hanako, CHANGE),
        (&taro, CLAIM),
    ] {
        cases.push(file(resident, procedure, true).await);
        app.pass(TimeDelta::seconds(1));
    }
    let everywhere = posting(None, "reviewer", &[CLAIM, DOG]);
    let here = posting(Some("child-support"), "approver", &[CLAIM, CHANGE]);
    let sato = posted(&app, "sato", json!([everywhere, here])).await;
    assert_eq!(paths(&sato.get("/v1/applications").await), cases);
    let mut page = sato.get("/v1/applications?limit=1").await;
    for case in &cases {
        assert_eq!(paths(&page), std::slice::from_ref(case));
        let Some(next) = page.json()["next"].as_str().map(str::to_owned) else {
            break;
        };
        let next = format!("/v1/applications?limit=1&after={next}");
        page = sato.get(next).await;
    }
    assert_eq!(paths(&page), cases[3..]);
}

#[actix_web::test]
async fn a_procedure_that_changes_hands_is_out_of_reach_and_the_assignee_who_reviews_it_there_stays()
 {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (claim, change) = (
        file(&hanako, CLAIM, true).await,
        file(&hanako, CHANGE, true).await,
    );
    let here = json!({"department": "child-support", "role": "reviewer"});
    let there = posting(Some("resident"), "reviewer", &[CLAIM]);
    let sato = posted(&app, "sato", json!([here, there])).await;
    for case in [&claim, &change] {
        act(&sato, case, "take-up", ()).await.expect(200);
    }
    let plan = json!({"effective_on": "2026-11-25", "procedures": [
        {"procedure": CLAIM, "department": "resident"},
        {"procedure": CHANGE, "department": "resident"},
    ]});
    let nakamura = app.staff("nakamura").await;
    nakamura.post("/v1/reorganisations", plan).await.expect(201);
    app.pass(TimeDelta::days(1));
    app.run_jobs().await;
    app.pass(TimeDelta::minutes(2));
    app.run_jobs().await;
    let sato = app.staff("sato").await;
    let kept = sato.get(&claim).await.expect(200);
    assert_eq!(
        kept["assignee_id"],
        sato.get("/v1/me").await.expect(200)["id"]
    );
    sato.get(&change).await.assert_problem(404, "not_found");
    let kobayashi = app.staff("kobayashi").await;
    let handed = kobayashi.get(&change).await.expect(200);
    assert!(handed["assignee_id"].is_null());
}
