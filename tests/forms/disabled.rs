//! What a form disables cannot be changed.

use serde_json::{Value, json};
use tests::{
    Client, Response, TestApp, act, add_control, add_label, answers_for, begin, control, etag_of,
    redraft, republish,
};

const CERTIFICATE: &str = "residence-certificate";

/// Nobody who comes to the counter says what for.
fn without_purpose_at_the_counter(draft: &mut Value) {
    control(&mut draft["ui_schema"], "purpose").unwrap()["rule"] = disabled_at_the_counter();
}

fn disabled_at_the_counter() -> Value {
    json!({"effect": "DISABLE", "condition": {
        "scope": "#/properties/delivery", "schema": {"const": "counter"}
    }})
}

/// Who is to be called, where the number is open only to those who do not come to the counter.
fn with_a_nested_lock(draft: &mut Value) {
    draft["schema"]["properties"]["caller"] = json!({
        "type": "object", "additionalProperties": false, "properties": {
            "name": {"type": "string", "maxLength": 20},
            "number": {"type": "string", "maxLength": 20},
        },
    });
    let scope = |name: &str| format!("#/properties/caller/properties/{name}");
    let number =
        json!({"type": "Control", "scope": scope("number"), "rule": disabled_at_the_counter()});
    add_control(draft, json!({"type": "Control", "scope": scope("name")}));
    add_control(draft, number);
    add_label(draft, "caller", ["連絡先", "れんらくする 人", "Contact"]);
    add_label(draft, "caller.name", ["氏名", "名前", "Name"]);
    add_label(draft, "caller.number", ["電話番号", "電話", "Telephone"]);
}

async fn app_with(change: fn(&mut Value)) -> (TestApp, Client) {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    republish(&nakamura, CERTIFICATE, change).await;
    app.run_jobs().await;
    let hanako = app.resident("hanako").await;
    (app, hanako)
}

async fn save(resident: &Client, path: &str, changes: Value) -> Response {
    let etag = etag_of(resident, path).await;
    let body = json!({"answers": changes});
    let call = resident.patch(format!("{path}/answers"), body);
    call.if_match(etag).await
}

#[actix_web::test]
async fn a_disabled_answer_is_changed_only_with_what_disables_it() {
    let (_app, hanako) = app_with(without_purpose_at_the_counter).await;
    let path = begin(&hanako, CERTIFICATE).await;
    let save = async |changes| save(&hanako, &path, changes).await;
    let mut answers = answers_for(CERTIFICATE);
    answers["purpose"] = json!("work");
    save(answers).await.expect(200);
    let at_the_counter = json!({"delivery": "counter", "counter": "branch", "purpose": "visa"});
    save(at_the_counter).await.expect(200);
    let looked_over = hanako.post(format!("{path}/validate"), ()).await;
    let disabled = looked_over.expect(200)["disabled"].clone();
    assert_eq!(disabled, json!(["/fee_total_yen", "/purpose"]));

    let locked = save(json!({"purpose": "housing", "copies": 2})).await;
    locked.assert_field("/answers/purpose", "locked");
    save(json!({"purpose": null}))
        .await
        .assert_field("/answers/purpose", "locked");
    let kept = hanako.get(&path).await.expect(200)["answers"].clone();
    assert_eq!(
        (&kept["purpose"], &kept["copies"]),
        (&json!("visa"), &json!(1))
    );

    save(json!({"purpose": "visa", "copies": 2}))
        .await
        .expect(200);
    save(json!({"delivery": "post", "purpose": "housing"}))
        .await
        .expect(200);
}

#[actix_web::test]
async fn what_is_disabled_inside_an_object_is_not_changed_by_replacing_the_object() {
    let (_app, hanako) = app_with(with_a_nested_lock).await;
    let path = begin(&hanako, CERTIFICATE).await;
    let save = async |changes| save(&hanako, &path, changes).await;
    let caller = json!({"name": "花子", "number": "042-346-9508"});
    let at_the_counter = json!({"delivery": "counter", "caller": caller});
    save(at_the_counter).await.expect(200);

    for replaced in [
        json!(null),
        json!("none"),
        json!([]),
        json!({"number": "1"}),
    ] {
        let locked = save(json!({"caller": replaced})).await;
        locked.assert_field("/answers/caller/number", "locked");
    }
    let renamed = save(json!({"caller": {"name": "太郎"}})).await.expect(200);
    let caller = json!({"name": "太郎", "number": "042-346-9508"});
    assert_eq!(renamed["answers"]["caller"], caller);
}

#[actix_web::test]
async fn a_read_only_field_that_no_control_of_its_own_locks_is_not_published() {
    let app = TestApp::new().await;
    let nakamura = app.staff("nakamura").await;
    let path = format!("/v1/procedures/{CERTIFICATE}/draft");
    let etag = redraft(&nakamura, CERTIFICATE, |draft| {
        let members = "/schema/properties/members/items/properties/name";
        *draft.pointer_mut(members).unwrap() =
            json!({"type": "string", "readOnly": true, "maxLength": 20});
        let members = control(&mut draft["ui_schema"], "members").unwrap();
        members["options"]["detail"] = json!({"type": "VerticalLayout", "elements": [
            {"type": "Control", "scope": "#/properties/name", "options": {"readonly": true}},
            {"type": "Control", "scope": "#/properties/birthdate"},
        ]});
    })
    .await;
    let refused = nakamura
        .post(format!("{path}/publish"), json!({}))
        .if_match(etag);
    let errors = refused.await.field_errors();
    for place in [
        "/schema/properties/members/items/properties/name",
        "/ui_schema/",
    ] {
        let told =
            |(at, code): &(String, String)| at.starts_with(place) && code == "outside_profile";
        assert!(errors.iter().any(told), "{errors:?}");
    }
}

#[actix_web::test]
async fn a_clerk_asks_to_correct_nothing_that_the_resident_cannot_change() {
    let (app, hanako) = app_with(without_purpose_at_the_counter).await;
    let kobayashi = app.staff("kobayashi").await;
    let path = begin(&hanako, CERTIFICATE).await;
    save(&hanako, &path, answers_for(CERTIFICATE))
        .await
        .expect(200);
    let at_the_counter = json!({"delivery": "counter", "counter": "branch", "purpose": "work"});
    save(&hanako, &path, at_the_counter).await.expect(200);
    let consent = json!({"electronic_notice_consent": true});
    act(&hanako, &path, "submit", consent).await.expect(201);
    act(&kobayashi, &path, "take-up", ()).await.expect(200);
    let ask = async |fields: &[&str]| {
        let items = fields
            .iter()
            .map(|field| json!({"pointer": field, "reason": "確認のため"}));
        let asked = json!({"items": items.collect::<Vec<_>>(), "deadline": "2026-12-08"});
        act(&kobayashi, &path, "request-correction", asked).await
    };
    for field in ["/fee_total_yen", "/purpose"] {
        let refused = ask(&["/copies", field]).await;
        refused.assert_field("/items/1/pointer", "not_correctable");
    }
    // To be fetched elsewhere, it may be changed.
    ask(&["/delivery", "/purpose"]).await.expect(200);
}
