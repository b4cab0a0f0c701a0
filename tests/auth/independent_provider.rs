//! Logging in at a provider that others wrote, strict in what デジタル認証アプリ is strict in: `private_key_jwt`,
//! PKCE, ES256, pairwise subjects.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Audience, Browser, IndependentProvider, TestApp};

use super::provider_contract;

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
        "sato": {"name": "佐藤 由美"},
    })
}

/// A city whose residents and staff log in there.
async fn city() -> Option<(TestApp, IndependentProvider)> {
    let provider = IndependentProvider::start(people())?;
    let app = TestApp::today_with(provider.file()).await;
    let subject = IndependentProvider::subject(Audience::Staff, "sato");
    app.as_admin(&format!(
        "UPDATE staff_members SET issuer = '{}', subject = '{subject}' WHERE subject = 'demo-staff-0001'",
        provider.issuer
    ))
    .await;
    Some((app, provider))
}

/// Makes each rule of the contract that needs no fault of the provider's a test of its own.
macro_rules! contract {
    ($($rule:ident),+ $(,)?) => {$(
        #[actix_web::test]
        async fn $rule() {
            if let Some((app, _provider)) = city().await {
                provider_contract::$rule(&app).await;
            }
        }
    )+};
}

contract! {
    an_honest_provider_logs_people_in,
    a_state_of_another_login_logs_nobody_in,
    a_code_is_good_for_one_login,
    a_code_of_another_login_is_refused,
    a_callback_in_another_browser_logs_nobody_in,
}

#[actix_web::test]
async fn a_resident_logs_in_and_their_attributes_arrive_as_they_were_sent() {
    let Some((app, _provider)) = city().await else {
        return;
    };
    for login in ["hanako", "taro"] {
        let me = app.resident(login).await.get("/v1/me").await.expect(200);
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
    let Some((app, mut provider)) = city().await else {
        return;
    };
    let me = async || app.resident("hanako").await.get("/v1/me").await.expect(200);
    let before = me().await;
    provider.rotate_keys();
    app.pass(TimeDelta::seconds(10));
    assert_eq!(before["id"], me().await["id"]);
}

#[actix_web::test]
async fn people_log_in_again_while_the_providers_keys_are_unreachable() {
    let Some((app, mut provider)) = city().await else {
        return;
    };
    let people = [(Audience::Resident, "hanako"), (Audience::Staff, "sato")];
    for (audience, login) in people {
        app.log_in(audience, login).await.expect(200);
    }
    provider.lose_keys();
    provider.pass(TimeDelta::hours(2));
    app.pass(TimeDelta::hours(2));
    for (audience, login) in people {
        app.log_in(audience, login).await.expect(200);
    }
    provider.rotate_keys();
    app.pass(TimeDelta::seconds(10));
    provider.pass(TimeDelta::seconds(10));
    let by_unknown_key = app.log_in(Audience::Staff, "sato").await;
    by_unknown_key.assert_problem(400, "login_failed");
}

#[actix_web::test]
async fn a_provider_that_has_gone_is_a_bad_gateway() {
    let Some((app, provider)) = city().await else {
        return;
    };
    let begun = app.begin_login(Audience::Resident, "hanako").await;
    let path = app.at_provider(&begun).await;
    drop(provider);
    let gone = app.come_back(Audience::Resident, &path, &begun.cookie);
    gone.await
        .assert_problem(502, "identity_provider_unavailable");
    let never_there = app.anonymous(Audience::Staff).get("/v1/auth/login").await;
    never_there.assert_problem(502, "identity_provider_unavailable");
}

#[actix_web::test]
async fn the_provider_refuses_a_login_without_pkce() {
    let Some((app, _provider)) = city().await else {
        return;
    };
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
