//! Whose address counts when a proxy stands before the portal, or somebody says so.

use platform::edge::Edge;
use tests::{Audience, Client, Served, TestApp};

use super::edge;

const SOME_LETTER: &str = "/v1/letters/AAAA-AAAA-AAAA-AAAA";

/// A city that lets three letters be read in a minute, behind these proxies.
async fn city(proxies: &str) -> (TestApp, Served) {
    let mut app = TestApp::new().await;
    let edge = Edge {
        proxies: proxies.parse().unwrap(),
        ..edge(&app, "0.05")
    };
    app.stand_behind(&edge).await;
    let served = app.serve(Audience::Resident).await;
    (app, served)
}

async fn status(client: &Client, forwarded: &str) -> u16 {
    let call = client.get(SOME_LETTER);
    call.with_header("x-forwarded-for", forwarded)
        .await
        .status()
}

#[actix_web::test]
async fn what_a_client_forwards_itself_changes_nothing() {
    let (_app, served) = city("").await;
    let client = served.anonymous();
    for host in 1..=3 {
        assert_eq!(status(&client, &format!("203.0.113.{host}")).await, 404);
    }
    for forwarded in [
        "203.0.113.4",
        "127.0.0.1",
        "10.0.0.1, 203.0.113.5",
        "nonsense",
    ] {
        assert_eq!(status(&client, forwarded).await, 429, "{forwarded}");
    }
}

#[cfg_attr(not(target_os = "linux"), ignore = "only Linux has all of 127.0.0.0/8")]
#[actix_web::test]
async fn whom_a_client_names_is_not_limited_for_it() {
    let (_app, served) = city("127.0.0.9").await;
    let attacker = served.from_address("127.0.0.2").anonymous();
    for _ in 0..5 {
        status(&attacker, "127.0.0.3").await;
    }
    assert_eq!(status(&attacker, "127.0.0.3").await, 429);
    let victim = served.from_address("127.0.0.3").anonymous();
    victim
        .get(SOME_LETTER)
        .await
        .assert_problem(404, "not_found");
}

#[actix_web::test]
async fn behind_a_trusted_proxy_each_client_counts_for_itself() {
    let (_app, served) = city("127.0.0.0/8").await;
    let proxy = served.anonymous();
    for forwarded in [
        "203.0.113.1",
        "198.51.100.7, 203.0.113.1",
        "203.0.113.1, 127.0.0.5",
    ] {
        assert_eq!(status(&proxy, forwarded).await, 404, "{forwarded}");
    }
    for forwarded in [
        "203.0.113.1",
        "203.0.113.2, 203.0.113.1",
        "nonsense, 203.0.113.1",
    ] {
        assert_eq!(status(&proxy, forwarded).await, 429, "{forwarded}");
    }
    assert_eq!(status(&proxy, "203.0.113.2").await, 404);
    assert_eq!(status(&proxy, "203.0.113.1, 203.0.113.3").await, 404);
}

#[actix_web::test]
async fn what_a_trusted_proxy_garbles_counts_for_the_proxy() {
    let (_app, served) = city("127.0.0.1").await;
    let proxy = served.anonymous();
    for forwarded in ["nonsense", "203.0.113.1, unknown", "203.0.113.2,"] {
        assert_eq!(status(&proxy, forwarded).await, 404, "{forwarded}");
    }
    assert_eq!(status(&proxy, "203.0.113.3, _hidden").await, 429);
    proxy
        .get(SOME_LETTER)
        .await
        .assert_problem(429, "too_many_requests");
    assert_eq!(status(&proxy, "203.0.113.3").await, 404);
}
