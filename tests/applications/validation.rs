//! What the form says about one page.

use serde_json::{Value, json};
use tests::{Client, Response, TestApp, begin, etag_of};

const DOG: &str = "dog-registration-change";

async fn look_over(resident: &Client, path: &str, part: &str) -> Response {
    resident.post(format!("{path}/validate{part}"), ()).await
}

fn pointers(validation: &Value) -> Vec<&str> {
    let problems = validation["problems"].as_array().unwrap();
    let pointers = problems
        .iter()
        .map(|problem| problem["pointer"].as_str().unwrap());
    pointers.collect()
}

/// Hanako's draft with a right first page and a wrong name of the dog.
async fn begun(hanako: &Client) -> String {
    let path = begin(hanako, DOG).await;
    let answers = json!({"answers": {
        "owner_name": "山田 花子", "owner_kana": "ヤマダ ハナコ", "owner_postal_code": "187-0032",
        "owner_address": "東京都小平市小川町二丁目1333番地", "owner_phone": "042-346-9508",
        "dog_name": "", "invented": 1,
    }});
    let etag = etag_of(hanako, &path).await;
    let saved = hanako
        .patch(format!("{path}/answers"), answers)
        .if_match(etag);
    saved.await.expect(200);
    path
}

#[actix_web::test]
async fn a_page_is_judged_as_in_the_whole_form_and_alone() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begun(&hanako).await;
    let whole = look_over(&hanako, &path, "").await.expect(200);
    let first = look_over(&hanako, &path, "?page=1").await.expect(200);
    assert_eq!(
        (&first["valid"], &first["problems"]),
        (&json!(true), &json!([]))
    );
    let third = look_over(&hanako, &path, "?page=3").await.expect(200);
    assert_eq!(third["valid"], false);
    assert!(pointers(&third).contains(&"/dog_name"), "{third}");
    for page in [&first, &third] {
        assert_eq!(page["hidden"], whole["hidden"]);
        assert_eq!(page["disabled"], whole["disabled"]);
    }
    let mut by_page = vec!["/invented"];
    let mut pages = Vec::new();
    for number in 1..=5 {
        pages.push(
            look_over(&hanako, &path, &format!("?page={number}"))
                .await
                .expect(200),
        );
    }
    by_page.extend(pages.iter().flat_map(pointers));
    by_page.sort_unstable();
    let mut all = pointers(&whole);
    all.sort_unstable();
    assert_eq!(
        by_page, all,
        "what no page asks for is told of the whole alone"
    );
}

#[actix_web::test]
async fn a_hidden_page_has_nothing_wrong() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begun(&hanako).await;
    let fourth = look_over(&hanako, &path, "?page=4").await.expect(200);
    assert_eq!(fourth["valid"], true);
    let died = json!({"answers": {"change": "dog_died"}});
    let etag = etag_of(&hanako, &path).await;
    let saved = hanako.patch(format!("{path}/answers"), died).if_match(etag);
    saved.await.expect(200);
    let fourth = look_over(&hanako, &path, "?page=4").await.expect(200);
    assert_eq!(pointers(&fourth), ["/tags_return"]);
}

#[actix_web::test]
async fn a_page_that_the_form_does_not_have_is_refused() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, DOG).await;
    for part in [
        "?page=0",
        "?page=6",
        "?page=1001",
        "?page=one",
        "?page=",
        "?pages=1",
    ] {
        let refused = look_over(&hanako, &path, part).await;
        refused.assert_problem(400, "invalid_query");
    }
}
