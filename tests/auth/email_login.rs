//! With a mail address alone residents do what asks for no more, so that nobody needs a card for a dog.

use chrono::TimeDelta;
use demo::mail_catcher::MailCatcher;
use futures_util::future::join;
use serde_json::json;
use tests::{Audience, Client, Response, TestApp, file, newest_code};

const ADDRESS: &str = "hanako@resident.example";
const WRONG: &str = "00000-00000";

async fn ask(app: &TestApp, address: &str) -> Response {
    let anyone = app.anonymous(Audience::Resident);
    let body = json!({ "address": address });
    anyone.post("/v1/auth/email-code", body).await
}

/// Has a code sent to the address and answers it.
async fn code_for(app: &TestApp, catcher: &MailCatcher, address: &str) -> String {
    ask(app, address).await.expect(202);
    assert_eq!(app.send_mail().await, 1);
    newest_code(catcher)
}

async fn bring(app: &TestApp, address: &str, code: &str) -> Response {
    let anyone = app.anonymous(Audience::Resident);
    let body = json!({"address": address, "code": code});
    anyone.post("/v1/auth/email-code/login", body).await
}

async fn log_in(app: &TestApp, catcher: &MailCatcher, address: &str) -> Client {
    let code = code_for(app, catcher, address).await;
    let tokens = bring(app, address, &code).await.expect(200);
    let anyone = app.anonymous(Audience::Resident);
    anyone.with_token(tokens["access_token"].as_str().unwrap())
}

#[actix_web::test]
async fn who_reads_the_mail_files_what_asks_for_no_more() {
    let (app, catcher) = TestApp::with_mail().await;
    let hanako = log_in(&app, &catcher, ADDRESS).await;
    assert_eq!(catcher.mails()[0].to, [ADDRESS]);
    assert_eq!(catcher.mails()[0].subject, "ログイン用のコード");
    let me = hanako.get("/v1/me").await.expect(200);
    assert_eq!(
        (&me["acr"], &me["ial"], &me["aal"]),
        (&json!("email"), &json!(0), &json!(1))
    );
    assert_eq!(me["attributes"], json!(null));
    assert_eq!(me["email"], json!({"address": ADDRESS, "verified": true}));
    file(&hanako, "dog-registration-change", true).await;
    assert_eq!(app.send_mail().await, 1, "the receipt is announced");
}

#[actix_web::test]
async fn what_asks_for_a_card_is_not_filed_with_an_address() {
    let (app, catcher) = TestApp::with_mail().await;
    let hanako = log_in(&app, &catcher, ADDRESS).await;
    let (path, etag) = tests::filled(&hanako, "child-allowance-claim").await;
    let body = json!({"electronic_notice_consent": true});
    let refused = hanako
        .post(format!("{path}/submit"), body)
        .if_match(etag)
        .await;
    refused.assert_problem(401, "insufficient_user_authentication");
}

#[actix_web::test]
async fn the_same_address_is_the_same_resident_however_it_is_written() {
    let (app, catcher) = TestApp::with_mail().await;
    let first = log_in(&app, &catcher, ADDRESS)
        .await
        .get("/v1/me")
        .await
        .expect(200);
    let again = log_in(&app, &catcher, "Hanako@Resident.Example").await;
    assert_eq!(again.get("/v1/me").await.expect(200)["id"], first["id"]);
    let other = log_in(&app, &catcher, "taro@resident.example").await;
    assert_ne!(other.get("/v1/me").await.expect(200)["id"], first["id"]);
}

#[actix_web::test]
async fn a_code_is_good_once_for_its_address_and_for_an_hour() {
    let (app, catcher) = TestApp::with_mail().await;
    let code = code_for(&app, &catcher, ADDRESS).await;
    bring(&app, ADDRESS, WRONG)
        .await
        .assert_field("/code", "wrong_code");
    bring(&app, "taro@resident.example", &code)
        .await
        .assert_field("/code", "wrong_code");
    let typed = code.to_lowercase().replace('-', " ");
    bring(&app, ADDRESS, &typed).await.expect(200);
    bring(&app, ADDRESS, &code)
        .await
        .assert_field("/code", "wrong_code");

    let code = code_for(&app, &catcher, ADDRESS).await;
    app.pass(TimeDelta::minutes(60));
    bring(&app, ADDRESS, &code)
        .await
        .assert_field("/code", "wrong_code");
}

#[actix_web::test]
async fn two_who_bring_a_code_at_once_are_not_both_let_in() {
    let (app, catcher) = TestApp::with_mail().await;
    let code = code_for(&app, &catcher, ADDRESS).await;
    let (one, other) = join(bring(&app, ADDRESS, &code), bring(&app, ADDRESS, &code)).await;
    let mut statuses = [one.status(), other.status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422]);
}

#[actix_web::test]
async fn nobody_keeps_the_owner_of_an_address_out_or_floods_them() {
    let (app, catcher) = TestApp::with_mail().await;
    for _ in 0..50 {
        ask(&app, ADDRESS).await.expect(202);
        bring(&app, ADDRESS, WRONG)
            .await
            .assert_field("/code", "wrong_code");
    }
    assert_eq!(app.send_mail().await, 5);
    // Another one asks, gets no mail of their own, and the last code lets them in.
    ask(&app, ADDRESS).await.expect(202);
    assert_eq!(app.send_mail().await, 0);
    bring(&app, ADDRESS, &newest_code(&catcher))
        .await
        .expect(200);
}

#[actix_web::test]
async fn neither_address_nor_code_can_be_read_in_the_database() {
    let (app, catcher) = TestApp::with_mail().await;
    log_in(&app, &catcher, ADDRESS).await;
    ask(&app, ADDRESS).await.expect(202);
    let readable = "SELECT count(*) FROM email_login_codes c
        WHERE position('hanako'::bytea IN c.sealed_address || c.address_hash) > 0";
    assert_eq!(app.count(readable).await, 0);
    let named = "SELECT count(*) FROM resident_identities WHERE subject LIKE '%hanako%'";
    assert_eq!(app.count(named).await, 0);
    assert_eq!(app.send_mail().await, 1);
}

#[actix_web::test]
async fn an_address_that_is_none_is_refused() {
    let (app, _catcher) = TestApp::with_mail().await;
    ask(&app, "no address")
        .await
        .assert_field("/address", "email");
    bring(&app, "no address", WRONG)
        .await
        .assert_field("/address", "email");
    bring(&app, ADDRESS, "0000000000000")
        .await
        .assert_field("/code", "wrong_code");
}

#[actix_web::test]
async fn without_a_mail_server_nobody_is_promised_a_mail() {
    let app = TestApp::new().await;
    ask(&app, ADDRESS).await.assert_problem(409, "mail_closed");
}

#[actix_web::test]
async fn a_portal_without_pages_keeps_nobody_logged_in_by_cookie() {
    let (app, catcher) = TestApp::with_mail().await;
    let code = code_for(&app, &catcher, ADDRESS).await;
    let body = json!({"address": ADDRESS, "code": code, "client": "web"});
    let anyone = app.anonymous(Audience::Resident);
    // Its own origin, where there is nothing but the API.
    let login = anyone
        .post("/v1/auth/email-code/login", body)
        .with_header("origin", "http://residents.test");
    login.await.assert_field("/client", "foreign_page");
}

#[actix_web::test]
async fn a_page_of_the_city_gets_a_session_and_no_tokens() {
    let (mut app, catcher) = TestApp::with_mail().await;
    app.open_to_pages_of("https://apply.city.example").await;
    let code = code_for(&app, &catcher, ADDRESS).await;
    let bring = |origin: &str| {
        let body = json!({"address": ADDRESS, "code": code, "client": "web"});
        let anyone = app.anonymous(Audience::Resident);
        anyone
            .post("/v1/auth/email-code/login", body)
            .with_header("origin", origin)
    };
    bring("https://evil.example")
        .await
        .assert_field("/client", "foreign_page");
    let entered = bring("https://apply.city.example").await;
    entered.expect(204);
    let cookie = entered
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    let anyone = app.anonymous(Audience::Resident);
    anyone
        .get("/v1/me")
        .with_header("cookie", cookie)
        .await
        .expect(200);
}

#[actix_web::test]
async fn the_browser_is_not_sent_anywhere_for_it() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let providers = anyone.get("/v1/auth/providers").await.expect(200);
    let methods: Vec<_> = providers["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|known| known["method"].clone())
        .collect();
    assert_eq!(methods, ["redirect", "email_code"]);
    let sent = anyone.get("/v1/auth/login?provider=mail").await;
    sent.assert_problem(400, "invalid_query");
}

#[actix_web::test]
async fn a_login_that_brings_no_attributes_fills_nothing_in() {
    let (app, catcher) = TestApp::with_mail().await;
    let hanako = log_in(&app, &catcher, ADDRESS).await;
    let path = tests::begin(&hanako, "dog-registration-change").await;
    let draft = hanako.get(path).await.expect(200);
    assert_eq!(
        (&draft["answers"], &draft["provenance"]),
        (&json!({}), &json!([]))
    );
}
