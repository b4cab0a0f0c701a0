//! Groups and roles of the identity provider become postings at each login.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Audience, TestApp};

/// A city whose provider tells the groups, and whose staff file knows nobody called Sato.
async fn city() -> TestApp {
    let app = city_with_staff_file("groups").await;
    let sato = "(SELECT id FROM staff_members WHERE subject = 'demo-staff-0001')";
    app.as_admin(&format!(
        "DELETE FROM postings WHERE staff_id = {sato}; DELETE FROM staff_members WHERE id = {sato}"
    ))
    .await;
    app
}

async fn city_with_staff_file(claim: &str) -> TestApp {
    let staff_claims = json!({"claim": claim, "postings": {
        "children-review": {"department": "child-support", "role": "reviewer"},
        "children-approve": {"department": "child-support", "role": "approver"},
        "figures": {"department": null, "role": "analyst"},
        "closed": {"department": "no-such-department", "role": "reviewer"},
    }});
    TestApp::with_staff_entry(|entry| entry["staff_claims"] = staff_claims).await
}

fn groups(names: &[&str]) -> Value {
    json!({"groups": names})
}

async fn recorded(app: &TestApp, action: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM audit_events WHERE action = '{action}'");
    app.count(&sql).await
}

async fn accounts(app: &TestApp) -> i64 {
    let sql = "SELECT count(*) FROM staff_members WHERE subject = 'demo-staff-0001'";
    app.count(sql).await
}

async fn postings(app: &TestApp) -> Value {
    let me = app.staff("sato").await.get("/v1/me").await.expect(200);
    me["postings"].clone()
}

#[actix_web::test]
async fn groups_give_an_account_and_their_postings_at_the_first_login() {
    let app = city().await;
    app.claim("sato", groups(&["children-review", "golf", "figures"]));
    let sato = app.staff("sato").await;
    let me = sato.get("/v1/me").await.expect(200);
    assert_eq!(me["display_name"], "佐藤 由美");
    let both = json!([
        {"role": "analyst", "department": null},
        {"role": "reviewer", "department": "child-support"},
    ]);
    assert_eq!(me["postings"], both);
    sato.get("/v1/applications").await.expect(200);
    assert_eq!(postings(&app).await, both);
    assert_eq!(accounts(&app).await, 1);
}

#[actix_web::test]
async fn a_group_that_is_gone_ends_its_posting_for_logins_from_before_too() {
    let app = city().await;
    app.claim("sato", groups(&["children-review", "children-approve"]));
    let before = app.staff("sato").await;
    app.claim("sato", groups(&["children-approve"]));
    let after = app.staff("sato").await;
    for login in [before, after] {
        let me = login.get("/v1/me").await.expect(200);
        let rest = json!([{"role": "approver", "department": "child-support"}]);
        assert_eq!(me["postings"], rest);
    }
    assert_eq!(recorded(&app, "posting.end").await, 1);
}

#[actix_web::test]
async fn a_group_that_comes_back_on_the_same_day_gives_its_posting_again() {
    let app = city().await;
    for names in [["children-review", "figures"], ["golf", "figures"]] {
        app.claim("sato", groups(&names));
        postings(&app).await;
    }
    app.claim("sato", groups(&["children-review"]));
    let again = json!([{"role": "reviewer", "department": "child-support"}]);
    assert_eq!(postings(&app).await, again);
}

#[actix_web::test]
async fn more_rights_leave_other_logins_alone() {
    let app = city().await;
    app.claim("sato", groups(&["children-review"]));
    let before = app.staff("sato").await;
    app.claim("sato", groups(&["children-review", "children-approve"]));
    app.pass(TimeDelta::minutes(1));
    app.staff("sato").await;
    let me = before.get("/v1/me").await.expect(200);
    assert_eq!(me["postings"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn postings_of_the_staff_file_are_left_alone() {
    let app = city_with_staff_file("groups").await;
    app.claim("sato", groups(&["figures"]));
    let both = json!([
        {"role": "analyst", "department": null},
        {"role": "reviewer", "department": "child-support"},
    ]);
    assert_eq!(postings(&app).await, both);
    app.claim("sato", json!({}));
    let from_the_file = json!([{"role": "reviewer", "department": "child-support"}]);
    assert_eq!(postings(&app).await, from_the_file);
}

#[actix_web::test]
async fn whom_nothing_gives_a_posting_is_refused_without_an_account_and_on_record() {
    let app = city().await;
    for claims in [json!({}), groups(&["golf"]), groups(&["closed"])] {
        app.claim("sato", claims);
        let refused = app.log_in(Audience::Staff, "sato").await;
        let problem = refused.assert_problem(400, "login_failed");
        let detail = "このシステムでの担当が割り当てられていません。管理者に確認してください。";
        assert_eq!(problem["detail"], detail);
    }
    assert_eq!(accounts(&app).await, 0);
    assert_eq!(recorded(&app, "auth.login_refused").await, 3);
    assert_eq!(recorded(&app, "auth.login").await, 0);
}

#[actix_web::test]
async fn whoever_loses_the_last_group_is_out_at_the_next_attempt_to_log_in() {
    let app = city().await;
    app.claim("sato", groups(&["children-review"]));
    let before = app.staff("sato").await;
    app.claim("sato", groups(&[]));
    let refused = app.log_in(Audience::Staff, "sato").await;
    refused.assert_problem(400, "login_failed");
    before
        .get("/v1/applications")
        .await
        .assert_problem(403, "forbidden");
}

#[actix_web::test]
async fn what_a_provider_gave_ends_where_its_groups_are_not_asked_for_any_more() {
    let app = city_with_staff_file("groups").await;
    let added = "INSERT INTO postings (id, staff_id, role, valid_from, source)
        SELECT gen_random_uuid(), id, 'analyst', '2026-04-01', 'provider'
        FROM staff_members WHERE subject = 'demo-staff-0001'";
    let without = TestApp::new().await;
    without.as_admin(added).await;
    let from_the_file = json!([{"role": "reviewer", "department": "child-support"}]);
    assert_eq!(postings(&without).await, from_the_file);
    assert_eq!(recorded(&without, "posting.end").await, 1);
    app.as_admin(added).await;
    app.claim("sato", groups(&["figures"]));
    assert_eq!(postings(&app).await.as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn whoever_is_shut_out_is_not_let_in_by_a_group() {
    let app = city().await;
    app.claim("sato", groups(&["children-review"]));
    app.staff("sato").await;
    let disabled = "UPDATE staff_members SET disabled_at = now() WHERE subject = 'demo-staff-0001'";
    app.as_admin(disabled).await;
    let refused = app.log_in(Audience::Staff, "sato").await;
    refused.assert_problem(400, "login_failed");
}

#[actix_web::test]
async fn groups_left_out_for_their_number_are_not_taken_for_none() {
    let app = city().await;
    app.claim("sato", groups(&["children-review"]));
    let before = app.staff("sato").await;
    let overage = json!({
        "_claim_names": {"groups": "src1"},
        "_claim_sources": {"src1": {"endpoint": "https://graph.example/users/1/getMemberObjects"}},
    });
    app.claim("sato", overage);
    let refused = app.log_in(Audience::Staff, "sato").await;
    refused.assert_problem(400, "login_failed");
    before.get("/v1/me").await.expect(200);
}

#[actix_web::test]
async fn two_hundred_groups_fit_into_an_id_token() {
    let app = city().await;
    let mut names: Vec<_> = (0..199)
        .map(|n| format!("00000000-0000-0000-0000-{n:012}"))
        .collect();
    names.push("figures".to_owned());
    app.claim("sato", json!({"groups": names}));
    let figures = json!([{"role": "analyst", "department": null}]);
    assert_eq!(postings(&app).await, figures);
}

#[actix_web::test]
async fn roles_may_be_nested_as_keycloak_nests_them() {
    let app = city_with_staff_file("realm_access.roles").await;
    app.claim("suzuki", json!({"realm_access": {"roles": ["figures"]}}));
    let me = app.staff("suzuki").await.get("/v1/me").await.expect(200);
    let both = json!([
        {"role": "analyst", "department": null},
        {"role": "approver", "department": "child-support"},
    ]);
    assert_eq!(me["postings"], both);
}

#[actix_web::test]
async fn two_first_logins_at_once_make_one_account() {
    let app = city().await;
    app.claim("sato", groups(&["children-review", "figures"]));
    let anyone = app.anonymous(Audience::Staff);
    let anyone = anyone.over(&app.serve(Audience::Staff).await);
    let mut calls = Vec::new();
    for _ in 0..4 {
        let login = app.begin_login(Audience::Staff, "sato").await;
        let path = app.at_provider(&login).await;
        calls.push(anyone.get(path).with_header("cookie", login.cookie));
    }
    let answers = join_all(calls.into_iter().map(IntoFuture::into_future)).await;
    for answer in answers {
        answer.expect(200);
    }
    assert_eq!(accounts(&app).await, 1);
    let given = "SELECT count(*) FROM audit_events
        WHERE action = 'posting.import' AND detail ->> 'source' = 'provider'";
    assert_eq!(app.count(given).await, 2);
}
