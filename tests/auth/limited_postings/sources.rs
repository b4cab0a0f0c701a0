//! Where limits come from: the staff file and claims. (Local accounts have theirs in `local_accounts`.)

use serde_json::{Value, json};
use tests::TestApp;

use super::{CHANGE, CLAIM, posted, posting};

async fn recorded(app: &TestApp, action: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM audit_events WHERE action = '{action}'");
    app.count(&sql).await
}

#[actix_web::test]
async fn the_same_limit_in_another_order_changes_and_records_nothing() {
    let app = TestApp::new().await;
    for procedures in [[CLAIM, CHANGE], [CHANGE, CLAIM]] {
        let limited = posting(Some("child-support"), "reviewer", &procedures);
        posted(&app, "sato", json!([limited])).await;
    }
    // The wide one that the limited one took the place of.
    assert_eq!(recorded(&app, "posting.end").await, 1);
}

#[actix_web::test]
async fn another_limit_is_another_posting_and_the_former_one_ends_today() {
    let app = TestApp::new().await;
    let limited = |procedures: &[&str]| posting(Some("child-support"), "reviewer", procedures);
    posted(&app, "sato", json!([limited(&[CLAIM])])).await;
    let sato = posted(&app, "sato", json!([limited(&[CLAIM, CHANGE])])).await;
    let me = sato.get("/v1/me").await.expect(200);
    let told =
        json!([{"role": "reviewer", "department": "child-support", "procedures": [CHANGE, CLAIM]}]);
    assert_eq!(me["postings"], told);
    assert_eq!(recorded(&app, "posting.end").await, 2);
}

#[actix_web::test]
async fn a_staff_file_with_a_limit_that_cannot_be_is_refused_and_says_why() {
    let app = TestApp::new().await;
    for (role, procedures, why) in [
        (
            "reviewer",
            json!(["no-such-procedure"]),
            "unknown procedure no-such-procedure",
        ),
        ("reviewer", json!([]), "leave `procedures` out"),
        (
            "registrar",
            json!([CLAIM]),
            "registrar's posting cannot be limited",
        ),
    ] {
        let limited =
            json!({"department": "child-support", "role": role, "procedures": procedures});
        let refused = app
            .import_staff("sato", json!({"postings": [limited]}))
            .await;
        let refused = refused.unwrap_err();
        assert!(refused.contains(why), "{refused}");
    }
}

#[actix_web::test]
async fn a_group_of_the_provider_gives_a_posting_for_a_procedure() {
    let staff_claims = json!({"claim": "groups", "postings": {
        "claims": posting(Some("child-support"), "reviewer", &[CLAIM]),
        "changes": posting(Some("child-support"), "reviewer", &[CHANGE]),
        "mistaken": posting(Some("child-support"), "approver", &[CLAIM, "no-such-procedure"]),
    }});
    let app = TestApp::with_staff_entry(|entry| entry["staff_claims"] = staff_claims).await;
    app.import_staff("sato", json!({"postings": []}))
        .await
        .unwrap();
    let held = async |groups: Value| {
        app.claim("sato", json!({ "groups": groups }));
        let me = app.staff("sato").await.get("/v1/me").await;
        me.expect(200)["postings"].clone()
    };
    let reviewer = |procedure: &str| json!({"role": "reviewer", "department": "child-support", "procedures": [procedure]});
    let claims = held(json!(["claims", "mistaken"])).await;
    assert_eq!(claims, json!([reviewer(CLAIM)]));
    let both = held(json!(["claims", "changes"])).await;
    // In the order of the procedures' ids, whatever that is.
    let both = both.as_array().unwrap();
    assert_eq!(both.len(), 2);
    assert!(both.contains(&reviewer(CHANGE)) && both.contains(&reviewer(CLAIM)));
    let changes = held(json!(["changes"])).await;
    assert_eq!(changes, json!([reviewer(CHANGE)]));
}
