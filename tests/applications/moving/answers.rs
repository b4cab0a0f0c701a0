//! What becomes of the answers of a draft that moves.

use serde_json::{Value, json};
use tests::{Client, TestApp, add_field, add_label, begin, files_of, filled, republish};

use super::{DOG, move_there, save, submit, without_features};

fn computed_greeting(draft: &mut Value) {
    let computed = json!({"if": [{"===": [{"var": "dog_name"}, "ポチ"]}, "ポチさん", "さん"]});
    let schema =
        json!({"type": "string", "maxLength": 20, "readOnly": true, "x-computed": computed});
    add_field(draft, "greeting", schema);
    for example in draft["examples"].as_array_mut().unwrap() {
        let answers = example["answers"].as_object_mut().unwrap();
        answers.remove("greeting");
    }
}

#[actix_web::test]
async fn what_a_version_newly_computes_is_computed_as_a_draft_moves() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (moved, _) = filled(&hanako, DOG).await;
    save(&hanako, &moved, json!({"dog_name": "ポチ"})).await;
    let nakamura = app.staff("nakamura").await;
    republish(&nakamura, DOG, computed_greeting).await;
    let late = begin(&hanako, DOG).await;
    app.run_jobs().await;
    let draft = hanako.get(&moved).await.expect(200);
    assert_eq!(draft["answers"]["greeting"], "ポチさん");
    assert_eq!(draft["newer_form"], Value::Null);
    let draft = hanako.get(&late).await.expect(200);
    assert_eq!(draft["answers"].get("greeting"), None);
}

#[actix_web::test]
async fn a_draft_that_has_nothing_where_the_form_changed_is_moved_by_the_program() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let (without, _) = filled(&hanako, DOG).await;
    let (with, _) = filled(&taro, DOG).await;
    save(&taro, &with, json!({"dog_features": "左耳の先が白い"})).await;
    let (late, _) = filled(&hanako, DOG).await;
    let nakamura = app.staff("nakamura").await;
    republish(&nakamura, DOG, without_features).await;
    let waiting = hanako.get(&without).await.expect(200);
    assert_eq!(waiting["newer_form"]["verdict"], "compatible");
    assert_eq!(waiting["newer_form"]["needs"], json!([]));
    submit(&hanako, &late).await.expect(201);
    app.run_jobs().await;
    let moved = hanako.get(&without).await.expect(200);
    assert_eq!(moved["newer_form"], Value::Null);
    let stays = taro.get(&with).await.expect(200);
    assert_eq!(stays["newer_form"]["verdict"], "needs_resident");
}

/// Hanako's draft, moved to a version without the dog's features after she had told them; the version after that asks for them again.
async fn asked_for_again(app: &TestApp, hanako: &Client) -> String {
    let (path, _) = filled(hanako, DOG).await;
    save(hanako, &path, json!({"dog_features": "左耳の先が白い"})).await;
    let nakamura = app.staff("nakamura").await;
    let features = files_of(DOG)["schema.json"]["properties"]["dog_features"].clone();
    republish(&nakamura, DOG, without_features).await;
    let moved = move_there(hanako, &path).await.expect(200);
    assert_eq!(moved["removed_answers"][0]["value"], "左耳の先が白い");
    republish(&nakamura, DOG, |draft| {
        add_field(draft, "dog_features", features)
    })
    .await;
    path
}

#[actix_web::test]
async fn what_a_later_version_asks_for_again_is_put_back() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = asked_for_again(&app, &hanako).await;
    app.run_jobs().await;
    let back = hanako.get(&path).await.expect(200);
    assert_eq!(back["answers"]["dog_features"], "左耳の先が白い");
    assert_eq!(back["removed_answers"], json!([]));
}

#[actix_web::test]
async fn what_the_version_filed_on_asks_for_again_is_filed_though_the_job_has_not_come() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = asked_for_again(&app, &hanako).await;
    submit(&hanako, &path).await.expect(201);
    let filed = hanako.get(&path).await.expect(200);
    assert_eq!(filed["answers"]["dog_features"], "左耳の先が白い");
    app.run_jobs().await;
}

#[actix_web::test]
async fn what_is_kept_beside_the_answers_is_bounded() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let entry = |properties: Value| {
        let entry =
            json!({"type": "object", "additionalProperties": false, "properties": properties});
        json!({"type": "array", "maxItems": 2000, "items": entry})
    };
    let number = json!({"type": "integer"});
    let older = entry(json!({"a": number, "b": number}));
    republish(&nakamura, DOG, |draft| {
        add_field(draft, "list", older);
        add_label(draft, "list.a", ["数", "かず", "Number"]);
        add_label(draft, "list.b", ["別の数", "べつの かず", "Another"]);
    })
    .await;
    app.run_jobs().await;
    let hanako = app.resident("hanako").await;
    let (path, _) = filled(&hanako, DOG).await;
    save(
        &hanako,
        &path,
        json!({"list": vec![json!({"a": 1, "b": 2}); 1001]}),
    )
    .await;
    let newer = entry(json!({"a": number}));
    republish(&nakamura, DOG, |draft| {
        draft["schema"]["properties"]["list"] = newer
    })
    .await;
    app.run_jobs().await;
    let refused = move_there(&hanako, &path).await;
    refused.assert_problem(413, "body_too_large");
    save(&hanako, &path, json!({"list": [{"a": 1, "b": 2}]})).await;
    let moved = move_there(&hanako, &path).await.expect(200);
    assert_eq!(moved["removed_answers"][0]["pointer"], "/list/0/b");
}
