//! Mandates that the representative claims and a clerk verifies.

use chrono::TimeDelta;
use futures_util::future::join;
use serde_json::{Value, json};
use tests::TestApp;

use super::{DOG, claim, guardian, sakura, with};

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
    assert_eq!(queue["items"][0]["representative"]["name"], "山田 花子");
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
    let (one, other) = join(async { verify.if_match("\"1\"").await }, async {
        refuse.if_match("\"1\"").await
    })
    .await;
    let mut statuses = [one.status(), other.status()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[actix_web::test]
async fn two_guardians_verified_at_once_act_for_one_person() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let kimura = app.staff("kimura").await;
    let verify = |claimed: Value| {
        let path = format!("/v1/mandates/{}/verify", claimed["id"].as_str().unwrap());
        let verify = kimura.post(path, json!({"evidence": "戸籍謄本"}));
        async { verify.if_match("\"1\"").await.expect(200) }
    };
    let hers = hanako.post("/v1/mandates", claim(&sakura())).await;
    let his = taro.post("/v1/mandates", claim(&sakura())).await;
    join(verify(hers.expect(201)), verify(his.expect(201))).await;
    let persons = "SELECT count(DISTINCT principal_id) FROM mandates";
    assert_eq!(app.count(persons).await, 1);
}

#[actix_web::test]
async fn a_clerk_names_the_version_seen_of_a_claim_and_decides_only_what_waits() {
    let app = TestApp::new().await;
    let (_, id) = guardian(&app).await;
    let kimura = app.staff("kimura").await;
    let decide = |act: &str| {
        let body = match act {
            "verify" => json!({"evidence": "戸籍謄本"}),
            _ => json!({"reason": "親権者が変わりました。"}),
        };
        kimura.post(format!("/v1/mandates/{id}/{act}"), body)
    };
    for act in ["verify", "refuse", "end"] {
        decide(act)
            .await
            .assert_problem(428, "precondition_required");
    }
    let again = decide("verify").if_match("\"2\"").await;
    again.assert_problem(409, "illegal_transition");
    decide("end").if_match("\"2\"").await.expect(200);
    let again = decide("end").if_match("\"3\"").await;
    again.assert_problem(409, "illegal_transition");
}

#[actix_web::test]
async fn the_queue_of_claims_takes_no_unknown_parameter() {
    let app = TestApp::new().await;
    let kimura = app.staff("kimura").await;
    let listed = kimura.get("/v1/mandates?unknown=1").await;
    listed.assert_problem(400, "invalid_query");
}

#[actix_web::test]
async fn a_clerk_ends_a_mandate_once() {
    let app = TestApp::new().await;
    let (_, mandate) = guardian(&app).await;
    let kimura = app.staff("kimura").await;
    let end = |version: &'static str| {
        let reason = json!({"reason": "親権者が変わりました。"});
        let call = kimura.post(format!("/v1/mandates/{mandate}/end"), reason);
        call.if_match(version)
    };
    end("\"2\"").await.expect(200);
    end("\"3\"").await.assert_problem(409, "illegal_transition");
}
