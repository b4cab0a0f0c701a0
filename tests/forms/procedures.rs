//! The catalogue as administrators write it: procedures are taken in and described.

use std::future::IntoFuture as _;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{
    Audience, CatalogueCopy, Client, TestApp, answers_for, description_of, file, files_of,
};

const DOG: &str = "dog-registration-change";
const DESCRIPTION: &str = "/v1/procedures/dog-registration-change/description";

/// Something the city begins to offer, which is not in the catalogue's files.
fn dog_park() -> Value {
    let mut described = description_of("dog-registration");
    described["code"] = json!("dog-park");
    described["kind"] = json!("notification");
    described["name"]["ja"] = json!("ドッグランの利用の届出");
    described
}

/// Environment's administrator, who is nobody elsewhere.
async fn administrator_of_environment(app: &TestApp) -> Client {
    let postings = json!([{"department": "environment", "role": "administrator"}]);
    let entry = json!({ "postings": postings });
    app.import_staff("takahashi", entry).await.unwrap();
    app.staff("takahashi").await
}

#[actix_web::test]
async fn a_procedure_is_taken_in_described_given_a_form_and_filed() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let created = nakamura.post("/v1/procedures", dog_park()).await;
    assert_eq!(created.expect(201)["procedure"], dog_park());
    let description = created.header("location").unwrap().to_owned();
    assert_eq!(description, "/v1/procedures/dog-park/description");
    let read = nakamura.get(&description).await;
    assert_eq!(read.expect(200), dog_park());
    assert_eq!(read.etag(), created.etag());

    // Everybody sees it, as one that is not digital yet.
    let anyone = app.anonymous(Audience::Staff);
    let page = anyone
        .get("/v1/procedures?accepts_digital=false&limit=100")
        .await;
    let page = page.expect(200);
    let mut listed = page["items"].as_array().unwrap().iter();
    assert!(listed.any(|procedure| procedure["code"] == "dog-park"));
    let closed = anyone.get("/v1/procedures/dog-park/form").await;
    closed.assert_problem(409, "procedure_closed");

    let draft = "/v1/procedures/dog-park/draft";
    let import = json!({"files": files_of(DOG)});
    nakamura
        .post(format!("{draft}/import"), import)
        .await
        .expect(201);
    let publish = nakamura.post(format!("{draft}/publish"), json!({}));
    publish
        .if_match(nakamura.get(draft).await.etag())
        .await
        .expect(201);
    let mut digital = dog_park();
    digital["accepts_digital_from"] = json!("2026-11-24");
    let described = nakamura
        .put(&description, digital)
        .if_match(read.etag())
        .await;
    let change =
        json!([{"pointer": "/accepts_digital_from", "before": null, "after": "2026-11-24"}]);
    assert_eq!(described.expect(200)["changes"], change);
    let in_figures =
        "SELECT count(*) FROM kpi_procedures JOIN kpi_digital_intervals USING (procedure_id)
        WHERE code = 'dog-park' AND in_scope AND starts_on = '2026-11-24' AND ends_on IS NULL";
    assert_eq!(app.count(in_figures).await, 1);

    let hanako = app.resident("hanako").await;
    let begun = hanako
        .post("/v1/applications", json!({"procedure": "dog-park"}))
        .await;
    begun.expect(201);
    let path = begun.header("location").unwrap();
    let saved = hanako.patch(
        format!("{path}/answers"),
        json!({"answers": answers_for(DOG)}),
    );
    let saved = saved.if_match(begun.etag()).await;
    let wish = json!({"electronic_notice_consent": true});
    let filed = hanako
        .post(format!("{path}/submit"), wish)
        .if_match(saved.etag())
        .await;
    filed.expect(201);
    for (action, times) in [("create", 1), ("describe", 1), ("read", 1)] {
        let recorded = format!(
            "SELECT count(*) FROM audit_events WHERE action = 'procedure.{action}'
             AND detail->>'procedure' = 'dog-park'"
        );
        assert_eq!(app.count(&recorded).await, times, "{action}");
    }
}

#[actix_web::test]
async fn a_description_is_changed_in_the_version_seen_and_a_dry_run_only_tells() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let read = nakamura.get(DESCRIPTION).await;
    let mut described = read.expect(200);
    assert_eq!(described, description_of(DOG));
    let bare = nakamura.put(DESCRIPTION, described.clone()).await;
    bare.assert_problem(428, "precondition_required");
    let same = nakamura
        .put(DESCRIPTION, described.clone())
        .if_match(read.etag())
        .await;
    assert_eq!(same.expect(200)["changes"], json!([]));
    assert_eq!(same.etag(), read.etag());

    described["contact"]["ja"] = json!("環境政策課（2階）");
    let trial = format!("{DESCRIPTION}?dry_run=true");
    let tried = nakamura
        .put(&trial, described.clone())
        .if_match(read.etag())
        .await;
    assert_eq!(tried.expect(200)["changes"][0]["pointer"], "/contact/ja");
    assert_eq!(
        nakamura.get(DESCRIPTION).await.expect(200),
        description_of(DOG)
    );

    let puts = (0..4).map(|_| {
        let put = nakamura
            .put(DESCRIPTION, described.clone())
            .if_match(read.etag());
        put.into_future()
    });
    let statuses = join_all(puts).await.into_iter().map(|put| put.status());
    let mut statuses: Vec<_> = statuses.collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412]);
    let shown = app
        .anonymous(Audience::Resident)
        .get(format!("/v1/procedures/{DOG}"))
        .await;
    assert_eq!(
        shown.expect(200)["procedure"]["contact"]["ja"],
        "環境政策課（2階）"
    );
    for unknown in [
        nakamura.get("/v1/procedures/nothing/description"),
        nakamura
            .put("/v1/procedures/nothing/description", described)
            .if_match("\"1\""),
    ] {
        unknown.await.assert_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn what_is_wrong_with_a_description_is_told_at_its_place() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let taken = nakamura.post("/v1/procedures", description_of(DOG)).await;
    taken.assert_problem(409, "procedure_code_taken");
    for (pointer, value, at, code) in [
        ("/code", json!("Dog Park"), "/code", "wrong_format"),
        ("/name/en", json!(""), "/name/en", "missing_text"),
        ("/fee_yen", json!(-1), "/fee_yen", "wrong_type"),
        (
            "/owner_department",
            json!("nobody"),
            "/owner_department",
            "unknown_department",
        ),
        ("/kind", json!("petition"), "/kind", "wrong_type"),
    ] {
        let mut described = dog_park();
        *described.pointer_mut(pointer).unwrap() = value;
        let refused = nakamura
            .post("/v1/procedures?dry_run=true", described)
            .await;
        refused.assert_field(at, code);
    }
    let mut unsigned = dog_park();
    unsigned["kind"] = json!("application");
    unsigned["decided_by"] = json!("教育委員会");
    let refused = nakamura.post("/v1/procedures", unsigned).await;
    refused.assert_field("/decided_by", "nobody_signs");
    let tried = nakamura
        .post("/v1/procedures?dry_run=true", dog_park())
        .await;
    assert!(!tried.expect(200)["changes"].as_array().unwrap().is_empty());
    let unknown = nakamura.get("/v1/procedures/dog-park/description").await;
    unknown.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn the_code_stays_and_so_does_the_kind_once_something_may_have_been_filed() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    file(&app.resident("hanako").await, DOG, true).await;
    let etag = nakamura.get(DESCRIPTION).await.etag();
    for (pointer, value) in [("/code", "dog-change"), ("/kind", "certificate_request")] {
        let mut described = description_of(DOG);
        *described.pointer_mut(pointer).unwrap() = json!(value);
        let refused = nakamura.put(DESCRIPTION, described).if_match(&etag).await;
        refused.assert_field(pointer, "fixed");
    }
    let path = nakamura.post("/v1/procedures", dog_park()).await;
    let mut application = dog_park();
    application["kind"] = json!("application");
    let location = path.header("location").unwrap();
    let changed = nakamura
        .put(location, application)
        .if_match(path.etag())
        .await;
    changed.expect(200);
}

#[actix_web::test]
async fn administrators_write_what_is_their_departments_and_give_nothing_away() {
    let app = TestApp::new().await;
    let takahashi = administrator_of_environment(&app).await;
    takahashi
        .post("/v1/procedures", dog_park())
        .await
        .expect(201);
    let mut elsewhere = dog_park();
    elsewhere["code"] = json!("dog-school");
    elsewhere["owner_department"] = json!("resident");
    let refused = takahashi.post("/v1/procedures", elsewhere).await;
    refused.assert_problem(403, "forbidden");
    let path = "/v1/procedures/dog-park/description";
    let mut given = dog_park();
    given["owner_department"] = json!("resident");
    let refused = takahashi.put(path, given).if_match("\"1\"").await;
    refused.assert_field("/owner_department", "fixed");
    let theirs = takahashi
        .get("/v1/procedures/residence-certificate/description")
        .await;
    theirs.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn an_import_takes_the_place_of_what_it_knows_and_leaves_the_rest() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    nakamura
        .post("/v1/procedures", dog_park())
        .await
        .expect(201);
    let read = nakamura.get(DESCRIPTION).await;
    let mut described = read.expect(200);
    described["fee_yen"] = json!(100);
    let put = nakamura
        .put(DESCRIPTION, described)
        .if_match(read.etag())
        .await;
    put.expect(200);
    assert_eq!(CatalogueCopy::new().import(&app).await, Ok(0));
    let after = nakamura.get(DESCRIPTION).await;
    assert_eq!(after.expect(200), description_of(DOG));
    assert_ne!(after.etag(), put.etag());
    let kept = nakamura.get("/v1/procedures/dog-park/description").await;
    assert_eq!(kept.expect(200), dog_park());
    let imported = "SELECT count(*) FROM audit_events WHERE action = 'procedure.describe'
        AND actor_kind = 'system' AND detail->'changed' = '[\"/fee_yen\"]'";
    assert_eq!(app.count(imported).await, 1);
}
