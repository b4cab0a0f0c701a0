//! Which procedure does somebody need?

use serde_json::{Value, json};
use tests::{Audience, Client, TestApp, say, workspace};

fn codes(found: &Value) -> Vec<&str> {
    let procedures = found["procedures"].as_array().unwrap().iter();
    procedures
        .map(|one| one["code"].as_str().unwrap())
        .collect()
}

async fn search(anyone: &Client, q: &str) -> Value {
    let address = reqwest::Url::parse_with_params("http://x/v1/finder", [("q", q)]).unwrap();
    let path = format!("/v1/finder?{}", address.query().unwrap());
    anyone.get(path).await.expect(200)
}

async fn ask(anyone: &Client, text: &str) -> Value {
    anyone
        .post("/v1/finder", json!({ "text": text }))
        .await
        .expect(200)
}

#[actix_web::test]
async fn keywords_are_found_in_any_spelling() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    for (first, queries) in [
        ("dog-registration", ["犬 登録", "いぬ とうろく", "ｲﾇの登録"]),
        (
            "moving-out-notification",
            ["転出とどけ", "転出届", "テンシュツ届け"],
        ),
        (
            "residence-certificate",
            ["住民票", "じゅうみんひょう", "住民票の写し"],
        ),
        (
            "disaster-damage-certificate",
            ["罹災証明", "り災証明書", "台風 証明"],
        ),
    ] {
        for query in queries {
            let found = search(&anyone, query).await;
            let codes = codes(&found);
            assert!(
                codes.iter().take(2).any(|code| *code == first),
                "{query}: {codes:?}"
            );
        }
    }
    let moving = search(&anyone, "引越し").await;
    for spelling in ["引っ越し", "引越", "ひっこし", "転居"] {
        let found = search(&anyone, spelling).await;
        let (found, moving) = (codes(&found), codes(&moving));
        assert_eq!(found.len(), moving.len(), "{spelling}");
        assert!(
            found.iter().all(|code| moving.contains(code)),
            "{spelling}: {found:?}"
        );
    }
}

#[actix_web::test]
async fn what_somebody_says_leads_to_life_events_and_procedures_and_says_why() {
    let app = TestApp::new().await;
    for audience in [Audience::Resident, Audience::Staff] {
        let said = "来月、川崎に引っ越します。子どもが2人います";
        let found = ask(&app.anonymous(audience), said).await;
        assert_eq!(found["life_events"][0]["code"], "moving-out");
        assert!(
            codes(&found)[..3].contains(&"moving-out-notification"),
            "{found}"
        );
        let words = found["life_events"][0]["words"].as_array().unwrap();
        assert!(
            words
                .iter()
                .all(|word| said.contains(word.as_str().unwrap())),
            "{words:?}"
        );
    }
}

#[actix_web::test]
async fn a_procedure_that_is_not_digital_is_found_and_says_so() {
    let app = TestApp::new().await;
    let found = search(&app.anonymous(Audience::Resident), "死亡届").await;
    assert_eq!(found["procedures"][0]["code"], "death-registration");
    assert_eq!(found["procedures"][0]["accepts_digital"], false);
}

#[actix_web::test]
async fn nothing_is_found_for_nothing_and_nothing_is_kept() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let nothing = json!({"life_events": [], "procedures": []});
    assert_eq!(search(&anyone, "。、！").await, nothing);
    assert_eq!(ask(&anyone, "\u{1F436}").await, nothing);
    for audience in [Audience::Resident, Audience::Staff] {
        let unasked = app.anonymous(audience).get("/v1/finder").await;
        unasked.assert_problem(400, "invalid_query");
    }
    let empty = anyone.post("/v1/finder", json!({"text": ""})).await;
    empty.assert_problem(422, "validation_failed");
    let long = json!({"text": "あ".repeat(2001)});
    let long = anyone.post("/v1/finder", long).await;
    long.assert_problem(422, "validation_failed");
}

/// How often a right procedure is the first, and among the first three, of sentences that were written
/// without a look at the rules.
#[actix_web::test]
async fn most_everyday_sentences_find_the_right_procedure_among_the_first_three() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let file = workspace().join("tests/forms/free_text.json");
    let sentences: Vec<Value> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let (mut first, mut three) = (0, 0);
    for sentence in &sentences {
        let found = ask(&anyone, sentence["sentence"].as_str().unwrap()).await;
        let right = sentence["procedures"].as_array().unwrap();
        let codes = codes(&found);
        let is_right = |code: &&&str| right.iter().any(|right| right == **code);
        first += usize::from(codes.iter().take(1).any(|code| is_right(&code)));
        three += usize::from(codes.iter().take(3).any(|code| is_right(&code)));
    }
    let all = sentences.len();
    say(&format!(
        "of {all} sentences: first {first}, among the first three {three}"
    ));
    assert!(all >= 100);
    assert!(three * 100 >= all * 88, "{three} of {all}");
}
