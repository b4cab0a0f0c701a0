//! Files that answer a field: received, judged by content, kept, given back.

use serde_json::{Value, json};
use tests::{Audience, Body, Client, TestApp, act, answers_for, begin, etag_of, republish};

const CARE: &str = "long-term-care-certification-renewal";
const FIELD: &str = "/insurance_card_copy";
const PDF: &[u8] = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n";

async fn upload(client: &Client, path: &str, name: &str, bytes: &[u8]) -> tests::Response {
    let path = format!("{path}/attachments?field={FIELD}&name={name}");
    let body = Body::Raw("application/octet-stream", bytes.to_vec());
    client.post(path, body).await
}

/// Saves valid answers that name the attachment.
async fn fill(client: &Client, path: &str, attachment: &Value) {
    let mut answers = answers_for(CARE);
    answers["insurance_card_copy"] = json!([attachment]);
    let etag = etag_of(client, path).await;
    let call = client.patch(format!("{path}/answers"), json!({"answers": answers}));
    call.if_match(etag).await.expect(200);
}

async fn submit(client: &Client, path: &str) -> tests::Response {
    let etag = etag_of(client, path).await;
    let body = json!({"electronic_notice_consent": true});
    let call = client.post(format!("{path}/submit"), body);
    call.if_match(etag).await
}

#[actix_web::test]
async fn a_file_is_filed_with_the_answers_and_read_by_the_department() {
    let app = TestApp::new().await;
    let (hanako, yamamoto) = (app.resident("hanako").await, app.staff("yamamoto").await);
    let path = begin(&hanako, CARE).await;
    let kept = upload(&hanako, &path, "%E4%BF%9D%E9%99%BA%E8%A8%BC.pdf", PDF)
        .await
        .expect(201);
    assert_eq!(kept["name"], "保険証.pdf");
    assert_eq!(kept["media_type"], "application/pdf");
    fill(&hanako, &path, &kept["id"]).await;
    submit(&hanako, &path).await.expect(201);

    let id = kept["id"].as_str().unwrap();
    let file = hanako.get(format!("{path}/attachments/{id}")).await;
    assert_eq!(file.status(), 200);
    assert_eq!(file.bytes(), PDF);
    let disposition = file.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment;"), "{disposition}");
    assert!(
        disposition.contains("filename*=UTF-8''%E4%BF%9D"),
        "{disposition}"
    );
    let read = yamamoto.get(format!("{path}/attachments/{id}")).await;
    assert_eq!(read.bytes(), PDF);
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'attachment.read'";
    assert_eq!(app.count(recorded).await, 1);
    // What was filed stays: its files cannot be taken away any more.
    let removed = hanako.delete(format!("{path}/attachments/{id}")).await;
    removed.assert_problem(409, "illegal_transition");
}

#[actix_web::test]
async fn a_file_is_judged_by_its_content_and_not_by_its_name() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, CARE).await;
    for content in [
        &b"<html><script>alert(1)</script>"[..],
        b"MZ\x90\0",
        b"plain words",
        b"PK\x03\x04",
    ] {
        let refused = upload(&hanako, &path, "certificate.pdf", content).await;
        refused.assert_problem(415, "unsupported_attachment");
    }
    upload(&hanako, &path, "empty.pdf", b"")
        .await
        .assert_problem(422, "validation_failed");
    assert_eq!(
        hanako.get(&path).await.expect(200)["attachments"],
        json!([])
    );
}

#[actix_web::test]
async fn a_file_named_by_an_individual_number_is_refused() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, CARE).await;
    let refused = upload(&hanako, &path, "my_1234-5678-9018.pdf", PDF).await;
    refused.assert_field("/name", "individual_number");
}

#[actix_web::test]
async fn a_field_without_attachments_takes_none() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, CARE).await;
    let body = Body::Raw("application/octet-stream", PDF.to_vec());
    let call = hanako.post(
        format!("{path}/attachments?field=/applicant_name&name=a.pdf"),
        body,
    );
    call.await.assert_field("/field", "no_attachments");
}

#[actix_web::test]
async fn an_attachment_that_is_not_there_cannot_be_filed() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, CARE).await;
    fill(
        &hanako,
        &path,
        &json!("1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b"),
    )
    .await;
    submit(&hanako, &path)
        .await
        .assert_field(FIELD, "unknown_attachment");
}

#[actix_web::test]
async fn a_file_can_be_taken_away_from_a_draft() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let path = begin(&hanako, CARE).await;
    let kept = upload(&hanako, &path, "a.pdf", PDF).await.expect(201);
    let file = format!("{path}/attachments/{}", kept["id"].as_str().unwrap());
    taro.delete(&file).await.assert_problem(404, "not_found");
    hanako.delete(&file).await.expect(204);
    hanako.get(&file).await.assert_problem(404, "not_found");
    app.run_jobs().await;
    assert!(app.files("attachments").is_empty());
}

#[actix_web::test]
async fn a_draft_is_thrown_away_with_its_files() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, CARE).await;
    for name in ["a.pdf", "b.pdf"] {
        upload(&hanako, &path, name, PDF).await.expect(201);
    }
    assert_eq!(app.files("attachments").len(), 2);
    let draft = hanako.delete(&path).if_match("\"1\"").await;
    draft.expect(204);
    app.run_jobs().await;
    assert!(app.files("attachments").is_empty());
}

/// A filing with a file; answers the paths of both.
async fn filed(hanako: &Client) -> (String, String) {
    let path = begin(hanako, CARE).await;
    let kept = upload(hanako, &path, "a.pdf", PDF).await.expect(201);
    fill(hanako, &path, &kept["id"]).await;
    submit(hanako, &path).await.expect(201);
    let file = format!("{path}/attachments/{}", kept["id"].as_str().unwrap());
    (path, file)
}

#[actix_web::test]
async fn a_file_is_as_unknown_as_its_application_to_everybody_else() {
    let app = TestApp::new().await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    let (path, file) = filed(&hanako).await;
    // Another resident, another department, and the right file under another application.
    let unknown = format!("{path}/attachments/0192f0c1-2345-7abc-8def-0123456789ab");
    let never = taro.get(&unknown).await;
    let foreign = taro.get(&file).await;
    foreign.assert_problem(404, "not_found");
    assert_eq!(foreign.text(), never.text());
    let sato = app.staff("sato").await;
    sato.get(&file).await.assert_problem(404, "not_found");
    let other = begin(&hanako, CARE).await;
    let id = file.rsplit('/').next().unwrap();
    let elsewhere = hanako.get(format!("{other}/attachments/{id}")).await;
    elsewhere.assert_problem(404, "not_found");
    // Figures are no reason to see a file, and neither is no login at all.
    let watanabe = app.staff("watanabe").await;
    watanabe.get(&file).await.assert_problem(403, "forbidden");
    for audience in [Audience::Resident, Audience::Staff] {
        let nobody = app.anonymous(audience).get(&file).await;
        nobody.assert_problem(401, "unauthenticated");
    }
    let read = "SELECT count(*) FROM audit_events WHERE action = 'attachment.read'";
    assert_eq!(app.count(read).await, 0);
}

#[actix_web::test]
async fn a_correction_unlocks_the_files_of_the_field_it_names() {
    let app = TestApp::new().await;
    let (hanako, yamamoto) = (app.resident("hanako").await, app.staff("yamamoto").await);
    let (path, first) = filed(&hanako).await;
    let late = upload(&hanako, &path, "b.pdf", PDF).await;
    late.assert_problem(409, "illegal_transition");
    act(&yamamoto, &path, "take-up", ()).await.expect(200);
    let asked = json!({
        "items": [{"pointer": FIELD, "reason": "有効期限が写っていません"}],
        "deadline": "2026-12-08",
    });
    act(&yamamoto, &path, "request-correction", asked)
        .await
        .expect(200);

    let kept = upload(&hanako, &path, "b.pdf", PDF).await.expect(201);
    let answers = json!({"answers": {"insurance_card_copy": [kept["id"]]}});
    let etag = etag_of(&hanako, &path).await;
    let call = hanako.patch(format!("{path}/correction"), answers);
    call.if_match(etag).await.expect(200);
    act(&hanako, &path, "respond-correction", ())
        .await
        .expect(200);
    let case = yamamoto.get(&path).await.expect(200);
    assert_eq!(case["attachments"][0]["name"], "b.pdf");
    let changes = case["corrections"][0]["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert!(changes[0]["pointer"].as_str().unwrap().starts_with(FIELD));
    // What was filed first stays readable.
    assert_eq!(yamamoto.get(&first).await.bytes(), PDF);
}

#[actix_web::test]
async fn a_file_that_the_newer_form_does_not_accept_is_not_filed() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    for rule in [
        json!({"accept": ["image/png"], "max_bytes": 10_485_760}),
        json!({"accept": ["application/pdf"], "max_bytes": 10}),
    ] {
        let hanako = app.resident("hanako").await;
        let open = json!({"accept": ["application/pdf"], "max_bytes": 10_485_760});
        let field = "/schema/properties/insurance_card_copy/x-attachment";
        republish(&nakamura, CARE, |draft| {
            *draft.pointer_mut(field).unwrap() = open
        })
        .await;
        app.run_jobs().await;
        let path = begin(&hanako, CARE).await;
        let kept = upload(&hanako, &path, "card.pdf", PDF).await.expect(201);
        fill(&hanako, &path, &kept["id"]).await;
        republish(&nakamura, CARE, |draft| {
            *draft.pointer_mut(field).unwrap() = rule
        })
        .await;
        app.run_jobs().await;
        act(&hanako, &path, "move-to-current-form", ())
            .await
            .expect(200);
        let refused = submit(&hanako, &path).await;
        refused.assert_field("/insurance_card_copy", "unaccepted_attachment");
    }
}

#[actix_web::test]
async fn a_file_larger_than_its_field_allows_and_one_without_a_field_are_not_kept() {
    let app = TestApp::new().await;
    let small = |definition: &mut Value| {
        let field = &mut definition["schema"]["properties"]["insurance_card_copy"];
        field["x-attachment"]["max_bytes"] = json!(PDF.len() - 1);
    };
    republish(&app.staff("nakamura").await, CARE, small).await;
    app.run_jobs().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, CARE).await;
    let large = upload(&hanako, &path, "card.pdf", PDF).await;
    large.assert_problem(413, "body_too_large");
    let body = Body::Raw("application/octet-stream", PDF.to_vec());
    let astray = hanako.post(format!("{path}/attachments?name=card.pdf"), body);
    astray.await.assert_problem(400, "invalid_query");
    assert!(app.files("attachments").is_empty());
}
