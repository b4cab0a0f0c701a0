//! What a draft is begun with, because the resident's card has vouched for it.

use serde_json::{Value, json};
use tests::{TestApp, begin, filled, republish};

const DOG: &str = "dog-registration-change";
const NAME: &str = "山田 花子";
const ADDRESS: &str = "東京都小平市小川町二丁目９９９９番地の１";

fn of<'v>(provenance: &'v Value, pointer: &str) -> &'v Value {
    let mut told = provenance.as_array().unwrap().iter();
    told.find(|told| told["pointer"] == pointer).unwrap()
}

#[actix_web::test]
async fn a_draft_is_begun_with_what_the_card_vouches_for_and_says_so() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let draft = hanako.get(begin(&hanako, DOG).await).await.expect(200);
    assert_eq!(
        draft["answers"],
        json!({"owner_name": NAME, "owner_address": ADDRESS})
    );
    let me = hanako.get("/v1/me").await.expect(200);
    let expected = json!({
        "pointer": "/owner_name", "source": "identity", "attribute": "name",
        "issuer": me["attributes"]["issuer"], "assurance": me["acr"], "ial": me["ial"], "aal": me["aal"],
        "verified_at": me["attributes"]["verified_at"], "given_at": draft["created_at"], "changed": false,
    });
    assert_eq!(of(&draft["provenance"], "/owner_name"), &expected);
    assert_eq!(
        of(&draft["provenance"], "/owner_address")["attribute"],
        "address"
    );
    assert_eq!(draft["provenance"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn a_birthdate_is_filled_in_as_the_field_writes_dates() {
    let app = TestApp::new().await;
    let taro = app.resident("taro").await;
    let draft = taro
        .get(begin(&taro, "child-allowance-claim").await)
        .await
        .expect(200);
    assert_eq!(draft["answers"]["claimant_birthdate"], "1948-11-03");
    assert_eq!(draft["answers"]["claimant_name"], "\u{20BB7}田 太郎");
}

#[actix_web::test]
async fn what_is_no_right_answer_to_a_field_is_not_filled_in() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let without_mountains = |draft: &mut Value| {
        draft["schema"]["properties"]["owner_name"]["pattern"] = json!("^[^山]*$");
    };
    republish(&app.staff("nakamura").await, DOG, without_mountains).await;
    app.run_jobs().await;
    let draft = hanako.get(begin(&hanako, DOG).await).await.expect(200);
    assert_eq!(draft["answers"], json!({"owner_address": ADDRESS}));
}

#[actix_web::test]
async fn the_department_is_told_what_was_vouched_for_and_what_was_changed_after_that() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, _) = filled(&hanako, DOG).await;
    let body = json!({"answers": {"owner_name": NAME}});
    let saved = hanako
        .patch(format!("{path}/answers"), body)
        .if_match("\"2\"")
        .await;
    let wish = json!({"electronic_notice_consent": true});
    let submit = hanako.post(format!("{path}/submit"), wish);
    submit.if_match(saved.etag()).await.expect(201);
    let case = app.staff("takahashi").await.get(&path).await.expect(200);
    assert_eq!(of(&case["provenance"], "/owner_name")["changed"], false);
    assert_eq!(of(&case["provenance"], "/owner_address")["changed"], true);
    assert_eq!(case["answers"]["owner_address"], "本市中央一丁目2番3号");
    let own = hanako.get(&path).await.expect(200);
    assert_eq!(own["provenance"], case["provenance"]);
}
