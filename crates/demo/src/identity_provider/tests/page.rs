use std::collections::HashMap;

use super::{authorization_request, callback, header, open};
use crate::city;

#[tokio::test]
async fn without_a_hint_the_page_offers_every_resident() {
    let desk = open();

    let response = desk.authorize(&[("login_hint", "")]).await;

    assert_eq!(response.status(), 200);
    let html = response.text().await.unwrap();
    assert!(html.contains("デモ用の認証です。本物の本人確認は行いません。"));
    for person in city::residents() {
        assert!(html.contains(&format!("value=\"{}\"", person.login)));
        assert!(html.contains(&person.name));
    }
    assert!(!html.contains("佐藤"));
    assert!(!html.contains("role=\"alert\""));
}

#[tokio::test]
async fn the_staff_client_sees_the_staff_and_their_posts() {
    let desk = open();

    let response = desk
        .authorize(&[("client_id", "staff"), ("login_hint", "")])
        .await;

    let html = response.text().await.unwrap();
    for person in city::staff() {
        assert!(html.contains(&person.name));
    }
    assert!(html.contains("子育て支援課　審査担当、子育て支援課　決裁者"));
    assert!(html.contains("全庁　統計担当"));
    assert!(!html.contains("花子"));
}

#[tokio::test]
async fn choosing_a_person_sends_the_browser_back() {
    let desk = open();
    let request: HashMap<_, _> = authorization_request(&[("login_hint", "taro")]);

    let form = desk.browser.post(format!("{}/authorize", desk.issuer));
    let response = form.form(&request).send().await.unwrap();

    let code = &callback(&response)["code"];
    let answer = desk.token("residents", code, &[]).await;
    let tokens: serde_json::Value = answer.json().await.unwrap();
    let claims = desk.verified(&tokens["id_token"]).await.unwrap();
    assert_eq!(claims["sub"], "demo-resident-0002");
}

#[tokio::test]
async fn the_class_asked_for_outlasts_the_choice_of_a_person() {
    let desk = open();
    let changes = [("login_hint", ""), ("acr_values", "aal1")];

    let html = desk.authorize(&changes).await.text().await.unwrap();

    assert!(
        html.contains("name=\"acr_values\" value=\"aal1\""),
        "{html}"
    );
}

#[tokio::test]
async fn the_page_repeats_the_request_escaped() {
    let desk = open();
    let attack = r#""><script>alert('&')</script>"#;

    let response = desk
        .authorize(&[("state", attack), ("login_hint", attack)])
        .await;

    let html = response.text().await.unwrap();
    let escaped = "&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;";
    assert!(html.contains(&format!("name=\"state\" value=\"{escaped}\"")));
    assert!(html.contains(&format!("「{escaped}」という人はいません")));
    assert!(!html.contains("<script"));
}

#[tokio::test]
async fn a_hint_of_the_other_population_logs_nobody_in() {
    let desk = open();

    let response = desk.authorize(&[("login_hint", "sato")]).await;

    assert_eq!(response.status(), 200);
    let html = response.text().await.unwrap();
    assert!(html.contains("「sato」という人はいません"));
}

#[tokio::test]
async fn the_page_allows_nothing_but_its_own_style() {
    let desk = open();

    let response = desk.authorize(&[("login_hint", "")]).await;

    assert_eq!(header(&response, "x-content-type-options"), "nosniff");
    assert_eq!(header(&response, "cache-control"), "no-store");
    let policy = header(&response, "content-security-policy").to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    let html = response.text().await.unwrap();
    assert!(!html.contains("style=\"") && !html.contains("src="));
}
