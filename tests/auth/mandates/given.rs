//! Mandates that the principal gives, by a code that the representative takes up.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::TestApp;

use super::{CHILD, claim, extent, given, sakura, with};

#[actix_web::test]
async fn an_attorney_files_in_the_principals_name_and_everything_says_who_did() {
    let app = TestApp::new().await;
    let (hanako, taro, mandate) = given(&app, extent()).await;
    let path = tests::file(&taro.under(&mandate), CHILD, true).await;
    hanako.get(&path).await.expect(200);
    taro.under(&mandate).get(&path).await.expect(200);
    taro.get(&path).await.assert_problem(404, "not_found");
    let case = app.staff("sato").await.get(&path).await.expect(200);
    let (me, him) = (
        hanako.get("/v1/me").await.json(),
        taro.get("/v1/me").await.json(),
    );
    assert_eq!(
        (&case["applicant_id"], &case["subject_id"]),
        (&me["id"], &me["id"])
    );
    assert_eq!(
        (&case["actor_id"], &case["mandate_id"]),
        (&him["id"], &json!(mandate))
    );
    assert_eq!(case["applicant"]["name"], me["attributes"]["name"]);
    assert_eq!(case["representative"]["name"], him["attributes"]["name"]);
    let events = format!("SELECT count(*) FROM application_events WHERE mandate_id = '{mandate}'");
    assert_eq!(app.count(&events).await, 1);
    let audited = format!(
        "SELECT count(*) FROM audit_events WHERE action = 'application.submit' AND detail ->> 'mandate' = '{mandate}'"
    );
    assert_eq!(app.count(&audited).await, 1);
}

#[actix_web::test]
async fn a_code_is_good_for_one_other_person_and_seven_days() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let offer = || async {
        let body = json!({"kind": "household_member", "extent": extent()});
        let offered = hanako.post("/v1/mandates/offers", body).await.expect(201);
        json!({"code": offered["code"]})
    };
    let code = offer().await;
    hanako
        .post("/v1/mandates/accept", code.clone())
        .await
        .assert_field("/code", "own_offer");
    taro.post("/v1/mandates/accept", code.clone())
        .await
        .expect(200);
    let shiro = app.resident("shiro").await;
    shiro
        .post("/v1/mandates/accept", code)
        .await
        .assert_field("/code", "wrong_code");
    let late = offer().await;
    app.pass(TimeDelta::days(7));
    let taro = app.resident("taro").await;
    taro.post("/v1/mandates/accept", late)
        .await
        .assert_field("/code", "wrong_code");
    let unknown = json!({"code": "00000-00000"});
    taro.post("/v1/mandates/accept", unknown)
        .await
        .assert_field("/code", "wrong_code");
}

#[actix_web::test]
async fn kinds_begin_as_the_law_has_it_and_with_what_tells_people_apart() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let post = |path: &'static str, body: Value| hanako.post(path, body);
    let offered = json!({"kind": "guardian_of_child", "extent": extent()});
    post("/v1/mandates/offers", offered)
        .await
        .assert_field("/kind", "wrong_beginning");
    let claimed = with(claim(&sakura()), "kind", json!("attorney"));
    post("/v1/mandates", claimed)
        .await
        .assert_field("/kind", "wrong_beginning");
    let ageless = with(sakura(), "birthdate", Value::Null);
    post("/v1/mandates", claim(&ageless))
        .await
        .assert_field("/principal/birthdate", "required");
    let company = with(claim(&sakura()), "kind", json!("company_officer"));
    post("/v1/mandates", company)
        .await
        .assert_field("/principal/corporate_number", "required");
    let over =
        json!({"kind": "attorney", "extent": with(extent(), "valid_until", json!("2026-11-24"))});
    post("/v1/mandates/offers", over)
        .await
        .assert_field("/extent/valid_until", "over");
    let before = with(extent(), "valid_from", json!("-9999-01-01"));
    post(
        "/v1/mandates/offers",
        json!({"kind": "attorney", "extent": before}),
    )
    .await
    .assert_field("/extent/valid_from", "out_of_range");
}

#[actix_web::test]
async fn whoever_is_known_by_a_mail_address_alone_neither_gives_nor_claims() {
    let app = TestApp::new().await;
    let weak = app.resident_with("hanako", "acr_values=\"aal1\"").await;
    for (path, body) in [
        ("/v1/mandates", claim(&sakura())),
        (
            "/v1/mandates/offers",
            json!({"kind": "attorney", "extent": extent()}),
        ),
        ("/v1/mandates/accept", json!({"code": "00000-00000"})),
    ] {
        weak.post(path, body)
            .await
            .assert_problem(401, "insufficient_user_authentication");
    }
}

#[actix_web::test]
async fn either_side_sees_who_is_on_the_other() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let offer = json!({"kind": "attorney", "extent": extent()});
    let offered = hanako.post("/v1/mandates/offers", offer).await.expect(201);
    assert_eq!(offered["mandate"]["counterpart_name"], Value::Null);
    let (hanako, taro, mandate) = given(&app, extent()).await;
    let path = format!("/v1/mandates/{mandate}");
    for (one, side, other) in [
        (&hanako, "principal", "𠮷田 太郎"),
        (&taro, "representative", "山田 花子"),
    ] {
        let seen = one.get(&path).await.expect(200);
        assert_eq!(seen["side"], side);
        assert_eq!(seen["counterpart_name"], other);
    }
}

#[actix_web::test]
async fn twenty_mandates_wait_at_a_time() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let offer = json!({"kind": "attorney", "extent": extent()});
    for _ in 0..20 {
        let offered = hanako.post("/v1/mandates/offers", offer.clone()).await;
        offered.expect(201);
    }
    for (path, body) in [
        ("/v1/mandates/offers", offer.clone()),
        ("/v1/mandates", claim(&sakura())),
    ] {
        let refused = hanako.post(path, body).await;
        refused.assert_problem(409, "too_many_mandates");
    }
    app.pass(TimeDelta::days(7));
    let hanako = app.resident("hanako").await;
    hanako.post("/v1/mandates/offers", offer).await.expect(201);
}
