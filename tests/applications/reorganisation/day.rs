//! What the day brings.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{TestApp, act, decide, file};

use super::{CLAIM, DOG, first_of_april, planned, post_sato_ahead, until_april};

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
async fn a_filing_that_read_the_former_department_is_found_two_minutes_later() {
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
