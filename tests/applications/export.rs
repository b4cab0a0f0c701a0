//! One's own application as a file.

use serde_json::{Value, json};
use tests::{Body, TestApp, begin, file, filled};

const CARE: &str = "long-term-care-certification-renewal";

#[actix_web::test]
async fn a_filing_is_exported_with_receipt_events_and_the_list_of_its_files() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, etag) = filled(&hanako, CARE).await;
    let upload = format!("{path}/attachments?field=/insurance_card_copy&name=a.pdf");
    let pdf = Body::Raw("application/octet-stream", b"%PDF-1.7\n".to_vec());
    let kept = hanako.post(upload, pdf).await.expect(201);
    let answers = json!({"answers": {"insurance_card_copy": [kept["id"]]}});
    let saved = hanako.patch(format!("{path}/answers"), answers);
    let etag = saved.if_match(etag).await.etag();
    let wish = json!({"electronic_notice_consent": true});
    let submit = hanako.post(format!("{path}/submit"), wish);
    let receipt = submit.if_match(etag).await.expect(201);

    let response = hanako.get(format!("{path}/export")).await;
    let export = response.expect(200);
    assert_eq!(export["application"], hanako.get(&path).await.expect(200));
    assert_eq!(export["application"]["attachments"], json!([kept]));
    assert_eq!(export["receipt"], receipt);
    let events = hanako.get(format!("{path}/events")).await.expect(200);
    assert_eq!(export["events"], events["items"]);
    assert_eq!(export["events"][0]["event"], "submit");
    let id = path.rsplit('/').next().unwrap();
    let name = format!("attachment; filename=\"application-{id}.json\"");
    assert_eq!(response.header("content-disposition"), Some(name.as_str()));
}

#[actix_web::test]
async fn a_draft_is_exported_without_a_receipt() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, "dog-registration-change").await;
    let export = hanako.get(format!("{path}/export")).await.expect(200);
    assert_eq!(export["application"]["status"], "draft");
    assert_eq!(
        (&export["receipt"], &export["events"]),
        (&Value::Null, &json!([]))
    );
}

#[actix_web::test]
async fn nobody_exports_what_is_another_persons() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let path = file(&hanako, "dog-registration-change", true).await;
    let foreign = taro.get(format!("{path}/export")).await;
    foreign.assert_problem(404, "not_found");
}
