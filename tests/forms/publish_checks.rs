//! What keeps a version from being published, and where it says the fault is.

use serde_json::{Value, json};
use tests::{Client, Response, TestApp, control, redraft};

const DOG: &str = "dog-registration-change";
const DRAFT: &str = "/v1/procedures/dog-registration-change/draft";

async fn publish(administrator: &Client, change: impl FnOnce(&mut Value)) -> Response {
    let etag = redraft(administrator, DOG, change).await;
    let path = format!("{DRAFT}/publish");
    administrator.post(path, json!({})).if_match(etag).await
}

fn shown_when_filled(field: &str) -> Value {
    json!({"effect": "SHOW", "condition": {"scope": format!("#/properties/{field}"), "schema": {"minLength": 1}}})
}

fn remote_reference(draft: &mut Value) {
    draft["schema"]["properties"]["dog_name"] = json!({"$ref": "https://example.com/dog.json"});
}

fn catastrophic_pattern(draft: &mut Value) {
    draft["schema"]["properties"]["dog_name"]["pattern"] = json!("^(.+)+$");
}

fn rule_cycle(draft: &mut Value) {
    for (field, other) in [("dog_color", "dog_breed"), ("dog_breed", "dog_color")] {
        let control = control(&mut draft["ui_schema"], field).unwrap();
        control["rule"] = shown_when_filled(other);
    }
}

fn unreachable_field(draft: &mut Value) {
    draft["schema"]["properties"]["nickname"] = json!({"type": "string", "maxLength": 20});
}

fn missing_translation(draft: &mut Value) {
    let english = draft["texts"]["en"].as_object_mut().unwrap();
    english.remove("dog_name.label");
}

fn wordless_choice(draft: &mut Value) {
    for language in ["ja", "ja-x-easy", "en"] {
        let texts = draft["texts"][language].as_object_mut().unwrap();
        texts.remove("dog_sex.male").unwrap();
    }
}

fn fee_without_kind(draft: &mut Value) {
    draft["policy"]["fee_yen"] = json!(500);
}

fn document_without_field(draft: &mut Value) {
    draft["policy"]["documents_required"][0]["fields"] = json!(["/dog_name"]);
}

fn wordless_page(draft: &mut Value) {
    let page = draft["ui_schema"]["elements"][0].as_object_mut().unwrap();
    page.remove("i18n").unwrap();
}

fn literal_page(draft: &mut Value) {
    wordless_page(draft);
    draft["ui_schema"]["elements"][0]["label"] = json!("飼い主");
}

fn literal_choice(draft: &mut Value) {
    draft["schema"]["properties"]["dog_name"] =
        json!({"oneOf": [{"const": "ポチ", "title": "ポチ"}]});
}

type Fault = fn(&mut Value);

#[actix_web::test]
async fn each_fault_is_refused_in_its_own_way_and_says_where_it_is() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let faults: [(Fault, &str, &str, usize); 11] = [
        (
            remote_reference,
            "/schema/properties/dog_name/$ref",
            "unknown_ref",
            1,
        ),
        (
            catastrophic_pattern,
            "/schema/properties/dog_name/pattern",
            "catastrophic_pattern",
            1,
        ),
        (rule_cycle, "/ui_schema/elements/", "rule_cycle", 2),
        (
            unreachable_field,
            "/schema/properties/nickname",
            "unreachable_property",
            1,
        ),
        (
            missing_translation,
            "/texts/en/dog_name.label",
            "missing_text",
            1,
        ),
        (fee_without_kind, "/policy/fee_kind", "fee_disagrees", 1),
        (
            document_without_field,
            "/policy/documents_required/0/fields/0",
            "no_attachment_field",
            1,
        ),
        (wordless_choice, "/texts/", "missing_text", 3),
        (wordless_page, "/ui_schema/elements/0", "missing_text", 1),
        (
            literal_page,
            "/ui_schema/elements/0/label",
            "outside_profile",
            1,
        ),
        (
            literal_choice,
            "/schema/properties/dog_name/oneOf/0/title",
            "outside_profile",
            1,
        ),
    ];
    for (fault, pointer, code, count) in faults {
        let refused = publish(&nakamura, fault).await;
        let errors = refused.field_errors();
        assert_eq!(errors.len(), count, "{errors:?}");
        for (at, what) in &errors {
            assert!(at.starts_with(pointer) && what == code, "{errors:?}");
        }
        let found = nakamura
            .post(format!("{DRAFT}/validate"), ())
            .await
            .expect(200);
        assert_eq!(found["valid"], false);
        let same: Vec<_> = found["problems"]
            .as_array()
            .unwrap()
            .iter()
            .map(|problem| {
                (
                    problem["pointer"].as_str().unwrap().to_owned(),
                    problem["code"].as_str().unwrap().to_owned(),
                )
            })
            .collect();
        assert_eq!(same, errors);
        let etag = nakamura.get(DRAFT).await.etag();
        nakamura.delete(DRAFT).if_match(etag).await.expect(204);
    }
    let versions = "SELECT count(*) FROM form_versions v
        JOIN procedures p ON p.id = v.procedure_id WHERE p.code = 'dog-registration-change' AND number > 1";
    assert_eq!(app.count(versions).await, 0);
}

#[actix_web::test]
async fn all_that_is_wrong_is_told_at_once_the_letter_and_the_policy_included() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let etag = redraft(&nakamura, DOG, |draft| {
        missing_translation(draft);
        unreachable_field(draft);
        catastrophic_pattern(draft);
        draft["policy"]["approval_route"] = json!([{"role": "approver", "department": "owner"}]);
    })
    .await;
    let letter = json!({"letter": "#nonsense("});
    nakamura
        .patch(DRAFT, letter)
        .if_match(etag)
        .await
        .expect(200);
    let found = nakamura
        .post(format!("{DRAFT}/validate"), ())
        .await
        .expect(200);
    let told = found["problems"].as_array().unwrap();
    for (pointer, code) in [
        ("/texts/en/dog_name.label", "missing_text"),
        ("/schema/properties/nickname", "unreachable_property"),
        (
            "/schema/properties/dog_name/pattern",
            "catastrophic_pattern",
        ),
        ("/policy/approval_route", "unexpected_approval_route"),
        ("/letter", "unprintable_letter"),
    ] {
        let is_told = |problem: &Value| problem["pointer"] == pointer && problem["code"] == code;
        assert!(told.iter().any(is_told), "{pointer}: {found:#}");
    }
}

#[actix_web::test]
async fn an_example_that_comes_out_otherwise_keeps_a_version_back() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let refused = publish(&nakamura, |draft| {
        draft["schema"]["properties"]["dog_name"]["x-max-characters"] = json!(1);
    })
    .await;
    let errors = refused.field_errors();
    assert!(
        errors.contains(&("/examples/0".to_owned(), "unexpected_result".to_owned())),
        "{errors:?}"
    );
}

#[actix_web::test]
async fn a_statutory_limit_is_of_a_decision_and_has_its_provision() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let refused = publish(&nakamura, |draft| {
        draft["policy"]["statutory_limit"] = json!({
            "period": {"length": 30, "unit": "calendar_days", "start": "day_after_arrival", "holiday_rule": "unchanged"},
            "legal_basis": "　",
            "extendable": true,
        });
    })
    .await;
    let expected = [
        ("/policy/statutory_limit", "unexpected_statutory_limit"),
        ("/policy/statutory_limit/legal_basis", "missing_text"),
    ];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(refused.field_errors(), expected);
}

/// Publishes the request for a copy of one's record of residence with another approval route.
async fn route(administrator: &Client, steps: Value) -> Response {
    let path = "/v1/procedures/residence-certificate/draft";
    let change = |draft: &mut Value| draft["policy"]["approval_route"] = steps;
    let etag = redraft(administrator, "residence-certificate", change).await;
    let publish = administrator.post(format!("{path}/publish"), json!({}));
    let answer = publish.if_match(etag).await;
    if answer.status() == 422 {
        let found = administrator.post(format!("{path}/validate"), ()).await;
        assert_eq!(found.expect(200)["valid"], false);
        let draft = administrator.get(path).await;
        let discard = administrator.delete(path).if_match(draft.etag());
        discard.await.expect(204);
    }
    answer
}

#[actix_web::test]
async fn an_approval_route_asks_approvers_of_departments_that_are_there() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let owner = json!({"role": "approver", "department": "owner"});
    let step = |role: &str, department: &str| json!({"role": role, "department": department});
    for (steps, pointer, code) in [
        (json!([]), "", "wrong_approval_route"),
        (
            json!([owner, step("approver", "no-such")]),
            "/1/department",
            "unknown_department",
        ),
        (
            json!([step("reviewer", "owner")]),
            "/0/role",
            "unknown_approval_role",
        ),
    ] {
        let refused = route(&nakamura, steps).await;
        let pointer = format!("/policy/approval_route{pointer}");
        assert_eq!(refused.field_errors(), [(pointer, code.to_owned())]);
    }
    let steps = json!([owner, step("approver", "environment"), owner]);
    route(&nakamura, steps).await.expect(201);
    app.run_jobs().await;
}

#[actix_web::test]
async fn a_department_that_is_no_more_is_not_asked_by_new_routes() {
    let app = TestApp::new().await;
    let plan = json!({
        "effective_on": "2026-11-25",
        "dissolved": [{"department": "health", "successor": "resident"}],
    });
    let nakamura = app.staff("nakamura").await;
    nakamura.post("/v1/reorganisations", plan).await.expect(201);
    app.pass(chrono::TimeDelta::days(1));
    app.run_jobs().await;
    app.pass(chrono::TimeDelta::minutes(2));
    app.run_jobs().await;
    let nakamura = app.staff("nakamura").await;
    let steps = json!([{"role": "approver", "department": "health"}]);
    let refused = route(&nakamura, steps).await;
    refused.assert_field("/policy/approval_route/0/department", "unknown_department");
}
