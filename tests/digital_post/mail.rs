//! Mail that says there is post, and nothing else.

use chrono::TimeDelta;
use demo::mail_catcher::{MailCatcher, Refusal};
use serde_json::{Value, json};
use tests::{Client, TestApp, act, code_in, file};

const DOG: &str = "dog-registration-change";
const ADDRESS: &str = "hanako@resident.example";

async fn set(hanako: &Client, address: &str) -> tests::Response {
    hanako
        .put("/v1/me/email", json!({ "address": address }))
        .await
}

async fn verify(hanako: &Client, code: &str) -> tests::Response {
    let body = json!({ "code": code });
    hanako.post("/v1/me/email/verify", body).await
}

/// Hanako with a proved address; the mail with its code is the first one caught.
async fn reachable(app: &TestApp, catcher: &MailCatcher) -> Client {
    let hanako = app.resident("hanako").await;
    set(&hanako, ADDRESS).await.expect(202);
    assert_eq!(app.send_mail().await, 1);
    let code = code_in(&catcher.mails()[0]);
    verify(&hanako, &code).await.expect(204);
    hanako
}

#[actix_web::test]
async fn an_address_is_used_once_its_code_came_back() {
    let (app, catcher) = TestApp::with_mail().await;
    let hanako = app.resident("hanako").await;
    set(&hanako, ADDRESS).await.expect(202);
    file(&hanako, DOG, true).await;
    assert_eq!(
        app.send_mail().await,
        1,
        "only the code: nothing is proved yet"
    );
    let mails = catcher.mails();
    assert_eq!(mails[0].to, [ADDRESS]);
    assert_eq!(mails[0].subject, "メールアドレスの確認");
    let me = hanako.get("/v1/me").await.expect(200);
    assert_eq!(me["email"], json!({"address": ADDRESS, "verified": false}));

    let code = code_in(&mails[0]);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    verify(&hanako, wrong)
        .await
        .assert_field("/code", "wrong_code");
    verify(&hanako, &code).await.expect(204);
    verify(&hanako, &code)
        .await
        .assert_field("/code", "wrong_code");
    let me = hanako.get("/v1/me").await.expect(200);
    assert_eq!(me["email"]["verified"], true);

    file(&hanako, DOG, true).await;
    assert_eq!(app.send_mail().await, 1);
    assert_eq!(
        catcher.mails()[1].subject,
        "デジタルポストにお知らせが届きました"
    );
}

#[actix_web::test]
async fn the_mail_names_the_sending_department_and_nothing_of_the_message() {
    let (app, catcher) = TestApp::with_mail().await;
    let hanako = reachable(&app, &catcher).await;
    let path = file(&hanako, DOG, true).await;
    app.send_mail().await;
    let mail = &catcher.mails()[1];
    assert!(mail.body.contains("環境政策課"), "{}", mail.body);
    assert!(mail.body.contains("http://residents.test"), "{}", mail.body);
    let receipt = hanako.get(format!("{path}/receipt")).await.expect(200);
    let id = path.rsplit('/').next().unwrap();
    let secrets = [
        "犬",
        demo::city::resident("hanako").unwrap().name.as_str(),
        receipt["reference_number"].as_str().unwrap(),
        id,
    ];
    for secret in secrets {
        assert!(!mail.body.contains(secret), "{secret} in {}", mail.body);
        assert!(!mail.raw.contains(secret), "{secret} in {}", mail.raw);
    }
    assert!(!mail.body.contains("期限"), "{}", mail.body);
}

#[actix_web::test]
async fn the_mail_about_a_correction_says_that_there_is_a_deadline_and_not_which() {
    let (app, catcher) = TestApp::with_mail().await;
    let hanako = reachable(&app, &catcher).await;
    let path = file(&hanako, DOG, true).await;
    let takahashi = app.staff("takahashi").await;
    act(&takahashi, &path, "take-up", ()).await.expect(200);
    let asked = json!({
        "items": [{"pointer": "/dog_name", "reason": "鑑札の名前と異なります"}],
        "deadline": "2026-12-08",
    });
    act(&takahashi, &path, "request-correction", asked)
        .await
        .expect(200);
    assert_eq!(app.send_mail().await, 2);
    let mails = catcher.mails();
    let mail = mails.last().unwrap();
    assert!(mail.body.contains("期限のあるお知らせ"), "{}", mail.body);
    assert!(!mail.body.contains("12"), "{}", mail.body);
}

#[actix_web::test]
async fn what_was_opened_meanwhile_needs_no_mail() {
    let (app, catcher) = TestApp::with_mail().await;
    let hanako = reachable(&app, &catcher).await;
    file(&hanako, DOG, true).await;
    let inbox = hanako.get("/v1/post/messages").await.expect(200);
    let id = inbox["items"][0]["id"].as_str().unwrap();
    hanako
        .post(format!("/v1/post/messages/{id}/open"), ())
        .await
        .expect(200);
    assert_eq!(app.send_mail().await, 1);
    assert_eq!(catcher.mails().len(), 1);
}

#[actix_web::test]
async fn a_mail_tried_again_has_the_same_message_id() {
    let (app, catcher) = TestApp::with_mail().await;
    let hanako = reachable(&app, &catcher).await;
    file(&hanako, DOG, true).await;
    catcher.refuse_next(1, Refusal::Busy);
    assert_eq!(app.send_mail().await, 1);
    assert_eq!(catcher.mails().len(), 1);
    app.pass(TimeDelta::minutes(1));
    assert_eq!(app.send_mail().await, 1);

    // A worker that dies after sending sends again: take its note that it was sent away.
    let hanako = app.resident("hanako").await;
    file(&hanako, DOG, true).await;
    app.as_admin("REVOKE DELETE ON jobs FROM madoguchi_server")
        .await;
    assert_eq!(app.send_mail().await, 1);
    app.as_admin("GRANT DELETE ON jobs TO madoguchi_server")
        .await;
    app.pass(TimeDelta::minutes(5));
    assert_eq!(app.send_mail().await, 1);
    let mails = catcher.mails();
    assert_eq!(mails.len(), 4);
    assert_eq!(mails[2].message_id, mails[3].message_id);
    assert_ne!(mails[1].message_id, mails[2].message_id);
}

#[actix_web::test]
async fn an_address_without_a_mailbox_is_written_to_no_more() {
    let (app, catcher) = TestApp::with_mail().await;
    let hanako = reachable(&app, &catcher).await;
    file(&hanako, DOG, true).await;
    catcher.refuse_next(1, Refusal::NoSuchMailbox);
    assert_eq!(app.send_mail().await, 1);
    let me = hanako.get("/v1/me").await.expect(200);
    assert_eq!(me["email"]["verified"], false);
    let dead = "SELECT count(*) FROM jobs WHERE dead_at IS NOT NULL";
    assert_eq!(app.count(dead).await, 1);
    let address = "SELECT count(*) FROM jobs WHERE last_error LIKE '%resident.example%'";
    assert_eq!(app.count(address).await, 0);
    app.as_admin("DELETE FROM jobs").await;
    file(&hanako, DOG, true).await;
    assert_eq!(app.send_mail().await, 0);
}

#[actix_web::test]
async fn codes_come_at_most_once_a_minute_and_wear_out() {
    let (app, catcher) = TestApp::with_mail().await;
    let hanako = app.resident("hanako").await;
    set(&hanako, ADDRESS).await.expect(202);
    let soon = set(&hanako, ADDRESS).await;
    soon.assert_problem(429, "too_many_requests");
    assert_eq!(soon.header("retry-after"), Some("60"));
    app.send_mail().await;
    let code = code_in(&catcher.mails()[0]);
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        verify(&hanako, wrong)
            .await
            .assert_field("/code", "wrong_code");
    }
    verify(&hanako, &code)
        .await
        .assert_field("/code", "wrong_code");

    app.pass(TimeDelta::minutes(2));
    let hanako = app.resident("hanako").await;
    set(&hanako, ADDRESS).await.expect(202);
    app.send_mail().await;
    app.pass(TimeDelta::minutes(15));
    let code = code_in(&catcher.mails()[1]);
    let hanako = app.resident("hanako").await;
    verify(&hanako, &code)
        .await
        .assert_field("/code", "wrong_code");
}

#[actix_web::test]
async fn an_address_that_was_taken_away_gets_nothing() {
    let (app, catcher) = TestApp::with_mail().await;
    let hanako = reachable(&app, &catcher).await;
    file(&hanako, DOG, true).await;
    hanako.delete("/v1/me/email").await.expect(204);
    hanako.delete("/v1/me/email").await.expect(204);
    assert_eq!(app.send_mail().await, 1);
    assert_eq!(catcher.mails().len(), 1);
    let me = hanako.get("/v1/me").await.expect(200);
    assert_eq!(me.get("email").unwrap_or(&Value::Null), &Value::Null);
}

#[actix_web::test]
async fn what_is_no_address_is_refused_and_without_a_server_every_address_is() {
    let (app, _catcher) = TestApp::with_mail().await;
    let hanako = app.resident("hanako").await;
    for wrong in [
        "hanako",
        "a@b@c",
        "花子 <h@x.example>",
        "h@x.example\r\nBcc: y@x.example",
    ] {
        set(&hanako, wrong).await.assert_field("/address", "email");
    }
    let without = TestApp::new().await;
    let hanako = without.resident("hanako").await;
    set(&hanako, ADDRESS)
        .await
        .assert_problem(409, "mail_closed");
}
