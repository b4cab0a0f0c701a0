//! Answers that the form keeps from some: `x-visible-to` and `x-editable-by`.

use serde_json::{Value, json};
use tests::{Body, Client, TestApp, act, begin, empower_in_all, etag_of, file, filled, republish};

const DOG: &str = "dog-registration-change";
const CARE: &str = "long-term-care-certification-renewal";

/// The form says of fields whose they are.
async fn declare(app: &TestApp, procedure: &str, rights: &[(&str, &str, Value)]) {
    let administrator = app.staff("nakamura").await;
    republish(&administrator, procedure, |definition| {
        for (field, keyword, parties) in rights {
            definition["schema"]["properties"][field][keyword] = parties.clone();
        }
    })
    .await;
    app.run_jobs().await;
}

async fn read(client: &Client, path: &str) -> Value {
    client.get(path).await.expect(200)
}

#[actix_web::test]
async fn each_role_sees_the_answers_that_the_form_shows_it() {
    let app = TestApp::new().await;
    let phone = [("owner_phone", "x-visible-to", json!(["reviewer"]))];
    declare(&app, DOG, &phone).await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, DOG, true).await;
    let filed = read(&hanako, &path).await;
    assert_eq!(filed["hidden_answers"], json!([]));

    let (reviewer, approver) = (app.staff("takahashi").await, app.staff("tanaka").await);
    let seen = read(&reviewer, &path).await;
    assert_eq!(
        seen["answers"]["owner_phone"],
        filed["answers"]["owner_phone"]
    );
    let seen = read(&approver, &path).await;
    assert_eq!(seen["hidden_answers"], json!(["/owner_phone"]));
    assert!(seen["answers"].get("owner_phone").is_none());
    assert_eq!(seen["answers"]["dog_name"], filed["answers"]["dog_name"]);
}

#[actix_web::test]
async fn what_a_correction_changed_is_hidden_like_the_answer() {
    let app = TestApp::new().await;
    let phone = [("owner_phone", "x-visible-to", json!(["reviewer"]))];
    declare(&app, DOG, &phone).await;
    let (hanako, reviewer) = (app.resident("hanako").await, app.staff("takahashi").await);
    let path = file(&hanako, DOG, true).await;
    act(&reviewer, &path, "take-up", ()).await.expect(200);
    let asked = json!({
        "items": [{"pointer": "/owner_phone", "reason": "つながりません"}],
        "deadline": "2026-12-08",
    });
    act(&reviewer, &path, "request-correction", asked)
        .await
        .expect(200);
    let etag = etag_of(&hanako, &path).await;
    let answers = json!({"answers": {"owner_phone": "042-999-9999"}});
    let saved = hanako.patch(format!("{path}/correction"), answers);
    saved.if_match(etag).await.expect(200);
    act(&hanako, &path, "respond-correction", ())
        .await
        .expect(200);

    let change = |case: &Value| case["corrections"][0]["changes"][0].clone();
    let seen = change(&read(&reviewer, &path).await);
    assert_eq!(seen["after"], "042-999-9999");
    let hidden = change(&read(&app.staff("tanaka").await, &path).await);
    assert_eq!(
        json!([hidden["before"], hidden["after"]]),
        json!([null, null])
    );
}

#[actix_web::test]
async fn a_representative_reads_exports_and_takes_over_nothing_that_is_hidden() {
    let app = TestApp::new().await;
    let phone = [("owner_phone", "x-visible-to", json!(["reviewer"]))];
    declare(&app, DOG, &phone).await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let taro = taro.under(&empower_in_all(&hanako, &taro).await);
    let path = file(&hanako, DOG, true).await;
    let seen = read(&taro, &path).await;
    assert_eq!(seen["hidden_answers"], json!(["/owner_phone"]));
    let exported = taro.get(format!("{path}/export")).await;
    exported.expect(200);
    let phone = read(&hanako, &path).await["answers"]["owner_phone"].clone();
    assert!(!exported.text().contains(phone.as_str().unwrap()));
    let own = hanako.get(format!("{path}/export")).await;
    assert!(own.text().contains(phone.as_str().unwrap()));
}

#[actix_web::test]
async fn a_representative_does_not_give_the_answers_that_are_the_applicants_alone() {
    let app = TestApp::new().await;
    let rights = [
        ("dog_color", "x-editable-by", json!(["applicant"])),
        ("owner_phone", "x-visible-to", json!(["reviewer"])),
    ];
    declare(&app, DOG, &rights).await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let acting = taro.under(&empower_in_all(&hanako, &taro).await);
    let path = begin(&acting, DOG).await;
    let save = |client: &Client, answers: Value| {
        let call = client.patch(format!("{path}/answers"), json!({"answers": answers}));
        call.if_match("\"1\"")
    };
    for (field, value) in [("dog_color", "白"), ("owner_phone", "042-999-9999")] {
        let refused = save(&acting, json!({field: value, "dog_name": "シロ"})).await;
        refused.assert_field(&format!("/answers/{field}"), "locked");
    }
    assert!(
        read(&hanako, &path).await["answers"]
            .get("dog_name")
            .is_none()
    );
    save(&acting, json!({"dog_name": "シロ"})).await.expect(200);
    save(&hanako, json!({"dog_color": "白"})).await.expect(200);

    // What the applicant has answered, the representative files.
    let (path, etag) = filled(&hanako, DOG).await;
    let body = json!({"electronic_notice_consent": true});
    let submit = acting.post(format!("{path}/submit"), body);
    submit.if_match(etag).await.expect(201);
}

#[actix_web::test]
async fn the_files_of_a_hidden_answer_are_hidden_with_it() {
    let app = TestApp::new().await;
    let card = [("insurance_card_copy", "x-visible-to", json!(["approver"]))];
    declare(&app, CARE, &card).await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let acting = taro.under(&empower_in_all(&hanako, &taro).await);
    let (path, _) = filled(&hanako, CARE).await;
    let upload = format!("{path}/attachments?field=/insurance_card_copy&name=card.pdf");
    let pdf = || Body::Raw("application/octet-stream", b"%PDF-1.7\n".to_vec());
    let refused = acting.post(&upload, pdf()).await;
    refused.assert_field("/field", "locked");
    let kept = hanako.post(&upload, pdf()).await.expect(201);
    let file = format!("{path}/attachments/{}", kept["id"].as_str().unwrap());
    acting.delete(&file).await.assert_problem(403, "forbidden");
    let named = json!({"answers": {"insurance_card_copy": [kept["id"]]}});
    let call = hanako.patch(format!("{path}/answers"), named);
    call.if_match(etag_of(&hanako, &path).await)
        .await
        .expect(200);
    let body = json!({"electronic_notice_consent": true});
    act(&hanako, &path, "submit", body).await.expect(201);

    let (reviewer, approver) = (app.staff("yamamoto").await, app.staff("ogawa").await);
    for hidden_from in [&acting, &reviewer] {
        hidden_from
            .get(&file)
            .await
            .assert_problem(403, "forbidden");
        assert_eq!(read(hidden_from, &path).await["attachments"], json!([]));
    }
    for shown_to in [&hanako, &approver] {
        assert_eq!(shown_to.get(&file).await.status(), 200);
    }
}
