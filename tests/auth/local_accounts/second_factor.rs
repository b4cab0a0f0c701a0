//! Codes of the authenticator and recovery codes: each is good once.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;
use tests::Audience;

use super::{City, PASSWORD};

#[actix_web::test]
async fn a_code_of_the_authenticator_is_good_once() {
    let city = City::new().await;
    let owner = city.owner().await;
    let code = owner.authenticator.code(city.app.clock.now());
    let due = city.password(PASSWORD).await.expect(200);
    city.second_factor(&due, &code).await.expect(200);
    let due = city.password(PASSWORD).await.expect(200);
    city.second_factor(&due, &code)
        .await
        .assert_problem(400, "login_failed");
    city.app.pass(TimeDelta::seconds(30));
    city.second_factor(&due, &code)
        .await
        .assert_problem(400, "login_failed");
    let next = owner.authenticator.code(city.app.clock.now());
    city.second_factor(&due, &next).await.expect(200);
}

#[actix_web::test]
async fn a_code_may_be_typed_in_groups_and_with_wide_digits() {
    let city = City::new().await;
    let owner = city.owner().await;
    let code = owner.authenticator.code(city.app.clock.now());
    let wide = code
        .chars()
        .map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap());
    let (first, second): (String, String) =
        (wide.clone().take(3).collect(), wide.skip(3).collect());
    let due = city.password(PASSWORD).await.expect(200);
    city.second_factor(&due, &format!("{first} {second}"))
        .await
        .expect(200);
}

#[actix_web::test]
async fn a_wrong_code_after_the_right_password_is_on_record() {
    let city = City::new().await;
    city.owner().await;
    let due = city.password(PASSWORD).await.expect(200);
    city.second_factor(&due, "000000")
        .await
        .assert_problem(400, "login_failed");
    assert_eq!(city.recorded("auth.second_factor_refused").await, 1);
}

#[actix_web::test]
async fn of_two_uses_of_one_code_at_once_one_gets_in() {
    let city = City::new().await;
    let owner = city.owner().await;
    let code = owner.authenticator.code(city.app.clock.now());
    let served = city.app.serve(Audience::Staff).await;
    let anyone = city.anyone().over(&served);
    let mut calls = Vec::new();
    for _ in 0..4 {
        let due = city.password(PASSWORD).await.expect(200);
        let body = json!({"transaction": due["transaction"], "code": code});
        calls.push(anyone.post("/v1/auth/local/second-factor", body));
    }
    let answers = join_all(calls.into_iter().map(IntoFuture::into_future)).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status() == 200);
    assert_eq!(won.len(), 1);
    for answer in lost {
        answer.assert_problem(400, "login_failed");
    }
    assert_eq!(
        city.recorded("auth.login").await,
        2,
        "the administrator's too"
    );
}

#[actix_web::test]
async fn each_recovery_code_signs_in_once() {
    let city = City::new().await;
    let owner = city.owner().await;
    for code in &owner.recovery_codes[..2] {
        let due = city.password(PASSWORD).await.expect(200);
        city.second_factor(&due, &code.to_uppercase())
            .await
            .expect(200);
        let due = city.password(PASSWORD).await.expect(200);
        city.second_factor(&due, code)
            .await
            .assert_problem(400, "login_failed");
    }
    assert_eq!(city.recorded("staff_account.recover").await, 2);
}

#[actix_web::test]
async fn a_sign_in_takes_three_codes_within_five_minutes() {
    let city = City::new().await;
    let owner = city.owner().await;
    let due = city.password(PASSWORD).await.expect(200);
    for _ in 0..3 {
        city.second_factor(&due, "abcdef")
            .await
            .assert_problem(400, "login_failed");
    }
    let code = owner.authenticator.code(city.app.clock.now());
    city.second_factor(&due, &code)
        .await
        .assert_problem(400, "login_failed");
    let due = city.password(PASSWORD).await.expect(200);
    city.app.pass(TimeDelta::minutes(5));
    let code = owner.authenticator.code(city.app.clock.now());
    city.second_factor(&due, &code)
        .await
        .assert_problem(400, "login_failed");
}

#[actix_web::test]
async fn whoever_knows_the_password_cannot_try_all_codes_and_the_owner_gets_in_meanwhile() {
    let city = City::new().await;
    let owner = city.owner().await;
    let mut refused = 0;
    for _ in 0..4 {
        let due = city.password(PASSWORD).await.expect(200);
        for _ in 0..3 {
            let answer = city.second_factor(&due, "abcdef").await;
            refused += i32::from(answer.status() == 429);
        }
    }
    assert_eq!(refused, 2, "after ten wrong codes");
    let due = city.password(PASSWORD).await.expect(200);
    let code = owner.authenticator.code(city.app.clock.now());
    let waits = city.second_factor(&due, &code).await;
    waits.assert_problem(429, "too_many_requests");
    let seconds: i64 = waits.header("retry-after").unwrap().parse().unwrap();
    city.second_factor(&due, &owner.recovery_codes[0])
        .await
        .expect(200);
    city.app.pass(TimeDelta::seconds(seconds));
    city.sign_in(&owner).await;
}

#[actix_web::test]
async fn a_page_of_the_city_gets_a_session_and_no_tokens() {
    let mut city = City::new().await;
    let owner = city.owner().await;
    city.app
        .open_to_pages_of("https://staff.city.example")
        .await;
    let due = city.password(PASSWORD).await.expect(200);
    let code = owner.authenticator.code(city.app.clock.now());
    let body = json!({"transaction": due["transaction"], "code": code, "client": "web"});
    let bring = |origin: &str| {
        let call = city
            .anyone()
            .post("/v1/auth/local/second-factor", body.clone());
        call.with_header("origin", origin)
    };
    bring("https://evil.example")
        .await
        .assert_field("/client", "foreign_page");
    let entered = bring("https://staff.city.example").await;
    entered.expect(204);
    let cookie = entered.header("set-cookie").unwrap();
    let cookie = cookie.split(';').next().unwrap();
    let me = city.anyone().get("/v1/me").with_header("cookie", cookie);
    assert_eq!(me.await.expect(200)["display_name"], "岡田 芽衣");
}
