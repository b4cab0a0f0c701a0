//! 取下げ.

use serde_json::json;
use tests::{TestApp, act, begin, file};

const CHILD: &str = "child-allowance-claim";
const DOG: &str = "dog-registration-change";

#[actix_web::test]
async fn the_applicant_withdraws_until_it_is_decided() {
    let app = TestApp::new().await;
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    let path = file(&hanako, CHILD, true).await;
    act(&sato, &path, "take-up", ()).await.expect(200);
    act(&sato, &path, "propose", json!({"outcome": "grant"}))
        .await
        .expect(200);
    let withdrawn = act(&hanako, &path, "withdraw", json!({"reason": "重複のため"})).await;
    assert_eq!(withdrawn.expect(200)["status"], "withdrawn");
    let again = act(&hanako, &path, "withdraw", json!({"reason": "重複のため"})).await;
    assert_eq!(
        again.assert_problem(409, "illegal_transition")["allowed_events"],
        json!([])
    );
    let suzuki = app.staff("suzuki").await;
    act(&suzuki, &path, "approve", ())
        .await
        .assert_problem(409, "illegal_transition");
    // It was an application all the same: the figures go on counting it.
    assert_eq!(
        app.count("SELECT sum(delta)::bigint AS count FROM kpi_ledger")
            .await,
        1
    );
}

#[actix_web::test]
async fn a_withdrawal_ends_the_correction_that_was_asked_for() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    let path = file(&hanako, DOG, true).await;
    act(&takahashi, &path, "take-up", ()).await.expect(200);
    let asked = json!({
        "items": [{"pointer": "/dog_name", "reason": "鑑札の名前と異なります"}],
        "deadline": "2026-12-08",
    });
    act(&takahashi, &path, "request-correction", asked)
        .await
        .expect(200);
    let withdrawn = act(&hanako, &path, "withdraw", json!({"reason": "重複のため"})).await;
    assert_eq!(withdrawn.expect(200)["correction"], json!(null));
    let case = takahashi.get(&path).await.expect(200);
    assert_eq!(case["corrections"][0]["answered"], false);
    assert!(case["corrections"][0]["ended_at"].is_string());
}

#[actix_web::test]
async fn a_draft_is_thrown_away_not_withdrawn() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = begin(&hanako, CHILD).await;
    let refused = act(&hanako, &path, "withdraw", json!({"reason": "x"})).await;
    refused.assert_problem(409, "illegal_transition");
}

#[actix_web::test]
async fn a_withdrawal_needs_a_reason_and_the_newest_version() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = format!("{}/withdraw", file(&hanako, CHILD, true).await);
    let body = json!({"reason": "重複のため"});
    hanako
        .post(&path, body.clone())
        .await
        .assert_problem(428, "precondition_required");
    hanako
        .post(&path, body.clone())
        .if_match("\"1\"")
        .await
        .assert_problem(412, "version_mismatch");
    hanako
        .post(&path, body)
        .if_match("x")
        .await
        .assert_problem(400, "invalid_header");
    let empty = hanako
        .post(&path, json!({"reason": ""}))
        .if_match("\"3\"")
        .await;
    empty.assert_field("/reason", "length");
}
