//! 付替え: the login of a renewed card leads to who its owner was before. The demo's Jiro stands for Hanako with her new card.

use std::future::IntoFuture as _;

use chrono::TimeDelta;
use futures_util::future::join_all;
use portal::auth::registration::Purpose;
use serde_json::{Value, json};
use tests::{Audience, Client, Response, TestApp, act, begin, empower_in_all, file, newest_code};

const CLAIM: &str = "child-allowance-claim";
const DOG: &str = "dog-registration-change";

async fn id_of(resident: &Client) -> Value {
    resident.get("/v1/me").await.expect(200)["id"].clone()
}

/// Two registrars: who proposes and who approves.
async fn registrars(app: &TestApp) -> [Client; 2] {
    let registrar = json!({"department": "resident", "role": "registrar"});
    let entry = json!({"postings": [registrar]});
    app.import_staff("kato", entry).await.unwrap();
    [app.staff("kimura").await, app.staff("kato").await]
}

/// The registration that the resident asks for now, if none stands.
async fn registration(app: &TestApp, resident: &Client) -> Value {
    resident.post("/v1/me/registration", ()).await;
    let id = id_of(resident).await;
    let path = format!("/v1/registrations?resident_id={}", id.as_str().unwrap());
    let listed = app.staff("kimura").await.get(path).await.expect(200);
    let newest = listed["items"].as_array().unwrap().last().unwrap();
    newest["id"].clone()
}

async fn propose(app: &TestApp, clerk: &Client, new: &Client, former: &Client) -> Response {
    let proposal = json!({
        "registration": registration(app, new).await,
        "former": id_of(former).await,
        "evidence": "新しいカードと再交付の記録を確認",
    });
    clerk.post("/v1/relinks", proposal).await
}

fn path(proposed: &Response) -> String {
    let id = proposed.expect(201)["id"].clone();
    format!("/v1/relinks/{}", id.as_str().unwrap())
}

async fn approve(clerk: &Client, relink: &str) -> Response {
    let call = clerk.post(format!("{relink}/approve"), ());
    call.if_match("\"1\"").await
}

/// Kimura proposes, Kato approves, and the worker brings everything along.
async fn relink(app: &TestApp, new: &Client, former: &Client) {
    let [kimura, kato] = registrars(app).await;
    let proposed = propose(app, &kimura, new, former).await;
    approve(&kato, &path(&proposed)).await.expect(200);
    app.run_jobs().await;
}

/// Until no request of before is under way any more.
async fn stragglers(app: &TestApp) {
    app.pass(TimeDelta::minutes(2));
    app.run_jobs().await;
}

async fn listed(resident: &Client, path: &str) -> usize {
    let page = resident.get(path).await.expect(200);
    page["items"].as_array().unwrap().len()
}

async fn recorded(app: &TestApp, action: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM audit_events WHERE action = '{action}'");
    app.count(&sql).await
}

#[actix_web::test]
async fn the_new_login_leads_to_who_its_owner_was_before_with_all_that_was_done_meanwhile() {
    let app = TestApp::new().await;
    let (hanako, jiro) = (app.resident("hanako").await, app.resident("jiro").await);
    let before = id_of(&hanako).await;
    let old = file(&hanako, CLAIM, true).await;
    let meanwhile = file(&jiro, DOG, true).await;
    let draft = begin(&jiro, CLAIM).await;
    relink(&app, &jiro, &hanako).await;
    for ended in [&hanako, &jiro] {
        ended
            .get("/v1/me")
            .await
            .assert_problem(401, "unauthenticated");
    }
    for login in ["jiro", "hanako"] {
        let resident = app.resident(login).await;
        assert_eq!(id_of(&resident).await, before);
        for path in [&old, &meanwhile, &draft] {
            resident.get(path).await.expect(200);
        }
        assert_eq!(listed(&resident, "/v1/applications").await, 3);
        assert_eq!(listed(&resident, "/v1/post/messages").await, 2);
    }
    let case = app.staff("takahashi").await.get(&meanwhile).await;
    let case = case.expect(200);
    assert_eq!([&case["applicant_id"], &case["actor_id"]], [&before; 2]);
    assert!(case["representative"].is_null());
    for action in ["relink.propose", "relink.approve", "resident.bring_along"] {
        assert_eq!(recorded(&app, action).await, 1, "{action}");
    }
    stragglers(&app).await;
}

#[actix_web::test]
async fn the_decision_about_what_was_filed_meanwhile_reaches_the_owner() {
    let app = TestApp::new().await;
    let (hanako, jiro) = (app.resident("hanako").await, app.resident("jiro").await);
    let case = file(&jiro, CLAIM, true).await;
    relink(&app, &jiro, &hanako).await;
    tests::decide(&app, &case, json!({"outcome": "grant"})).await;
    app.run_jobs().await;
    let hanako = app.resident("hanako").await;
    let decided = hanako.get(&case).await.expect(200);
    assert_eq!(decided["status"], "completed");
    assert_eq!(listed(&hanako, "/v1/post/messages").await, 2);
    stragglers(&app).await;
}

#[actix_web::test]
async fn what_a_request_brings_that_was_under_way_goes_along_later() {
    let app = TestApp::new().await;
    let (hanako, jiro) = (app.resident("hanako").await, app.resident("jiro").await);
    let (mine, late) = (id_of(&jiro).await, begin(&jiro, CLAIM).await);
    relink(&app, &jiro, &hanako).await;
    // As if it had been written by a request that knew nothing yet.
    app.as_admin(&format!(
        "UPDATE applications SET applicant_id = '{0}', subject_id = '{0}', actor_id = '{0}'",
        mine.as_str().unwrap()
    ))
    .await;
    let hanako = app.resident("hanako").await;
    hanako.get(&late).await.assert_problem(404, "not_found");
    stragglers(&app).await;
    hanako.get(&late).await.expect(200);
}

#[actix_web::test]
async fn whoever_proposed_it_does_not_approve_it_and_nobody_but_registrars_touches_it() {
    let app = TestApp::new().await;
    let (hanako, jiro) = (app.resident("hanako").await, app.resident("jiro").await);
    let [kimura, kato] = registrars(&app).await;
    for other in ["sato", "suzuki", "nakamura", "watanabe"] {
        let other = app.staff(other).await;
        let refused = propose(&app, &other, &jiro, &hanako).await;
        refused.assert_problem(403, "forbidden");
    }
    let proposed = propose(&app, &kimura, &jiro, &hanako).await;
    let relink = path(&proposed);
    let own = approve(&kimura, &relink).await;
    own.assert_problem(403, "separation_of_duties");
    let before = id_of(&hanako).await;
    assert_ne!(id_of(&jiro).await, before);

    let seen = kato.get(&relink).await;
    let seen = seen.expect(200);
    assert_eq!(seen["former"]["name"], "山田 花子");
    let me = jiro.get("/v1/me").await.expect(200);
    assert_eq!(seen["resident"]["name"], me["attributes"]["name"]);
    assert_eq!(seen["evidence"], "新しいカードと再交付の記録を確認");
    assert_eq!(listed(&kato, "/v1/relinks").await, 1);
    let refuse = kimura.post(format!("{relink}/refuse"), json!({"reason": "間違い"}));
    let refused = refuse.if_match("\"1\"").await;
    assert_eq!(refused.expect(200)["status"], "refused");
    assert_eq!(listed(&kato, "/v1/relinks").await, 0);
    let late = kato.post(format!("{relink}/approve"), ());
    let late = late.if_match("\"2\"").await;
    late.assert_problem(409, "illegal_transition");
    assert_eq!(id_of(&hanako).await, before);
}

#[actix_web::test]
async fn of_several_who_decide_at_once_one_does() {
    let app = TestApp::new().await;
    let (hanako, jiro) = (app.resident("hanako").await, app.resident("jiro").await);
    let [kimura, kato] = registrars(&app).await;
    let relink = path(&propose(&app, &kimura, &jiro, &hanako).await);
    let served = app.serve(Audience::Staff).await;
    let (kimura, kato) = (kimura.over(&served), kato.over(&served));
    let calls = (0..8).map(|n| {
        let call = match n % 2 {
            0 => kato.post(format!("{relink}/approve"), ()),
            _ => kimura.post(format!("{relink}/refuse"), json!({"reason": "間違い"})),
        };
        call.if_match("\"1\"").into_future()
    });
    let answers = join_all(calls).await;
    let won = answers.iter().filter(|answer| answer.status() == 200);
    assert_eq!(won.count(), 1);
    let lost = answers.iter().filter(|answer| answer.status() == 412);
    assert_eq!(lost.count(), 7);
    let decided = recorded(&app, "relink.approve").await + recorded(&app, "relink.refuse").await;
    assert_eq!(decided, 1);
    app.run_jobs().await;
    stragglers(&app).await;
}

#[actix_web::test]
async fn what_cannot_be_the_same_person_is_refused_with_a_pointer() {
    let app = TestApp::new().await;
    let (hanako, jiro) = (app.resident("hanako").await, app.resident("jiro").await);
    let [kimura, _] = registrars(&app).await;
    let (asked, unknown) = (
        registration(&app, &jiro).await,
        "0192f0c1-2345-7abc-8def-0123456789ab",
    );
    let propose = |registration: &Value, former: Value| {
        let evidence = "窓口で確認";
        let proposal =
            json!({"registration": registration, "former": former, "evidence": evidence});
        kimura.post("/v1/relinks", proposal)
    };
    let nobody = propose(&json!(unknown), id_of(&hanako).await).await;
    nobody.assert_field("/registration", "unknown_registration");
    let nobody = propose(&asked, json!(unknown)).await;
    nobody.assert_field("/former", "unknown_resident");
    let same = propose(&asked, id_of(&jiro).await).await;
    same.assert_field("/former", "same_resident");
    app.as_admin(
        "UPDATE resident_attributes SET ial = 2 WHERE resident_id =
        (SELECT resident_id FROM registrations)",
    )
    .await;
    let unequal = propose(&asked, id_of(&hanako).await).await;
    unequal.assert_field("/former", "unequal_proof");
    app.as_admin("UPDATE resident_attributes SET ial = 3").await;
    propose(&asked, id_of(&hanako).await).await.expect(201);
    let again = propose(&asked, id_of(&hanako).await).await;
    again.assert_field("/registration", "already_proposed");
}

#[actix_web::test]
async fn whoever_is_shut_out_or_known_as_another_is_not_joined() {
    let app = TestApp::new().await;
    let lines = "宛名番号,氏名,生年月日,性別,住所,方書,支援措置
10000001,山田　花子,19900514,女,東京都小平市小川町２－９９９９－１,,無
10000002,吉田 太郎,19481103,男,東京都小平市学園東町九丁目９９番９９号,,無";
    let imported = app.import_addressees(lines.as_bytes(), Purpose::Keep).await;
    imported.unwrap();
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let [kimura, kato] = registrars(&app).await;
    registration(&app, &hanako).await;
    let id = id_of(&hanako).await;
    let relink = path(&propose(&app, &kimura, &taro, &hanako).await);
    let two_people = approve(&kato, &relink).await;
    two_people.assert_problem(409, "illegal_transition");
    app.set_resident_disabled(&id, true).await;
    let shut_out = approve(&kato, &relink).await;
    shut_out.assert_problem(409, "illegal_transition");
    assert_ne!(id_of(&taro).await, id);
}

#[actix_web::test]
async fn mandates_registration_and_proved_address_go_over() {
    let (app, catcher) = TestApp::with_mail().await;
    let (hanako, jiro) = (app.resident("hanako").await, app.resident("jiro").await);
    let shiro = app.resident("shiro").await;
    let of_shiro = empower_in_all(&shiro, &jiro).await;
    let between = empower_in_all(&hanako, &jiro).await;
    let address = json!({"address": "new-card@kodaira.example"});
    jiro.put("/v1/me/email", address).await.expect(202);
    app.send_mail().await;
    let code = json!({"code": newest_code(&catcher)});
    jiro.post("/v1/me/email/verify", code).await.expect(204);
    let for_shiro = file(&jiro.under(&of_shiro), DOG, true).await;
    relink(&app, &jiro, &hanako).await;

    let hanako = app.resident("hanako").await;
    let me = hanako.get("/v1/me").await.expect(200);
    assert_eq!(me["email"]["address"], "new-card@kodaira.example");
    assert_eq!(me["email"]["verified"], true);
    let registration = hanako.get("/v1/me/registration").await.expect(200);
    assert_eq!(registration["status"], "pending");
    hanako.under(&of_shiro).get(&for_shiro).await.expect(200);
    let ended = hanako.get(format!("/v1/mandates/{between}")).await;
    assert_eq!(ended.expect(200)["status"], "ended");
    let case = app.staff("takahashi").await.get(&for_shiro).await;
    assert_eq!(case.expect(200)["actor_id"], me["id"]);
    stragglers(&app).await;
    app.send_mail().await;
}

#[actix_web::test]
async fn protection_of_the_new_login_is_the_owners_from_then_on() {
    let app = TestApp::new().await;
    let lines = "宛名番号,氏名,生年月日,性別,住所,方書,支援措置
10000004,高橋美咲,20010101,2,東京都小平市仲町9999-4,,有";
    let imported = app.import_addressees(lines.as_bytes(), Purpose::Keep).await;
    imported.unwrap();
    let (hanako, misaki) = (app.resident("hanako").await, app.resident("misaki").await);
    let case = file(&hanako, CLAIM, true).await;
    relink(&app, &misaki, &hanako).await;
    let sato = app.staff("sato").await;
    let seen = sato.get(&case).await.expect(200);
    assert_eq!(seen["address_protected"], true);
    assert!(seen["applicant"]["address"].is_null());
    act(&sato, &case, "take-up", ()).await.expect(200);
    stragglers(&app).await;
}

#[actix_web::test]
async fn a_decision_says_which_version_it_is_about_and_is_taken_once() {
    let app = TestApp::new().await;
    let [kimura, kato] = registrars(&app).await;
    let (hanako, jiro) = (app.resident("hanako").await, app.resident("jiro").await);
    let relink = path(&propose(&app, &kimura, &jiro, &hanako).await);
    let reason = || json!({"reason": "写真が違います。"});
    let approve = || kato.post(format!("{relink}/approve"), ());
    let blind = || kato.post(format!("{relink}/refuse"), reason());
    for unseen in [approve(), blind()] {
        unseen.await.assert_problem(428, "precondition_required");
    }
    for call in [approve(), blind()] {
        let garbled = call.if_match("1").await;
        assert_eq!(garbled.status(), 400, "{}", garbled.text());
    }
    let refuse = |version: &'static str| {
        let call = kato.post(format!("{relink}/refuse"), reason());
        call.if_match(version)
    };
    refuse("\"1\"").await.expect(200);
    refuse("\"2\"")
        .await
        .assert_problem(409, "illegal_transition");
    let astray = kato.get("/v1/relinks?after=astray").await;
    assert_eq!(astray.status(), 400, "{}", astray.text());
}
