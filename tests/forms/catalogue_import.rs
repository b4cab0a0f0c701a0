//! Bringing a catalogue into a city that has published versions of its own.

use serde_json::{Value, json};
use tests::{CatalogueCopy, TestApp, redraft, republish};

const DOG: &str = "dog-registration-change";
const DRAFT: &str = "/v1/procedures/dog-registration-change/draft";

fn dearer(files: &mut Value) {
    files["policy.json"]["fee_kind"] = json!("fixed");
    files["policy.json"]["fee_yen"] = json!(500);
}

#[actix_web::test]
async fn a_version_from_files_does_not_come_before_one_that_waits_for_its_day() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let etag = redraft(&nakamura, DOG, |draft| {
        draft["policy"]["fee_kind"] = json!("fixed");
        draft["policy"]["fee_yen"] = json!(500)
    });
    let ahead = json!({"in_force_from": "2026-12-01T00:00:00+09:00"});
    let publish = nakamura.post(format!("{DRAFT}/publish"), ahead);
    let scheduled = publish.if_match(etag.await).await.expect(201);
    let catalogue = CatalogueCopy::new();
    catalogue.add_version(DOG, 3, |_| {});
    let refused = catalogue.import(&app).await.unwrap_err();
    assert!(refused.contains("is waiting for its day"), "{refused}");
    let retire = format!(
        "/v1/form-versions/{}/retire",
        scheduled["id"].as_str().unwrap()
    );
    let taken_back = nakamura.post(retire, json!({"reason": "延期"}));
    taken_back.await.expect(200);
    assert_eq!(catalogue.import(&app).await, Ok(1));
    app.pass(chrono::TimeDelta::days(8));
    app.run_jobs().await;
}

#[actix_web::test]
async fn a_version_from_files_takes_the_place_of_no_later_one() {
    let app = TestApp::new().await;
    let catalogue = CatalogueCopy::new();
    catalogue.add_version(DOG, 5, dearer);
    assert_eq!(catalogue.import(&app).await, Ok(1));
    app.run_jobs().await;
    catalogue.add_version(DOG, 3, |_| {});
    let refused = catalogue.import(&app).await.unwrap_err();
    assert!(
        refused.contains("a later version is published"),
        "{refused}"
    );
}

#[actix_web::test]
async fn a_procedure_keeps_its_kind_once_it_has_a_form() {
    let app = TestApp::new().await;
    let catalogue = CatalogueCopy::new();
    let description = "procedures/residence-certificate/procedure.json";
    catalogue.change(description, |described| {
        described["kind"] = json!("application")
    });
    let refused = catalogue.import(&app).await.unwrap_err();
    assert!(refused.contains("/kind: fixed"), "{refused}");
}

#[actix_web::test]
async fn what_came_from_files_while_a_draft_was_written_is_not_undone_unseen() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let begun = nakamura.post(DRAFT, json!({"from": "newest"})).await;
    let first = begun.expect(201)["based_on"].clone();
    let catalogue = CatalogueCopy::new();
    catalogue.add_version(DOG, 2, dearer);
    assert_eq!(catalogue.import(&app).await, Ok(1));
    app.run_jobs().await;

    let publish = async |etag: String| {
        let call = nakamura.post(format!("{DRAFT}/publish"), json!({}));
        call.if_match(etag).await
    };
    let refused = publish(begun.etag()).await;
    refused.assert_problem(409, "form_draft_outdated");
    let old = nakamura.patch(DRAFT, json!({"based_on": first}));
    let old = old.if_match(begun.etag()).await;
    old.assert_field("/based_on", "not_newest");
    let newest = format!("/v1/procedures/{DOG}/form-versions");
    let newest = nakamura.get(newest).await.expect(200)["items"][0]["id"].clone();
    let seen = nakamura.patch(DRAFT, json!({"based_on": newest}));
    let seen = seen.if_match(begun.etag()).await;
    assert_eq!(seen.expect(200)["based_on"], newest);
    assert_eq!(publish(seen.etag()).await.expect(201)["number"], 3);
    app.run_jobs().await;
    republish(&nakamura, DOG, |_| {}).await;
    app.run_jobs().await;
}

#[actix_web::test]
async fn a_route_that_asks_an_unknown_department_is_refused_with_its_place() {
    let app = TestApp::new().await;
    let catalogue = CatalogueCopy::new();
    catalogue.add_version("residence-certificate", 3, |files| {
        files["policy.json"]["approval_route"] = json!([
            {"role": "approver", "department": "owner"},
            {"role": "approver", "department": "no-such"},
        ]);
    });
    let refused = catalogue.import(&app).await.unwrap_err();
    for told in [
        "residence-certificate version 3",
        "/policy/approval_route/1/department",
        "この課は登録されていないか、廃止されています。",
    ] {
        assert!(refused.contains(told), "{refused}");
    }
}
