//! Writing a version of a form: begin, change, try, import, discard; and who may.

use std::future::IntoFuture as _;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{Audience, Body, TestApp, answers_for, files_of, redraft};

const DOG: &str = "dog-registration-change";
const DRAFT: &str = "/v1/procedures/dog-registration-change/draft";

#[actix_web::test]
async fn a_draft_begins_as_the_newest_version_or_empty_and_there_is_one_at_a_time() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let anyone = app.anonymous(Audience::Staff);
    let current = anyone
        .get("/v1/procedures/dog-registration-change/form")
        .await
        .expect(200);
    let draft = nakamura
        .post(DRAFT, json!({"from": "newest"}))
        .await
        .expect(201);
    for part in ["schema", "ui_schema", "texts", "policy"] {
        assert_eq!(draft[part], current[part], "{part}");
    }
    let second = nakamura.post(DRAFT, json!({"from": "empty"})).await;
    second.assert_problem(409, "form_draft_exists");
    let begun = nakamura.get(DRAFT).await;
    assert_eq!(begun.expect(200), draft);
    nakamura
        .delete(DRAFT)
        .if_match(begun.etag())
        .await
        .expect(204);
    let empty = nakamura
        .post(DRAFT, json!({"from": "empty"}))
        .await
        .expect(201);
    assert_eq!(empty["schema"]["properties"], json!({}));
    let without = "/v1/procedures/long-term-care-high-cost/draft";
    let none = nakamura.post(without, json!({"from": "newest"})).await;
    none.assert_field("/from", "no_version");
    let recorded = "SELECT count(*) FROM audit_events WHERE action LIKE 'form_draft.%'";
    assert_eq!(app.count(recorded).await, 4);
}

#[actix_web::test]
async fn a_draft_is_changed_part_by_part_in_the_version_seen() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let etag = redraft(&nakamura, DOG, |draft| {
        draft["policy"]["fee_kind"] = json!("fixed");
        draft["policy"]["fee_yen"] = json!(500)
    })
    .await;
    let draft = nakamura.get(DRAFT).await.expect(200);
    assert_eq!(draft["policy"]["fee_yen"], 500);
    assert_eq!(
        draft["examples"].as_array().unwrap().len(),
        files_of(DOG)["examples.json"].as_array().unwrap().len()
    );
    let letter = |text: &str| json!({"letter": text});
    nakamura
        .patch(DRAFT, letter("= x"))
        .await
        .assert_problem(428, "precondition_required");
    let stale = nakamura.patch(DRAFT, letter("= x")).if_match("\"1\"").await;
    stale.assert_problem(412, "version_mismatch");
    let saved = nakamura.patch(DRAFT, letter("= x")).if_match(etag).await;
    assert_eq!(saved.expect(200)["letter"], "= x");
    let saved = nakamura
        .patch(DRAFT, letter(""))
        .if_match(saved.etag())
        .await;
    assert_eq!(saved.expect(200)["letter"], Value::Null);
    let odd = json!({"policy": {"fee_yen": "free"}});
    let refused = nakamura.patch(DRAFT, odd).if_match(saved.etag()).await;
    refused.assert_field("/policy/fee_yen", "wrong_type");
    let mut odd = draft["policy"].clone();
    odd["closes_at"] = json!("9999-12-31T00:00:00+09:00");
    let refused = nakamura.patch(DRAFT, json!({"policy": odd}));
    let refused = refused.if_match(saved.etag()).await;
    refused.assert_field("/policy/closes_at", "out_of_range");
    let twice = br#"{"texts": {"ja": {"a.label": "x", "a.label": "y"}}}"#;
    let twice = nakamura.patch(DRAFT, Body::Raw("application/json", twice.to_vec()));
    let refused = twice.if_match(saved.etag()).await;
    refused.assert_field("/texts/ja", "duplicate_field");
    let bare = nakamura.delete(DRAFT).await;
    bare.assert_problem(428, "precondition_required");
    let stale = nakamura.delete(DRAFT).if_match("\"1\"").await;
    stale.assert_problem(412, "version_mismatch");
    let unreadable = nakamura.delete(DRAFT).if_match("3").await;
    unreadable.assert_problem(400, "invalid_header");
}

#[actix_web::test]
async fn the_version_of_a_draft_that_was_thrown_away_is_not_that_of_the_next() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let seen = nakamura.post(DRAFT, json!({"from": "newest"})).await.etag();
    nakamura.delete(DRAFT).if_match(&seen).await.expect(204);
    let empty = nakamura.post(DRAFT, json!({"from": "empty"})).await;
    empty.expect(201);
    let publish = nakamura.post(format!("{DRAFT}/publish"), json!({}));
    let unseen = publish.if_match(seen).await;
    unseen.assert_problem(412, "version_mismatch");
}

#[actix_web::test]
async fn without_a_draft_there_is_nothing_to_do() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    for procedure in [DOG, "no-such-procedure"] {
        let path = format!("/v1/procedures/{procedure}/draft");
        let calls = [
            nakamura.get(&path),
            nakamura.get(format!("{path}/comparison")),
            nakamura.patch(&path, json!({})),
            nakamura.delete(&path),
            nakamura.post(format!("{path}/validate"), ()),
            nakamura.post(format!("{path}/preview"), json!({"answers": {}})),
            nakamura.post(format!("{path}/publish"), json!({})),
        ];
        for call in calls {
            call.if_match("\"1\"")
                .await
                .assert_problem(404, "not_found");
        }
    }
    let unknown = "/v1/procedures/no-such-procedure";
    nakamura
        .get(format!("{unknown}/form-versions"))
        .await
        .assert_problem(404, "not_found");
    let begin = nakamura
        .post(format!("{unknown}/draft"), json!({"from": "empty"}))
        .await;
    begin.assert_problem(404, "not_found");
    let import = json!({"files": files_of(DOG)});
    let import = nakamura
        .post(format!("{unknown}/draft/import"), import)
        .await;
    import.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn a_preview_says_what_the_form_would_and_leaves_nothing_but_its_record() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    redraft(&nakamura, DOG, |draft| {
        draft["schema"]["properties"]["dog_name"]["x-max-characters"] = json!(1);
    })
    .await;
    let everything = "SELECT (SELECT count(*) FROM applications) + (SELECT count(*) FROM kpi_ledger)
        + (SELECT count(*) FROM deliveries) + (SELECT count(*) FROM jobs) + (SELECT count(*) FROM form_versions) AS count";
    let previews = "SELECT count(*) FROM audit_events WHERE action = 'form_draft.preview'";
    let before = app.count(everything).await;
    let path = format!("{DRAFT}/preview");
    let preview = nakamura
        .post(&path, json!({"answers": answers_for(DOG)}))
        .await
        .expect(200);
    assert_eq!(preview["valid"], false);
    assert_eq!(preview["problems"][0]["pointer"], "/dog_name");
    assert_eq!(preview["problems"][0]["code"], "too_long");
    assert!(
        preview["hidden"]
            .as_array()
            .unwrap()
            .contains(&json!("/tags_return"))
    );
    assert_eq!(preview["answers"], answers_for(DOG));
    assert_eq!(app.count(everything).await, before);
    assert_eq!(app.count(previews).await, 1);
    let kept = "SELECT count(*) FROM audit_events WHERE detail::text LIKE '%ポチ%'";
    assert_eq!(app.count(kept).await, 0);
}

#[actix_web::test]
async fn what_cannot_be_evaluated_cannot_be_tried() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    redraft(&nakamura, DOG, |draft| {
        draft["schema"]["properties"]["dog_name"]["type"] = json!("text");
    })
    .await;
    let tried = nakamura
        .post(format!("{DRAFT}/preview"), json!({"answers": {}}))
        .await;
    assert_eq!(tried.field_errors()[0].1, "invalid_schema");
}

#[actix_web::test]
async fn a_version_goes_out_as_files_and_comes_back_with_a_comparison() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let list = nakamura
        .get("/v1/procedures/dog-registration-change/form-versions")
        .await
        .expect(200);
    let version = &list["items"][0];
    let path = format!(
        "/v1/form-versions/{}/files",
        version["id"].as_str().unwrap()
    );
    let exported = nakamura.get(path).await.expect(200);
    assert_eq!(exported["sha256"], version["sha256"]);
    for file in ["schema.json", "ui_schema.json", "texts.json", "policy.json"] {
        assert_eq!(exported["files"][file], files_of(DOG)[file], "{file}");
    }

    let import = format!("{DRAFT}/import");
    let same = json!({"files": exported["files"]});
    let told = nakamura
        .post(format!("{import}?dry_run=true"), same)
        .await
        .expect(200);
    assert_eq!(
        told["comparison"],
        json!({"verdict": "compatible", "total": 0, "changes": []})
    );
    assert_eq!(told["findings"]["valid"], true);
    nakamura.get(DRAFT).await.assert_problem(404, "not_found");

    let mut files = exported["files"].clone();
    files["schema.json"]["properties"]["dog_name"]["maxLength"] = json!(1);
    let told = nakamura
        .post(&import, json!({"files": files}))
        .await
        .expect(201);
    assert_eq!(told["comparison"]["verdict"], "needs_resident");
    assert_eq!(
        told["comparison"]["changes"][0]["pointer"],
        "/properties/dog_name/maxLength"
    );
    assert_eq!(told["findings"]["valid"], false);
    let compared = nakamura
        .get(format!("{DRAFT}/comparison"))
        .await
        .expect(200);
    assert_eq!(compared, told["comparison"]);
    let again = nakamura.post(&import, json!({"files": files})).await;
    again.assert_problem(409, "form_draft_exists");
    let odd = nakamura
        .post(&import, json!({"files": {"schema.json": {}}}))
        .await;
    odd.assert_field("/files/ui_schema.json", "required");
    let query = nakamura
        .post(format!("{import}?dry_run=maybe"), json!({"files": files}))
        .await;
    query.assert_problem(400, "invalid_query");
}

#[actix_web::test]
async fn an_administrator_of_one_department_manages_the_forms_of_that_one() {
    let app = TestApp::new().await;
    let postings = json!([{"department": "child-support", "role": "administrator"}]);
    let entry = json!({ "postings": postings });
    app.import_staff("sato", entry).await.unwrap();
    let sato = app.staff("sato").await;
    let own = "/v1/procedures/child-allowance-claim";
    let versions = sato.get(format!("{own}/form-versions")).await.expect(200);
    assert_eq!(versions["items"][0]["number"], 1);
    sato.post(DRAFT, json!({"from": "newest"}))
        .await
        .assert_problem(404, "not_found");
    let foreign = app
        .anonymous(Audience::Staff)
        .get("/v1/procedures/dog-registration-change")
        .await;
    let foreign = foreign.expect(200)["form_version_id"]
        .as_str()
        .unwrap()
        .to_owned();
    for path in [
        "/v1/procedures/dog-registration-change/form-versions".to_owned(),
        format!("/v1/form-versions/{foreign}/files"),
        format!("/v1/form-versions/{foreign}/comparison"),
    ] {
        sato.get(path).await.assert_problem(404, "not_found");
    }
    let retire = format!("/v1/form-versions/{foreign}/retire");
    sato.post(retire, json!({"reason": "x"}))
        .await
        .assert_problem(404, "not_found");
}

#[actix_web::test]
async fn a_draft_is_published_once_however_many_publish_it_at_the_same_moment() {
    let app = TestApp::new().await;
    let served = app.serve(Audience::Staff).await;
    let nakamura = app.staff("nakamura").await;
    let etag = redraft(&nakamura, DOG, |draft| {
        draft["policy"]["fee_kind"] = json!("fixed");
        draft["policy"]["fee_yen"] = json!(500)
    })
    .await;
    let racer = nakamura.over(&served);
    let calls = (0..10).map(|_| {
        let call = racer.post(format!("{DRAFT}/publish"), json!({}));
        call.if_match(&etag).into_future()
    });
    let answers = join_all(calls).await;
    let published = answers.iter().filter(|answer| answer.status() == 201);
    assert_eq!(published.count(), 1);
    let gone = answers.iter().filter(|answer| answer.status() == 404);
    assert_eq!(gone.count(), 9);
    let versions = "SELECT count(*) FROM form_versions v
        JOIN procedures p ON p.id = v.procedure_id WHERE p.code = 'dog-registration-change' AND number > 1";
    assert_eq!(app.count(versions).await, 1);
    app.run_jobs().await;
}
