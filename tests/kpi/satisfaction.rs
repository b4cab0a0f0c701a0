//! デジタル申請利用者満足度: asked once, answered once, leading back to nobody.

use serde_json::{Value, json};
use tests::{Client, TestApp, decide, file};

async fn token(hanako: &Client, path: &str) -> Value {
    let body = json!({"touchpoint": "submitted"});
    let offered = hanako.post(format!("{path}/survey"), body).await;
    offered.expect(201)["token"].clone()
}

async fn answer(anyone: &Client, token: &Value, rating: Value) -> tests::Response {
    let body = json!({"token": token, "rating": rating});
    anyone.post("/v1/survey/answers", body).await
}

async fn satisfaction(app: &TestApp) -> Value {
    let watanabe = app.staff("watanabe").await;
    let path = "/v1/stats/kpis/digital_satisfaction_rate/observations?from=2026&to=2026";
    watanabe.get(path).await.expect(200)["observations"][0].clone()
}

#[actix_web::test]
async fn a_token_is_good_for_one_answer_and_the_figure_counts_it_once() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    assert_eq!(satisfaction(&app).await["value"], Value::Null);
    let path = file(&hanako, "dog-registration-change", true).await;
    let token = token(&hanako, &path).await;
    let anyone = app.anonymous(tests::Audience::Resident);
    answer(&anyone, &token, json!(5)).await.expect(204);
    answer(&anyone, &token, json!(1))
        .await
        .assert_problem(409, "survey_answered");
    let figure = satisfaction(&app).await;
    assert_eq!(
        (&figure["numerator"], &figure["denominator"]),
        (&json!(1), &json!(1))
    );
}

#[actix_web::test]
async fn it_is_offered_once_at_each_touchpoint_and_not_before() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let path = file(&hanako, "dog-registration-change", true).await;
    token(&hanako, &path).await;
    let ask = |touchpoint: &str| json!({"touchpoint": touchpoint});
    let again = hanako
        .post(format!("{path}/survey"), ask("submitted"))
        .await;
    again.assert_problem(409, "survey_offered");
    let early = hanako.post(format!("{path}/survey"), ask("decided")).await;
    early.assert_problem(409, "illegal_transition");
    let foreign = taro.post(format!("{path}/survey"), ask("submitted")).await;
    foreign.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn an_unknown_token_answers_nothing_and_declining_is_no_rating() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let anyone = app.anonymous(tests::Audience::Resident);
    let unknown = json!("8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8_8xLOxBtZp8");
    answer(&anyone, &unknown, json!(5))
        .await
        .assert_problem(404, "not_found");
    let path = file(&hanako, "dog-registration-change", true).await;
    let token = token(&hanako, &path).await;
    answer(&anyone, &token, Value::Null).await.expect(204);
    let figure = satisfaction(&app).await;
    assert_eq!(
        (&figure["denominator"], &figure["declined"]),
        (&json!(0), &json!(1))
    );
}

#[actix_web::test]
async fn after_the_decision_it_is_asked_again_and_kept_apart_from_the_official_figure() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, "child-allowance-claim", true).await;
    decide(&app, &path, json!({"outcome": "grant"})).await;
    app.run_jobs().await;
    let body = json!({"touchpoint": "decided"});
    let offered = hanako.post(format!("{path}/survey"), body.clone()).await;
    let token = offered.expect(201)["token"].clone();
    let again = hanako.post(format!("{path}/survey"), body.clone()).await;
    again.assert_problem(409, "survey_offered");
    let anyone = app.anonymous(tests::Audience::Resident);
    answer(&anyone, &token, json!(2)).await.expect(204);
    assert_eq!(satisfaction(&app).await["denominator"], 0);
    let decided = "SELECT count(*) FROM survey_answers WHERE touchpoint = 'decided' AND rating = 2";
    assert_eq!(app.count(decided).await, 1);
}

#[actix_web::test]
async fn nothing_that_is_kept_leads_from_a_token_to_the_application() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, "dog-registration-change", true).await;
    token(&hanako, &path).await;
    let id = path.rsplit('/').next().unwrap();
    let me = hanako.get("/v1/me").await.expect(200);
    for person in [id, me["id"].as_str().unwrap()] {
        let traces = format!(
            "SELECT count(*) FROM survey_tokens WHERE survey_tokens::text LIKE '%{person}%'"
        );
        assert_eq!(app.count(&traces).await, 0);
    }
    assert_eq!(app.count("SELECT count(*) FROM idempotency_keys").await, 0);
}
