//! Logging in at a provider that others wrote, strict in what デジタル認証アプリ is strict in: `private_key_jwt`,
//! PKCE, ES256, pairwise subjects.

use serde_json::{Value, json};
use tests::{Audience, Browser, Client, IndependentProvider, TestApp};

fn people() -> Value {
    json!({
        "hanako": {
            "name": "髙橋 𠮷子 葛\u{e0100}",
            "address": {"region": "東京都", "locality": "小平市", "street_address": "小川町二丁目９９９９番地\n神社前"},
            "birthdate": "1990-05-14",
            "gender": "female",
        },
        "taro": {
            "name": "神\u{fa19} キヨウコ",
            "address": "東京都小平市　小川町２－９９９９",
            "birthdate": "19880401",
            "gender": "1",
        },
    })
}

async fn log_in(app: &TestApp, login: &str) -> Client {
    let begun = app.begin_login(Audience::Resident, login).await;
    let path = Browser::default().log_in(&begun.location, login).await;
    let tokens = app
        .come_back(Audience::Resident, &path, &begun.cookie)
        .await;
    let tokens = tokens.expect(200);
    let anyone = app.anonymous(Audience::Resident);
    anyone.with_token(tokens["access_token"].as_str().unwrap())
}

#[actix_web::test]
async fn a_resident_logs_in_and_their_attributes_arrive_as_they_were_sent() {
    let Some(provider) = IndependentProvider::start(people()) else {
        return;
    };
    let app = TestApp::today_with(provider.file()).await;
    for login in ["hanako", "taro"] {
        let me = log_in(&app, login).await.get("/v1/me").await.expect(200);
        for (name, value) in people()[login].as_object().unwrap() {
            assert_eq!(&me["attributes"][name], value);
        }
        assert_eq!(me["acr"], "aal3");
    }
    let pairwise = "SELECT count(*) FROM resident_identities WHERE subject LIKE 'pairwise-%'";
    assert_eq!(app.count(pairwise).await, 2);
}

#[actix_web::test]
async fn a_resident_logs_in_again_after_the_provider_has_a_new_key() {
    let Some(mut provider) = IndependentProvider::start(people()) else {
        return;
    };
    let app = TestApp::today_with(provider.file()).await;
    let before = log_in(&app, "hanako").await.get("/v1/me").await.expect(200);
    provider.rotate_keys();
    app.pass(chrono::TimeDelta::seconds(10));
    let after = log_in(&app, "hanako").await.get("/v1/me").await.expect(200);
    assert_eq!(before["id"], after["id"]);
}

#[actix_web::test]
async fn the_provider_refuses_a_login_without_pkce() {
    let Some(provider) = IndependentProvider::start(people()) else {
        return;
    };
    let app = TestApp::today_with(provider.file()).await;
    let begun = app.begin_login(Audience::Resident, "hanako").await;
    let (before, pkce) = begun.location.split_once("&code_challenge=").unwrap();
    let after = pkce.split_once("code_challenge_method=S256").unwrap().1;
    let path = Browser::default()
        .log_in(&format!("{before}{after}"), "hanako")
        .await;
    assert!(path.contains("error=invalid_request"), "{path}");
    let response = app
        .come_back(Audience::Resident, &path, &begun.cookie)
        .await;
    response.assert_problem(400, "login_failed");
}
