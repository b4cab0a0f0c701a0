//! Drafts: begin, save, look over, throw away.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Body, TestApp, act, answers_for, begin, etag_of, file, filled};

const DOG: &str = "dog-registration-change";

#[actix_web::test]
async fn a_draft_is_pinned_to_the_form_in_force() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let form = hanako
        .get(format!("/v1/procedures/{DOG}/form"))
        .await
        .expect(200);
    let response = hanako
        .post("/v1/applications", json!({"procedure": DOG}))
        .await;
    let draft = response.expect(201);
    assert_eq!(draft["form_version_id"], form["id"]);
    assert_eq!(draft["status"], "draft");
    assert_eq!(draft["allowed_events"], json!(["submit"]));
    assert_eq!(response.etag(), "\"1\"");
    let path = response.header("location").unwrap();
    assert_eq!(hanako.get(path).await.expect(200), draft);
    assert_eq!(
        hanako.get(format!("{path}/events")).await.expect(200)["items"],
        json!([])
    );
}

#[actix_web::test]
async fn only_known_and_open_procedures_can_be_begun() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let begin = async |body: Value| hanako.post("/v1/applications", body).await;
    begin(json!({"procedure": "no-such"}))
        .await
        .assert_field("/procedure", "unknown_procedure");
    begin(json!({}))
        .await
        .assert_field("/procedure", "required");
    begin(json!({"procedure": DOG, "for": "taro"}))
        .await
        .assert_field("/for", "unknown_field");
    begin(json!({"procedure": ""}))
        .await
        .assert_field("/procedure", "length");
    let closed = begin(json!({"procedure": "long-term-care-high-cost"})).await;
    closed.assert_problem(409, "procedure_closed");
    assert_eq!(app.count("SELECT count(*) FROM applications").await, 0);
}

#[actix_web::test]
async fn a_procedure_opens_on_its_day_in_japan() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let begin = async || {
        hanako
            .post("/v1/applications", json!({"procedure": DOG}))
            .await
    };
    app.as_admin(
        "UPDATE procedures SET accepts_digital_from = '2026-11-25',
        description = jsonb_set(description, '{accepts_digital_from}', '\"2026-11-25\"')",
    )
    .await;
    begin().await.assert_problem(409, "procedure_closed");
    app.as_admin(
        "UPDATE procedures SET accepts_digital_from = '2026-11-24',
        description = jsonb_set(description, '{accepts_digital_from}', '\"2026-11-24\"')",
    )
    .await;
    begin().await.expect(201);
}

#[actix_web::test]
async fn saving_merges_and_null_removes() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = format!("{}/answers", begin(&hanako, DOG).await);
    let first = json!({"answers": {"dog_name": "ポチ", "dog_breed": "柴犬"}});
    let saved = hanako.patch(&path, first).if_match("\"1\"").await;
    assert_eq!(saved.etag(), "\"2\"");
    let second = json!({"answers": {"dog_breed": null, "dog_color": "茶"}});
    let saved = hanako.patch(&path, second).if_match("\"2\"").await;
    let answers = &saved.expect(200)["answers"];
    assert_eq!(
        (&answers["dog_name"], &answers["dog_color"]),
        (&json!("ポチ"), &json!("茶"))
    );
    assert_eq!(answers.get("dog_breed"), None);
}

#[actix_web::test]
async fn an_individual_number_is_not_even_kept_in_a_draft() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, DOG).await;
    let answers = json!({"answers": {"dog_name": "ポチ", "dog_features": "白い。1234,5678,9018"}});
    let refused = hanako
        .patch(format!("{path}/answers"), answers)
        .if_match("\"1\"")
        .await;
    refused.assert_field("/answers/dog_features", "individual_number");
    assert!(!refused.text().contains("9018"));
    let draft = hanako.get(&path).await.expect(200);
    assert_eq!(draft["answers"].get("dog_features"), None);
}

#[actix_web::test]
async fn an_individual_number_is_not_taken_in_reasons_and_comments() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, DOG, true).await;
    let reason = json!({"reason": "番号は 1234 5678 9018 です"});
    let refused = act(&hanako, &path, "withdraw", reason).await;
    refused.assert_field("/reason", "individual_number");
    let takahashi = app.staff("takahashi").await;
    act(&takahashi, &path, "take-up", ()).await.expect(200);
    let items = json!([{"pointer": "/dog_name", "reason": "1234-5678-9018 とは何ですか"}]);
    let asked = json!({"items": items, "deadline": "2026-12-08"});
    let refused = act(&takahashi, &path, "request-correction", asked).await;
    refused.assert_field("/items/0/reason", "individual_number");
    let body = json!({"touchpoint": "submitted"});
    let offered = hanako
        .post(format!("{path}/survey"), body)
        .await
        .expect(201);
    let comment = "１２３４－５６７８－９０１８";
    let answer = json!({"token": offered["token"], "rating": 3, "free_text": comment});
    let refused = hanako.post("/v1/survey/answers", answer).await;
    refused.assert_field("/free_text", "individual_number");
    app.run_jobs().await;
}

#[actix_web::test]
async fn a_save_names_a_version_that_there_has_been() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = format!("{}/answers", begin(&hanako, DOG).await);
    let body = json!({"answers": {"dog_name": "ポチ"}});
    let save = || hanako.patch(&path, body.clone());
    save().await.assert_problem(428, "precondition_required");
    save()
        .if_match("\"7\"")
        .await
        .assert_problem(412, "version_mismatch");
    for malformed in ["1", "*", "W/\"1\"", "\"one\"", "\"1\", \"2\"", ""] {
        save()
            .if_match(malformed)
            .await
            .assert_problem(400, "invalid_header");
    }
    save().if_match("\"1\"").await.expect(200);
}

#[actix_web::test]
async fn a_save_that_could_lose_an_answer_is_refused() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = format!("{}/answers", begin(&hanako, DOG).await);
    let save = async |text: &str| {
        let body = Body::Raw("application/json", text.as_bytes().to_vec());
        hanako.patch(&path, body).if_match("\"1\"").await
    };
    let twice = save(r#"{"answers": {"dog_name": "ポチ", "dog_name": "シロ"}}"#).await;
    twice.assert_field("/answers", "duplicate_field");
    let nul = save(r#"{"answers": {"dog_name": "ポ\u0000チ"}}"#).await;
    nul.assert_field("/answers/dog_name", "nul_character");
    let unknown = save(r#"{"answers": {}, "status": "decided"}"#).await;
    unknown.assert_field("/status", "unknown_field");
    assert_eq!(save(r#"{"answers": [1]}"#).await.status(), 422);
    assert_eq!(save(r#"{"answers": null}"#).await.status(), 422);
}

#[actix_web::test]
async fn rare_characters_come_back_code_point_for_code_point() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, DOG).await;
    let answers = json!({
        "owner_name": "\u{20BB7}田 \u{9AD9}子",
        "owner_address": "葛\u{E0100}城 \u{FA19}谷荘 か\u{3099} が ①㈱ｶﾞ 辻\u{E0100}\u{200D}👩\u{200D}👧",
        "dog_name": "e\u{301} é \u{FEFF}x\u{202E}y\t\n\"\\/",
    });
    let body = json!({"answers": answers});
    hanako
        .patch(format!("{path}/answers"), body)
        .if_match("\"1\"")
        .await
        .expect(200);
    assert_eq!(hanako.get(&path).await.expect(200)["answers"], answers);
}

#[actix_web::test]
async fn answers_lie_sealed_in_the_database() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    filled(&hanako, DOG).await;
    let readable = "SELECT count(*) FROM applications
        WHERE position(convert_to('柴犬', 'UTF8') in sealed_answers) > 0";
    assert_eq!(app.count(readable).await, 0);
}

#[actix_web::test]
async fn validation_says_what_is_missing_and_what_is_hidden() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, DOG).await;
    let empty = hanako
        .post(format!("{path}/validate"), ())
        .await
        .expect(200);
    assert_eq!(empty["valid"], false);
    let problems = empty["problems"].as_array().unwrap();
    assert!(
        problems
            .iter()
            .any(|problem| problem["pointer"] == "/dog_name" && problem["code"] == "required")
    );
    let body = json!({"answers": answers_for(DOG)});
    hanako
        .patch(format!("{path}/answers"), body)
        .if_match("\"1\"")
        .await
        .expect(200);
    let full = hanako
        .post(format!("{path}/validate"), ())
        .await
        .expect(200);
    assert_eq!(full["valid"], true);
    assert_eq!(full["problems"], json!([]));
    assert!(
        full["hidden"]
            .as_array()
            .unwrap()
            .contains(&json!("/previous_owner_name"))
    );
}

#[actix_web::test]
async fn a_discarded_draft_is_gone() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, DOG).await;
    hanako
        .delete(&path)
        .await
        .assert_problem(428, "precondition_required");
    hanako
        .delete(&path)
        .if_match("x")
        .await
        .assert_problem(400, "invalid_header");
    hanako
        .delete(&path)
        .if_match("\"2\"")
        .await
        .assert_problem(412, "version_mismatch");
    hanako.delete(&path).if_match("\"1\"").await.expect(204);
    hanako.get(&path).await.assert_problem(404, "not_found");
    hanako
        .delete(&path)
        .if_match("\"1\"")
        .await
        .assert_problem(404, "not_found");
}

#[actix_web::test]
async fn what_was_filed_is_a_draft_no_more() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, DOG, true).await;
    let etag = etag_of(&hanako, &path).await;
    let discarded = hanako.delete(&path).if_match(&etag).await;
    let problem = discarded.assert_problem(409, "illegal_transition");
    assert!(
        problem["allowed_events"]
            .as_array()
            .unwrap()
            .contains(&json!("withdraw"))
    );
    let body = json!({"answers": {"dog_name": "シロ"}});
    let saved = hanako
        .patch(format!("{path}/answers"), body)
        .if_match(&etag)
        .await;
    saved.assert_problem(409, "illegal_transition");
    let withdrawn = act(&hanako, &path, "withdraw", json!({"reason": "誤り"})).await;
    assert_eq!(withdrawn.expect(200)["answers"]["dog_name"], "ポチ");
}

#[actix_web::test]
async fn ones_own_applications_are_listed_newest_first_page_by_page() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    begin(&taro, DOG).await;
    let mut begun = Vec::new();
    for _ in 0..5 {
        app.pass(TimeDelta::milliseconds(1));
        begun.insert(0, begin(&hanako, DOG).await);
    }
    let (mut read, mut path) = (Vec::new(), "/v1/applications?limit=2".to_owned());
    loop {
        let page = hanako.get(path).await.expect(200);
        let items = page["items"].as_array().unwrap();
        read.extend(
            items
                .iter()
                .map(|item| format!("/v1/applications/{}", item["id"].as_str().unwrap())),
        );
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/v1/applications?limit=2&after={next}");
    }
    assert_eq!(read, begun);
    hanako
        .get("/v1/applications?limit=0")
        .await
        .assert_problem(400, "invalid_query");
}
