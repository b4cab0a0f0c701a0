//! Web pages of the city log in by a cookie that no script reads and no other site can use.

use actix_web::http::Method;
use chrono::TimeDelta;
use demo::identity_provider::Fault;
use serde_json::json;
use tests::{Audience, Body, Call, Client, Login, TestApp};

const PAGE: &str = "https://apply.city.example";

/// A browser with a session, at a page of the city.
struct Browser {
    client: Client,
    cookie: String,
}

impl Browser {
    fn call(&self, method: Method, path: &str, body: impl Into<Body>) -> Call {
        self.client
            .call(method, path, body.into())
            .with_header("cookie", &self.cookie)
    }

    fn get(&self, path: &str) -> Call {
        self.call(Method::GET, path, ())
    }

    fn post(&self, path: &str, body: impl Into<Body>) -> Call {
        self.call(Method::POST, path, body)
    }
}

async fn city() -> TestApp {
    let mut app = TestApp::new().await;
    app.open_to_pages_of(PAGE).await;
    app
}

async fn browser(app: &TestApp, audience: Audience, login: &str) -> Browser {
    Browser {
        client: app.anonymous(audience),
        cookie: app.session_of(audience, login).await,
    }
}

fn draft() -> serde_json::Value {
    json!({"procedure": "dog-registration-change"})
}

#[actix_web::test]
async fn a_page_sends_the_browser_away_and_gets_it_back_with_a_session() {
    let app = city().await;
    for (audience, login, name) in [
        (Audience::Resident, "hanako", "session="),
        (Audience::Staff, "sato", "staff-session="),
    ] {
        let back = app
            .log_in_from_page(audience, login, "/drafts?page=2")
            .await;
        back.expect(303);
        let location = "https://apply.city.example/app/drafts?page=2";
        assert_eq!(back.header("location"), Some(location));
        let mut set = back.headers("set-cookie");
        let cookie = set.find(|cookie| cookie.starts_with(name)).unwrap();
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(attribute), "{cookie}");
        }
        assert!(!back.text().contains("token"));
        let browser = Browser {
            client: app.anonymous(audience),
            cookie: back.session().unwrap(),
        };
        browser.get("/v1/me").await.expect(200);
    }
}

#[actix_web::test]
async fn a_login_that_fails_is_told_to_the_page() {
    let app = city().await;
    app.faults().inject(Fault::WrongNonce);
    let back = app
        .log_in_from_page(Audience::Resident, "hanako", "/")
        .await;
    back.expect(303);
    let location = "https://apply.city.example/app/?login_error=login_failed";
    assert_eq!(back.header("location"), Some(location));
    assert_eq!(back.session(), None);
}

#[actix_web::test]
async fn a_browser_is_sent_nowhere_but_to_the_pages_of_the_city() {
    let app = city().await;
    let anyone = app.anonymous(Audience::Resident);
    for path in [
        "https://evil.example",
        "//evil.example",
        "/%5Cevil",
        "x",
        "",
        "/%0A",
    ] {
        let begun = anyone.get(format!("/v1/auth/login?return_to={path}")).await;
        begun.assert_problem(400, "invalid_query");
    }
    let without_pages = TestApp::new().await;
    let anyone = without_pages.anonymous(Audience::Resident);
    let begun = anyone.get("/v1/auth/login?return_to=/").await;
    begun.assert_problem(400, "invalid_query");
}

#[actix_web::test]
async fn only_a_page_of_the_city_changes_anything_by_cookie() {
    let app = city().await;
    let hanako = browser(&app, Audience::Resident, "hanako").await;
    let from = |origin: &str| {
        hanako
            .post("/v1/applications", draft())
            .with_header("origin", origin)
    };
    for origin in [
        "null",
        "https://evil.example",
        "https://apply.city.example.evil.example",
    ] {
        from(origin).await.assert_problem(401, "unauthenticated");
    }
    let nowhere = hanako.post("/v1/applications", draft());
    nowhere.await.assert_problem(401, "unauthenticated");
    let two = from(PAGE).with_header("origin", "https://evil.example");
    two.await.assert_problem(401, "unauthenticated");
    let sent_along = from(PAGE).with_header("sec-fetch-site", "cross-site");
    sent_along.await.assert_problem(401, "unauthenticated");
    assert_eq!(app.count("SELECT count(*) FROM applications").await, 0);
    from(PAGE).await.expect(201);
    from("http://residents.test").await.expect(201);
    let own = hanako.post("/v1/applications", draft());
    own.with_header("sec-fetch-site", "same-origin")
        .await
        .expect(201);
}

#[actix_web::test]
async fn a_request_with_a_token_is_judged_by_the_token_alone() {
    let app = city().await;
    let browser = browser(&app, Audience::Resident, "hanako").await;
    let taro = app.resident("taro").await;
    let me = taro
        .get("/v1/me")
        .with_header("cookie", &browser.cookie)
        .await;
    let taro_alone = taro.get("/v1/me").await;
    assert_eq!(me.expect(200)["id"], taro_alone.expect(200)["id"]);
    // From another site, too: nobody makes a browser send somebody's token.
    let elsewhere = taro.post("/v1/applications", draft());
    elsewhere
        .with_header("origin", "https://evil.example")
        .await
        .expect(201);
    let forged = browser
        .get("/v1/me")
        .with_header("authorization", "Bearer x")
        .await;
    forged.assert_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_session_of_one_listener_is_nothing_to_the_other() {
    let app = city().await;
    let sato = browser(&app, Audience::Staff, "sato").await;
    let secret = sato.cookie.split_once('=').unwrap().1;
    let resident = Browser {
        client: app.anonymous(Audience::Resident),
        cookie: format!("session={secret}"),
    };
    resident
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    let hanako = browser(&app, Audience::Resident, "hanako").await;
    let secret = hanako.cookie.split_once('=').unwrap().1;
    let staff = Browser {
        client: app.anonymous(Audience::Staff),
        cookie: format!("staff-session={secret}"),
    };
    staff
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn who_logs_out_at_the_page_is_out_and_loses_the_cookie() {
    let app = city().await;
    for (audience, login) in [(Audience::Resident, "hanako"), (Audience::Staff, "sato")] {
        let browser = browser(&app, audience, login).await;
        let log_out = || browser.post("/v1/auth/logout", json!({}));
        log_out()
            .with_header("origin", "https://evil.example")
            .await
            .assert_problem(422, "validation_failed");
        browser.get("/v1/me").await.expect(200);
        let out = log_out().with_header("origin", PAGE).await;
        out.expect(204);
        assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
        browser
            .get("/v1/me")
            .await
            .assert_problem(401, "unauthenticated");
    }
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'auth.logout'";
    assert_eq!(app.count(recorded).await, 2);
}

#[actix_web::test]
async fn a_session_that_lies_unused_ends_and_one_in_use_lasts_to_its_end() {
    let app = city().await;
    let (used, unused) = (
        browser(&app, Audience::Staff, "sato").await,
        browser(&app, Audience::Staff, "sato").await,
    );
    for _ in 0..20 {
        app.pass(TimeDelta::minutes(29));
        used.get("/v1/me").await.expect(200);
    }
    unused
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    // Ten hours are over soon.
    app.pass(TimeDelta::minutes(20));
    used.get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn logging_in_again_ends_the_session_before() {
    let app = city().await;
    let hanako = browser(&app, Audience::Resident, "hanako").await;
    let begun = Login::begin(&hanako.client, "hanako", "&return_to=/").await;
    let path = app.at_provider(&begun).await;
    let cookies = format!("{}; {}", begun.cookie, hanako.cookie);
    let back = app.come_back(Audience::Resident, &path, &cookies).await;
    let next = back.session().unwrap();
    hanako
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    let again = Browser {
        client: hanako.client.clone(),
        cookie: next,
    };
    again.get("/v1/me").await.expect(200);
}

#[actix_web::test]
async fn one_sees_ones_browsers_among_ones_logins_and_ends_them() {
    let app = city().await;
    let phone = app.resident("hanako").await;
    app.pass(TimeDelta::minutes(1));
    let browser = browser(&app, Audience::Resident, "hanako").await;
    let listed = phone.get("/v1/me/sessions").await.expect(200);
    let kinds: Vec<_> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|login| login["client"].clone())
        .collect();
    assert_eq!(kinds, ["web", "app"]);
    let id = listed["items"][0]["id"].as_str().unwrap();
    phone
        .delete(format!("/v1/me/sessions/{id}"))
        .await
        .expect(204);
    browser
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_disabled_person_loses_their_sessions_within_one_request() {
    let app = city().await;
    let hanako = browser(&app, Audience::Resident, "hanako").await;
    let sato = browser(&app, Audience::Staff, "sato").await;
    app.as_admin("UPDATE residents SET auth_epoch = auth_epoch + 1")
        .await;
    app.as_admin("UPDATE staff_members SET disabled_at = now()")
        .await;
    hanako
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    sato.get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
}

#[actix_web::test]
async fn a_made_up_session_is_no_session() {
    let app = city().await;
    let hanako = browser(&app, Audience::Resident, "hanako").await;
    for cookie in [
        "session=",
        "session=x",
        "session=%00",
        &format!("{}x", hanako.cookie),
    ] {
        let browser = Browser {
            client: hanako.client.clone(),
            cookie: cookie.to_owned(),
        };
        browser
            .get("/v1/me")
            .await
            .assert_problem(401, "unauthenticated");
    }
}
