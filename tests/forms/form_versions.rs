//! The life of a version: published, scheduled, in force, superseded, retired; opening and closing.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Audience, Client, TestApp, act, begin, etag_of, file, filled, redraft, republish};

const DOG: &str = "dog-registration-change";
const VERSIONS: &str = "/v1/procedures/dog-registration-change/form-versions";
const DRAFT: &str = "/v1/procedures/dog-registration-change/draft";

async fn states(administrator: &Client) -> Vec<String> {
    let list = administrator.get(VERSIONS).await.expect(200);
    let items = list["items"].as_array().unwrap().iter();
    items
        .map(|item| format!("{} {}", item["number"], item["state"].as_str().unwrap()))
        .collect()
}

async fn current(app: &TestApp) -> Value {
    let anyone = app.anonymous(Audience::Resident);
    anyone
        .get("/v1/procedures/dog-registration-change/form")
        .await
        .expect(200)
}

fn rename(draft: &mut Value) {
    draft["texts"]["ja"]["dog_name.label"] = json!("犬の呼び名");
}

async fn publish_for(
    administrator: &Client,
    moment: &str,
    change: impl FnOnce(&mut Value),
) -> Value {
    let etag = redraft(administrator, DOG, change).await;
    let body = json!({"in_force_from": moment});
    let published = administrator
        .post(format!("{DRAFT}/publish"), body)
        .if_match(etag)
        .await;
    published.expect(201)
}

#[actix_web::test]
async fn a_published_version_takes_the_place_of_the_one_before() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let before = current(&app).await;
    let published = republish(&nakamura, DOG, rename).await;
    assert_eq!(states(&nakamura).await, ["2 in_force", "1 superseded"]);
    let now = current(&app).await;
    assert_eq!(now["id"], published["id"]);
    assert_eq!(now["sha256"], published["sha256"]);
    assert_eq!(now["texts"]["ja"]["dog_name.label"], "犬の呼び名");
    let old = format!("/v1/form-versions/{}", before["id"].as_str().unwrap());
    let old = app.anonymous(Audience::Resident).get(old).await.expect(200);
    assert_eq!(old, before);
    nakamura.get(DRAFT).await.assert_problem(404, "not_found");
    app.run_jobs().await;
}

#[actix_web::test]
async fn fee_documents_and_who_may_apply_are_told_as_the_version_in_force_has_them() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let words = json!({"ja": "鑑札", "ja-x-easy": "鑑札（かんさつ）", "en": "Dog tag"});
    let documents = json!([{"name": words, "condition": null}]);
    publish_for(&nakamura, "2026-12-01T00:00:00+09:00", |draft| {
        draft["policy"]["fee_kind"] = json!("fixed");
        draft["policy"]["fee_yen"] = json!(500);
        draft["policy"]["documents_required"] = documents.clone();
        draft["policy"]["eligibility"] = words.clone();
    })
    .await;
    let told = async || {
        let anyone = app.anonymous(Audience::Resident);
        let path = "/v1/procedures/dog-registration-change";
        anyone.get(path).await.expect(200)
    };
    let before = told().await;
    assert_eq!(before["procedure"]["fee_yen"], 0);
    assert_eq!(before["fee"]["kind"], "none");
    assert_eq!(before["fee"]["words"]["ja"], "無料です。");
    assert_ne!(before["procedure"]["documents_required"], documents);
    let before = current(&app).await["policy"]["eligibility"].take();
    assert_eq!(told().await["procedure"]["who_may_apply"], before);
    app.pass(TimeDelta::days(7));
    let after = told().await;
    assert_eq!(after["procedure"]["fee_yen"], 500);
    assert_eq!(after["fee"]["kind"], "fixed");
    assert_eq!(after["fee"]["words"]["en"], "500 yen.");
    assert_eq!(after["procedure"]["documents_required"], documents);
    assert_eq!(after["procedure"]["who_may_apply"], words);
    app.run_jobs().await;
}

#[actix_web::test]
async fn a_version_published_ahead_waits_for_its_moment() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    publish_for(&nakamura, "2026-12-01T00:00:00+09:00", rename).await;
    assert_eq!(states(&nakamura).await, ["2 scheduled", "1 in_force"]);
    assert_eq!(current(&app).await["number"], 1);
    app.run_jobs().await;
    app.pass(TimeDelta::days(7));
    let nakamura = app.staff("nakamura").await;
    assert_eq!(states(&nakamura).await, ["2 in_force", "1 superseded"]);
    assert_eq!(current(&app).await["number"], 2);
    app.run_jobs().await;
}

#[actix_web::test]
async fn a_moment_that_will_not_do_is_refused() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    publish_for(&nakamura, "2026-12-01T00:00:00+09:00", rename).await;
    let etag = redraft(&nakamura, DOG, |draft| {
        draft["policy"]["fee_kind"] = json!("fixed");
        draft["policy"]["fee_yen"] = json!(1)
    })
    .await;
    let publish = |body: Value| {
        nakamura
            .post(format!("{DRAFT}/publish"), body)
            .if_match(etag.clone())
    };
    for (moment, code) in [
        ("2026-11-23T00:00:00+09:00", "in_the_past"),
        ("2029-01-01T00:00:00+09:00", "too_far"),
        ("2026-11-30T00:00:00+09:00", "before_another"),
    ] {
        publish(json!({"in_force_from": moment}))
            .await
            .assert_field("/in_force_from", code);
    }
    publish(json!({}))
        .await
        .assert_field("/in_force_from", "before_another");
    let bare = nakamura.post(format!("{DRAFT}/publish"), json!({}));
    bare.await.assert_problem(428, "precondition_required");
    let stale = nakamura
        .post(format!("{DRAFT}/publish"), json!({}))
        .if_match("\"1\"");
    stale.await.assert_problem(412, "version_mismatch");
    app.pass(TimeDelta::days(8));
    app.run_jobs().await;
}

#[actix_web::test]
async fn retiring_the_version_in_force_closes_the_procedure_and_keeps_what_is_typed() {
    let app = TestApp::new().await;
    let (hanako, nakamura) = (app.resident("hanako").await, app.staff("nakamura").await);
    let (path, _) = filled(&hanako, DOG).await;
    let typed = hanako.get(&path).await.expect(200);
    let id = current(&app).await["id"].as_str().unwrap().to_owned();
    let retire = format!("/v1/form-versions/{id}/retire");
    let reason = json!({"reason": "制度の廃止"});
    let retired = nakamura.post(&retire, reason.clone()).await.expect(200);
    assert_eq!(retired["state"], "retired");
    nakamura
        .post(&retire, reason.clone())
        .await
        .assert_problem(409, "illegal_transition");
    let anyone = app.anonymous(Audience::Resident);
    let procedure = anyone
        .get("/v1/procedures/dog-registration-change")
        .await
        .expect(200);
    assert_eq!(procedure["accepts_digital"], false);
    assert_eq!(procedure["form_version_id"], Value::Null);
    let form = anyone
        .get("/v1/procedures/dog-registration-change/form")
        .await;
    form.assert_problem(409, "procedure_closed");
    let begin = hanako
        .post("/v1/applications", json!({"procedure": DOG}))
        .await;
    begin.assert_problem(409, "procedure_closed");
    let submit = act(
        &hanako,
        &path,
        "submit",
        json!({"electronic_notice_consent": true}),
    )
    .await;
    submit.assert_problem(409, "procedure_closed");
    assert_eq!(hanako.get(&path).await.expect(200), typed);
    let unknown = "/v1/form-versions/0192f0c1-2345-7abc-8def-0123456789ab";
    let calls = [
        nakamura.post(format!("{unknown}/retire"), reason),
        nakamura.get(format!("{unknown}/files")),
        nakamura.get(format!("{unknown}/comparison")),
    ];
    for call in calls {
        call.await.assert_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn a_version_taken_back_before_its_moment_leaves_the_other_in_force() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let scheduled = publish_for(&nakamura, "2026-12-01T00:00:00+09:00", rename).await;
    let retire = format!(
        "/v1/form-versions/{}/retire",
        scheduled["id"].as_str().unwrap()
    );
    nakamura
        .post(retire, json!({"reason": "誤り"}))
        .await
        .expect(200);
    app.pass(TimeDelta::days(8));
    let nakamura = app.staff("nakamura").await;
    assert_eq!(states(&nakamura).await, ["2 retired", "1 in_force"]);
    assert_eq!(current(&app).await["number"], 1);
    app.run_jobs().await;
}

#[actix_web::test]
async fn nothing_is_begun_before_the_opening_nor_filed_after_the_closing_and_nothing_is_lost() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let opens = "2026-11-25T09:00:00+09:00";
    republish(&nakamura, DOG, |draft| {
        draft["policy"]["opens_at"] = json!(opens);
        draft["policy"]["closes_at"] = json!("2026-11-26T17:00:00+09:00");
    })
    .await;
    app.run_jobs().await;
    let hanako = app.resident("hanako").await;
    let early = hanako
        .post("/v1/applications", json!({"procedure": DOG}))
        .await;
    let told = early.assert_problem(409, "procedure_closed");
    assert_eq!(
        told["detail"],
        "この手続の受付は、2026年11月25日 9時00分から始まります。"
    );
    let anyone = app.anonymous(Audience::Resident);
    let procedure = anyone
        .get("/v1/procedures/dog-registration-change")
        .await
        .expect(200);
    assert_eq!(procedure["accepts_digital"], false);
    assert_eq!(procedure["opens_at"], "2026-11-25T00:00:00Z");

    app.pass(TimeDelta::hours(23));
    let hanako = app.resident("hanako").await;
    file(&hanako, DOG, true).await;
    let (late, _) = filled(&hanako, DOG).await;
    begin(&hanako, DOG).await;

    app.pass(TimeDelta::hours(32));
    let hanako = app.resident("hanako").await;
    let typed = hanako.get(&late).await.expect(200);
    let etag = etag_of(&hanako, &late).await;
    let wish = json!({"electronic_notice_consent": true});
    let refused = hanako
        .post(format!("{late}/submit"), wish)
        .if_match(etag)
        .await;
    let told = refused.assert_problem(409, "procedure_closed");
    let detail = "この手続の受付は、2026年11月26日 17時00分に終わりました。入力した内容は、下書きに残っています。";
    assert_eq!(told["detail"], detail);
    assert_eq!(hanako.get(&late).await.expect(200), typed);
    assert_eq!(app.count("SELECT count(*) FROM kpi_ledger").await, 1);
}

#[actix_web::test]
async fn forms_of_different_procedures_are_incompatible() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let id = |procedure: Value| procedure["form_version_id"].as_str().unwrap().to_owned();
    let dog = id(nakamura
        .get("/v1/procedures/dog-registration-change")
        .await
        .expect(200));
    let claim = id(nakamura
        .get("/v1/procedures/child-allowance-claim")
        .await
        .expect(200));
    let path = format!("/v1/form-versions/{dog}/comparison");
    let alike = nakamura.get(&path).await.expect(200);
    assert_eq!(alike["verdict"], "compatible");
    let strangers = nakamura
        .get(format!("{path}?with={claim}"))
        .await
        .expect(200);
    assert_eq!(strangers["verdict"], "incompatible");
    assert_eq!(strangers["changes"][0]["code"], "another_procedure");
    let odd = nakamura.get(format!("{path}?with=dog")).await;
    odd.assert_problem(400, "invalid_query");
}
