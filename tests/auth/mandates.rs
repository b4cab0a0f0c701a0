//! Acting for others: given and accepted, or claimed and verified; within its bounds, and over at once.

use chrono::TimeDelta;
use platform::telemetry::Listener;
use portal::auth::policy::{ON_BEHALF, RULES};
use serde_json::{Value, json};
use tests::{Audience, Body, Client, TestApp, contract, etag_of, good_body};

const DOG: &str = "dog-registration-change";
const CHILD: &str = "child-allowance-claim";
const UNKNOWN: &str = "0192f0c1-2345-7abc-8def-0123456789ab";

fn extent() -> Value {
    json!({
        "may_submit": true, "may_receive_post": true, "counts_as_reading": false,
        "valid_from": "2026-11-24", "valid_until": "2027-04-01",
    })
}

fn with(mut value: Value, name: &str, part: Value) -> Value {
    value[name] = part;
    value
}

/// Hanako lets Taro act for her; answers the mandate's id.
async fn given(app: &TestApp, extent: Value) -> (Client, Client, String) {
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let offer = json!({"kind": "attorney", "extent": extent});
    let offered = hanako.post("/v1/mandates/offers", offer).await.expect(201);
    let code = json!({"code": offered["code"]});
    let accepted = taro.post("/v1/mandates/accept", code).await.expect(200);
    assert_eq!(accepted["status"], "active");
    let id = accepted["id"].as_str().unwrap().to_owned();
    (hanako, taro, id)
}

fn sakura() -> Value {
    json!({"name": "山田 桜", "birthdate": "2020-04-05", "address": "東京都小平市小川町二丁目1333番地"})
}

fn claim(principal: &Value) -> Value {
    let extent = with(extent(), "valid_until", Value::Null);
    json!({"kind": "guardian_of_child", "principal": principal, "extent": extent})
}

/// Hanako acts for her daughter, as Kimura has verified.
async fn guardian(app: &TestApp) -> (Client, String) {
    let (hanako, kimura) = (app.resident("hanako").await, app.staff("kimura").await);
    let claimed = hanako
        .post("/v1/mandates", claim(&sakura()))
        .await
        .expect(201);
    assert_eq!(claimed["status"], "proposed");
    let id = claimed["id"].as_str().unwrap().to_owned();
    let evidence = json!({"evidence": "戸籍謄本（2026年11月20日交付）"});
    let verify = kimura.post(format!("/v1/mandates/{id}/verify"), evidence);
    let verified = verify.if_match("\"1\"").await.expect(200);
    assert_eq!(verified["status"], "active");
    (hanako, id)
}

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
async fn a_guardian_files_for_a_child_who_has_no_login() {
    let app = TestApp::new().await;
    let (hanako, mandate) = guardian(&app).await;
    let path = tests::file(&hanako.under(&mandate), DOG, true).await;
    // It is the child's, not hers.
    hanako.get(&path).await.assert_problem(404, "not_found");
    let own = hanako.get("/v1/applications").await.expect(200);
    assert_eq!(own["items"], json!([]));
    let theirs = hanako
        .under(&mandate)
        .get("/v1/applications")
        .await
        .expect(200);
    assert_eq!(theirs["items"].as_array().unwrap().len(), 1);
    let post = hanako
        .under(&mandate)
        .get("/v1/post/messages")
        .await
        .expect(200);
    assert_eq!(post["items"].as_array().unwrap().len(), 1, "the receipt");
}

#[actix_web::test]
async fn a_guardians_mandate_ends_by_itself_when_the_child_is_of_age() {
    let app = TestApp::new().await;
    let (hanako, kimura) = (app.resident("hanako").await, app.staff("kimura").await);
    // Eighteen on 26 November 2026, in Japan.
    let teen = with(sakura(), "birthdate", json!("2008-11-26"));
    let claimed = hanako.post("/v1/mandates", claim(&teen)).await.expect(201);
    assert_eq!(claimed["extent"]["valid_until"], "2026-11-26");
    let id = claimed["id"].as_str().unwrap().to_owned();
    let evidence = json!({"evidence": "戸籍謄本"});
    let verify = kimura.post(format!("/v1/mandates/{id}/verify"), evidence);
    verify.if_match("\"1\"").await.expect(200);
    let look = || async {
        let hanako = app.resident("hanako").await;
        hanako.under(&id).get("/v1/applications").await
    };
    look().await.expect(200);
    // 10:00 on the 24th in Japan; the 25th ends 38 hours later.
    app.pass(TimeDelta::hours(38) - TimeDelta::seconds(1));
    look().await.expect(200);
    app.pass(TimeDelta::seconds(1));
    look().await.assert_problem(403, "forbidden");
    let hanako = app.resident("hanako").await;
    let listed = hanako.get("/v1/mandates").await.expect(200);
    assert_eq!(listed["items"][0]["status"], "ended");
    let grown = with(sakura(), "birthdate", json!("2000-01-01"));
    hanako
        .post("/v1/mandates", claim(&grown))
        .await
        .assert_field("/principal/birthdate", "over");
}

#[actix_web::test]
async fn two_guardians_of_a_child_act_for_one_person() {
    let app = TestApp::new().await;
    guardian(&app).await;
    let (taro, kimura) = (app.resident("taro").await, app.staff("kimura").await);
    let claimed = taro
        .post("/v1/mandates", claim(&sakura()))
        .await
        .expect(201);
    let path = format!("/v1/mandates/{}/verify", claimed["id"].as_str().unwrap());
    let verify = kimura.post(path, json!({"evidence": "戸籍謄本"}));
    verify.if_match("\"1\"").await.expect(200);
    let persons = "SELECT count(DISTINCT principal_id) FROM mandates";
    assert_eq!(app.count(persons).await, 1);
}

#[actix_web::test]
async fn until_a_clerk_has_verified_it_a_claim_holds_for_nothing() {
    let app = TestApp::new().await;
    let (hanako, kimura) = (app.resident("hanako").await, app.staff("kimura").await);
    let claimed = hanako
        .post("/v1/mandates", claim(&sakura()))
        .await
        .expect(201);
    let id = claimed["id"].as_str().unwrap();
    hanako
        .under(id)
        .get("/v1/applications")
        .await
        .assert_problem(403, "forbidden");
    let queue = kimura.get("/v1/mandates").await.expect(200);
    assert_eq!(queue["items"][0]["principal"], sakura());
    assert_eq!(queue["items"][0]["representative_name"], "山田 花子");
    let path = format!("/v1/mandates/{id}");
    kimura.get(&path).await.expect(200);
    let readings = "SELECT count(*) FROM audit_events WHERE action = 'mandate.read'";
    assert_eq!(app.count(readings).await, 2);
    let reason = json!({"reason": "戸籍謄本で確認できませんでした。"});
    let refuse = |version: &str| {
        kimura
            .post(format!("{path}/refuse"), reason.clone())
            .if_match(version)
    };
    refuse("\"7\"")
        .await
        .assert_problem(412, "version_mismatch");
    refuse("\"1\"").await.expect(200);
    refuse("\"2\"")
        .await
        .assert_problem(409, "illegal_transition");
    let own = hanako.get(&path).await.expect(200);
    assert_eq!(
        (&own["status"], &own["reason"]),
        (&json!("refused"), &reason["reason"])
    );
    hanako
        .under(id)
        .get("/v1/applications")
        .await
        .assert_problem(403, "forbidden");
}

#[actix_web::test]
async fn either_side_and_a_clerk_end_a_mandate_within_one_request() {
    let app = TestApp::new().await;
    for who in ["principal", "representative", "clerk"] {
        let (hanako, taro, mandate) = given(&app, extent()).await;
        taro.under(&mandate)
            .get("/v1/applications")
            .await
            .expect(200);
        let end = format!("/v1/mandates/{mandate}/end");
        match who {
            "principal" => hanako.post(&end, ()).await.expect(200),
            "representative" => taro.post(&end, ()).await.expect(200),
            _ => {
                let reason = json!({"reason": "本人から申出がありました。"});
                let kimura = app.staff("kimura").await;
                kimura
                    .post(&end, reason)
                    .if_match("\"2\"")
                    .await
                    .expect(200)
            }
        };
        taro.under(&mandate)
            .get("/v1/applications")
            .await
            .assert_problem(403, "forbidden");
        hanako
            .post(&end, ())
            .await
            .assert_problem(409, "illegal_transition");
    }
}

#[actix_web::test]
async fn a_mandate_goes_as_far_as_it_says() {
    let app = TestApp::new().await;
    let look = with(
        with(extent(), "may_submit", json!(false)),
        "may_receive_post",
        json!(false),
    );
    let (hanako, taro, mandate) = given(&app, look).await;
    let hers = tests::file(&hanako, DOG, true).await;
    taro.under(&mandate).get(&hers).await.expect(200);
    let draft = taro
        .under(&mandate)
        .post("/v1/applications", json!({"procedure": DOG}));
    draft.await.assert_problem(403, "forbidden");
    let withdraw = taro.under(&mandate).post(
        format!("{hers}/withdraw"),
        json!({"reason": "取り下げます"}),
    );
    let withdraw = withdraw.if_match(etag_of(&hanako, &hers).await);
    withdraw.await.assert_problem(403, "forbidden");
    taro.under(&mandate)
        .get("/v1/post/messages")
        .await
        .assert_problem(403, "forbidden");
}

#[actix_web::test]
async fn a_mandate_for_some_procedures_is_for_no_others_and_not_for_the_post() {
    let app = TestApp::new().await;
    let some = with(extent(), "procedures", json!([DOG]));
    let hanako = app.resident("hanako").await;
    let offer = json!({"kind": "attorney", "extent": some});
    let refused = hanako.post("/v1/mandates/offers", offer).await;
    refused.assert_field("/extent/may_receive_post", "not_divisible");
    let (hanako, taro, mandate) = given(&app, with(some, "may_receive_post", json!(false))).await;
    let claim = tests::file(&hanako, CHILD, true).await;
    taro.under(&mandate)
        .get(&claim)
        .await
        .assert_problem(404, "not_found");
    let draft = taro
        .under(&mandate)
        .post("/v1/applications", json!({"procedure": CHILD}));
    draft.await.assert_problem(403, "forbidden");
    let dog = tests::file(&taro.under(&mandate), DOG, true).await;
    let listed = taro
        .under(&mandate)
        .get("/v1/applications")
        .await
        .expect(200);
    let listed: Vec<_> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(listed.len(), 1);
    assert!(dog.ends_with(&listed[0]));
}

#[actix_web::test]
async fn what_a_representative_opens_is_opened_by_the_principal_only_where_the_mandate_says_so() {
    let app = TestApp::new().await;
    for counts in [false, true] {
        let extent = with(extent(), "counts_as_reading", json!(counts));
        let (hanako, taro, mandate) = given(&app, extent).await;
        tests::file(&hanako, DOG, true).await;
        let inbox = taro
            .under(&mandate)
            .get("/v1/post/messages")
            .await
            .expect(200);
        let path = format!(
            "/v1/post/messages/{}",
            inbox["items"][0]["id"].as_str().unwrap()
        );
        let opened = taro
            .under(&mandate)
            .post(format!("{path}/open"), ())
            .await
            .expect(200);
        assert!(opened["body"].is_string());
        let hers = hanako.get(&path).await.expect(200);
        assert_eq!(hers["unread"], !counts, "{counts}");
        assert_eq!(
            hers["evidence"].as_array().unwrap().len(),
            if counts { 2 } else { 1 }
        );
    }
    let read = "SELECT count(*) FROM audit_events WHERE action = 'delivery.read_by_representative'";
    assert_eq!(app.count(read).await, 1);
}

#[actix_web::test]
async fn whoever_receives_the_post_hears_of_it_by_mail() {
    let (app, catcher) = TestApp::with_mail().await;
    let (hanako, taro, _) = given(&app, extent()).await;
    let address = json!({"address": "taro@resident.example"});
    taro.put("/v1/me/email", address).await.expect(202);
    assert_eq!(app.send_mail().await, 1);
    let mail = &catcher.mails()[0].body;
    let code = mail
        .lines()
        .find(|line| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit()));
    taro.post("/v1/me/email/verify", json!({"code": code}))
        .await
        .expect(204);
    tests::file(&hanako, DOG, true).await;
    assert_eq!(app.send_mail().await, 1);
    assert_eq!(catcher.mails()[1].to, ["taro@resident.example"]);
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
async fn two_clerks_do_not_both_decide() {
    let app = TestApp::new().await;
    let (hanako, kimura) = (app.resident("hanako").await, app.staff("kimura").await);
    let claimed = hanako
        .post("/v1/mandates", claim(&sakura()))
        .await
        .expect(201);
    let path = format!("/v1/mandates/{}", claimed["id"].as_str().unwrap());
    let verify = kimura.post(format!("{path}/verify"), json!({"evidence": "戸籍謄本"}));
    let refuse = kimura.post(format!("{path}/refuse"), json!({"reason": "不明"}));
    let (one, other) =
        futures_util::future::join(async { verify.if_match("\"1\"").await }, async {
            refuse.if_match("\"1\"").await
        })
        .await;
    let mut statuses = [one.status(), other.status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[actix_web::test]
async fn no_operation_takes_a_mandate_that_one_does_not_hold() {
    let app = TestApp::new().await;
    let (_, _, hanakos) = given(&app, extent()).await;
    let shiro = app.resident("shiro").await;
    let path = tests::begin(&shiro, DOG).await;
    let id = path.rsplit('/').next().unwrap();
    let mut tried = 0;
    let rules = RULES.iter();
    let rules = rules.filter(|rule| rule.listener == Listener::Resident);
    for rule in rules.filter(|rule| ON_BEHALF.contains(&rule.operation)) {
        let operation = contract::of(Audience::Resident).operation(rule.method, rule.pattern);
        let operation = operation.unwrap();
        let path = operation.path_of(&|parameter| if parameter == "number" { "1" } else { id });
        for mandate in [hanakos.as_str(), UNKNOWN, "x"] {
            let body = match operation.has_json_body() {
                true => Body::Json(good_body(rule.operation)),
                false => Body::None,
            };
            let call = shiro
                .under(mandate)
                .call(rule.method.parse().unwrap(), &path, body);
            let refused = call.if_match("\"1\"").await;
            refused.assert_problem(403, "forbidden");
            tried += 1;
        }
    }
    assert_eq!(tried, 3 * ON_BEHALF.len());
}
