//! 組織改編 on 1 April: procedures, cases, paper and postings change hands, and figures of the past stay.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join;
use serde_json::{Value, json};
use tests::{CatalogueCopy, Client, TestApp, act, decide, file};

const CLAIM: &str = "child-allowance-claim";
const DOG: &str = "dog-registration-change";

fn plan() -> Value {
    json!({
        "effective_on": "2027-04-01",
        "departments": [{"code": "children-future", "name": {"ja": "こども未来課"}}],
        "dissolved": [{"department": "child-support", "successor": "children-future"}],
        "procedures": [{"procedure": DOG, "department": "resident"}],
    })
}

/// Sato goes along, from 1 April on.
async fn post_sato_ahead(app: &TestApp) {
    app.as_admin(
        "INSERT INTO postings (id, staff_id, department_id, role, valid_from, source)
         SELECT gen_random_uuid(), s.id, d.id, 'reviewer', '2027-04-01', 'file'
         FROM staff_members s, departments d
         WHERE s.subject = 'demo-staff-0001' AND d.code = 'children-future'",
    )
    .await;
}

/// Until the fiscal year begins in Japan, and for the worker to have done what it brings.
async fn first_of_april(app: &TestApp) {
    until_april(app).await;
    app.run_jobs().await;
    app.pass(TimeDelta::minutes(2));
    app.run_jobs().await;
}

async fn until_april(app: &TestApp) {
    let begins: DateTime<Utc> = "2027-03-31T15:00:00Z".parse().unwrap();
    app.pass(begins - app.clock.now());
}

async fn planned(app: &TestApp) -> Client {
    let nakamura = app.staff("nakamura").await;
    let planned = nakamura.post("/v1/reorganisations", plan()).await;
    planned.expect(201);
    nakamura
}

#[actix_web::test]
async fn on_the_day_cases_go_to_the_successor_and_who_goes_along_keeps_them() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (kept, left) = (
        file(&hanako, CLAIM, true).await,
        file(&hanako, "child-allowance-amount-change", true).await,
    );
    let sato = app.staff("sato").await;
    act(&sato, &kept, "take-up", ()).await.expect(200);
    planned(&app).await;
    post_sato_ahead(&app).await;
    assert_eq!(app.run_jobs().await, 0, "its day has not come");
    let before = sato.get(&kept).await.expect(200);
    first_of_april(&app).await;

    let sato = app.staff("sato").await;
    let me = sato.get("/v1/me").await.expect(200);
    let there = json!([{"role": "reviewer", "department": "children-future"}]);
    assert_eq!(me["postings"], there);
    let after = sato.get(&kept).await.expect(200);
    assert_eq!(after["assignee_id"], before["assignee_id"]);
    assert_eq!(after["status"], before["status"]);
    act(&sato, &left, "take-up", ()).await.expect(200);
    let events = sato.get(format!("{kept}/events")).await.expect(200);
    let events: Vec<_> = events["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["event"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(events, ["submit", "take_up", "hand_over"]);
    // Suzuki stayed behind, with a posting that is over.
    let suzuki = app.staff("suzuki").await;
    suzuki.get(&kept).await.assert_problem(403, "forbidden");
    let over = "SELECT count(*) FROM postings p JOIN departments d ON d.id = p.department_id
        WHERE d.code = 'child-support' AND (p.valid_until IS NULL OR p.valid_until > '2027-04-01')";
    assert_eq!(app.count(over).await, 0);
}

#[actix_web::test]
async fn what_is_over_and_what_is_to_be_printed_goes_along_too() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, CLAIM, false).await;
    decide(&app, &path, json!({"outcome": "grant"})).await;
    assert_eq!(app.run_jobs().await, 1);
    let events = "SELECT count(*) FROM application_events";
    let before = app.count(events).await;
    planned(&app).await;
    post_sato_ahead(&app).await;
    until_april(&app).await;
    app.run_jobs().await;
    // A delivery that was under way.
    app.as_admin(
        "UPDATE paper_tasks SET department_id =
         (SELECT id FROM departments WHERE code = 'child-support')",
    )
    .await;
    app.pass(TimeDelta::minutes(2));
    app.run_jobs().await;
    let sato = app.staff("sato").await;
    assert_eq!(sato.get(&path).await.expect(200)["status"], "completed");
    assert_eq!(app.count(events).await, before, "nothing happened to it");
    let tasks = sato.get("/v1/paper-tasks").await.expect(200);
    let task = &tasks["items"][0];
    assert_eq!(task["sender"]["code"], "child-support", "who sent it then");
    let task = format!("/v1/paper-tasks/{}", task["delivery_id"].as_str().unwrap());
    sato.post(format!("{task}/hand-over"), ()).await.expect(200);
}

#[actix_web::test]
async fn figures_of_the_past_stay_with_the_department_of_then() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    file(&hanako, DOG, true).await;
    let observed = async |department: &str, year: i32| {
        let watanabe = app.staff("watanabe").await;
        let query = format!("scope=department:{department}&from={year}&to={year}");
        let path = format!("/v1/stats/kpis/digital_application_rate/observations?{query}");
        let series = watanabe.get(path).await.expect(200);
        series["observations"][0]["breakdown"]["portal_self"].clone()
    };
    let report = async |clerk: &str, starts_on: &str, ends_on: &str| {
        let body = json!({
            "procedure": DOG, "channel": "counter", "count": 0,
            "starts_on": starts_on, "ends_on": ends_on,
        });
        let clerk = app.staff(clerk).await;
        clerk.post("/v1/offline-counts", body).await.expect(201);
    };
    report("takahashi", "2026-11-01", "2026-11-24").await;
    let before = observed("environment", 2026).await;
    planned(&app).await;
    first_of_april(&app).await;
    let hanako = app.resident("hanako").await;
    file(&hanako, DOG, true).await;
    app.pass(TimeDelta::days(1));
    report("kobayashi", "2027-04-01", "2027-04-02").await;
    assert_eq!(before, 1);
    assert_eq!(observed("environment", 2026).await, before);
    assert_eq!(observed("resident", 2027).await, 1);
    for (department, year) in [("environment", 2027), ("resident", 2026)] {
        assert_eq!(
            observed(department, year).await,
            Value::Null,
            "{department}"
        );
    }
}

#[actix_web::test]
async fn a_filing_that_read_the_former_department_is_found_a_minute_later() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, DOG, true).await;
    planned(&app).await;
    until_april(&app).await;
    app.run_jobs().await;
    app.as_admin(
        "UPDATE applications SET department_id =
         (SELECT id FROM departments WHERE code = 'environment')",
    )
    .await;
    app.pass(TimeDelta::minutes(2));
    app.run_jobs().await;
    let takahashi = app.staff("takahashi").await;
    takahashi.get(&path).await.assert_problem(404, "not_found");
    let kobayashi = app.staff("kobayashi").await;
    kobayashi.get(&path).await.expect(200);
    let events = kobayashi.get(format!("{path}/events")).await.expect(200);
    let events = events["items"].as_array().unwrap().iter();
    let handed = events.filter(|event| event["event"] == "hand_over").count();
    assert_eq!(handed, 2);
}

#[actix_web::test]
async fn more_cases_than_one_step_takes_are_handed_over_in_several() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, DOG, true).await;
    // 450 like it, which nobody has read yet.
    app.as_admin(
        "CREATE TEMP TABLE more AS SELECT a.*, gen_random_uuid() AS new_id
             FROM applications a, generate_series(1, 450);
         UPDATE more SET id = new_id;
         ALTER TABLE more DROP COLUMN new_id;
         INSERT INTO applications SELECT * FROM more",
    )
    .await;
    planned(&app).await;
    first_of_april(&app).await;
    let left = "SELECT count(*) FROM applications a JOIN departments d ON d.id = a.department_id
        WHERE d.code = 'environment'";
    assert_eq!(app.count(left).await, 0);
    let events = "SELECT count(*) FROM application_events WHERE event = 'hand_over'";
    assert_eq!(app.count(events).await, 451);
    app.staff("kobayashi").await.get(&path).await.expect(200);
}

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
    until_april(&app).await;
    app.run_jobs().await;
    app.pass(TimeDelta::minutes(2));
    app.run_jobs().await;
}

#[actix_web::test]
async fn a_count_of_days_before_and_after_is_neither_departments() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let plan = json!({
        "effective_on": "2026-12-15",
        "procedures": [{"procedure": DOG, "department": "resident"}],
    });
    nakamura.post("/v1/reorganisations", plan).await.expect(201);
    app.pass(TimeDelta::days(30));
    app.run_jobs().await;
    app.pass(TimeDelta::minutes(2));
    app.run_jobs().await;
    let count = |starts_on: &str, ends_on: &str| {
        json!({
            "procedure": DOG, "channel": "counter", "count": 1,
            "starts_on": starts_on, "ends_on": ends_on,
        })
    };
    let kobayashi = app.staff("kobayashi").await;
    let whole = kobayashi.post("/v1/offline-counts", count("2026-12-01", "2026-12-20"));
    whole.await.assert_field("/ends_on", "crosses_owner_change");
    let since = kobayashi.post("/v1/offline-counts", count("2026-12-15", "2026-12-20"));
    since.await.expect(201);
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
            {"code": "resident", "name": {"ja": "住民課"}},
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
