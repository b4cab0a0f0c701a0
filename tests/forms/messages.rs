//! What is wrong with an answer is said in the languages of the portal.

use serde_json::{Value, json};
use tests::{TestApp, answers_for, begin, etag_of};

const CERTIFICATE: &str = "residence-certificate";

#[actix_web::test]
async fn a_problem_is_told_in_three_languages_without_the_answer() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, CERTIFICATE).await;
    let mut answers = answers_for(CERTIFICATE);
    answers["requester_kana"] = json!("みほん はなこ");
    let body = json!({"answers": answers});
    let saved = hanako.patch(format!("{path}/answers"), body);
    saved.if_match("\"1\"").await.expect(200);

    let looked_over = hanako.post(format!("{path}/validate"), ()).await;
    let told = looked_over.expect(200)["problems"].clone();
    let body = json!({"electronic_notice_consent": true});
    let etag = etag_of(&hanako, &path).await;
    let refused = hanako.post(format!("{path}/submit"), body).if_match(etag);
    let refused = refused.await;
    refused.assert_problem(422, "validation_failed");
    assert_eq!(refused.json()["errors"], told);

    let [problem] = &told.as_array().unwrap()[..] else {
        panic!("{told}")
    };
    assert_eq!(problem["pointer"], "/requester_kana");
    assert_eq!(problem["code"], "wrong_format");
    assert_eq!(problem["message"], problem["messages"]["ja"]);
    for (language, part) in [
        ("ja", "全角カタカナで入力してください"),
        ("ja-x-easy", "カタカナで 書（か）いて ください"),
        ("en", "in full-width katakana"),
    ] {
        let message = problem["messages"][language].as_str().unwrap();
        assert!(message.contains(part), "{message}");
        assert!(!message.contains("みほん"), "{message}");
    }
}

#[actix_web::test]
async fn other_errors_are_told_in_japanese_only() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let refused = hanako.post("/v1/applications", json!({})).await;
    refused.assert_field("/procedure", "required");
    assert_eq!(refused.json()["errors"][0].get("messages"), None::<&Value>);
}
