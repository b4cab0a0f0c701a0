//! How far mandates go, and when they are over.

use platform::telemetry::Listener;
use portal::auth::policy::{ON_BEHALF, RULES};
use serde_json::json;
use tests::{Audience, Body, Client, TestApp, contract, etag_of, good_body, newest_code};

use super::{CHILD, DOG, UNKNOWN, extent, given, with};

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

/// The key is the representative's; what it answers is the principal's.
#[actix_web::test]
async fn a_key_used_for_one_principal_answers_nothing_to_another() {
    let app = TestApp::new().await;
    let (hanako, taro, mandate) = given(&app, extent()).await;
    let (path, etag) = tests::filled(&hanako, DOG).await;
    let submit = |client: Client| {
        let body = json!({"electronic_notice_consent": true});
        let call = client.post(format!("{path}/submit"), body).if_match(&etag);
        call.with_header("idempotency-key", "one")
    };
    let filed = submit(taro.under(&mandate)).await.expect(201);
    assert_eq!(submit(taro.under(&mandate)).await.expect(201), filed);
    submit(taro)
        .await
        .assert_problem(422, "idempotency_key_reused");
}

#[actix_web::test]
async fn who_may_only_look_is_not_asked_how_it_went() {
    let app = TestApp::new().await;
    let look = with(extent(), "may_submit", json!(false));
    let (hanako, taro, mandate) = given(&app, look).await;
    let hers = tests::file(&hanako, DOG, true).await;
    let ask = taro
        .under(&mandate)
        .post(format!("{hers}/survey"), json!({"touchpoint": "submitted"}));
    ask.await.assert_problem(403, "forbidden");
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
    let (hanako, taro, mandate) = given(&app, extent()).await;
    let address = json!({"address": "taro@resident.example"});
    taro.put("/v1/me/email", address).await.expect(202);
    assert_eq!(app.send_mail().await, 1);
    let code = newest_code(&catcher);
    taro.post("/v1/me/email/verify", json!({"code": code}))
        .await
        .expect(204);
    tests::file(&hanako, DOG, true).await;
    assert_eq!(app.send_mail().await, 1);
    assert_eq!(catcher.mails()[1].to, ["taro@resident.example"]);

    tests::file(&hanako, DOG, true).await;
    let end = format!("/v1/mandates/{mandate}/end");
    hanako.post(end, ()).await.expect(200);
    app.send_mail().await;
    assert_eq!(catcher.mails().len(), 2, "it is not his any more");
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

#[actix_web::test]
async fn nobody_acts_for_a_person_who_is_shut_out() {
    let app = TestApp::new().await;
    let (hanako, taro, mandate) = given(&app, extent()).await;
    let me = hanako.get("/v1/me").await.expect(200);
    assert!(app.set_resident_disabled(&me["id"], true).await);
    taro.under(&mandate)
        .get("/v1/applications")
        .await
        .assert_problem(403, "forbidden");
}

/// What is known of either of them is not theirs to tell for the other.
#[actix_web::test]
async fn a_draft_in_anothers_name_is_begun_with_nothing_and_reuses_only_what_was_filed_in_that_name()
 {
    let app = TestApp::new().await;
    let (hanako, taro, mandate) = given(&app, extent()).await;
    let acting = taro.under(&mandate);
    let hers = tests::file(&hanako, DOG, true).await;
    let his = tests::file(&taro, DOG, true).await;
    let path = tests::begin(&acting, DOG).await;
    let draft = acting.get(&path).await.expect(200);
    assert_eq!(
        (&draft["answers"], &draft["provenance"]),
        (&json!({}), &json!([]))
    );
    let offers = async |client: &Client, path: &str| {
        let told = client
            .get(format!("{path}/earlier-answers"))
            .await
            .expect(200);
        let items = told["items"].as_array().unwrap().iter();
        items
            .map(|item| {
                format!(
                    "/v1/applications/{}",
                    item["application_id"].as_str().unwrap()
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(offers(&acting, &path).await, [] as [String; 0]);
    let for_her = tests::file(&acting, DOG, true).await;
    assert_eq!(offers(&acting, &path).await, std::slice::from_ref(&for_her));
    let own = tests::begin(&hanako, DOG).await;
    assert_eq!(offers(&hanako, &own).await, std::slice::from_ref(&hers));
    let own = tests::begin(&taro, DOG).await;
    assert_eq!(offers(&taro, &own).await, std::slice::from_ref(&his));
    let reuse = async |earlier: &str| {
        let body = json!({"application_id": earlier.rsplit('/').next(), "pointers": ["/dog_name"]});
        acting
            .post(format!("{path}/reuse"), body)
            .if_match("\"1\"")
            .await
    };
    for foreign in [&hers, &his] {
        reuse(foreign)
            .await
            .assert_field("/application_id", "unknown_application");
    }
    assert_eq!(
        reuse(&for_her).await.expect(200)["answers"],
        json!({"dog_name": "ポチ"})
    );
}
