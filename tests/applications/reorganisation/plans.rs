//! Plans, tried and kept, given up and refused.

use futures_util::future::join;
use serde_json::json;
use tests::{CatalogueCopy, TestApp, file};

use super::{CLAIM, DOG, first_of_april, plan, planned, until_april};

#[actix_web::test]
async fn of_two_plans_at_once_that_end_one_department_one_is_kept() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let end = |successor: &str| {
        let plan = json!({
            "effective_on": "2027-04-01",
            "dissolved": [{"department": "childcare", "successor": successor}],
        });
        let planning = nakamura.post("/v1/reorganisations", plan);
        async { planning.await.status() }
    };
    let (one, other) = join(end("health"), end("resident")).await;
    let mut statuses = [one, other];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422]);
    first_of_april(&app).await;
}

#[actix_web::test]
async fn a_plan_is_tried_without_a_trace_and_given_up_before_its_day() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    file(&hanako, CLAIM, true).await;
    let nakamura = app.staff("nakamura").await;
    let tried = nakamura.post("/v1/reorganisations?dry_run=true", plan());
    let tried = tried.await.expect(200);
    assert_eq!(tried["open_cases"], 1);
    assert!(tried["procedures"].as_u64().unwrap() > 1);
    assert!(tried["postings"].as_u64().unwrap() > 1);
    let list = async || nakamura.get("/v1/reorganisations").await.expect(200);
    assert_eq!(list().await["items"], json!([]));

    let planned = nakamura.post("/v1/reorganisations", plan()).await;
    let path = format!(
        "/v1/reorganisations/{}",
        planned.expect(201)["id"].as_str().unwrap()
    );
    nakamura.delete(&path).await.expect(204);
    nakamura
        .delete(&path)
        .await
        .assert_problem(404, "not_found");
    assert_eq!(list().await["items"], json!([]));
    until_april(&app).await;
    assert_eq!(app.run_jobs().await, 1);
    app.staff("sato")
        .await
        .get("/v1/applications")
        .await
        .expect(200);
}

#[actix_web::test]
async fn a_plan_that_has_been_carried_out_is_not_given_up() {
    let app = TestApp::new().await;
    planned(&app).await;
    first_of_april(&app).await;
    let nakamura = app.staff("nakamura").await;
    let list = nakamura.get("/v1/reorganisations").await.expect(200);
    let done = &list["items"][0];
    assert_eq!(done["carried_out_at"], "2027-03-31T15:00:00Z");
    let path = format!("/v1/reorganisations/{}", done["id"].as_str().unwrap());
    nakamura
        .delete(&path)
        .await
        .assert_problem(409, "illegal_transition");
}

#[actix_web::test]
async fn everything_that_is_wrong_in_a_plan_is_named() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let plan = json!({
        "effective_on": "2026-11-24",
        "departments": [
            {"code": "a", "name": {"en": "A"}}, {"code": "b", "name": {"ja": "B課"}}, {"code": "b", "name": {"ja": "B課"}},
            {"code": "resident", "name": {"ja": "住民課"}}, {"code": "owner", "name": {"ja": "所有課"}},
        ],
        "dissolved": [
            {"department": "no-such", "successor": "b"},
            {"department": "childcare", "successor": "health"},
            {"department": "health", "successor": "no-such"},
            {"department": "health", "successor": "b"},
        ],
        "procedures": [
            {"procedure": "no-such", "department": "b"},
            {"procedure": DOG, "department": "childcare"},
        ],
    });
    let refused = nakamura.post("/v1/reorganisations", plan).await;
    let expected = [
        ("/effective_on", "not_in_future"),
        ("/departments/0/name", "name"),
        ("/departments/2/code", "duplicate"),
        ("/departments/3/code", "already_there"),
        ("/departments/4/code", "already_there"),
        ("/dissolved/0/department", "unknown_department"),
        ("/dissolved/1/successor", "unknown_department"),
        ("/dissolved/2/successor", "unknown_department"),
        ("/dissolved/3/department", "duplicate"),
        ("/procedures/0/procedure", "unknown_procedure"),
        ("/procedures/1/department", "unknown_department"),
    ];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(refused.field_errors(), expected);
    let empty = json!({"effective_on": "2027-04-01"});
    let refused = nakamura.post("/v1/reorganisations", empty).await;
    refused.assert_field("/dissolved", "required");
}

#[actix_web::test]
async fn a_department_ends_by_one_plan_and_takes_over_nothing_after_that() {
    let app = TestApp::new().await;
    let nakamura = planned(&app).await;
    let again = json!({
        "effective_on": "2028-04-01",
        "dissolved": [
            {"department": "child-support", "successor": "resident"},
            {"department": "childcare", "successor": "child-support"},
        ],
    });
    let refused = nakamura.post("/v1/reorganisations", again.clone()).await;
    let expected = [
        ("/dissolved/0/department", "already_planned"),
        ("/dissolved/1/successor", "unknown_department"),
    ];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(refused.field_errors(), expected);
    first_of_april(&app).await;
    let nakamura = app.staff("nakamura").await;
    let refused = nakamura.post("/v1/reorganisations", again).await;
    assert_eq!(refused.field_errors().len(), 2, "{}", refused.text());
    let back = json!({
        "effective_on": "2028-04-01",
        "departments": [{"code": "child-support", "name": {"ja": "子育て支援課"}}],
    });
    let refused = nakamura.post("/v1/reorganisations", back).await;
    refused.assert_field("/departments/0/code", "already_there");
}

#[actix_web::test]
async fn a_department_that_is_to_receive_something_does_not_end_meanwhile() {
    let app = TestApp::new().await;
    let nakamura = planned(&app).await;
    for receiving in ["children-future", "resident"] {
        let end = json!({
            "effective_on": "2027-03-01",
            "dissolved": [{"department": receiving, "successor": "health"}],
        });
        let refused = nakamura.post("/v1/reorganisations", end).await;
        refused.assert_field("/dissolved/0/department", "already_planned");
    }
    first_of_april(&app).await;
}

#[actix_web::test]
async fn a_catalogue_of_before_does_not_take_a_procedure_back() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let plan = json!({
        "effective_on": "2027-04-01",
        "procedures": [{"procedure": DOG, "department": "resident"}],
    });
    nakamura.post("/v1/reorganisations", plan).await.expect(201);
    first_of_april(&app).await;
    let catalogue = CatalogueCopy::new();
    let refused = catalogue.import(&app).await.unwrap_err();
    assert!(refused.contains("resident のもの"), "{refused}");
    let described = format!("procedures/{DOG}/procedure.json");
    catalogue.change(&described, |file| {
        file["owner_department"] = json!("resident")
    });
    assert_eq!(catalogue.import(&app).await, Ok(0));
}
