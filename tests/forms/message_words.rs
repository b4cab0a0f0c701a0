//! The words of the messages to applicants, which a version may bring with it.

use serde_json::{Value, json};
use tests::{CatalogueCopy, Client, TestApp, act, file, files_of, redraft, republish};

const DOG: &str = "dog-registration-change";
const CHILD: &str = "child-allowance-claim";
const DRAFT: &str = "/v1/procedures/dog-registration-change/draft";

fn same(text: &str) -> Value {
    json!({"ja": text, "ja-x-easy": text, "en": text})
}

fn receipt(body: &str) -> Value {
    json!({"received": {"title": same("{procedure}、たしかに"), "body": same(body)}})
}

/// Opens the message with the title.
async fn open(resident: &Client, title: &str) -> Value {
    let inbox = resident.get("/v1/post/messages").await.expect(200);
    let mut messages = inbox["items"].as_array().unwrap().iter();
    let message = messages.find(|message| message["title"] == title);
    let message = message.unwrap_or_else(|| panic!("{title} is not in {inbox}"));
    let path = format!("/v1/post/messages/{}/open", message["id"].as_str().unwrap());
    resident.post(path, ()).await.expect(200)
}

fn told<'m>(message: &'m Value, language: &str) -> &'m Value {
    let mut translations = message["translations"].as_array().unwrap().iter();
    translations
        .find(|told| told["language"] == language)
        .unwrap()
}

#[actix_web::test]
async fn without_words_of_its_own_a_version_speaks_the_programs_in_three_languages() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    file(&hanako, DOG, true).await;
    let id = hanako.get("/v1/post/messages").await.expect(200)["items"][0]["id"].clone();
    let unopened = format!("/v1/post/messages/{}", id.as_str().unwrap());
    let unopened = hanako.get(unopened).await.expect(200);
    assert_eq!(told(&unopened, "en")["body"], Value::Null);
    let message = open(&hanako, "「犬の登録事項変更届」を受け付けました").await;
    assert_eq!(
        told(&message, "en")["title"],
        "We have received your application: Notification of change in dog registration"
    );
    let english = told(&message, "en")["body"].as_str().unwrap();
    assert!(
        english.contains("Arrived: 24 November 2026, 10:00:00"),
        "{english}"
    );
    // A notification has no 標準処理期間.
    assert!(!english.contains("Expected"), "{english}");
    assert_eq!(message["evidence_intact"], true);
}

#[actix_web::test]
async fn what_is_filed_on_a_version_is_answered_in_its_words_whatever_comes_after_it() {
    let app = TestApp::new().await;
    let (nakamura, hanako) = (app.staff("nakamura").await, app.resident("hanako").await);
    let mut words = receipt("番号は{reference_number}です。");
    words["completed"] = json!({
        "title": same("おわり"), "body": same("{reference_number}は終わりました。"), "mail": "due",
    });
    republish(&nakamura, DOG, |draft| draft["messages"] = words).await;
    app.run_jobs().await;
    let path = file(&hanako, DOG, true).await;
    let message = open(&hanako, "犬の登録事項変更届、たしかに").await;
    assert_eq!(
        told(&message, "en")["title"],
        "Notification of change in dog registration、たしかに"
    );
    let receipt = hanako.get(format!("{path}/receipt")).await.expect(200);
    let number = &receipt["reference_number"];
    let number = number.as_str().unwrap();
    assert_eq!(message["body"], format!("番号は{number}です。"));

    republish(&nakamura, DOG, |draft| draft["messages"] = json!({})).await;
    app.run_jobs().await;
    let takahashi = app.staff("takahashi").await;
    act(&takahashi, &path, "take-up", ()).await.expect(200);
    act(&takahashi, &path, "complete", ()).await.expect(200);
    let message = open(&hanako, "おわり").await;
    assert_eq!(message["body"], format!("{number}は終わりました。"));
}

#[actix_web::test]
async fn a_decision_is_told_in_the_words_of_the_version_with_reasons_and_how_to_object() {
    let app = TestApp::new().await;
    let (nakamura, hanako) = (app.staff("nakamura").await, app.resident("hanako").await);
    let body = "{reference_number}\n結果：{outcome}\nなぜ：{reason}\n条文：{legal_basis}\n{appeal}";
    let words = json!({"decided": {"title": same("児童手当の結果"), "body": same(body)}});
    republish(&nakamura, CHILD, |draft| draft["messages"] = words).await;
    app.run_jobs().await;
    let path = file(&hanako, CHILD, true).await;
    tests::decide(&app, &path, json!({"outcome": "grant"})).await;
    app.run_jobs().await;
    let message = open(&hanako, "児童手当の結果").await;
    let text = message["body"].as_str().unwrap();
    assert!(
        text.contains("結果：申請のとおり認めます。\n条文："),
        "{text}"
    );
    assert!(text.contains("審査請求をすることができます。"), "{text}");
    let english = told(&message, "en")["body"].as_str().unwrap();
    assert!(
        english.contains("結果：Granted as applied for."),
        "{english}"
    );
}

#[actix_web::test]
async fn words_that_will_not_do_keep_a_version_from_being_published() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    redraft(&nakamura, DOG, |_| {}).await;
    let mut etag = nakamura.get(DRAFT).await.etag();
    let mut untranslated = receipt("{reference_number}");
    untranslated["received"]["title"]["en"] = json!("");
    let decided = json!({"decided": {"title": same("決定"),
        "body": same("{reference_number}{outcome}{reason}{legal_basis}{appeal}")}});
    for (words, pointer, code) in [
        (
            receipt("{reference_number}{outcome}"),
            "/messages/received/body/ja",
            "unknown_placeholder",
        ),
        (
            receipt("届きました。"),
            "/messages/received/body/ja",
            "missing_placeholder",
        ),
        (untranslated, "/messages/received/title/en", "missing_text"),
        (
            receipt(&format!(
                "{{reference_number}}{}",
                "{procedure}".repeat(250)
            )),
            "/messages/received/body/ja",
            "too_long",
        ),
        (decided, "/messages/decided", "unused_message"),
    ] {
        let saved = nakamura
            .patch(DRAFT, json!({"messages": words}))
            .if_match(&etag)
            .await;
        saved.expect(200);
        etag = saved.etag();
        let publish = nakamura
            .post(format!("{DRAFT}/publish"), json!({}))
            .if_match(&etag)
            .await;
        publish.assert_problem(422, "validation_failed");
        let findings = nakamura
            .post(format!("{DRAFT}/validate"), ())
            .await
            .expect(200);
        let first = &findings["problems"][0];
        assert_eq!(
            (&first["pointer"], &first["code"]),
            (&json!(pointer), &json!(code))
        );
    }
    let odd = json!({"messages": {"refused": {"title": same("x"), "body": same("x")}}});
    let refused = nakamura.patch(DRAFT, odd).if_match(&etag).await;
    refused.assert_field("/messages/refused", "unknown_field");
}

#[actix_web::test]
async fn a_preview_shows_the_messages_and_files_take_them_along() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let words = receipt("{reference_number}、{arrived_at}");
    redraft(&nakamura, DOG, |draft| draft["messages"] = words.clone()).await;
    let preview = nakamura
        .post(format!("{DRAFT}/preview"), json!({"answers": {}}))
        .await
        .expect(200);
    let messages = preview["messages"].as_array().unwrap();
    let english: Vec<_> = messages
        .iter()
        .filter(|message| message["language"] == "en")
        .collect();
    let shown: Vec<_> = english
        .iter()
        .map(|message| {
            (
                message["occasion"].as_str().unwrap(),
                message["own"] == true,
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("received", true),
            ("correction_requested", false),
            ("completed", false)
        ]
    );
    assert_eq!(
        english[0]["title"],
        "Notification of change in dog registration、たしかに"
    );
    assert_eq!(english[1]["mail"], "due");

    let etag = nakamura.get(DRAFT).await.etag();
    let comparison = nakamura
        .get(format!("{DRAFT}/comparison"))
        .await
        .expect(200);
    assert_eq!(comparison["changes"][0]["file"], "messages");
    assert_eq!(comparison["verdict"], "compatible");
    let published = nakamura
        .post(format!("{DRAFT}/publish"), json!({}))
        .if_match(etag)
        .await
        .expect(201);
    let files = format!(
        "/v1/form-versions/{}/files",
        published["id"].as_str().unwrap()
    );
    let files = nakamura.get(files).await.expect(200)["files"].clone();
    assert_eq!(files["messages.json"], words);
    let again = nakamura
        .post(format!("{DRAFT}/import"), json!({"files": files}))
        .await;
    assert_eq!(again.expect(201)["comparison"]["total"], 0);
    app.run_jobs().await;
}

#[actix_web::test]
async fn a_catalogues_files_bring_messages_and_wrong_ones_are_refused() {
    let app = TestApp::new().await;
    let catalogue = CatalogueCopy::new();
    let add = |number: u8, body: &str| {
        let words = receipt(body);
        catalogue.add_version(DOG, number, |files| files["messages.json"] = words);
    };
    add(2, "{reference_number}が届きました。");
    assert_eq!(catalogue.import(&app).await, Ok(1));
    app.run_jobs().await;
    let hanako = app.resident("hanako").await;
    file(&hanako, DOG, true).await;
    let body = open(&hanako, "犬の登録事項変更届、たしかに").await["body"].clone();
    assert!(body.as_str().unwrap().ends_with("が届きました。"), "{body}");
    add(3, "{outcome}");
    let refused = catalogue.import(&app).await.unwrap_err();
    assert!(
        refused.contains("/messages/received/body/ja: unknown_placeholder"),
        "{refused}"
    );
    assert!(files_of(DOG)["messages.json"].is_null());
}
