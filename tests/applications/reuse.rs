//! Once-only: what was filed earlier is taken over where its owner says so, and nothing else is.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tests::{Client, Response, TestApp, begin, etag_of, file, filled, republish};

const DOG: &str = "dog-registration-change";
const CARE: &str = "long-term-care-certification-renewal";
const CERTIFICATE: &str = "residence-certificate";
const HALL: &str = "facility-use-permit";

async fn offers(resident: &Client, path: &str) -> Vec<Value> {
    let told = resident
        .get(format!("{path}/earlier-answers"))
        .await
        .expect(200);
    told["items"].as_array().unwrap().clone()
}

fn answer<'v>(offer: &'v Value, pointer: &str) -> Option<&'v Value> {
    let mut answers = offer["answers"].as_array().unwrap().iter();
    answers.find(|answer| answer["pointer"] == pointer)
}

async fn reuse(resident: &Client, path: &str, earlier: &Value, pointers: &[&str]) -> Response {
    let body = json!({"application_id": earlier, "pointers": pointers});
    let etag = etag_of(resident, path).await;
    resident
        .post(format!("{path}/reuse"), body)
        .if_match(etag)
        .await
}

fn id_of(path: &str) -> Value {
    json!(path.rsplit('/').next().unwrap())
}

#[actix_web::test]
async fn the_chosen_answers_of_an_earlier_filing_are_taken_over_with_their_origin() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let earlier = file(&hanako, DOG, true).await;
    let filing = hanako.get(&earlier).await.expect(200);
    app.pass(TimeDelta::minutes(1));
    let path = begin(&hanako, DOG).await;
    let offered = offers(&hanako, &path).await;
    assert_eq!(offered.len(), 1);
    let offer = &offered[0];
    assert_eq!(offer["application_id"], filing["id"]);
    assert_eq!(
        offer["reference_number"],
        filing["filing"]["reference_number"]
    );
    assert_eq!(offer["procedure"]["code"], DOG);
    let phone = json!({"pointer": "/owner_phone", "label": "電話番号", "from": "/owner_phone", "value": "09000000000"});
    assert_eq!(answer(offer, "/owner_phone"), Some(&phone));
    assert_eq!(
        answer(offer, "/license_number"),
        None,
        "it is hidden in the draft as it stands"
    );

    let before = hanako.get(&path).await.expect(200);
    let taken = reuse(
        &hanako,
        &path,
        &filing["id"],
        &["/owner_phone", "/dog_name"],
    )
    .await;
    let draft = taken.expect(200);
    let mut expected = before["answers"].clone();
    expected["owner_phone"] = json!("09000000000");
    expected["dog_name"] = json!("ポチ");
    assert_eq!(draft["answers"], expected);
    assert_eq!(taken.etag(), "\"2\"");
    let provenance = draft["provenance"].as_array().unwrap();
    let told = provenance
        .iter()
        .find(|told| told["pointer"] == "/dog_name")
        .unwrap();
    let from = json!({
        "pointer": "/dog_name", "source": "earlier_application", "application_id": filing["id"],
        "reference_number": filing["filing"]["reference_number"], "arrived_at": filing["filing"]["arrived_at"],
        "from": "/dog_name", "given_at": draft["updated_at"], "changed": false,
    });
    assert_eq!(told, &from);
    let sources = provenance
        .iter()
        .filter(|told| told["source"] == "identity")
        .count();
    assert_eq!(sources, 2, "what the card vouches for is told as before");
    assert_eq!(
        answer(&offers(&hanako, &path).await[0], "/dog_name"),
        None,
        "it is there already"
    );
}

#[actix_web::test]
async fn taking_over_is_on_record_without_the_answers() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let earlier = id_of(&file(&hanako, DOG, true).await);
    let path = begin(&hanako, DOG).await;
    reuse(&hanako, &path, &earlier, &["/dog_name"])
        .await
        .expect(200);
    let sql =
        "SELECT detail::text AS text FROM audit_events WHERE action = 'application.reuse_answers'";
    let recorded = tests::cluster().await.texts(&app.database, sql).await;
    let recorded: Vec<Value> = recorded
        .iter()
        .map(|text| serde_json::from_str(text).unwrap())
        .collect();
    assert_eq!(
        recorded,
        [json!({"from": earlier, "fields": 1, "mandate": null})]
    );
}

#[actix_web::test]
async fn another_procedure_takes_over_what_asks_for_the_same() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let earlier = id_of(&file(&hanako, DOG, true).await);
    let path = begin(&hanako, CERTIFICATE).await;
    let offered = offers(&hanako, &path).await;
    let pointers: Vec<_> = offered[0]["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| &a["pointer"])
        .collect();
    let shared = ["name", "kana", "phone", "postal_code", "address"];
    assert_eq!(
        pointers,
        shared.map(|of| format!("/requester_{of}")).each_ref()
    );
    assert_eq!(
        answer(&offered[0], "/requester_name").unwrap()["from"],
        "/owner_name"
    );
    let path = begin(&hanako, HALL).await;
    let taken = reuse(&hanako, &path, &earlier, &["/applicant_phone"]).await;
    let answers = &taken.expect(200)["answers"];
    assert_eq!(answers["applicant_phone"], "09000000000");
}

#[actix_web::test]
async fn what_is_not_on_offer_is_refused_where_it_stands_and_nothing_is_taken_over() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let (mine, foreign) = (file(&hanako, DOG, true).await, file(&taro, DOG, true).await);
    let (draft, _) = filled(&hanako, DOG).await;
    let path = begin(&hanako, DOG).await;
    for unknown in [
        id_of(&foreign),
        id_of(&draft),
        id_of(&path),
        json!("0192f0c1-2345-7abc-8def-0123456789ab"),
    ] {
        let refused = reuse(&hanako, &path, &unknown, &["/dog_name"]).await;
        refused.assert_field("/application_id", "unknown_application");
    }
    let pointers = ["/dog_name", "/dog_name", "/no_such", "/license_number", ""];
    let refused = reuse(&hanako, &path, &id_of(&mine), &pointers).await;
    let expected = ["duplicate", "not_reusable", "not_reusable", "not_reusable"];
    let expected = expected.iter().enumerate();
    let expected: Vec<_> = expected
        .map(|(n, code)| (format!("/pointers/{}", n + 1), (*code).to_owned()))
        .collect();
    assert_eq!(refused.field_errors(), expected);
    reuse(&hanako, &path, &id_of(&mine), &[])
        .await
        .assert_field("/pointers", "length");
    assert_eq!(hanako.get(&path).await.expect(200)["version"], 1);

    let body = json!({"application_id": id_of(&mine), "pointers": ["/dog_name"]});
    let late = hanako
        .post(format!("{path}/reuse"), body)
        .if_match("\"7\"")
        .await;
    late.assert_problem(412, "version_mismatch");
    let filed = reuse(&hanako, &mine, &id_of(&draft), &["/dog_name"]).await;
    filed.assert_problem(409, "illegal_transition");
    assert_eq!(offers(&hanako, &mine).await, [] as [Value; 0]);
}

#[actix_web::test]
async fn files_are_never_taken_over() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, etag) = filled(&hanako, CARE).await;
    let upload = format!("{path}/attachments?field=/insurance_card_copy&name=a.pdf");
    let pdf = tests::Body::Raw("application/octet-stream", b"%PDF-1.7\n".to_vec());
    let kept = hanako.post(upload, pdf).await.expect(201);
    let answers = json!({"answers": {"insurance_card_copy": [kept["id"]]}});
    let saved = hanako.patch(format!("{path}/answers"), answers);
    let etag = saved.if_match(etag).await.etag();
    let wish = json!({"electronic_notice_consent": true});
    let submit = hanako.post(format!("{path}/submit"), wish);
    submit.if_match(etag).await.expect(201);
    let draft = begin(&hanako, CARE).await;
    let offered = offers(&hanako, &draft).await;
    assert!(offered[0]["answers"].as_array().unwrap().len() > 3);
    assert_eq!(answer(&offered[0], "/insurance_card_copy"), None);
}

#[actix_web::test]
async fn an_answer_to_a_field_that_is_another_one_by_now_is_not_offered() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    file(&hanako, DOG, true).await;
    let other = |draft: &mut Value| {
        draft["schema"]["properties"]["dog_breed"]["maxLength"] = json!(60);
    };
    republish(&app.staff("nakamura").await, DOG, other).await;
    app.run_jobs().await;
    let offered = offers(&hanako, &begin(&hanako, DOG).await).await;
    assert_eq!(
        answer(&offered[0], "/dog_breed"),
        None,
        "the field is another one"
    );
    assert_eq!(answer(&offered[0], "/dog_color").unwrap()["value"], "茶");
}

#[actix_web::test]
async fn the_newest_filings_come_first_and_those_of_more_than_five_years_ago_are_left_alone() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let mut filed = Vec::new();
    for _ in 0..3 {
        filed.push(id_of(&file(&hanako, DOG, true).await));
        app.pass(TimeDelta::minutes(1));
    }
    let oldest = filed[0].as_str().unwrap();
    app.as_admin(&format!(
        "SET session_replication_role = replica; UPDATE submissions SET arrived_at = '2021-11-24 00:00:00+00' WHERE application_id = '{oldest}'"
    ))
    .await;
    let path = begin(&hanako, DOG).await;
    let offered = offers(&hanako, &path).await;
    let told: Vec<_> = offered
        .iter()
        .map(|offer| &offer["application_id"])
        .collect();
    assert_eq!(told, [&filed[2], &filed[1]]);
    let refused = reuse(&hanako, &path, &filed[0], &["/dog_name"]).await;
    refused.assert_field("/application_id", "unknown_application");
}

#[actix_web::test]
async fn answers_are_taken_over_into_a_version_that_was_seen() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let earlier = id_of(&file(&hanako, DOG, true).await);
    let path = begin(&hanako, DOG).await;
    let body = json!({"application_id": earlier, "pointers": ["/dog_name"]});
    let unseen = hanako.post(format!("{path}/reuse"), body).await;
    assert_eq!(unseen.status(), 428, "{}", unseen.text());
}
