//! How often one may ask, and that nobody can spend another's requests.

use chrono::TimeDelta;
use platform::telemetry::Listener;
use portal::auth::policy::RULES;
use serde_json::json;
use tests::{Audience, Body, Client, Response, Served, TestApp, contract};

use super::edge;

/// A twentieth: three letters in a minute from one address.
const TWENTIETH: &str = "0.05";
/// A fiftieth: one login in a minute from one address.
const FIFTIETH: &str = "0.02";
/// A hundredth: six readings in a minute for one person, sixty from one address.
const HUNDREDTH: &str = "0.01";

const SOME_ID: &str = "0192f0c1-2345-7abc-8def-0123456789ab";
const SOME_LETTER: &str = "/v1/letters/AAAA-AAAA-AAAA-AAAA";

fn retry_after(refused: &Response) -> i64 {
    refused.assert_problem(429, "too_many_requests");
    refused.header("retry-after").unwrap().parse().unwrap()
}

/// Asks until it is refused; answers the refusal and how many were let in.
async fn exhaust(client: &Client, path: &str) -> (Response, usize) {
    for let_in in 0..1_000 {
        let response = client.get(path).await;
        if response.status() == 429 {
            return (response, let_in);
        }
    }
    panic!("nobody stops it");
}

#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has all of 127.0.0.0/8")]
#[actix_web::test]
async fn a_flood_from_one_address_is_stopped_and_others_go_on() {
    let mut app = TestApp::new().await;
    app.stand_behind(&edge(&app, TWENTIETH)).await;
    let served = app.serve(Audience::Resident).await;
    let flood = served.from_address("127.0.0.2").anonymous();
    let bystander = served.from_address("127.0.0.3").anonymous();

    let (refused, let_in) = exhaust(&flood, SOME_LETTER).await;
    assert_eq!(let_in, 3);
    assert_eq!(retry_after(&refused), 20);
    assert_eq!(refused.header("ratelimit"), Some("\"address\";r=0;t=60"));
    assert_eq!(
        refused.header("ratelimit-policy"),
        Some("\"address\";q=3;w=60")
    );
    let answer = bystander.get(SOME_LETTER).await;
    answer.assert_problem(404, "not_found");
    assert_eq!(answer.header("ratelimit"), Some("\"address\";r=2;t=20"));
    let counted =
        "madoguchi_rate_limited_total{class=\"by_code\",limit=\"address\",listener=\"resident\"} 1";
    let metrics = app.services.metrics.render().unwrap();
    assert!(metrics.contains(counted), "{metrics}");

    app.pass(TimeDelta::seconds(19));
    assert_eq!(retry_after(&flood.get(SOME_LETTER).await), 1);
    app.pass(TimeDelta::seconds(1));
    flood
        .get(SOME_LETTER)
        .await
        .assert_problem(404, "not_found");
    assert_eq!(retry_after(&flood.get(SOME_LETTER).await), 20);
}

#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has all of 127.0.0.0/8")]
#[actix_web::test]
async fn a_person_is_limited_wherever_they_are_and_nobody_else_is() {
    let mut app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    app.stand_behind(&edge(&app, HUNDREDTH)).await;
    let served = app.serve(Audience::Resident).await;
    let (home, library) = (
        served.from_address("127.0.0.2"),
        served.from_address("127.0.0.3"),
    );

    let (refused, let_in) = exhaust(&hanako.over(&home), "/v1/me").await;
    assert_eq!(let_in, 6);
    let standing = refused.header("ratelimit").unwrap();
    assert!(standing.ends_with("\"account\";r=0;t=60"), "{standing}");
    retry_after(&hanako.over(&library).get("/v1/me").await);
    taro.over(&home).get("/v1/me").await.expect(200);
    home.anonymous().get("/v1/procedures").await.expect(200);
    // Reading too much does not keep anybody from filing.
    let draft = json!({"procedure": "dog-registration-change"});
    hanako
        .over(&home)
        .post("/v1/applications", draft)
        .await
        .expect(201);
}

/// Everything somebody can try against a person without having a token of theirs.
async fn attack(served: &Served, address: &str, token: &str) {
    let attacker = served.from_address(address).anonymous();
    exhaust(&attacker, "/v1/auth/login?login_hint=hanako").await;
    let (signed, _) = token.rsplit_once('.').unwrap();
    let forged = attacker.with_token(format!("{signed}.{}", "A".repeat(86)));
    exhaust(&forged, "/v1/me").await;
    let guess = || json!({"refresh_token": "A".repeat(43)});
    while attacker.post("/v1/auth/refresh", guess()).await.status() != 429 {}
}

#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has all of 127.0.0.0/8")]
#[actix_web::test]
async fn after_an_attack_from_many_addresses_the_owner_logs_in_and_works() {
    let mut app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    app.stand_behind(&edge(&app, FIFTIETH)).await;
    let served = app.serve(Audience::Resident).await;
    for host in 10..30 {
        attack(&served, &format!("127.0.0.{host}"), hanako.token()).await;
    }
    let home = served.from_address("127.0.0.2");
    let answer = hanako.over(&home).get("/v1/me").await;
    answer.expect(200);
    let standing = answer.header("ratelimit").unwrap();
    assert!(standing.ends_with("\"account\";r=11;t=5"), "{standing}");
    // The tests' in-process client has an address that nobody else has.
    app.log_in(Audience::Resident, "hanako").await.expect(200);
}

#[actix_web::test]
async fn whoever_is_refused_does_not_reach_the_database() {
    let mut app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    app.stand_behind(&edge(&app, HUNDREDTH)).await;
    let served = app.serve(Audience::Resident).await;
    let hanako = hanako.over(&served);
    exhaust(&hanako, "/v1/me").await;
    app.as_admin("ALTER TABLE residents RENAME TO unreachable")
        .await;
    let asked = reqwest::Client::new().get(format!("http://{}/v1/me", served.address));
    let reached = asked.bearer_auth(taro.token()).send().await.unwrap();
    assert_eq!(reached.status(), 500, "the table is away");
    retry_after(&hanako.get("/v1/me").await);
}

#[actix_web::test]
async fn no_operation_is_without_a_limit() {
    let mut app = TestApp::new().await;
    for audience in [Audience::Resident, Audience::Staff] {
        // One request of each class, and no more.
        app.stand_behind(&edge(&app, "0.0001")).await;
        let anyone = app.anonymous(audience);
        let mut limited = 0;
        for operation in contract::of(audience).operations() {
            let ask = || {
                let method = operation.method.parse().unwrap();
                anyone.call(method, operation.path_with(SOME_ID), Body::None)
            };
            ask().await;
            retry_after(&ask().await);
            limited += 1;
        }
        let listener = match audience {
            Audience::Resident => Listener::Resident,
            Audience::Staff => Listener::Staff,
        };
        let served = RULES.iter().filter(|rule| rule.listener == listener);
        assert_eq!(limited, served.count());
        anyone.get("/v2").await.assert_problem(404, "not_found");
        retry_after(&anyone.get("/v2").await);
    }
}

#[actix_web::test]
async fn the_listeners_count_for_themselves() {
    let mut app = TestApp::new().await;
    app.stand_behind(&edge(&app, HUNDREDTH)).await;
    app.services.staff_edge = edge(&app, HUNDREDTH);
    let (residents, staff) = (
        app.serve(Audience::Resident).await,
        app.serve(Audience::Staff).await,
    );
    exhaust(&residents.anonymous(), "/v2").await;
    staff
        .anonymous()
        .get("/v2")
        .await
        .assert_problem(404, "not_found");
}
