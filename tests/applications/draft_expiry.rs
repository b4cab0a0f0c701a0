//! Drafts that nobody saves: warned of through the post, deleted with their files, never unannounced.

use chrono::TimeDelta;
use futures_util::future::join;
use serde_json::{Value, json};
use tests::{Body, Client, TestApp, begin, etag_of, file, republish};

const DOG: &str = "dog-registration-change";
const CARE: &str = "long-term-care-certification-renewal";

async fn save(client: &Client, path: &str) -> Value {
    let body = json!({"answers": {"dog_name": "ポチ"}});
    let etag = etag_of(client, path).await;
    let call = client.patch(format!("{path}/answers"), body).if_match(etag);
    call.await.expect(200)
}

async fn titles(client: &Client) -> Vec<Value> {
    let page = client.get("/v1/post/messages").await.expect(200);
    let items = page["items"].as_array().unwrap();
    items.iter().map(|item| item["title"].clone()).collect()
}

/// The day after so many days; who is logged in has to log in again.
async fn after(app: &TestApp, days: i64) -> Client {
    app.pass(TimeDelta::days(days));
    app.tidy().await;
    app.resident("hanako").await
}

#[actix_web::test]
async fn an_untouched_draft_is_warned_of_and_then_deleted_with_its_files() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, CARE).await;
    let upload = format!("{path}/attachments?field=/insurance_card_copy&name=a.pdf");
    let pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let body = Body::Raw("application/octet-stream", pdf);
    hanako.post(upload, body).await.expect(201);
    let draft = hanako.get(&path).await.expect(200);
    assert_eq!(draft["expires_on"], "2027-02-22");

    let hanako = after(&app, 75).await;
    assert_eq!(titles(&hanako).await, Vec::<Value>::new());
    let hanako = after(&app, 1).await;
    let warnings = titles(&hanako).await;
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].as_str().unwrap().contains("2027年2月22日"));
    let page = hanako.get("/v1/post/messages").await.expect(200);
    assert_eq!(page["items"][0]["link"], path.as_str());

    let hanako = after(&app, 13).await;
    hanako.get(&path).await.expect(200);
    let hanako = after(&app, 1).await;
    hanako.get(&path).await.assert_problem(404, "not_found");
    assert_eq!(titles(&hanako).await.len(), 1);
    app.run_jobs().await;
    assert_eq!(app.files("attachments"), Vec::<String>::new());
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'application.expire_draft'
        AND detail = '{\"expires_on\": \"2027-02-22\", \"warned_on\": \"2027-02-08\"}'";
    assert_eq!(app.count(recorded).await, 1);
}

#[actix_web::test]
async fn every_save_moves_the_day_and_a_saved_draft_is_warned_of_again() {
    let app = TestApp::new().await;
    let path = begin(&app.resident("hanako").await, DOG).await;
    let hanako = after(&app, 76).await;
    assert_eq!(titles(&hanako).await.len(), 1);
    let saved = save(&hanako, &path).await;
    assert_eq!(saved["expires_on"], "2027-05-09");
    let hanako = after(&app, 75).await;
    assert_eq!(titles(&hanako).await.len(), 1);
    let hanako = after(&app, 1).await;
    assert_eq!(titles(&hanako).await.len(), 2);
    let hanako = after(&app, 14).await;
    hanako.get(&path).await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn a_file_added_or_taken_away_moves_the_day() {
    let app = TestApp::new().await;
    let path = begin(&app.resident("hanako").await, CARE).await;
    app.pass(TimeDelta::days(10));
    let hanako = app.resident("hanako").await;
    let upload = format!("{path}/attachments?field=/insurance_card_copy&name=a.pdf");
    let pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let body = Body::Raw("application/octet-stream", pdf);
    let added = hanako.post(upload, body).await.expect(201);
    let draft = hanako.get(&path).await.expect(200);
    assert_eq!(draft["expires_on"], "2027-03-04");
    app.pass(TimeDelta::days(10));
    let hanako = app.resident("hanako").await;
    let attachment = format!("{path}/attachments/{}", added["id"].as_str().unwrap());
    hanako.delete(attachment).await.expect(204);
    let draft = hanako.get(&path).await.expect(200);
    assert_eq!(draft["expires_on"], "2027-03-14");
    app.run_jobs().await;
}

#[actix_web::test]
async fn where_the_warning_is_late_all_of_its_time_is_left_after_it() {
    let app = TestApp::new().await;
    let path = begin(&app.resident("hanako").await, DOG).await;
    let hanako = after(&app, 200).await;
    let draft = hanako.get(&path).await.expect(200);
    assert_eq!(draft["expires_on"], "2027-06-26");
    assert_eq!(titles(&hanako).await.len(), 1);
    let hanako = after(&app, 13).await;
    hanako.get(&path).await.expect(200);
    let hanako = after(&app, 1).await;
    hanako.get(&path).await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn workers_that_look_at_the_same_time_warn_once() {
    let app = TestApp::new().await;
    for _ in 0..3 {
        begin(&app.resident("hanako").await, DOG).await;
    }
    app.pass(TimeDelta::days(80));
    join(app.tidy(), app.tidy()).await;
    let hanako = app.resident("hanako").await;
    assert_eq!(titles(&hanako).await.len(), 3);
    app.pass(TimeDelta::days(14));
    join(app.tidy(), app.tidy()).await;
    assert_eq!(app.count("SELECT count(*) FROM applications").await, 0);
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'application.expire_draft'";
    assert_eq!(app.count(recorded).await, 3);
}

#[actix_web::test]
async fn what_was_filed_has_no_day_and_stays() {
    let app = TestApp::new().await;
    let path = file(&app.resident("hanako").await, DOG, true).await;
    after(&app, 300).await;
    let hanako = after(&app, 100).await;
    let filed = hanako.get(&path).await.expect(200);
    assert_eq!(filed["expires_on"], Value::Null);
    assert_eq!(titles(&hanako).await.len(), 1);
}

#[actix_web::test]
async fn a_form_says_how_long_its_drafts_are_kept() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    republish(&nakamura, DOG, |form| {
        form["policy"]["draft_days"] = json!(30);
    })
    .await;
    app.run_jobs().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, DOG).await;
    let draft = hanako.get(&path).await.expect(200);
    assert_eq!(draft["expires_on"], "2026-12-24");

    let begun = json!({"from": "newest"});
    let staff = app.staff("nakamura").await;
    let form = format!("/v1/procedures/{DOG}/draft");
    let draft = staff.post(&form, begun).await;
    let mut policy = draft.expect(201)["policy"].clone();
    for days in [14, 367] {
        policy["draft_days"] = json!(days);
        let call = staff.patch(&form, json!({"policy": policy}));
        let refused = call.if_match(draft.etag()).await;
        refused.assert_field("/policy/draft_days", "range");
    }
}
