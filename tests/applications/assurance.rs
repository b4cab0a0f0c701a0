//! What a login must have reached to bind the applicant: requests refused with RFC 9470's challenge, and the way on.

use chrono::TimeDelta;
use demo::identity_provider::Fault;
use serde_json::{Value, json};
use tests::{Audience, Client, Response, TestApp, act, file, filled};

const CHILD: &str = "child-allowance-claim";
const END: &str = "child-allowance-end-notification";
const PREGNANCY: &str = "pregnancy-notification";
const DOG: &str = "dog-registration-change";

const LEVEL: &str = "Bearer error=\"insufficient_user_authentication\", \
    error_description=\"A different authentication level is required\", ";
const ATTRIBUTES: &str = "Bearer error=\"insufficient_user_authentication\", \
    error_description=\"The attributes of the person are required\", ";
const AGE: &str = "Bearer error=\"insufficient_user_authentication\", \
    error_description=\"More recent authentication is required\", ";

async fn submit(client: &Client, path: &str) -> Response {
    let body = json!({"electronic_notice_consent": true});
    act(client, path, "submit", body).await
}

/// Asserts the refusal and its exact challenge.
#[track_caller]
fn asked_for(refused: &Response, why: &str, parameters: &str) {
    refused.assert_problem(401, "insufficient_user_authentication");
    let challenge = format!("{why}{parameters}");
    assert_eq!(refused.header("www-authenticate"), Some(challenge.as_str()));
}

/// The same person with the same login, ten minutes later and more.
async fn refreshed(app: &TestApp, tokens: &Value, time: TimeDelta) -> Client {
    app.pass(time);
    let anyone = app.anonymous(Audience::Resident);
    let body = json!({"refresh_token": tokens["refresh_token"]});
    let next = anyone.post("/v1/auth/refresh", body).await.expect(200);
    anyone.with_token(next["access_token"].as_str().unwrap())
}

fn client(app: &TestApp, tokens: &Value) -> Client {
    let anyone = app.anonymous(Audience::Resident);
    anyone.with_token(tokens["access_token"].as_str().unwrap())
}

#[actix_web::test]
async fn a_low_login_fills_in_and_the_same_draft_is_filed_after_a_better_one() {
    let app = TestApp::new().await;
    let low = app.resident_with("hanako", "acr_values=aal1").await;
    let (path, etag) = filled(&low, CHILD).await;
    let before = low.get(&path).await.expect(200);

    let refused = submit(&low, &path).await;
    let parameters = "acr_values=\"aal3\", max_age=\"3600\", scope=\"attributes\"";
    asked_for(&refused, LEVEL, parameters);
    let after = low.get(&path).await;
    assert_eq!((after.expect(200), after.etag()), (before, etag));
    assert_eq!(app.count("SELECT count(*) FROM submissions").await, 0);
    assert_eq!(app.count("SELECT count(*) FROM kpi_ledger").await, 0);

    let better = app.resident_with("hanako", parameters).await;
    submit(&better, &path).await.expect(201);
    // Whoever lost the answer may ask for it with any login of theirs.
    submit(&low, &path).await.expect(200);
}

#[actix_web::test]
async fn an_old_login_is_asked_to_be_renewed_and_refreshing_does_not_renew_it() {
    let app = TestApp::new().await;
    let tokens = app.log_in(Audience::Resident, "hanako").await.expect(200);
    let (path, _) = filled(&client(&app, &tokens), CHILD).await;
    let hanako = refreshed(&app, &tokens, TimeDelta::seconds(3601)).await;
    let refused = submit(&hanako, &path).await;
    let parameters = "acr_values=\"aal3\", max_age=\"3600\", scope=\"attributes\"";
    asked_for(&refused, AGE, parameters);

    let fresh = app.resident_with("hanako", parameters).await;
    submit(&fresh, &path).await.expect(201);
}

#[actix_web::test]
async fn a_login_is_good_to_the_last_second() {
    let app = TestApp::new().await;
    let tokens = app.log_in(Audience::Resident, "hanako").await.expect(200);
    let (path, _) = filled(&client(&app, &tokens), CHILD).await;
    let hanako = refreshed(&app, &tokens, TimeDelta::seconds(3600)).await;
    submit(&hanako, &path).await.expect(201);
}

#[actix_web::test]
async fn the_provider_tells_when_it_was_not_the_portal() {
    let app = TestApp::new().await;
    app.faults().inject(Fault::OldAuthentication);
    let hanako = app.resident("hanako").await;
    let (path, _) = filled(&hanako, CHILD).await;
    let refused = submit(&hanako, &path).await;
    asked_for(
        &refused,
        AGE,
        "acr_values=\"aal3\", max_age=\"3600\", scope=\"attributes\"",
    );
}

#[actix_web::test]
async fn without_an_age_in_the_policy_an_old_login_will_do() {
    let app = TestApp::new().await;
    let tokens = app.log_in(Audience::Resident, "hanako").await.expect(200);
    let (path, _) = filled(&client(&app, &tokens), END).await;
    let hanako = refreshed(&app, &tokens, TimeDelta::days(6)).await;
    submit(&hanako, &path).await.expect(201);

    let low = app.resident_with("taro", "acr_values=aal1").await;
    let (path, _) = filled(&low, END).await;
    let refused = submit(&low, &path).await;
    asked_for(&refused, LEVEL, "acr_values=\"aal3\", scope=\"attributes\"");
}

#[actix_web::test]
async fn a_procedure_that_asks_for_little_or_nothing_takes_every_login() {
    let app = TestApp::new().await;
    app.as_admin(
        "ALTER TABLE form_versions DISABLE TRIGGER USER;
        UPDATE form_versions SET definition = definition #- '{policy,assurance}' WHERE procedure_id =
            (SELECT id FROM procedures WHERE code = 'pregnancy-notification')",
    )
    .await;
    let low = app.resident_with("hanako", "acr_values=aal1").await;
    for procedure in [DOG, PREGNANCY] {
        file(&low, procedure, true).await;
    }
}

#[actix_web::test]
async fn answering_a_correction_and_withdrawing_bind_like_filing() {
    let app = TestApp::new().await;
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    let low = app.resident_with("hanako", "acr_values=aal1").await;
    let path = file(&hanako, CHILD, true).await;
    act(&sato, &path, "take-up", ()).await.expect(200);
    let asked = json!({
        "items": [{"pointer": "/account_number", "reason": "確認できません"}],
        "deadline": "2026-12-08",
    });
    act(&sato, &path, "request-correction", asked)
        .await
        .expect(200);

    let answers = json!({"answers": {"account_number": "7654321"}});
    let call = low.patch(format!("{path}/correction"), answers);
    let etag = tests::etag_of(&low, &path).await;
    call.if_match(etag).await.expect(200);
    let parameters = "acr_values=\"aal3\", max_age=\"3600\", scope=\"attributes\"";
    let refused = act(&low, &path, "respond-correction", ()).await;
    asked_for(&refused, LEVEL, parameters);
    let sent = act(&hanako, &path, "respond-correction", ()).await;
    assert_eq!(sent.expect(200)["status"], "under_review");

    let reason = json!({"reason": "重複のため"});
    let refused = act(&low, &path, "withdraw", reason.clone()).await;
    asked_for(&refused, LEVEL, parameters);
    let withdrawn = act(&hanako, &path, "withdraw", reason).await;
    assert_eq!(withdrawn.expect(200)["status"], "withdrawn");
}

#[actix_web::test]
async fn what_relies_on_who_somebody_is_asks_for_a_login_that_tells_it() {
    let app = TestApp::new().await;
    let silent = app.resident_with("hanako", "acr_values=aal3").await;
    let (path, _) = filled(&silent, END).await;
    let refused = submit(&silent, &path).await;
    let parameters = "acr_values=\"aal3\", scope=\"attributes\"";
    asked_for(&refused, ATTRIBUTES, parameters);
    assert_eq!(app.count("SELECT count(*) FROM submissions").await, 0);

    let telling = app.resident_with("hanako", parameters).await;
    submit(&telling, &path).await.expect(201);
    // Whatever asks for no proof of who somebody is does without.
    file(&silent, DOG, true).await;
}

#[actix_web::test]
async fn attributes_of_a_login_before_this_one_are_read_again() {
    let app = TestApp::new().await;
    app.resident("hanako").await;
    app.pass(TimeDelta::minutes(5));
    let silent = app.resident_with("hanako", "acr_values=aal3").await;
    let (path, _) = filled(&silent, END).await;
    let refused = submit(&silent, &path).await;
    asked_for(
        &refused,
        ATTRIBUTES,
        "acr_values=\"aal3\", scope=\"attributes\"",
    );

    app.faults().inject(Fault::NewName);
    app.resident("hanako").await;
    submit(&silent, &path).await.expect(201);
    let sato = app.staff("sato").await;
    assert_eq!(applicant(&sato, &path).await["name"], "髙橋 花子");
}

#[actix_web::test]
async fn anothers_draft_is_unknown_whatever_the_login() {
    let app = TestApp::new().await;
    let (path, etag) = filled(&app.resident("hanako").await, CHILD).await;
    let low = app.resident_with("taro", "acr_values=aal1").await;
    let body = json!({"electronic_notice_consent": true});
    let call = low.post(format!("{path}/submit"), body).if_match(etag);
    call.await.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn the_catalogue_tells_beforehand_what_to_log_in_with() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    for (procedure, assurance) in [
        (
            CHILD,
            json!({"ial": 3, "aal": 3, "max_authentication_age_seconds": 3600}),
        ),
        (DOG, json!({"ial": 0, "aal": 1})),
        ("birth-registration", Value::Null),
    ] {
        let path = format!("/v1/procedures/{procedure}");
        let told = anyone.get(&path).await.expect(200);
        assert_eq!(told["assurance"], assurance, "{procedure}");
        if !assurance.is_null() {
            let form = anyone.get(format!("{path}/form")).await.expect(200);
            assert_eq!(form["policy"]["assurance"], assurance, "{procedure}");
        }
    }
}

/// What the department reads about the applicant of a case.
async fn applicant(clerk: &Client, path: &str) -> Value {
    clerk.get(path).await.expect(200)["applicant"].clone()
}

#[actix_web::test]
async fn a_new_name_is_in_the_next_filing_and_the_earlier_one_keeps_the_old() {
    let app = TestApp::new().await;
    let sato = app.staff("sato").await;
    let old = file(&app.resident("hanako").await, CHILD, true).await;
    let filed = applicant(&sato, &old).await;
    assert_eq!(filed["name"], "山田 花子");
    assert_eq!(filed["verified_at"], "2026-11-24T01:00:00Z");
    assert_eq!(
        json!([filed["assurance"], filed["ial"], filed["aal"]]),
        json!(["aal3", 3, 3])
    );
    assert!(filed["issuer"].as_str().unwrap().starts_with("http"));

    app.faults().inject(Fault::NewName);
    app.pass(TimeDelta::minutes(5));
    let new = file(&app.resident("hanako").await, CHILD, true).await;
    let refiled = applicant(&sato, &new).await;
    assert_eq!(refiled["name"], "髙橋 花子");
    assert_eq!(refiled["verified_at"], "2026-11-24T01:05:00Z");
    assert_eq!(applicant(&sato, &old).await, filed);
}

#[actix_web::test]
async fn a_weaker_login_does_not_rename_whom_a_better_one_has_proved() {
    let app = TestApp::new().await;
    let takahashi = app.staff("takahashi").await;
    let hanako = app.resident("hanako").await;
    app.faults().inject(Fault::NewName);
    let low = app
        .resident_with("hanako", "acr_values=aal1, scope=attributes")
        .await;
    for client in [&hanako, &low] {
        let path = file(client, DOG, true).await;
        let filed = applicant(&takahashi, &path).await;
        assert_eq!(
            json!([filed["name"], filed["ial"]]),
            json!(["山田 花子", 3])
        );
    }
}

#[actix_web::test]
async fn a_filing_with_a_weak_login_says_so() {
    let app = TestApp::new().await;
    let takahashi = app.staff("takahashi").await;
    let low = app
        .resident_with("hanako", "acr_values=aal1, scope=attributes")
        .await;
    let filed = applicant(&takahashi, &file(&low, DOG, true).await).await;
    let levels = json!([filed["assurance"], filed["ial"], filed["aal"]]);
    assert_eq!(levels, json!(["aal1", 0, 1]));
}
