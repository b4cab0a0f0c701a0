//! 法定期限 and 延期: the day that law sets, and putting it off.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Body, Client, Response, TestApp, act, act_at_once, file, filled, republish};

const CHILD: &str = "child-allowance-claim";
const CARE: &str = "long-term-care-certification-renewal";

fn thirty_days(extendable: bool) -> Value {
    json!({
        "period": {"length": 30, "unit": "calendar_days", "start": "day_after_arrival", "holiday_rule": "unchanged"},
        "legal_basis": "見本法第27条第11項",
        "extendable": extendable,
    })
}

/// From now on claims have a limit.
async fn limit_claims(app: &TestApp, limit: Value) {
    let change = |draft: &mut Value| draft["policy"]["statutory_limit"] = limit;
    republish(&app.staff("nakamura").await, CHILD, change).await;
    app.run_jobs().await;
}

/// Hanako's claim, which law wants decided by 24 December.
async fn limited(app: &TestApp, electronic: bool) -> (Client, Client, String) {
    limit_claims(app, thirty_days(true)).await;
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    let path = file(&hanako, CHILD, electronic).await;
    (hanako, sato, path)
}

fn until(expected_on: &str) -> Value {
    json!({"reason": "所得の照会に時間がかかっているため", "expected_on": expected_on})
}

async fn extend(clerk: &Client, path: &str, body: Value) -> Response {
    act(clerk, path, "extend", body).await
}

/// The newest message, opened.
async fn newest(resident: &Client) -> Value {
    let inbox = resident.get("/v1/post/messages").await.expect(200);
    let id = inbox["items"][0]["id"].as_str().unwrap();
    let open = format!("/v1/post/messages/{id}/open");
    resident.post(open, ()).await.expect(200)
}

#[actix_web::test]
async fn the_day_that_law_sets_is_told_to_the_applicant_and_the_department() {
    let app = TestApp::new().await;
    let (hanako, sato, path) = limited(&app, true).await;
    let day = "2026-12-24";
    assert_eq!(hanako.get(&path).await.expect(200)["limit_on"], day);
    let case = sato.get(&path).await.expect(200);
    assert_eq!(
        (&case["limit_on"], &case["extension"]),
        (&json!(day), &Value::Null)
    );
    let events = case["allowed_events"].as_array().unwrap();
    assert!(events.contains(&json!("extend")), "{events:?}");
    let queue = sato.get("/v1/applications").await.expect(200);
    assert_eq!(queue["items"][0]["limit_on"], day);
    let message = newest(&hanako).await;
    for (text, part) in [
        (&message["body"], "法律の定める期限：2026年12月24日"),
        (&message["translations"][1]["body"], "24 December 2026"),
    ] {
        assert!(text.as_str().unwrap().contains(part), "{text}");
    }
}

#[actix_web::test]
async fn an_extension_is_told_in_the_post_with_its_reason_and_the_expected_day() {
    let app = TestApp::new().await;
    let (hanako, sato, path) = limited(&app, true).await;
    act(&sato, &path, "take-up", ()).await.expect(200);
    app.pass(TimeDelta::seconds(1));
    let extended = extend(&sato, &path, until("2027-01-15")).await.expect(200);
    assert_eq!(extended["status"], "under_review");
    assert_eq!(extended["limit_on"], "2027-01-15");
    let extension = &extended["extension"];
    assert_eq!(extension["former_limit_on"], "2026-12-24");
    assert_eq!(extension["expected_on"], "2027-01-15");
    let events = extended["allowed_events"].as_array().unwrap();
    assert!(!events.contains(&json!("extend")), "once");

    let message = newest(&hanako).await;
    assert_eq!(
        (&message["class"], &message["link"]),
        (&json!("formal"), &json!(path))
    );
    let body = message["body"].as_str().unwrap();
    for part in [
        "2026年12月24日",
        "2027年1月15日",
        "所得の照会に時間がかかっているため",
        "見本法第27条第11項",
    ] {
        assert!(body.contains(part), "{part}: {body}");
    }
    let languages = message["translations"].as_array().unwrap();
    assert_eq!(languages.len(), 2);
    let own = hanako.get(&path).await.expect(200);
    assert_eq!(own["limit_on"], "2027-01-15");
    let next = own["standing"]["next"].as_str().unwrap();
    assert!(next.contains("2027年1月15日"), "{next}");
    assert_eq!(own["filing"]["due_on"], "2026-12-24", "the receipt stands");
    let told = hanako.get(format!("{path}/events")).await.expect(200);
    assert_eq!(told["items"][2]["event"], "extend");
    let told = sato.get(format!("{path}/events")).await.expect(200);
    assert_eq!(
        told["items"][2]["reason"],
        "所得の照会に時間がかかっているため"
    );
    for (days, overdue) in [(31, false), (21, false), (1, true)] {
        app.pass(TimeDelta::days(days));
        let sato = app.staff("sato").await;
        let queue = sato.get("/v1/applications").await.expect(200);
        assert_eq!(queue["items"][0]["overdue"], overdue, "{days}");
        assert_eq!(sato.get(&path).await.expect(200)["overdue"], overdue);
    }
}

#[actix_web::test]
async fn whoever_did_not_ask_for_digital_post_is_told_on_paper() {
    let app = TestApp::new().await;
    let (hanako, sato, path) = limited(&app, false).await;
    let inbox = async || hanako.get("/v1/post/messages").await.expect(200)["items"].clone();
    let before = inbox().await;
    extend(&sato, &path, until("2027-01-15")).await.expect(200);
    assert_eq!(inbox().await, before);
    let tasks = sato.get("/v1/paper-tasks").await.expect(200);
    let id = tasks["items"][0]["delivery_id"].as_str().unwrap();
    let task = sato.get(format!("/v1/paper-tasks/{id}")).await.expect(200);
    assert_eq!(task["addressee"]["name"], "山田 花子");
    assert!(!task["addressee"]["address"].as_array().unwrap().is_empty());
    assert!(task["title"].as_str().unwrap().contains("延期通知"));
    assert!(task["body"].as_str().unwrap().contains("2027年1月15日"));
}

/// The answer is 409 and says why.
#[track_caller]
fn assert_refused(answer: &Response, why: &str) {
    let problem = answer.assert_problem(409, "illegal_transition");
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(detail.contains(why), "{problem}");
    let allowed = problem["allowed_events"].as_array().unwrap();
    assert!(!allowed.contains(&json!("extend")), "{problem}");
}

#[actix_web::test]
async fn a_limit_is_put_off_once_and_not_after_it_has_passed() {
    let app = TestApp::new().await;
    let (hanako, sato, path) = limited(&app, true).await;
    let late = file(&hanako, CHILD, true).await;
    extend(&sato, &path, until("2027-01-15")).await.expect(200);
    let again = extend(&sato, &path, until("2027-02-15")).await;
    assert_refused(&again, "すでに一度延期");
    app.pass(TimeDelta::days(31));
    let sato = app.staff("sato").await;
    let case = sato.get(&late).await.expect(200);
    let events = case["allowed_events"].as_array().unwrap();
    assert!(!events.contains(&json!("extend")));
    assert_refused(
        &extend(&sato, &late, until("2027-01-15")).await,
        "過ぎている",
    );
    assert_eq!(app.count("SELECT count(*) FROM extensions").await, 1);
}

#[actix_web::test]
async fn only_what_law_lets_be_extended_is() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let without = file(&hanako, CHILD, true).await;
    limit_claims(&app, thirty_days(false)).await;
    let firm = file(&hanako, CHILD, true).await;
    let sato = app.staff("sato").await;
    for path in [without, firm] {
        let refused = extend(&sato, &path, until("2027-01-15")).await;
        assert_refused(&refused, "延期できる期限がありません");
        let case = sato.get(&path).await.expect(200);
        let events = case["allowed_events"].as_array().unwrap();
        assert!(!events.contains(&json!("extend")));
    }
    let notification = file(&hanako, "dog-registration-change", true).await;
    let takahashi = app.staff("takahashi").await;
    assert_refused(
        &extend(&takahashi, &notification, until("2027-01-15")).await,
        "",
    );
}

#[actix_web::test]
async fn a_day_that_makes_no_sense_is_refused_where_it_stands() {
    let app = TestApp::new().await;
    let (_, sato, path) = limited(&app, true).await;
    for (day, code) in [
        ("2026-12-24", "not_after_limit"),
        ("2026-12-01", "not_after_limit"),
        ("2027-12-26", "too_far"),
        ("9999-12-31", "too_far"),
    ] {
        let refused = extend(&sato, &path, until(day)).await;
        refused.assert_field("/expected_on", code);
    }
    let blank = json!({"reason": "　", "expected_on": "2027-01-15"});
    extend(&sato, &path, blank)
        .await
        .assert_field("/reason", "blank");
    let no_day = json!({"reason": "理由", "expected_on": "2027-02-30"});
    assert_eq!(extend(&sato, &path, no_day).await.status(), 422);
    assert_eq!(sato.get(&path).await.expect(200)["limit_on"], "2026-12-24");
}

#[actix_web::test]
async fn a_correction_does_not_stop_the_day_that_law_sets() {
    let app = TestApp::new().await;
    let (_, sato, path) = limited(&app, true).await;
    act(&sato, &path, "take-up", ()).await.expect(200);
    let items = json!([{"pointer": "/claimant_phone", "reason": "番号を確認してください"}]);
    let asked = json!({"items": items, "deadline": "2026-12-08"});
    act(&sato, &path, "request-correction", asked)
        .await
        .expect(200);
    app.pass(TimeDelta::days(10));
    let hanako = app.resident("hanako").await;
    act(&hanako, &path, "respond-correction", ())
        .await
        .expect(200);
    let sato = app.staff("sato").await;
    let queue = sato.get("/v1/applications").await.expect(200);
    let line = &queue["items"][0];
    assert_eq!(
        (&line["due_on"], &line["limit_on"]),
        (&json!("2027-01-04"), &json!("2026-12-24"))
    );
    let own = hanako.get(&path).await.expect(200);
    let next = own["standing"]["next"].as_str().unwrap();
    assert!(next.contains("2026年12月24日"), "{next}");
    // A later correction does not bring the expected day nearer.
    extend(&sato, &path, until("2027-02-15")).await.expect(200);
    let asked = json!({"items": items, "deadline": "2026-12-18"});
    act(&sato, &path, "request-correction", asked)
        .await
        .expect(200);
    app.pass(TimeDelta::days(1));
    let hanako = app.resident("hanako").await;
    act(&hanako, &path, "respond-correction", ())
        .await
        .expect(200);
    let own = hanako.get(&path).await.expect(200);
    let next = own["standing"]["next"].as_str().unwrap();
    assert!(next.contains("2027年2月15日"), "{next}");
}

#[actix_web::test]
async fn of_an_extension_and_the_decision_at_once_one_happens() {
    let app = TestApp::new().await;
    let (_, sato, path) = limited(&app, true).await;
    act(&sato, &path, "take-up", ()).await.expect(200);
    act(&sato, &path, "propose", json!({"outcome": "grant"}))
        .await
        .expect(200);
    let suzuki = app.staff("suzuki").await;
    let acts = [
        (&sato, "extend", until("2027-01-15").into()),
        (&suzuki, "approve", ().into()),
    ];
    assert_eq!(act_at_once(&app, &path, acts).await, [200, 412]);
    let happened =
        "SELECT (SELECT count(*) FROM decisions) + (SELECT count(*) FROM extensions) AS count";
    assert_eq!(app.count(happened).await, 1);
    app.run_jobs().await;
    if app.count("SELECT count(*) FROM decisions").await == 1 {
        let late = extend(&sato, &path, until("2027-01-15")).await;
        late.assert_problem(409, "illegal_transition");
    }
}

#[actix_web::test]
async fn the_certification_of_care_needs_has_the_limit_of_its_act() {
    let app = TestApp::new().await;
    let misaki = app.resident("misaki").await;
    let (path, etag) = filled(&misaki, CARE).await;
    let upload = format!("{path}/attachments?field=/insurance_card_copy&name=a.pdf");
    let content = Body::Raw("application/octet-stream", b"%PDF-1.7\n".to_vec());
    let kept = misaki.post(upload, content).await.expect(201);
    let answers = json!({"answers": {"insurance_card_copy": [kept["id"]]}});
    let saved = misaki.patch(format!("{path}/answers"), answers);
    let saved = saved.if_match(etag).await;
    let submit = misaki.post(
        format!("{path}/submit"),
        json!({"electronic_notice_consent": true}),
    );
    submit.if_match(saved.etag()).await.expect(201);
    let yamamoto = app.staff("yamamoto").await;
    assert_eq!(
        yamamoto.get(&path).await.expect(200)["limit_on"],
        "2026-12-24"
    );
    app.pass(TimeDelta::seconds(1));
    extend(&yamamoto, &path, until("2027-01-15"))
        .await
        .expect(200);
    let body = newest(&misaki).await["body"].as_str().unwrap().to_owned();
    assert!(body.contains("介護保険法第28条第4項"), "{body}");
}
