//! 補正: named items unlock, the resident answers, the difference is shown, the filing date stands.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Client, TestApp, act, etag_of, file};

const DOG: &str = "dog-registration-change";

fn asked() -> Value {
    json!({
        "items": [{"pointer": "/dog_name", "reason": "鑑札の名前と異なります"}],
        "deadline": "2026-12-08",
    })
}

/// A filing of Hanako's under correction; answers its path.
async fn under_correction(hanako: &Client, takahashi: &Client) -> String {
    let path = file(hanako, DOG, true).await;
    act(takahashi, &path, "take-up", ()).await.expect(200);
    let case = act(takahashi, &path, "request-correction", asked())
        .await
        .expect(200);
    assert_eq!(case["status"], "correction_requested");
    path
}

async fn change(hanako: &Client, path: &str, answers: Value) -> tests::Response {
    let etag = etag_of(hanako, path).await;
    let call = hanako.patch(format!("{path}/correction"), json!({"answers": answers}));
    call.if_match(etag).await
}

#[actix_web::test]
async fn only_the_named_field_unlocks_and_the_difference_is_shown() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    let path = under_correction(&hanako, &takahashi).await;
    let before = hanako.get(&path).await.expect(200);
    assert_eq!(
        before["correction"]["items"][0]["reason"],
        "鑑札の名前と異なります"
    );

    change(&hanako, &path, json!({"dog_breed": "柴"}))
        .await
        .assert_field("/answers/dog_breed", "locked");
    change(&hanako, &path, json!({"dog_name": "𠮷丸"}))
        .await
        .expect(200);
    // Until it is sent, the department sees what was filed.
    let case = takahashi.get(&path).await.expect(200);
    assert_eq!(case["answers"], before["answers"]);
    assert_eq!(case["corrections"][0]["changes"], json!([]));

    let sent = act(&hanako, &path, "respond-correction", ())
        .await
        .expect(200);
    assert_eq!(sent["status"], "under_review");
    let case = takahashi.get(&path).await.expect(200);
    assert_eq!(
        case["corrections"][0]["changes"],
        json!([{"pointer": "/dog_name", "before": before["answers"]["dog_name"], "after": "𠮷丸"}])
    );
    assert_eq!(case["answers"]["dog_name"], "𠮷丸");
    // The filing date stands, and so does the receipt.
    assert_eq!(sent["filing"], before["filing"]);
}

#[actix_web::test]
async fn the_applicant_is_told_what_to_put_right_and_until_when() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    let path = under_correction(&hanako, &takahashi).await;
    let inbox = hanako.get("/v1/post/messages").await.expect(200);
    let mut messages = inbox["items"].as_array().unwrap().iter();
    let message = messages.find(|message| message["title"].as_str().unwrap().contains("補正"));
    let message = message.unwrap();
    assert_eq!(message["link"], path.as_str());
    let open = format!("/v1/post/messages/{}/open", message["id"].as_str().unwrap());
    let body = hanako.post(open, ()).await.expect(200)["body"].clone();
    let body = body.as_str().unwrap();
    assert!(body.contains("鑑札の名前と異なります"), "{body}");
    assert!(body.contains("2026年12月8日"), "{body}");
}

#[actix_web::test]
async fn a_correction_names_fields_of_the_form_and_a_day_ahead() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    let path = file(&hanako, DOG, true).await;
    act(&takahashi, &path, "take-up", ()).await.expect(200);
    let unknown = json!({"items": [{"pointer": "/cat", "reason": "x"}], "deadline": "2026-12-08"});
    act(&takahashi, &path, "request-correction", unknown)
        .await
        .assert_field("/items/0/pointer", "unknown_field");
    let today =
        json!({"items": [{"pointer": "/dog_name", "reason": "x"}], "deadline": "2026-11-24"});
    act(&takahashi, &path, "request-correction", today)
        .await
        .assert_field("/deadline", "not_ahead");
}

#[actix_web::test]
async fn the_reasons_of_a_correction_fit_into_one_message() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    let path = file(&hanako, DOG, true).await;
    act(&takahashi, &path, "take-up", ()).await.expect(200);
    let asked = |items: usize| {
        let item = json!({"pointer": "/dog_name", "reason": "あ".repeat(1000)});
        json!({"items": vec![item; items], "deadline": "2026-12-08"})
    };
    act(&takahashi, &path, "request-correction", asked(11))
        .await
        .assert_field("/items", "too_long");
    act(&takahashi, &path, "request-correction", asked(10))
        .await
        .expect(200);
}

#[actix_web::test]
async fn the_clerk_goes_on_without_an_answer_only_after_the_deadline() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    let path = under_correction(&hanako, &takahashi).await;
    let early = act(&takahashi, &path, "close-correction", ()).await;
    early.assert_problem(409, "illegal_transition");
    app.pass(TimeDelta::days(15));
    let takahashi = app.staff("takahashi").await;
    let closed = act(&takahashi, &path, "close-correction", ())
        .await
        .expect(200);
    assert_eq!(closed["status"], "under_review");
    assert_eq!(closed["corrections"][0]["answered"], false);
}

#[actix_web::test]
async fn the_time_of_a_correction_does_not_count_towards_the_processing_period() {
    let app = TestApp::new().await;
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    let path = file(&hanako, "child-allowance-claim", true).await;
    let due = hanako.get(&path).await.expect(200)["filing"]["due_on"].clone();
    assert_eq!(due, "2026-12-24");
    act(&sato, &path, "take-up", ()).await.expect(200);
    let asked =
        json!({"items": [{"pointer": "/children", "reason": "x"}], "deadline": "2026-12-08"});
    act(&sato, &path, "request-correction", asked)
        .await
        .expect(200);
    app.pass(TimeDelta::days(5));
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    act(&hanako, &path, "respond-correction", ())
        .await
        .expect(200);
    let queue = sato.get("/v1/applications").await.expect(200);
    // 24 December and five days is the 29th, when the city hall is closed until 4 January.
    assert_eq!(queue["items"][0]["due_on"], "2027-01-04");
}

#[actix_web::test]
async fn whoever_corrects_or_asks_for_it_names_the_version_seen() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    let path = under_correction(&hanako, &takahashi).await;
    let save = || {
        let answers = json!({"answers": {"dog_name": "コロ"}});
        hanako.patch(format!("{path}/correction"), answers)
    };
    let respond = || hanako.post(format!("{path}/respond-correction"), ());
    let close = || takahashi.post(format!("{path}/close-correction"), ());
    let ask = || takahashi.post(format!("{path}/request-correction"), asked());
    for blind in [save(), respond(), close(), ask()] {
        blind.await.assert_problem(428, "precondition_required");
    }
    for late in [save(), respond()] {
        let late = late.if_match("\"1\"").await;
        late.assert_problem(412, "version_mismatch");
    }
    for unreadable in [respond(), close()] {
        let unreadable = unreadable.if_match("1").await;
        unreadable.assert_problem(400, "invalid_header");
    }
    let twice = ask().if_match(etag_of(&takahashi, &path).await).await;
    twice.assert_problem(409, "illegal_transition");
}

#[actix_web::test]
async fn a_correction_that_is_still_wrong_is_not_sent_and_stays_as_it_is() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    let path = under_correction(&hanako, &takahashi).await;
    let long = "犬".repeat(101);
    change(&hanako, &path, json!({"dog_name": long}))
        .await
        .expect(200);
    let refused = act(&hanako, &path, "respond-correction", ()).await;
    refused.assert_problem(422, "validation_failed");
    let kept = hanako.get(&path).await.expect(200);
    assert_eq!(kept["status"], "correction_requested");
    assert_eq!(kept["correction"]["answers"]["dog_name"], long);
}
