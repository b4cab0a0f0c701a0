//! Companies that an identity provider says somebody acts for, as GビズID does: a mandate with each login.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Agreement, Client, TestApp, act, file};

const CHILD: &str = "child-allowance-claim";
const DOG: &str = "dog-registration-change";
const NUMBER: &str = "8000000000001";

async fn city() -> TestApp {
    let agreement = Agreement {
        companies: true,
        ..Agreement::USUAL
    };
    TestApp::agreeing_on(agreement).await
}

fn company() -> Value {
    json!({"number": NUMBER, "name": "株式会社小川橋建設", "address": "東京都小平市小川町一丁目9998番地"})
}

/// Somebody logs in whose own company it is.
async fn officer(app: &TestApp, login: &str) -> Client {
    app.claim(login, json!({"company": company()}));
    app.resident(login).await
}

async fn mandates(client: &Client) -> Vec<Value> {
    let own = client.get("/v1/mandates").await.expect(200);
    own["items"].as_array().unwrap().clone()
}

async fn only_mandate(client: &Client) -> Value {
    let mut own = mandates(client).await;
    assert_eq!(own.len(), 1, "{own:?}");
    own.remove(0)
}

fn id_of(mandate: &Value) -> &str {
    mandate["id"].as_str().unwrap()
}

#[actix_web::test]
async fn an_officer_files_for_the_company_and_the_clerk_sees_both() {
    let app = city().await;
    let hanako = officer(&app, "hanako").await;
    let mandate = only_mandate(&hanako).await;
    assert_eq!(mandate["kind"], "company_officer");
    assert_eq!(mandate["status"], "active");
    assert_eq!(mandate["counterpart_name"], "株式会社小川橋建設");
    assert_eq!(mandate["principal"]["corporate_number"], NUMBER);
    assert!(mandate["vouched_by"].as_str().unwrap().starts_with("http"));

    let path = file(&hanako.under(id_of(&mandate)), DOG, true).await;
    let clerk = app.staff("takahashi").await;
    let case = clerk.get(&path).await.expect(200);
    assert_eq!(case["applicant"]["name"], "株式会社小川橋建設");
    assert_eq!(case["representative"]["name"], "山田 花子");
    assert_eq!(case["mandate_id"], mandate["id"]);
}

#[actix_web::test]
async fn everybody_of_a_company_acts_for_the_same_one() {
    let app = city().await;
    let hanako = officer(&app, "hanako").await;
    let path = file(
        &hanako.under(id_of(&only_mandate(&hanako).await)),
        DOG,
        true,
    )
    .await;
    let taro = officer(&app, "taro").await;
    let taro = taro.under(id_of(&only_mandate(&taro).await));
    taro.get(&path).await.expect(200);
    let companies = "SELECT count(DISTINCT principal_id) FROM mandates";
    assert_eq!(app.count(companies).await, 1);
}

#[actix_web::test]
async fn a_mandate_by_a_company_is_for_its_procedures_and_not_for_the_post() {
    let app = city().await;
    let mut given = company();
    given["procedures"] = json!([DOG]);
    given["last_day"] = json!("2026-12-01");
    app.claim("taro", json!({"mandates": [given]}));
    let taro = app.resident("taro").await;
    let mandate = only_mandate(&taro).await;
    assert_eq!(mandate["kind"], "attorney");
    assert_eq!(mandate["extent"]["valid_until"], "2026-12-02");
    let under = taro.under(id_of(&mandate));
    file(&under, DOG, true).await;
    let other = json!({"procedure": CHILD});
    under
        .post("/v1/applications", other)
        .await
        .assert_problem(403, "forbidden");
    under
        .get("/v1/post/messages")
        .await
        .assert_problem(403, "forbidden");
}

#[actix_web::test]
async fn what_the_provider_no_longer_tells_ends_with_the_next_login() {
    let app = city().await;
    let hanako = officer(&app, "hanako").await;
    let first = only_mandate(&hanako).await;
    hanako
        .under(id_of(&first))
        .get("/v1/applications")
        .await
        .expect(200);

    app.claim("hanako", json!({}));
    let hanako = app.resident("hanako").await;
    assert_eq!(only_mandate(&hanako).await["status"], "ended");
    let call = hanako.under(id_of(&first)).get("/v1/applications");
    call.await.assert_problem(403, "forbidden");

    // Told again, it is another one.
    app.pass(TimeDelta::minutes(1));
    let hanako = officer(&app, "hanako").await;
    let again = &mandates(&hanako).await[0];
    assert_eq!(again["status"], "active");
    assert_ne!(again["id"], first["id"]);
}

#[actix_web::test]
async fn a_mandate_holds_as_long_as_a_login_that_told_it_and_goes_on_with_the_next() {
    let app = city().await;
    let hanako = officer(&app, "hanako").await;
    let first = only_mandate(&hanako).await;
    assert_eq!(first["extent"]["valid_until"], "2026-12-25");
    app.pass(TimeDelta::days(20));
    let hanako = app.resident("hanako").await;
    let renewed = only_mandate(&hanako).await;
    assert_eq!(renewed["id"], first["id"]);
    assert_eq!(renewed["extent"]["valid_until"], "2027-01-14");
    app.pass(TimeDelta::days(31));
    app.claim("hanako", json!({}));
    let hanako = app.resident("hanako").await;
    assert_eq!(only_mandate(&hanako).await["status"], "ended");
}

#[actix_web::test]
async fn one_that_a_clerk_has_ended_does_not_come_back_with_a_login() {
    let app = city().await;
    let hanako = officer(&app, "hanako").await;
    let mandate = only_mandate(&hanako).await;
    let kimura = app.staff("kimura").await;
    let path = format!("/v1/mandates/{}", id_of(&mandate));
    let reason = json!({"reason": "会社から届出がありました。"});
    act(&kimura, &path, "end", reason).await.expect(200);
    let hanako = app.resident("hanako").await;
    assert_eq!(only_mandate(&hanako).await["status"], "ended");
}

#[actix_web::test]
async fn two_logins_at_once_begin_one_mandate() {
    let app = city().await;
    app.claim("hanako", json!({"company": company()}));
    tokio::join!(app.resident("hanako"), app.resident("hanako"));
    let begun = "SELECT count(*) FROM mandates WHERE status = 'active'";
    assert_eq!(app.count(begun).await, 1);
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'mandate.vouch'";
    assert_eq!(app.count(recorded).await, 1);
}

#[actix_web::test]
async fn a_company_that_is_told_by_halves_logs_nobody_in() {
    let app = city().await;
    for told in [
        json!({"company": {"number": NUMBER, "name": "株式会社小川橋建設"}}),
        json!({"company": {"number": "80000", "name": "社", "address": "小平市"}}),
        json!({"mandates": [{"name": "社", "address": "小平市"}]}),
        json!({"mandates": {}}),
    ] {
        app.claim("hanako", told);
        let refused = app.log_in(tests::Audience::Resident, "hanako").await;
        refused.assert_problem(502, "identity_provider_unavailable");
    }
    assert_eq!(app.count("SELECT count(*) FROM mandates").await, 0);
}

#[actix_web::test]
async fn a_provider_that_was_not_agreed_with_tells_of_no_companies() {
    let app = TestApp::new().await;
    let hanako = officer(&app, "hanako").await;
    assert!(mandates(&hanako).await.is_empty());
}
