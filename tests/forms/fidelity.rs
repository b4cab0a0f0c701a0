//! Names come back code point for code point: from answers, at the desk, in letters, in what is exported.

use chrono::TimeDelta;
use serde_json::json;
use tests::{TestApp, act, answers_for, begin, decide, etag_of};

const CHILD: &str = "child-allowance-claim";
/// 神 as it is registered, 𠮷 beyond the first plane, 葛 with a variation selector; キ and ヨ of their full size.
const NAME: &str = "\u{FA19}\u{20BB7} 葛\u{E0100}子";
const KANA: &str = "カミヨシ キヨウコ";

#[actix_web::test]
async fn a_registered_name_is_the_same_everywhere() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, CHILD).await;
    let mut answers = answers_for(CHILD);
    answers["claimant_name"] = json!(NAME);
    answers["claimant_kana"] = json!(KANA);
    let body = json!({"answers": answers});
    let saved = hanako.patch(format!("{path}/answers"), body);
    saved.if_match("\"1\"").await.expect(200);
    let body = json!({"electronic_notice_consent": true});
    let etag = etag_of(&hanako, &path).await;
    let filed = hanako.post(format!("{path}/submit"), body).if_match(etag);
    filed.await.expect(201);
    assert_eq!(hanako.get(&path).await.expect(200)["answers"], answers);

    let sato = app.staff("sato").await;
    assert_eq!(sato.get(&path).await.expect(200)["answers"], answers);
    app.pass(TimeDelta::seconds(1));
    let reason = format!("{NAME}（{KANA}）さんは本市に住所がないため");
    let refusal =
        json!({"outcome": "refuse", "reason": reason, "legal_basis": "児童手当法第4条第1項"});
    decide(&app, &path, refusal).await;
    app.run_jobs().await;
    let inbox = hanako.get("/v1/post/messages?limit=1").await.expect(200);
    let message = format!(
        "/v1/post/messages/{}",
        inbox["items"][0]["id"].as_str().unwrap()
    );
    hanako.post(format!("{message}/open"), ()).await.expect(200);
    let letter = hanako.get(format!("{message}/enclosures/1")).await;
    let text = pdf_extract::extract_text_from_mem(letter.bytes()).unwrap();
    // Spaces are guessed from gaps between glyphs.
    let without_spaces = |text: &str| text.split_whitespace().collect::<String>();
    let text = without_spaces(&text);
    for part in [NAME, KANA] {
        assert!(
            text.contains(&without_spaces(part)),
            "{part} is missing in {text}"
        );
    }
    let export = hanako.get(format!("{path}/export")).await.expect(200);
    assert_eq!(export["application"]["answers"], answers);
}

#[actix_web::test]
async fn a_limit_counts_characters_as_a_reader_does() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, "residence-certificate").await;
    let problems = async |name: String| {
        let mut answers = answers_for("residence-certificate");
        answers["requester_name"] = json!(name);
        let etag = etag_of(&hanako, &path).await;
        let body = json!({"answers": answers});
        let saved = hanako.patch(format!("{path}/answers"), body);
        saved.if_match(etag).await.expect(200);
        let found = act(&hanako, &path, "validate", ()).await.expect(200);
        (
            found["problems"].clone(),
            hanako.get(&path).await.expect(200)["answers"]["requester_name"].clone(),
        )
    };
    let longest = "葛\u{E0100}".repeat(100);
    assert_eq!(problems(longest.clone()).await, (json!([]), json!(longest)));
    let (found, kept) = problems(format!("{longest}子")).await;
    assert_eq!(found[0]["code"], "too_long");
    assert_eq!(kept, format!("{longest}子"));
}
