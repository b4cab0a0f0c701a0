//! `GET /v1/applications` of the staff listener, and taking up.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{TestApp, act, file};

const DOG: &str = "dog-registration-change";
const CHILD: &str = "child-allowance-claim";

fn paths(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| format!("/v1/applications/{}", item["id"].as_str().unwrap()))
        .collect()
}

#[actix_web::test]
async fn a_department_sees_its_own_cases_in_the_order_of_arrival() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let first = file(&hanako, CHILD, true).await;
    app.pass(TimeDelta::seconds(1));
    file(&taro, DOG, true).await;
    app.pass(TimeDelta::seconds(1));
    let second = file(&taro, CHILD, true).await;
    for login in ["sato", "suzuki"] {
        let clerk = app.staff(login).await;
        let queue = clerk.get("/v1/applications").await.expect(200);
        assert_eq!(paths(&queue), [first.clone(), second.clone()]);
        let page = clerk.get("/v1/applications?limit=1").await.expect(200);
        let next = page["next"].as_str().unwrap();
        let page = clerk
            .get(format!("/v1/applications?limit=1&after={next}"))
            .await
            .expect(200);
        assert_eq!(paths(&page), std::slice::from_ref(&second));
    }
}

#[actix_web::test]
async fn the_queue_can_be_narrowed() {
    let app = TestApp::new().await;
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    let mine = file(&hanako, CHILD, true).await;
    let waiting = file(&hanako, CHILD, true).await;
    act(&sato, &mine, "take-up", ()).await.expect(200);
    for (query, expected) in [
        ("status=under_review", vec![mine.clone()]),
        ("status=submitted", vec![waiting]),
        ("mine=true", vec![mine]),
        ("procedure=dog-registration-change", vec![]),
        ("status=completed", vec![]),
    ] {
        let queue = sato
            .get(format!("/v1/applications?{query}"))
            .await
            .expect(200);
        assert_eq!(paths(&queue), expected, "{query}");
    }
    for query in [
        "status=lost",
        "procedure=no-such",
        "mine=maybe",
        "limit=0",
        "after=x",
    ] {
        let response = sato.get(format!("/v1/applications?{query}")).await;
        response.assert_problem(400, "invalid_query");
    }
}

#[actix_web::test]
async fn taking_up_makes_the_clerk_the_reviewer() {
    let app = TestApp::new().await;
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    let path = file(&hanako, CHILD, true).await;
    let taken = act(&sato, &path, "take-up", ()).await.expect(200);
    let me = sato.get("/v1/me").await.expect(200);
    assert_eq!(taken["status"], "under_review");
    assert_eq!(taken["assignee_id"], me["id"]);
    let again = act(&sato, &path, "take-up", ()).await;
    let problem = again.assert_problem(409, "illegal_transition");
    assert_eq!(
        problem["allowed_events"],
        json!(["request_correction", "propose", "withdraw"])
    );
    assert_eq!(
        hanako.get(&path).await.expect(200)["status"],
        "under_review"
    );
}

#[actix_web::test]
async fn an_open_case_past_its_day_is_overdue() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, CHILD, true).await;
    for (days, overdue) in [(30, false), (1, true)] {
        app.pass(TimeDelta::days(days));
        let sato = app.staff("sato").await;
        assert_eq!(sato.get(&path).await.expect(200)["overdue"], overdue);
        let queue = sato.get("/v1/applications").await.expect(200);
        assert_eq!(queue["items"][0]["overdue"], overdue);
    }
}

#[actix_web::test]
async fn looking_at_a_case_is_recorded() {
    let app = TestApp::new().await;
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    let path = file(&hanako, CHILD, true).await;
    let me = sato.get("/v1/me").await.expect(200);
    let case = sato.get(&path).await.expect(200);
    let recorded = format!(
        "SELECT count(*) FROM audit_events WHERE action = 'application.read'
         AND actor_kind = 'staff' AND actor_id = '{}' AND object_id = '{}'",
        me["id"].as_str().unwrap(),
        case["id"].as_str().unwrap()
    );
    assert_eq!(app.count(&recorded).await, 1);
}
