//! `POST /v1/applications/{id}/submit`.

use chrono::TimeDelta;
use serde_json::json;
use tests::{TestApp, begin, file, filled};

const DOG: &str = "dog-registration-change";
const CHILD: &str = "child-allowance-claim";

#[actix_web::test]
async fn filing_answers_a_receipt_and_leaves_one_trace_of_each_kind() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, etag) = filled(&hanako, CHILD).await;
    let body = json!({"electronic_notice_consent": true});
    let receipt = hanako
        .post(format!("{path}/submit"), body)
        .if_match(etag)
        .await
        .expect(201);
    assert_eq!(receipt["procedure"], CHILD);
    assert_eq!(receipt["arrived_at"], "2026-11-24T01:00:00Z");
    assert_eq!(receipt["accepted_on"], "2026-11-24");
    assert_eq!(receipt["due_on"], "2026-12-24");
    assert!(
        receipt["reference_number"]
            .as_str()
            .unwrap()
            .starts_with("2026-")
    );

    let application = hanako.get(&path).await.expect(200);
    assert_eq!(application["status"], "submitted");
    assert_eq!(
        application["filing"]["reference_number"],
        receipt["reference_number"]
    );
    assert_eq!(application["allowed_events"], json!(["withdraw"]));
    for (what, count) in [
        ("submissions", 1),
        ("application_events WHERE event = 'submit'", 1),
        (
            "kpi_ledger WHERE channel = 'portal_self' AND delta = 1 AND received_on = '2026-11-24'",
            1,
        ),
        ("deliveries WHERE route = 'digital' AND class = 'info'", 1),
        (
            "audit_events WHERE action = 'application.submit' AND request_id IS NOT NULL",
            1,
        ),
    ] {
        assert_eq!(
            app.count(&format!("SELECT count(*) FROM {what}")).await,
            count,
            "{what}"
        );
    }
}

#[actix_web::test]
async fn what_is_missing_or_wrong_is_told_by_pointer_and_nothing_is_filed() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, etag) = filled(&hanako, DOG).await;
    let patch =
        json!({"answers": {"dog_name": null, "dog_sex": "cat", "change_date": "2026-02-30"}});
    let saved = hanako
        .patch(format!("{path}/answers"), patch)
        .if_match(etag)
        .await;
    let body = json!({"electronic_notice_consent": true});
    let refused = hanako
        .post(format!("{path}/submit"), body)
        .if_match(saved.etag())
        .await;
    let mut errors = refused.field_errors();
    errors.sort();
    let expected = [
        ("/change_date", "wrong_format"),
        ("/dog_name", "required"),
        ("/dog_sex", "not_in_list"),
    ];
    assert_eq!(
        errors,
        expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()))
    );
    assert_eq!(hanako.get(&path).await.expect(200)["status"], "draft");
    assert_eq!(app.count("SELECT count(*) FROM kpi_ledger").await, 0);
}

#[actix_web::test]
async fn answers_to_hidden_questions_are_dropped() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, etag) = filled(&hanako, DOG).await;
    let patch = json!({"answers": {"previous_owner_name": "見本"}});
    let saved = hanako
        .patch(format!("{path}/answers"), patch)
        .if_match(etag)
        .await;
    let body = json!({"electronic_notice_consent": false});
    hanako
        .post(format!("{path}/submit"), body)
        .if_match(saved.etag())
        .await
        .expect(201);
    let answers = &hanako.get(&path).await.expect(200)["answers"];
    assert!(answers.get("previous_owner_name").is_none(), "{answers}");
}

#[actix_web::test]
async fn a_stale_or_missing_version_files_nothing() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, _) = filled(&hanako, DOG).await;
    let body = json!({"electronic_notice_consent": true});
    let submit = || hanako.post(format!("{path}/submit"), body.clone());
    submit().await.assert_problem(428, "precondition_required");
    submit()
        .if_match("\"1\"")
        .await
        .assert_problem(412, "version_mismatch");
    submit()
        .if_match("nonsense")
        .await
        .assert_problem(400, "invalid_header");
    assert_eq!(app.count("SELECT count(*) FROM submissions").await, 0);
}

#[actix_web::test]
async fn filing_again_answers_the_same_receipt_and_other_particulars_are_refused() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, DOG, true).await;
    let receipt = hanako.get(format!("{path}/receipt")).await.expect(200);
    app.pass(TimeDelta::minutes(5));
    let submit = |consent| {
        let body = json!({"electronic_notice_consent": consent});
        hanako
            .post(format!("{path}/submit"), body)
            .if_match("\"2\"")
    };
    assert_eq!(submit(true).await.expect(200), receipt);
    submit(false).await.assert_problem(409, "already_submitted");
}

#[actix_web::test]
async fn what_arrives_on_a_closed_day_is_accepted_on_the_next_opening_day() {
    let app = TestApp::new().await;
    // Saturday 28 November, then Wednesday 30 December: the city hall opens again on 4 January.
    for (days, arrived, accepted) in [
        (4, "2026-11-28", "2026-11-30"),
        (32, "2026-12-30", "2027-01-04"),
    ] {
        app.pass(TimeDelta::days(days));
        let hanako = app.resident("hanako").await;
        let path = file(&hanako, DOG, true).await;
        let receipt = hanako.get(format!("{path}/receipt")).await.expect(200);
        assert!(
            receipt["arrived_at"].as_str().unwrap().starts_with(arrived),
            "{receipt}"
        );
        assert_eq!(receipt["accepted_on"], accepted);
        assert!(receipt.get("due_on").is_none_or(serde_json::Value::is_null));
    }
}

#[actix_web::test]
async fn a_procedure_that_closed_meanwhile_takes_no_filing() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let (path, etag) = filled(&hanako, DOG).await;
    app.as_admin(
        "UPDATE procedures SET accepts_digital_from = NULL,
        description = jsonb_set(description, '{accepts_digital_from}', 'null')",
    )
    .await;
    let body = json!({"electronic_notice_consent": true});
    let refused = hanako
        .post(format!("{path}/submit"), body)
        .if_match(etag)
        .await;
    refused.assert_problem(409, "procedure_closed");
}

#[actix_web::test]
async fn the_wish_for_the_notice_is_asked_for() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, DOG).await;
    let submit = |body| {
        hanako
            .post(format!("{path}/submit"), body)
            .if_match("\"1\"")
    };
    submit(json!({}))
        .await
        .assert_field("/electronic_notice_consent", "required");
    submit(json!({"electronic_notice_consent": "yes"}))
        .await
        .assert_field("/electronic_notice_consent", "wrong_type");
    submit(json!({"electronic_notice_consent": true, "arrived_at": "2020-01-01T00:00:00Z"}))
        .await
        .assert_field("/arrived_at", "unknown_field");
}
