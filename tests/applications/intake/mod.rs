//! One intake, several drafts.

mod once;

use serde_json::{Value, json};
use tests::{Call, Client, TestApp, control, republish};

const MOVING_OUT: &str = "moving-out-notification";
const ALLOWANCE: &str = "child-allowance-end-notification";
const DOG: &str = "dog-registration-change";

fn moving_out() -> Value {
    json!({
        "destination": "japan", "moved": "no", "move_date": "2026-12-27", "child_allowance": "yes", "dog": "no",
        "new_address": "神奈川県川崎市\u{FA19}谷荘 葛\u{E0100}号室", "phone": "042-346-9508",
    })
}

fn open(resident: &Client, event: &str, answers: Value, procedures: Value) -> Call {
    let body = json!({"life_event": event, "answers": answers, "procedures": procedures});
    resident.post("/v1/intakes", body)
}

async fn drafts(app: &TestApp) -> i64 {
    app.count("SELECT count(*) FROM applications").await
}

/// The answers of a draft that the card has not vouched for.
fn shared_in(draft: &Value) -> Value {
    let mut answers = draft["answers"].clone();
    for told in draft["provenance"].as_array().unwrap() {
        if told["source"] == "identity" {
            let name = told["pointer"].as_str().unwrap().trim_start_matches('/');
            answers.as_object_mut().unwrap().remove(name);
        }
    }
    answers
}

#[actix_web::test]
async fn one_intake_begins_a_draft_of_each_procedure_with_the_answers_they_share() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let opened = open(
        &hanako,
        "moving-out",
        moving_out(),
        json!([MOVING_OUT, ALLOWANCE]),
    );
    let opened = opened.await.expect(201);
    let [moving, allowance] = [0, 1].map(|n| &opened["drafts"][n]);
    assert_eq!(
        [&moving["procedure"], &allowance["procedure"]],
        [MOVING_OUT, ALLOWANCE]
    );

    let read = hanako.get(moving["href"].as_str().unwrap()).await;
    assert_eq!(read.etag(), moving["etag"].as_str().unwrap());
    let draft = read.expect(200);
    let address = &moving_out()["new_address"];
    let answers = json!({"destination": "japan", "moved": "no", "move_date": "2026-12-27",
        "new_address": address, "notifier_phone": "042-346-9508"});
    assert_eq!(shared_in(&draft), answers);
    assert_eq!(
        draft["answers"]["notifier_name"], "山田 花子",
        "as every draft"
    );
    assert_eq!(draft["status"], "draft");

    let draft = hanako
        .get(allowance["href"].as_str().unwrap())
        .await
        .expect(200);
    let answers = json!({"reason": "moved_out", "reason_date": "2026-12-27",
        "new_address": address, "recipient_phone": "042-346-9508"});
    assert_eq!(shared_in(&draft), answers);
    let mut filled: Vec<_> = allowance["filled"].as_array().unwrap().iter().collect();
    filled.sort_by_key(|pointer| pointer.as_str());
    assert_eq!(
        json!(filled),
        json!([
            "/new_address",
            "/reason",
            "/reason_date",
            "/recipient_phone"
        ])
    );
}

#[actix_web::test]
async fn a_draft_tells_which_answers_an_intake_filled_in_and_which_are_others_now() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let opened = open(&hanako, "moving-out", moving_out(), json!([MOVING_OUT]))
        .await
        .expect(201);
    let path = opened["drafts"][0]["href"].as_str().unwrap();
    let told = async || {
        let draft = hanako.get(path).await.expect(200);
        let told = draft["provenance"].as_array().unwrap().clone();
        told.into_iter()
            .find(|told| told["pointer"] == "/move_date")
            .unwrap()
    };
    let as_it_was = json!({"pointer": "/move_date", "source": "intake", "life_event": "moving-out",
        "question": "move_date", "given_at": "2026-11-24T01:00:00Z", "changed": false});
    assert_eq!(told().await, as_it_was);
    let save = |answers: Value, etag: &str| {
        let body = json!({"answers": answers});
        hanako.patch(format!("{path}/answers"), body).if_match(etag)
    };
    save(json!({"move_date": "2026-12-28"}), "\"1\"")
        .await
        .expect(200);
    assert_eq!(told().await["changed"], true);
    save(json!({"move_date": null}), "\"2\"").await.expect(200);
    assert_eq!(told().await["changed"], true);
    save(json!({"move_date": "2026-12-27"}), "\"3\"")
        .await
        .expect(200);
    assert_eq!(told().await, as_it_was);

    let typed = tests::begin(&hanako, DOG).await;
    let typed = hanako.get(typed).await.expect(200);
    let told = typed["provenance"].as_array().unwrap().iter();
    assert!(told.clone().count() > 0 && told.clone().all(|told| told["source"] == "identity"));
}

#[actix_web::test]
async fn what_was_shared_lies_sealed_and_goes_with_the_draft() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let opened = open(&hanako, "moving-out", moving_out(), json!([MOVING_OUT]))
        .await
        .expect(201);
    let readable = "SELECT count(*) FROM answer_provenance
        WHERE position(convert_to('川崎', 'UTF8') in sealed_entries) > 0
           OR position(convert_to('moving', 'UTF8') in sealed_entries) > 0";
    assert_eq!(app.count(readable).await, 0);
    let kept = "SELECT count(*) FROM answer_provenance";
    assert_eq!(app.count(kept).await, 1);
    let path = opened["drafts"][0]["href"].as_str().unwrap();
    hanako.delete(path).if_match("\"1\"").await.expect(204);
    assert_eq!(app.count(kept).await, 0);
}

#[actix_web::test]
async fn what_an_intake_began_is_filed_like_any_draft() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let answers = json!({"what": "died", "change_date": "2026-11-20"});
    let opened = open(&hanako, "dog", answers, json!([DOG]))
        .await
        .expect(201);
    let path = opened["drafts"][0]["href"].as_str().unwrap();
    let mut answers = tests::answers_for(DOG);
    answers["tags_return"] = json!("by_post");
    for own in ["change", "change_date"] {
        answers.as_object_mut().unwrap().remove(own);
    }
    let body = json!({"answers": answers});
    let etag = opened["drafts"][0]["etag"].as_str().unwrap();
    let saved = hanako
        .patch(format!("{path}/answers"), body)
        .if_match(etag)
        .await;
    saved.expect(200);
    let wish = json!({"electronic_notice_consent": true});
    let filed = hanako
        .post(format!("{path}/submit"), wish)
        .if_match(saved.etag());
    filed.await.expect(201);
    let filed = hanako.get(path).await.expect(200);
    assert_eq!(filed["answers"]["change"], "dog_died");
    let mut told = filed["provenance"].as_array().unwrap().iter();
    assert!(told.any(|told| told["source"] == "intake" && told["changed"] == false));
}

#[actix_web::test]
async fn what_cannot_be_begun_is_refused_where_it_stands_and_nothing_is_half_opened() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let refused = open(
        &hanako,
        "moving-in",
        json!({"origin": "japan", "move_date": "2026-11-20", "children": 0, "care": "no", "dog": "registered"}),
        json!([
            DOG,
            "moving-in-notification",
            "child-allowance-claim",
            "no-such",
            DOG,
            MOVING_OUT
        ]),
    );
    let faults = [
        (1, "not_digital"),
        (2, "not_needed"),
        (3, "unknown_procedure"),
        (4, "duplicate"),
        (5, "unknown_procedure"),
    ];
    let faults = faults.map(|(n, code)| (format!("/procedures/{n}"), code.to_owned()));
    assert_eq!(refused.await.field_errors(), faults);

    let early = open(&hanako, "dog", json!({}), json!([DOG])).await;
    early.assert_field("/procedures/0", "undecided");
    let answers = json!({"what": "died", "change_date": "yesterday"});
    let wrong = open(&hanako, "dog", answers, json!([DOG])).await;
    wrong.assert_field("/answers/change_date", "wrong_format");
    let lottery = open(&hanako, "lottery", json!({}), json!([DOG])).await;
    lottery.assert_field("/life_event", "unknown_life_event");
    let none = open(&hanako, "dog", json!({}), json!([])).await;
    none.assert_field("/procedures", "length");
    assert_eq!(drafts(&app).await, 0);
}

#[actix_web::test]
async fn a_procedure_that_is_closed_is_not_begun() {
    let app = TestApp::new().await;
    let (hanako, nakamura) = (app.resident("hanako").await, app.staff("nakamura").await);
    republish(&nakamura, ALLOWANCE, |form| {
        form["policy"]["closes_at"] = json!("2026-11-24T00:00:00Z");
    })
    .await;
    let refused = open(
        &hanako,
        "moving-out",
        moving_out(),
        json!([MOVING_OUT, ALLOWANCE]),
    )
    .await;
    refused.assert_field("/procedures/1", "closed");
    assert_eq!(drafts(&app).await, 0);
    app.run_jobs().await;
}

#[actix_web::test]
async fn an_answer_whose_field_the_form_has_no_more_is_left_out() {
    let app = TestApp::new().await;
    let (hanako, nakamura) = (app.resident("hanako").await, app.staff("nakamura").await);
    republish(&nakamura, DOG, |form| {
        for part in ["schema", "ui_schema", "texts", "examples"] {
            let text = form[part].to_string().replace("change_date", "changed_on");
            form[part] = serde_json::from_str(&text).unwrap();
        }
    })
    .await;
    let answers = json!({"what": "died", "change_date": "2026-11-20"});
    let opened = open(&hanako, "dog", answers, json!([DOG]))
        .await
        .expect(201);
    assert_eq!(opened["drafts"][0]["filled"], json!(["/change"]));
    app.run_jobs().await;
}

#[actix_web::test]
async fn an_answer_whose_field_the_form_disables_is_not_filled_in() {
    let app = TestApp::new().await;
    let (hanako, nakamura) = (app.resident("hanako").await, app.staff("nakamura").await);
    republish(&nakamura, DOG, |form| {
        let date = control(&mut form["ui_schema"], "change_date").unwrap();
        date["rule"] = json!({"effect": "DISABLE", "condition": {
            "scope": "#/properties/change", "schema": {"const": "dog_died"}
        }});
    })
    .await;
    let answers = json!({"what": "died", "change_date": "2026-11-20"});
    let opened = open(&hanako, "dog", answers, json!([DOG]));
    let draft = opened.await.expect(201)["drafts"][0].clone();
    assert_eq!(draft["filled"], json!(["/change"]));
    let read = hanako.get(draft["href"].as_str().unwrap()).await;
    let read = read.expect(200);
    assert_eq!(read["answers"].get("change_date"), None);
    assert!(!read["provenance"].to_string().contains("change_date"));
    app.run_jobs().await;
}

#[actix_web::test]
async fn too_many_drafts_open_none() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    for _ in 0..49 {
        tests::begin(&hanako, DOG).await;
    }
    let refused = open(
        &hanako,
        "moving-out",
        moving_out(),
        json!([MOVING_OUT, ALLOWANCE]),
    )
    .await;
    refused.assert_problem(409, "too_many_drafts");
    assert_eq!(drafts(&app).await, 49);
    open(&hanako, "moving-out", moving_out(), json!([MOVING_OUT]))
        .await
        .expect(201);
}
