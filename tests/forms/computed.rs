//! What a form computes is computed by the server.

use serde_json::json;
use tests::{Audience, TestApp, act, answers_for, begin, etag_of, file};

const CERTIFICATE: &str = "residence-certificate";

#[actix_web::test]
async fn a_fee_is_computed_whatever_the_resident_says() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, CERTIFICATE).await;
    let save = async |changes| {
        let etag = etag_of(&hanako, &path).await;
        let body = json!({"answers": changes});
        let saved = hanako.patch(format!("{path}/answers"), body);
        saved.if_match(etag).await.expect(200)["answers"]["fee_total_yen"].clone()
    };
    assert_eq!(save(answers_for(CERTIFICATE)).await, 300);
    assert_eq!(save(json!({"copies": 3, "fee_total_yen": 1})).await, 900);
    assert_eq!(save(json!({"fee_total_yen": null})).await, 900);
    assert_eq!(save(json!({"copies": 11})).await, json!(null));
    assert_eq!(save(json!({"copies": 2})).await, 600);

    let looked_over = hanako.post(format!("{path}/validate"), ()).await;
    let looked_over = looked_over.expect(200);
    assert_eq!(looked_over["valid"], true);
    assert_eq!(looked_over["disabled"], json!(["/fee_total_yen"]));
    let body = json!({"electronic_notice_consent": true});
    let etag = etag_of(&hanako, &path).await;
    let filed = hanako.post(format!("{path}/submit"), body).if_match(etag);
    filed.await.expect(201);
    let answers = &hanako.get(&path).await.expect(200)["answers"];
    assert_eq!(answers["fee_total_yen"], 600);
}

#[actix_web::test]
async fn what_a_correction_changes_is_computed_anew() {
    let app = TestApp::new().await;
    let (hanako, kobayashi) = (app.resident("hanako").await, app.staff("kobayashi").await);
    let path = file(&hanako, CERTIFICATE, true).await;
    act(&kobayashi, &path, "take-up", ()).await.expect(200);
    let asked = json!({
        "items": [{"pointer": "/copies", "reason": "通数をご確認ください"}],
        "deadline": "2026-12-08",
    });
    let asked = act(&kobayashi, &path, "request-correction", asked);
    asked.await.expect(200);
    for copies in [3, 4] {
        let etag = etag_of(&hanako, &path).await;
        let body = json!({"answers": {"copies": copies}});
        let saved = hanako.patch(format!("{path}/correction"), body);
        saved.if_match(etag).await.expect(200);
    }
    let sent = act(&hanako, &path, "respond-correction", ()).await;
    sent.expect(200);
    let case = kobayashi.get(&path).await.expect(200);
    assert_eq!(case["answers"]["fee_total_yen"], 1200);
    let changes = &case["corrections"][0]["changes"];
    assert_eq!(changes[0]["pointer"], "/copies");
    assert_eq!(changes[1]["pointer"], "/fee_total_yen");
}

#[actix_web::test]
async fn a_frontend_is_told_how_to_compute_it_too() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let form = anyone
        .get(format!("/v1/procedures/{CERTIFICATE}/form"))
        .await;
    let form = form.expect(200);
    assert_eq!(form["policy"]["fee_yen"], 300);
    let fee = &form["schema"]["properties"]["fee_total_yen"];
    let expression = json!({"*": [{"var": "copies"}, {"var": "$fee_yen"}]});
    assert_eq!(fee["x-computed"], expression);
    assert_eq!(fee["readOnly"], true);
}
