//! Guessing passwords gets slow, and never keeps the owner out.

use chrono::TimeDelta;
use platform::edge::Edge;
use serde_json::Value;

use super::{City, LOGIN, PASSWORD};

/// A problem without what differs between any two answers.
fn without_request(mut problem: Value) -> Value {
    problem.as_object_mut().unwrap().remove("request_id");
    problem
}

#[actix_web::test]
async fn known_and_unknown_login_names_get_the_same_answers() {
    let city = City::new().await;
    city.owner().await;
    for attempt in 0..8 {
        let known = city.password_from("192.0.2.7", LOGIN, "not this one").await;
        let unknown = city
            .password_from("192.0.2.8", "nobody", "not this one")
            .await;
        assert_eq!(known.status(), unknown.status(), "{attempt}");
        assert_eq!(known.header("retry-after"), unknown.header("retry-after"));
        assert_eq!(
            without_request(known.json()),
            without_request(unknown.json())
        );
    }
}

#[actix_web::test]
async fn after_five_attempts_at_an_address_the_next_ones_wait_ever_longer() {
    let city = City::new().await;
    city.owner().await;
    for _ in 0..5 {
        city.password("not this one")
            .await
            .assert_problem(400, "login_failed");
    }
    for seconds in [1, 2, 4, 8] {
        for password in [PASSWORD, "not this one"] {
            let refused = city.password(password).await;
            refused.assert_problem(429, "too_many_requests");
        }
        city.app.pass(TimeDelta::seconds(seconds));
        city.password("not this one")
            .await
            .assert_problem(400, "login_failed");
    }
    city.password_from("192.0.2.2", LOGIN, PASSWORD)
        .await
        .expect(200);
}

#[actix_web::test]
async fn after_ten_thousand_failures_from_everywhere_the_owner_signs_in_from_a_new_address() {
    let city = City::new().await;
    let owner = city.owner().await;
    // A hundred failures as they come, which are an attack, and ten thousand like the last one.
    for host in 2..102 {
        let address = format!("198.51.100.{host}");
        city.password_from(&address, LOGIN, "not this one")
            .await
            .assert_problem(400, "login_failed");
    }
    city.app
        .as_admin(
            "INSERT INTO sign_in_attempts (login_hash, address, attempts, last_at)
             SELECT login_hash, '10.0.' || n / 250 || '.' || n % 250, 1, last_at
             FROM sign_in_attempts, generate_series(0, 9999) n WHERE address = '198.51.100.101'",
        )
        .await;
    city.password_from("203.0.113.1", LOGIN, PASSWORD)
        .await
        .expect(200);
    city.password_from("198.51.100.1", LOGIN, "not this one")
        .await
        .assert_problem(400, "login_failed");
    city.password_from("198.51.100.1", LOGIN, "not this one")
        .await
        .assert_problem(429, "too_many_requests");
    city.sign_in(&owner).await;
}

#[actix_web::test]
async fn an_address_that_a_client_names_itself_begins_no_new_count() {
    let mut city = City::new().await;
    let forged = |n: usize, address: &str| format!("203.0.113.{n}, 10.0.0.{n}, {address}");
    for n in 0..5 {
        city.password_from(&forged(n, "192.0.2.1"), LOGIN, "not this one")
            .await
            .assert_problem(400, "login_failed");
    }
    city.password_from(&forged(5, "192.0.2.1"), LOGIN, "not this one")
        .await
        .assert_problem(429, "too_many_requests");
    // Where no proxy is trusted, nothing that a client says of itself counts.
    city.app.stand_behind(&Edge::default()).await;
    for n in 0..5 {
        city.password_from(&format!("203.0.113.{n}"), LOGIN, "not this one")
            .await
            .assert_problem(400, "login_failed");
    }
    for address in ["203.0.113.9", "nonsense", "127.0.0.1"] {
        city.password_from(address, LOGIN, "not this one")
            .await
            .assert_problem(429, "too_many_requests");
    }
}

#[actix_web::test]
async fn where_staff_have_signed_in_a_colleagues_mistakes_delay_nobody() {
    let city = City::new().await;
    let owner = city.owner().await;
    let due = city
        .password_from("0.0.0.0", LOGIN, PASSWORD)
        .await
        .expect(200);
    let code = owner.authenticator.code(city.app.clock.now());
    city.second_factor(&due, &code).await.expect(200);
    for _ in 0..20 {
        city.password_from("0.0.0.0", LOGIN, "not this one")
            .await
            .assert_problem(400, "login_failed");
    }
    city.password_from("0.0.0.0", LOGIN, PASSWORD)
        .await
        .expect(200);
}

#[actix_web::test]
async fn waits_are_over_after_a_day_and_what_is_over_is_forgotten() {
    let city = City::new().await;
    for _ in 0..5 {
        city.password("not this one").await;
    }
    city.app.pass(TimeDelta::days(1));
    let services = city.app.services.clone();
    let forgotten = tests::off_this_runtime(async move {
        let mut conn = services.database.connection().await.unwrap();
        let now = services.clock.now();
        portal::auth::local::forget_expired(&mut conn, now)
            .await
            .unwrap()
    });
    assert_eq!(forgotten.await, 1);
    city.password("not this one")
        .await
        .assert_problem(400, "login_failed");
}
