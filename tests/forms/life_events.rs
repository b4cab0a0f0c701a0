//! What does a life event bring? Asked question by question.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde_json::{Value, json};
use tests::{Audience, Client, TestApp, republish};

async fn assess(anyone: &Client, event: &str, answers: Value) -> Value {
    let path = format!("/v1/life-events/{event}/assess");
    let body = json!({"answers": answers});
    anyone.post(path, body).await.expect(200)
}

fn of<'a>(assessment: &'a Value, procedure: &str) -> &'a Value {
    let mut procedures = assessment["procedures"].as_array().unwrap().iter();
    procedures.find(|told| told["code"] == procedure).unwrap()
}

fn codes(questions: &Value, status: &str) -> Vec<String> {
    let questions = questions["questions"].as_array().unwrap().iter();
    let of_status = questions.filter(|question| question["status"] == status);
    of_status
        .map(|question| question["code"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn anybody_reads_the_questions_of_every_life_event_as_a_form() {
    let app = TestApp::new().await;
    for audience in [Audience::Resident, Audience::Staff] {
        let anyone = app.anonymous(audience);
        let events = anyone.get("/v1/life-events").await.expect(200);
        let events = events["items"].as_array().unwrap();
        assert!(events.len() >= 13);
        for event in events {
            let path = format!("/v1/life-events/{}", event["code"].as_str().unwrap());
            let questions = anyone.get(path).await.expect(200);
            assert_eq!(questions["procedures"], event["procedures"]);
            let properties = questions["schema"]["properties"].as_object().unwrap();
            let controls = questions["ui_schema"]["elements"].as_array().unwrap();
            assert_eq!(properties.len(), controls.len());
            for code in properties.keys() {
                for language in ["ja", "ja-x-easy", "en"] {
                    let label = &questions["texts"][language][format!("{code}.label")];
                    assert!(label.is_string(), "{code} {language}");
                }
            }
        }
    }
}

#[actix_web::test]
async fn the_finder_leads_to_life_events_with_questions() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let need = json!({"text": "来月、川崎に引っ越します"});
    let found = anyone.post("/v1/finder", need).await.expect(200);
    let code = found["life_events"][0]["code"].as_str().unwrap();
    anyone
        .get(format!("/v1/life-events/{code}"))
        .await
        .expect(200);
}

#[actix_web::test]
async fn each_answer_settles_what_it_can_and_says_why() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let nothing = assess(&anyone, "moving-out", json!({})).await;
    assert_eq!(nothing["complete"], false);
    let open = codes(&nothing, "open");
    assert_eq!(open, ["destination", "child_allowance", "dog"]);
    assert_eq!(codes(&nothing, "hidden").len(), 5);
    let moving = of(&nothing, "moving-out-notification");
    assert_eq!(moving["necessity"], Value::Null);
    assert_eq!(moving["waits_for"], json!(["destination"]));

    let some = json!({"destination": "japan", "child_allowance": "no"});
    let some = assess(&anyone, "moving-out", some).await;
    assert_eq!(codes(&some, "open"), ["moved", "move_date", "dog"]);
    let allowance = of(&some, "child-allowance-end-notification");
    assert_eq!(allowance["necessity"], "not_needed");
    assert!(
        allowance["reason"]["ja"]
            .as_str()
            .unwrap()
            .contains("児童手当を受けている方はいません")
    );

    let all = json!({"destination": "japan", "child_allowance": "yes", "moved": "no",
        "move_date": "2026-12-27", "dog": "yes"});
    let all = assess(&anyone, "moving-out", all).await;
    assert_eq!(all["complete"], true);
    let moving = of(&all, "moving-out-notification");
    assert_eq!(moving["necessity"], "needed");
    assert_eq!(moving["deadline"]["due_on"], "2026-12-27");
    assert_eq!(moving["deadline"]["counted_from"], "move_date");
    assert_eq!(
        of(&all, "child-allowance-end-notification")["necessity"],
        "needed"
    );
    assert_eq!(
        of(&all, "dog-registration-change")["necessity"],
        "not_needed"
    );
}

#[actix_web::test]
async fn a_legal_period_ends_on_the_next_opening_day_over_the_turn_of_the_year() {
    let app = TestApp::new().await;
    let answers = json!({"birth_date": "2026-12-17", "birth_place": "japan", "lives_here": "yes",
        "public_servant": "no", "child_allowance": "no", "childcare": "yes"});
    let birth = assess(&app.anonymous(Audience::Resident), "birth", answers).await;
    // The fourteenth day with the day of birth is 30 December, which is closed until Monday.
    let registration = of(&birth, "birth-registration");
    assert_eq!(registration["deadline"]["due_on"], "2027-01-04");
    assert_eq!(registration["way"], "paper");
    // The fifteenth day after it is New Year's Day.
    let claim = of(&birth, "child-allowance-claim");
    assert_eq!(claim["deadline"]["due_on"], "2027-01-04");
    assert_eq!(of(&birth, "childcare-enrolment")["necessity"], "perhaps");
}

#[actix_web::test]
async fn how_a_procedure_is_done_is_told_as_the_version_in_force_has_it() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let answers = json!({"what": "died", "change_date": "2026-11-20"});
    let dog = assess(&anyone, "dog", answers.clone()).await;
    let change = of(&dog, "dog-registration-change");
    assert_eq!(change["way"], "digital");
    let told = anyone
        .get("/v1/procedures/dog-registration-change")
        .await
        .expect(200);
    assert_eq!(
        change["documents_required"],
        told["procedure"]["documents_required"]
    );

    let nakamura = app.staff("nakamura").await;
    let text = json!({"ja": "鑑札", "ja-x-easy": "犬（いぬ）の 札（ふだ）", "en": "The tag"});
    let documents = json!([{"name": text, "condition": null}]);
    republish(&nakamura, "dog-registration-change", |form| {
        form["policy"]["documents_required"] = documents.clone();
        form["policy"]["opens_at"] = json!("2026-12-01T00:00:00Z");
    })
    .await;
    let dog = assess(&anyone, "dog", answers).await;
    let change = of(&dog, "dog-registration-change");
    assert_eq!(change["way"], "closed");
    assert_eq!(change["opens_at"], "2026-12-01T00:00:00Z");
    assert_eq!(change["documents_required"], documents);
    app.run_jobs().await;
}

#[actix_web::test]
async fn an_answer_that_is_none_is_refused_where_it_stands_and_not_quoted() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let ask = async |answers: Value| {
        let body = json!({"answers": answers});
        anyone.post("/v1/life-events/moving-in/assess", body).await
    };
    for (answers, pointer, code) in [
        (
            json!({"origin": "the moon"}),
            "/answers/origin",
            "not_in_list",
        ),
        (json!({"move_date": 1}), "/answers/move_date", "wrong_type"),
        (json!({"children": -1}), "/answers/children", "too_small"),
        (json!({"children": 1.5}), "/answers/children", "wrong_type"),
        (
            json!({"move_date": "2026-02-30"}),
            "/answers/move_date",
            "wrong_format",
        ),
        (json!({"cats": 3}), "/answers/cats", "unknown_field"),
        (
            json!({"kana": "1234 5678 9018"}),
            "/answers/kana",
            "individual_number",
        ),
    ] {
        let refused = ask(answers).await;
        refused.assert_field(pointer, code);
        let error = &refused.json()["errors"][0];
        assert!(error["messages"]["ja-x-easy"].is_string(), "{error}");
        for given in ["the moon", "2026-02-30", "1234 5678 9018"] {
            assert!(!refused.text().contains(given), "{error}");
        }
    }
    let several = ask(json!({"origin": "x", "dog": "x"})).await;
    assert_eq!(several.field_errors().len(), 2);
    ask(json!([]))
        .await
        .assert_problem(422, "validation_failed");
    let path = "/v1/life-events/moving-in/assess";
    let unknown = json!({"answers": {}, "name": "花子"});
    anyone
        .post(path, unknown)
        .await
        .assert_field("/name", "unknown_field");
}

#[actix_web::test]
async fn an_unknown_life_event_is_not_found() {
    let app = TestApp::new().await;
    for audience in [Audience::Resident, Audience::Staff] {
        let anyone = app.anonymous(audience);
        let questions = anyone.get("/v1/life-events/winning-the-lottery").await;
        questions.assert_problem(404, "not_found");
        let path = "/v1/life-events/winning-the-lottery/assess";
        let assessed = anyone.post(path, json!({"answers": {}})).await;
        assessed.assert_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn a_city_without_question_sets_has_no_life_events_to_ask_about() {
    let app = TestApp::new().await;
    app.as_admin("DELETE FROM vocabulary WHERE kind = 'question_sets'")
        .await;
    let events = app
        .anonymous(Audience::Resident)
        .get("/v1/life-events")
        .await;
    assert_eq!(events.expect(200), json!({"items": []}));
}

/// Answers open questions as they come, by chance, as a page would that asks one after the other.
async fn wander(anyone: &Client, event: &str, questions: &Value, seed: u64) -> Value {
    let mut answers = json!({});
    loop {
        let assessment = assess(anyone, event, answers.clone()).await;
        let open = codes(&assessment, "open");
        let Some(code) = open.first() else {
            return assessment;
        };
        let property = &questions["schema"]["properties"][code];
        let mut hasher = DefaultHasher::new();
        (seed, code).hash(&mut hasher);
        let chance = usize::try_from(hasher.finish() % 1000).unwrap();
        answers[code] = match property["enum"].as_array() {
            Some(choices) => choices[chance % choices.len()].clone(),
            None if property["type"] == "integer" => json!(chance % 4),
            None => json!("2026-12-17"),
        };
    }
}

#[actix_web::test]
async fn whoever_answers_one_question_after_the_other_comes_to_an_end() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let events = anyone.get("/v1/life-events").await.expect(200);
    for event in events["items"].as_array().unwrap() {
        let event = event["code"].as_str().unwrap();
        let questions = anyone
            .get(format!("/v1/life-events/{event}"))
            .await
            .expect(200);
        for seed in 0..12 {
            let end = wander(&anyone, event, &questions, seed).await;
            assert_eq!(end["complete"], true, "{event}");
            for told in end["procedures"].as_array().unwrap() {
                assert!(told["necessity"].is_string(), "{event}: {told}");
                assert!(told["reason"]["en"].is_string(), "{event}: {told}");
                assert_eq!(told["waits_for"], json!([]), "{event}: {told}");
            }
        }
    }
}
