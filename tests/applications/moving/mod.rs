//! What becomes of drafts and filings when a version of their form is published.

use std::future::IntoFuture as _;

use chrono::TimeDelta;
use futures_util::future::{join, join_all};
use serde_json::{Value, json};
use tests::{
    Audience, Client, Response, TestApp, act, add_field, answers_for, begin, etag_of, file, filled,
    redraft, remove_field, republish,
};

mod answers;

const DOG: &str = "dog-registration-change";

fn without_features(draft: &mut Value) {
    remove_field(draft, "dog_features");
}

fn with_optional_email(draft: &mut Value) {
    add_field(draft, "email", json!({"type": "string", "maxLength": 100}));
}

fn with_required_email(draft: &mut Value) {
    with_optional_email(draft);
    draft["schema"]["required"]
        .as_array_mut()
        .unwrap()
        .push(json!("email"));
    for example in draft["examples"].as_array_mut().unwrap() {
        example["answers"]["email"] = json!("hanako@city.example");
    }
}

fn with_photo(draft: &mut Value) {
    let rule = json!({"accept": ["image/png"], "max_bytes": 1000});
    let schema = json!({"type": "array", "maxItems": 3, "x-attachment": rule,
        "items": {"type": "string", "format": "uuid"}});
    add_field(draft, "photo", schema);
}

fn without_photo(draft: &mut Value) {
    remove_field(draft, "photo");
}

async fn save(resident: &Client, path: &str, answers: Value) {
    let etag = etag_of(resident, path).await;
    let saved = resident.patch(format!("{path}/answers"), json!({"answers": answers}));
    saved.if_match(etag).await.expect(200);
}

async fn submit(resident: &Client, path: &str) -> Response {
    act(
        resident,
        path,
        "submit",
        json!({"electronic_notice_consent": true}),
    )
    .await
}

async fn move_there(resident: &Client, path: &str) -> Response {
    act(resident, path, "move-to-current-form", ()).await
}

#[actix_web::test]
async fn a_filing_reads_as_before_to_the_byte_and_a_draft_says_what_it_needs() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    let features = json!({"dog_features": "左耳の先が白い"});
    let (filed, draft) = (begin(&hanako, DOG).await, begin(&hanako, DOG).await);
    for path in [&filed, &draft] {
        save(&hanako, path, answers_for(DOG)).await;
        save(&hanako, path, features.clone()).await;
    }
    submit(&hanako, &filed).await.expect(201);
    let reads = async || {
        let receipt = hanako.get(format!("{filed}/receipt")).await.text();
        (
            hanako.get(&filed).await.text(),
            takahashi.get(&filed).await.text(),
            receipt,
        )
    };
    let before = reads().await;
    let nakamura = app.staff("nakamura").await;
    let published = republish(&nakamura, DOG, without_features).await;
    app.run_jobs().await;
    assert_eq!(reads().await, before);

    let seen = hanako.get(&draft).await.expect(200);
    assert_eq!(seen["answers"]["dog_features"], "左耳の先が白い");
    let newer = &seen["newer_form"];
    assert_eq!(newer["form_version_id"], published["id"]);
    assert_eq!(
        (&newer["number"], &newer["verdict"]),
        (&json!(2), &json!("needs_resident"))
    );
    let need = json!({"pointer": "/dog_features", "code": "field_removed", "message": "「犬の特徴」はたずねなくなりました。"});
    assert_eq!(newer["needs"][0]["pointer"], need["pointer"]);
    assert_eq!(newer["needs"][0]["code"], need["code"]);
    submit(&hanako, &draft)
        .await
        .assert_problem(409, "form_superseded");
    let untouched = hanako.get(&draft).await.expect(200);
    assert_eq!(untouched["answers"], seen["answers"]);

    let moved = move_there(&hanako, &draft).await.expect(200);
    assert_eq!(moved["form_version_id"], published["id"]);
    assert_eq!(moved["newer_form"], Value::Null);
    assert_eq!(moved["answers"], answers_for(DOG));
    let removed = &moved["removed_answers"][0];
    assert_eq!(
        (&removed["pointer"], &removed["value"]),
        (&json!("/dog_features"), &json!("左耳の先が白い"))
    );
    let again = move_there(&hanako, &draft).await.expect(200);
    assert_eq!(again, moved);
    submit(&hanako, &draft).await.expect(201);
    let filing = hanako.get(&draft).await.expect(200);
    assert_eq!(filing["removed_answers"], json!([]));
    assert_eq!(filing["answers"], answers_for(DOG));
}

#[actix_web::test]
async fn not_even_the_tables_owner_moves_a_filing() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    file(&hanako, DOG, true).await;
    let cluster = tests::cluster().await;
    let url = cluster.postgres.owner_url(&app.database);
    let moving = "UPDATE applications SET form_version_id = id";
    let refusal = cluster.refusal(&url, moving).await;
    assert!(refusal.contains("a filing stays on its form"), "{refusal}");
}

#[actix_web::test]
async fn a_draft_that_loses_nothing_is_moved_by_the_program() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, etag) = filled(&hanako, DOG).await;
    let (other, other_etag) = filled(&hanako, "residence-certificate").await;
    let nakamura = app.staff("nakamura").await;
    let published = republish(&nakamura, DOG, with_optional_email).await;
    let waiting = hanako.get(&path).await.expect(200);
    assert_eq!(waiting["newer_form"]["verdict"], "compatible");
    assert_eq!(app.run_jobs().await, 1);
    let moved = hanako.get(&path).await;
    let body = moved.expect(200);
    assert_eq!(body["form_version_id"], published["id"]);
    assert_eq!(body["answers"], answers_for(DOG));
    assert_ne!(moved.etag(), etag);
    assert_eq!(hanako.get(&other).await.etag(), other_etag);
    submit(&hanako, &path).await.expect(201);
    let recorded = "SELECT count(*) FROM audit_events
        WHERE action = 'form_version.move_drafts' AND detail ->> 'drafts' = '1'";
    assert_eq!(app.count(recorded).await, 1);
}

#[actix_web::test]
async fn a_draft_that_the_program_has_not_come_to_yet_moves_as_it_is_filed() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, _) = filled(&hanako, DOG).await;
    let nakamura = app.staff("nakamura").await;
    let published = republish(&nakamura, DOG, with_optional_email).await;
    submit(&hanako, &path).await.expect(201);
    let filed = hanako.get(&path).await.expect(200);
    assert_eq!(filed["form_version_id"], published["id"]);
    app.run_jobs().await;
    assert_eq!(hanako.get(&path).await.expect(200), filed);
}

#[actix_web::test]
async fn what_is_newly_required_is_told_before_and_asked_after_the_move() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, _) = filled(&hanako, DOG).await;
    let nakamura = app.staff("nakamura").await;
    republish(&nakamura, DOG, with_required_email).await;
    app.run_jobs().await;
    let seen = hanako.get(&path).await.expect(200);
    let need = json!({"pointer": "/email", "code": "required_field_added",
        "message": "「メールアドレス」の入力が新しく必要になりました。"});
    assert_eq!(seen["newer_form"]["needs"], json!([need]));
    move_there(&hanako, &path).await.expect(200);
    let refused = submit(&hanako, &path).await;
    refused.assert_field("/email", "required");
    save(&hanako, &path, json!({"email": "hanako@city.example"})).await;
    submit(&hanako, &path).await.expect(201);
}

#[actix_web::test]
async fn drafts_wait_for_the_moment_of_a_version_that_is_published_ahead() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, etag) = filled(&hanako, DOG).await;
    let nakamura = app.staff("nakamura").await;
    let draft = redraft(&nakamura, DOG, with_optional_email).await;
    let body = json!({"in_force_from": "2026-11-26T00:00:00+09:00"});
    let publish = format!("/v1/procedures/{DOG}/draft/publish");
    let published = nakamura
        .post(publish, body)
        .if_match(draft)
        .await
        .expect(201);
    assert_eq!(app.run_jobs().await, 0);
    let waiting = hanako.get(&path).await;
    assert_eq!(waiting.etag(), etag);
    assert_eq!(waiting.expect(200)["newer_form"], Value::Null);
    app.pass(TimeDelta::days(2));
    assert_eq!(app.run_jobs().await, 1);
    let hanako = app.resident("hanako").await;
    let moved = hanako.get(&path).await.expect(200);
    assert_eq!(moved["form_version_id"], published["id"]);
}

#[actix_web::test]
async fn where_files_would_lose_their_field_a_draft_stays_to_be_read() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    republish(&nakamura, DOG, with_photo).await;
    app.run_jobs().await;
    let hanako = app.resident("hanako").await;
    let (path, _) = filled(&hanako, DOG).await;
    republish(&nakamura, DOG, without_photo).await;
    app.run_jobs().await;
    let seen = hanako.get(&path).await.expect(200);
    assert_eq!(seen["newer_form"]["verdict"], "incompatible");
    assert_eq!(seen["answers"], answers_for(DOG));
    move_there(&hanako, &path)
        .await
        .assert_problem(409, "form_incompatible");
    submit(&hanako, &path)
        .await
        .assert_problem(409, "form_superseded");
}

#[actix_web::test]
async fn only_its_owner_moves_a_draft_in_the_version_seen() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let path = begin(&hanako, DOG).await;
    let move_path = format!("{path}/move-to-current-form");
    let bare = hanako.post(&move_path, ()).await;
    bare.assert_problem(428, "precondition_required");
    let odd = hanako.post(&move_path, ()).if_match("1").await;
    odd.assert_problem(400, "invalid_header");
    let stale = hanako.post(&move_path, ()).if_match("\"9\"").await;
    stale.assert_problem(412, "version_mismatch");
    let foreign = taro.post(&move_path, ()).if_match("\"1\"").await;
    foreign.assert_problem(404, "not_found");
    let nobody = app
        .anonymous(Audience::Resident)
        .post(&move_path, ())
        .if_match("\"1\"")
        .await;
    nobody.assert_problem(401, "unauthenticated");
    let filed = file(&hanako, DOG, true).await;
    move_there(&hanako, &filed)
        .await
        .assert_problem(409, "illegal_transition");
}

/// Whoever comes first, the job or the applicant: what the receipt says is what stays.
#[actix_web::test]
async fn filing_and_moving_at_the_same_moment_agree_on_the_version() {
    let app = TestApp::new().await;
    let served = app.serve(Audience::Resident).await;
    let hanako = app.resident("hanako").await;
    let mut drafts = Vec::new();
    for _ in 0..20 {
        drafts.push(filled(&hanako, DOG).await);
    }
    let nakamura = app.staff("nakamura").await;
    republish(&nakamura, DOG, with_optional_email).await;
    let racer = hanako.over(&served);
    let calls = drafts.iter().map(|(path, etag)| {
        let body = json!({"electronic_notice_consent": true});
        let call = racer.post(format!("{path}/submit"), body).if_match(etag);
        call.into_future()
    });
    let (answers, _) = join(join_all(calls), app.run_jobs()).await;
    for ((path, _), answer) in drafts.iter().zip(answers) {
        let application = hanako.get(path).await.expect(200);
        if answer.status() == 201 {
            assert_eq!(
                answer.json()["form_version_id"],
                application["form_version_id"]
            );
            assert_eq!(application["status"], "submitted");
        } else {
            answer.assert_problem(412, "version_mismatch");
            assert_eq!(application["status"], "draft");
        }
        assert_eq!(application["newer_form"], Value::Null);
    }
}
