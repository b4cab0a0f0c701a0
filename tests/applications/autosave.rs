//! One draft on two devices: what is typed on one is not lost to the other.

use std::collections::BTreeSet;
use std::future::IntoFuture as _;

use futures_util::future::join;
use serde_json::{Value, json};
use tests::{Audience, Client, Response, TestApp, add_field, begin, etag_of, republish};

const DOG: &str = "dog-registration-change";

async fn save(resident: &Client, path: &str, etag: &str, answers: Value) -> Response {
    let body = json!({"answers": answers});
    let call = resident.patch(format!("{path}/answers"), body);
    call.if_match(etag).await
}

/// What there is about the dog.
async fn answers_of(resident: &Client, path: &str) -> Value {
    let mut draft = resident.get(path).await.expect(200);
    let answers = draft["answers"].as_object_mut().unwrap();
    answers.retain(|name, _| name.starts_with("dog_"));
    draft["answers"].take()
}

#[actix_web::test]
async fn what_two_devices_type_into_different_fields_is_kept_together() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, DOG).await;
    let seen = etag_of(&hanako, &path).await;
    let first = save(
        &hanako,
        &path,
        &seen,
        json!({"dog_name": "ポチ", "dog_color": "茶"}),
    )
    .await;
    save(&hanako, &path, &first.etag(), json!({"dog_color": null}))
        .await
        .expect(200);
    let late = save(&hanako, &path, &seen, json!({"dog_breed": "柴犬"})).await;
    assert_eq!(late.etag(), "\"4\"");
    let merged = json!({"dog_name": "ポチ", "dog_breed": "柴犬"});
    assert_eq!(late.expect(200)["answers"]["dog_name"], "ポチ");
    assert_eq!(answers_of(&hanako, &path).await, merged);
}

#[actix_web::test]
async fn what_would_overwrite_the_other_device_is_refused_by_its_fields() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, DOG).await;
    let seen = etag_of(&hanako, &path).await;
    let first = json!({"dog_name": "ポチ", "dog_breed": "柴犬", "dog_color": "茶"});
    save(&hanako, &path, &seen, first.clone()).await.expect(200);
    let late =
        json!({"dog_name": "シロ", "dog_color": null, "dog_breed": "柴犬", "owner_name": "花子"});
    let refused = save(&hanako, &path, &seen, late).await;
    let problem = refused.assert_problem(412, "version_mismatch");
    let errors = problem["errors"].as_array().unwrap();
    let fields: Vec<_> = errors
        .iter()
        .map(|error| (&error["pointer"], &error["code"]))
        .collect();
    let code = &json!("changed_meanwhile");
    assert_eq!(
        fields,
        [
            (&json!("/answers/dog_color"), code),
            (&json!("/answers/dog_name"), code)
        ]
    );
    assert!(!refused.text().contains("ポチ"), "no answer is quoted");
    assert_eq!(
        answers_of(&hanako, &path).await,
        first,
        "all of it is refused, or none"
    );
    let draft = hanako.get(&path).await.expect(200);
    assert_eq!(draft["answers"]["owner_name"], "山田 花子");
}

#[actix_web::test]
async fn a_save_whose_answer_was_lost_can_be_sent_again() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, DOG).await;
    for _ in 0..2 {
        save(&hanako, &path, "\"1\"", json!({"dog_name": "ポチ"}))
            .await
            .expect(200);
    }
    assert_eq!(
        answers_of(&hanako, &path).await,
        json!({"dog_name": "ポチ"})
    );
}

#[actix_web::test]
async fn what_was_begun_too_many_saves_ago_is_not_merged() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, DOG).await;
    for version in 1..=51 {
        let answers = json!({"dog_name": format!("ポチ{version}")});
        save(&hanako, &path, &format!("\"{version}\""), answers)
            .await
            .expect(200);
    }
    let late = save(&hanako, &path, "\"1\"", json!({"dog_breed": "柴犬"})).await;
    let problem = late.assert_problem(412, "version_mismatch");
    assert_eq!(problem.get("errors"), None);
    save(&hanako, &path, "\"2\"", json!({"dog_breed": "柴犬"}))
        .await
        .expect(200);
}

#[actix_web::test]
async fn what_was_begun_on_another_version_of_the_form_is_not_merged() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, DOG).await;
    save(&hanako, &path, "\"1\"", json!({"dog_name": "ポチ"}))
        .await
        .expect(200);
    let nickname = |draft: &mut Value| {
        add_field(
            draft,
            "nickname",
            json!({"type": "string", "maxLength": 20}),
        )
    };
    republish(&app.staff("nakamura").await, DOG, nickname).await;
    app.run_jobs().await;
    assert_eq!(etag_of(&hanako, &path).await, "\"3\"");
    let late = save(&hanako, &path, "\"2\"", json!({"dog_breed": "柴犬"})).await;
    late.assert_problem(412, "version_mismatch");
}

#[actix_web::test]
async fn which_fields_were_saved_is_sealed_and_gone_with_the_filing() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, etag) = tests::filled(&hanako, DOG).await;
    let kept = "SELECT count(*) FROM applications WHERE sealed_recent_saves IS NOT NULL";
    let legible = format!("{kept} AND position('dog_name'::bytea IN sealed_recent_saves) > 0");
    assert_eq!((app.count(kept).await, app.count(&legible).await), (1, 0));
    let wish = json!({"electronic_notice_consent": true});
    let submit = hanako.post(format!("{path}/submit"), wish).if_match(etag);
    submit.await.expect(201);
    assert_eq!(app.count(kept).await, 0);
}

/// Both at the same moment, over real sockets, thirty times.
#[actix_web::test]
async fn two_devices_that_race_lose_nothing() {
    let app = TestApp::new().await;
    let served = app.serve(Audience::Resident).await;
    let hanako = app.resident("hanako").await.over(&served);
    let path = begin(&hanako, DOG).await;
    let mut seen = ["\"1\"".to_owned(), "\"1\"".to_owned()];
    for round in 0..30 {
        let typed = ["dog_name", "dog_breed"].map(|field| json!({field: format!("{round}回目")}));
        let [one, other] = [0, 1].map(|device| {
            let body = json!({"answers": typed[device]});
            let call = hanako.patch(format!("{path}/answers"), body);
            call.if_match(&seen[device]).into_future()
        });
        let (one, other) = join(one, other).await;
        one.expect(200);
        other.expect(200);
        seen = [one.etag(), other.etag()];
        let both = json!({"dog_name": format!("{round}回目"), "dog_breed": format!("{round}回目")});
        assert_eq!(answers_of(&hanako, &path).await, both);
    }
    assert_eq!(
        etag_of(&hanako, &path).await,
        "\"61\"",
        "each save is a version of its own"
    );
}

/// Of two who type into one field only one is heard, and the other is told.
#[actix_web::test]
async fn of_two_devices_that_race_for_one_field_one_is_told() {
    let app = TestApp::new().await;
    let served = app.serve(Audience::Resident).await;
    let hanako = app.resident("hanako").await.over(&served);
    let path = begin(&hanako, DOG).await;
    for _ in 0..10 {
        let seen = etag_of(&hanako, &path).await;
        let [one, other] = ["ポチ", "シロ"].map(|name| {
            let body = json!({"answers": {"dog_name": name, "note": seen}});
            let call = hanako.patch(format!("{path}/answers"), body);
            call.if_match(&seen).into_future()
        });
        let (one, other) = join(one, other).await;
        let statuses = BTreeSet::from([one.status(), other.status()]);
        assert_eq!(statuses, BTreeSet::from([200, 412]));
        let heard = if one.status() == 200 {
            "ポチ"
        } else {
            "シロ"
        };
        assert_eq!(answers_of(&hanako, &path).await["dog_name"], heard);
        save(
            &hanako,
            &path,
            &etag_of(&hanako, &path).await,
            json!({"dog_name": null}),
        )
        .await
        .expect(200);
    }
}
