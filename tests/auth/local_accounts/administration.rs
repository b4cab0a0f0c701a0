//! What administrators do with accounts, within their departments.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Audience, Client, TestApp};

use super::{City, LOGIN, PASSWORD, invitation, path};

/// An administrator of 子育て支援課 alone.
async fn of_the_department(city: &City) -> Client {
    let invite = invitation("head", "administrator");
    let administrator = city.administrator().await;
    let account = administrator.post("/v1/staff-accounts", invite).await;
    let head = city.enrol(account.expect(201)).await;
    let due = city
        .password_from("192.0.2.9", "head", PASSWORD)
        .await
        .expect(200);
    let code = head.authenticator.code(city.app.clock.now());
    city.with(&city.second_factor(&due, &code).await.expect(200))
}

async fn logins(client: &Client) -> Vec<Value> {
    let list = client.get("/v1/staff-accounts").await.expect(200);
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item["login_name"].clone()).collect()
}

#[actix_web::test]
async fn a_disabled_owner_is_out_with_the_next_request_and_signs_in_anew_when_enabled() {
    let city = City::new().await;
    let owner = city.owner().await;
    let client = city.with(&city.sign_in(&owner).await);
    let administrator = city.administrator().await;
    administrator
        .post(path(&owner.account, "disable"), ())
        .await
        .expect(204);
    client
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    city.password(PASSWORD)
        .await
        .assert_problem(400, "login_failed");
    administrator
        .post(path(&owner.account, "enable"), ())
        .await
        .expect(204);
    client
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    city.app.pass(TimeDelta::seconds(30));
    city.sign_in(&owner).await;
    for action in ["staff_account.disable", "staff_account.enable"] {
        assert_eq!(city.recorded(action).await, 1, "{action}");
    }
}

#[actix_web::test]
async fn a_reset_voids_password_codes_and_logins_and_invites_anew() {
    let city = City::new().await;
    let owner = city.owner().await;
    let client = city.with(&city.sign_in(&owner).await);
    let due = city.password(PASSWORD).await.expect(200);
    let administrator = city.administrator().await;
    let reset = administrator.post(path(&owner.account, "reset"), ()).await;
    assert_eq!(reset.expect(200)["state"], "invited");
    client
        .get("/v1/me")
        .await
        .assert_problem(401, "unauthenticated");
    city.second_factor(&due, &owner.recovery_codes[0])
        .await
        .assert_problem(400, "login_failed");
    city.password(PASSWORD)
        .await
        .assert_problem(400, "login_failed");
    let again = city.enrol(owner.account).await;
    city.sign_in(&again).await;
    assert_eq!(city.recorded("staff_account.reset").await, 1);
}

#[actix_web::test]
async fn whoever_is_shut_out_is_let_in_before_they_are_invited_anew() {
    let city = City::new().await;
    let owner = city.owner().await;
    let administrator = city.administrator().await;
    let act = |action: &str| administrator.post(path(&owner.account, action), ());
    act("disable").await.expect(204);
    act("reset").await.assert_problem(409, "illegal_transition");
    act("enable").await.expect(204);
    act("reset").await.expect(200);
    assert_eq!(city.app.send_mail().await, 1);
}

#[actix_web::test]
async fn what_somebody_does_is_changed_with_their_next_request() {
    let city = City::new().await;
    let owner = city.owner().await;
    let client = city.with(&city.sign_in(&owner).await);
    let administrator = city.administrator().await;
    let set = |postings: Value| {
        administrator.put(
            path(&owner.account, "postings"),
            json!({ "postings": postings }),
        )
    };
    let analyst = json!({"department": null, "role": "analyst", "valid_from": "2026-11-25"});
    let reviewer = json!({"department": "child-support", "role": "reviewer"});
    set(json!([reviewer, analyst])).await.expect(200);
    assert_eq!(city.recorded("posting.end").await, 0, "it goes on");
    client.get("/v1/applications").await.expect(200);
    set(json!([analyst])).await.expect(200);
    client
        .get("/v1/applications")
        .await
        .assert_problem(403, "forbidden");
    assert_eq!(city.recorded("posting.end").await, 1);
    set(json!([{"department": "no-such", "role": "reviewer"}]))
        .await
        .assert_field("/postings/0/department", "unknown_department");
    let head = of_the_department(&city).await;
    let change = head.put(
        path(&owner.account, "postings"),
        json!({"postings": [reviewer]}),
    );
    change.await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn a_departments_administrator_invites_and_manages_there_alone() {
    let city = City::new().await;
    let head = of_the_department(&city).await;
    for elsewhere in [json!("environment"), Value::Null] {
        let mut invite = invitation("someone", "reviewer");
        invite["postings"][0]["department"] = elsewhere;
        head.post("/v1/staff-accounts", invite)
            .await
            .assert_problem(403, "forbidden");
    }
    head.post("/v1/staff-accounts", invitation("here", "reviewer"))
        .await
        .expect(201);
    let mut invite = invitation("elsewhere", "reviewer");
    invite["postings"][0]["department"] = json!("environment");
    let administrator = city.administrator().await;
    let elsewhere = administrator.post("/v1/staff-accounts", invite).await;
    let elsewhere = elsewhere.expect(201);
    assert_eq!(logins(&head).await, ["head", "here"]);
    assert_eq!(logins(&administrator).await, ["elsewhere", "head", "here"]);
    for action in ["reset", "disable", "enable"] {
        head.post(path(&elsewhere, action), ())
            .await
            .assert_problem(404, "not_found");
    }
    assert_eq!(city.app.send_mail().await, 2);
}

#[actix_web::test]
async fn whoever_registers_for_the_whole_city_is_the_whole_citys_to_appoint() {
    let city = City::new().await;
    let head = of_the_department(&city).await;
    head.post("/v1/staff-accounts", invitation("someone", "registrar"))
        .await
        .assert_problem(403, "forbidden");
    let administrator = city.administrator().await;
    let registrar = administrator
        .post("/v1/staff-accounts", invitation("someone", "registrar"))
        .await
        .expect(201);
    assert_eq!(logins(&head).await, ["head"]);
    head.post(path(&registrar, "reset"), ())
        .await
        .assert_problem(404, "not_found");
    assert_eq!(city.app.send_mail().await, 1);
}

#[actix_web::test]
async fn a_posting_elsewhere_that_never_began_keeps_no_account_from_its_department() {
    let city = City::new().await;
    let head = of_the_department(&city).await;
    let owner = city.owner().await;
    let administrator = city.administrator().await;
    let set = |postings: Value| {
        administrator.put(
            path(&owner.account, "postings"),
            json!({ "postings": postings }),
        )
    };
    let here = json!({"department": "child-support", "role": "reviewer"});
    let later =
        json!({"department": "environment", "role": "reviewer", "valid_from": "2027-04-01"});
    set(json!([here, later])).await.expect(200);
    assert_eq!(logins(&head).await, ["head"]);
    set(json!([here])).await.expect(200);
    assert_eq!(logins(&head).await, ["head", LOGIN]);
}

#[actix_web::test]
async fn whoever_is_shut_out_is_not_invited() {
    let city = City::new().await;
    city.app
        .as_admin(
            "INSERT INTO staff_members (id, issuer, subject, display_name, disabled_at)
             VALUES (gen_random_uuid(), 'urn:madoguchi:local', 'okada.mei', '岡田 芽衣', now())",
        )
        .await;
    let administrator = city.administrator().await;
    administrator
        .post("/v1/staff-accounts", invitation(LOGIN, "reviewer"))
        .await
        .assert_problem(409, "illegal_transition");
    assert_eq!(city.app.send_mail().await, 0);
}

#[actix_web::test]
async fn a_posting_is_given_once_and_for_days_that_a_calendar_has() {
    let city = City::new().await;
    let administrator = city.administrator().await;
    let invite = |postings: Value| {
        let mut invite = invitation("x.y", "reviewer");
        invite["postings"] = postings;
        administrator.post("/v1/staff-accounts", invite)
    };
    let ever = json!({"role": "analyst", "valid_from": "2026-04-01"});
    let short = json!({"role": "analyst", "valid_from": "2026-04-01", "valid_until": "2027-04-01"});
    invite(json!([ever, short]))
        .await
        .assert_field("/postings/1", "duplicate");
    for (name, day) in [
        ("valid_from", "-9999-01-01"),
        ("valid_until", "+10000-01-01"),
    ] {
        let mut posting = json!({"role": "analyst"});
        posting[name] = json!(day);
        invite(json!([posting]))
            .await
            .assert_field(&format!("/postings/0/{name}"), "out_of_range");
    }
}

#[actix_web::test]
async fn a_login_name_is_given_once_and_each_wrong_field_is_named() {
    let city = City::new().await;
    city.invite(LOGIN).await;
    let administrator = city.administrator().await;
    administrator
        .post("/v1/staff-accounts", invitation(LOGIN, "approver"))
        .await
        .assert_problem(409, "login_name_taken");
    let mut invite = invitation("x.y", "reviewer");
    invite["postings"] = json!([
        {"department": "no-such", "role": "reviewer"},
        {"department": null, "role": "analyst", "valid_from": "2027-04-01", "valid_until": "2027-04-01"},
    ]);
    let refused = administrator.post("/v1/staff-accounts", invite).await;
    let errors = [
        ("/postings/0/department", "unknown_department"),
        ("/postings/1/valid_until", "before_valid_from"),
    ];
    assert_eq!(
        refused.field_errors(),
        errors.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()))
    );
    let mut invite = invitation("x.y", "reviewer");
    invite["email"] = json!("Mei <okada@city.example>");
    administrator
        .post("/v1/staff-accounts", invite)
        .await
        .assert_field("/email", "email");
    let mut invite = invitation("Upper Case", "reviewer");
    invite["postings"] = json!([]);
    let refused = administrator.post("/v1/staff-accounts", invite).await;
    assert_eq!(refused.field_errors().len(), 2, "{}", refused.text());
    assert_eq!(city.app.send_mail().await, 1);
}

#[actix_web::test]
async fn a_city_without_mail_invites_nobody() {
    let app = TestApp::new().await;
    app.staff("nakamura")
        .await
        .post("/v1/staff-accounts", invitation(LOGIN, "reviewer"))
        .await
        .assert_problem(409, "mail_closed");
}

#[actix_web::test]
async fn a_city_without_accounts_of_its_own_has_none_of_it() {
    let app = TestApp::new().await.without_local_accounts().await;
    let anyone = app.anonymous(Audience::Staff);
    for (path, body) in [
        (
            "password",
            json!({"login_name": LOGIN, "password": PASSWORD}),
        ),
        (
            "second-factor",
            json!({"transaction": "x", "code": "123456"}),
        ),
        (
            "enrolments",
            json!({"invitation": "XXXXX-XXXXX-XXXXX-XXXXX", "password": PASSWORD}),
        ),
        (
            "enrolments/confirm",
            json!({"enrolment": "x", "code": "123456"}),
        ),
    ] {
        anyone
            .post(format!("/v1/auth/local/{path}"), body)
            .await
            .assert_problem(409, "local_accounts_closed");
    }
    let providers = anyone.get("/v1/auth/providers").await.expect(200);
    assert_eq!(providers["local_accounts"], false);
    let nakamura = app.staff("nakamura").await;
    nakamura
        .get("/v1/staff-accounts")
        .await
        .assert_problem(409, "local_accounts_closed");
    let some = json!({"id": "0192f0c1-2345-7abc-8def-0123456789ab"});
    for action in ["reset", "disable", "enable"] {
        nakamura
            .post(path(&some, action), ())
            .await
            .assert_problem(409, "local_accounts_closed");
    }
    let nothing = nakamura.put(path(&some, "postings"), json!({"postings": []}));
    nothing.await.assert_problem(409, "local_accounts_closed");
}

#[actix_web::test]
async fn accounts_come_in_pages_and_a_cursor_of_ones_own_making_is_refused() {
    let city = City::new().await;
    for name in ["a.1", "b.2", "c.3"] {
        city.invite(name).await;
    }
    let administrator = city.administrator().await;
    let first = administrator.get("/v1/staff-accounts?limit=2").await;
    let first = first.expect(200);
    assert_eq!(first["items"][1]["login_name"], "b.2");
    let cursor = first["next"].as_str().unwrap();
    let rest = administrator.get(format!("/v1/staff-accounts?limit=2&after={cursor}"));
    let rest = rest.await.expect(200);
    assert_eq!(rest["items"].as_array().unwrap().len(), 1);
    assert_eq!(rest["items"][0]["login_name"], "c.3");
    administrator
        .get("/v1/staff-accounts?after=nonsense")
        .await
        .assert_problem(400, "invalid_query");
    assert_eq!(city.app.send_mail().await, 3);
}

/// What `madoguchi staff invite` does; whether there was somebody of that name.
async fn invite_imported(city: &City, login_name: &'static str) -> bool {
    let services = city.app.services.clone();
    tests::off_this_runtime(async move {
        let mut conn = services.database.connection().await.unwrap();
        let (keys, now) = (&services.keys, services.clock.now());
        let email = "okada@city.example".parse().unwrap();
        let randomness = &services.randomness;
        let inviting = portal::auth::local::invite_imported(
            &mut conn, keys, randomness, login_name, &email, now,
        );
        inviting.await.unwrap()
    })
    .await
}

#[actix_web::test]
async fn the_first_administrator_comes_from_the_staff_file_and_an_operator_can_start_them_over() {
    let city = City::new().await;
    assert!(!invite_imported(&city, LOGIN).await);
    let becomes_local =
        "UPDATE staff_members SET issuer = 'urn:madoguchi:local', subject = 'okada.mei'
        WHERE subject = 'demo-staff-0009'";
    city.app.as_admin(becomes_local).await;
    for _ in 0..2 {
        assert!(invite_imported(&city, LOGIN).await);
        city.password(PASSWORD)
            .await
            .assert_problem(400, "login_failed");
        let owner = city.enrol(Value::Null).await;
        let client = city.with(&city.sign_in(&owner).await);
        assert_eq!(logins(&client).await, [LOGIN]);
    }
    for action in ["staff_account.invite", "staff_account.reset"] {
        assert_eq!(city.recorded(action).await, 1, "{action}");
    }
}
