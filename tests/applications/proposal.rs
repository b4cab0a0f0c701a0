//! 起案, 取戻し and 差戻し.

use serde_json::json;
use tests::{Client, TestApp, act, file, good_body};

const CHILD: &str = "child-allowance-claim";

async fn under_review(app: &TestApp, reviewer: &Client) -> (Client, String) {
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, CHILD, true).await;
    act(reviewer, &path, "take-up", ()).await.expect(200);
    (hanako, path)
}

#[actix_web::test]
async fn whoever_is_not_granted_all_is_told_why_and_on_which_provision() {
    let app = TestApp::new().await;
    let sato = app.staff("sato").await;
    let (_, path) = under_review(&app, &sato).await;
    for outcome in ["refuse", "partial_grant"] {
        let bare = act(&sato, &path, "propose", json!({"outcome": outcome})).await;
        let pointers: Vec<_> = bare
            .field_errors()
            .into_iter()
            .map(|(pointer, _)| pointer)
            .collect();
        assert_eq!(pointers, ["/reason", "/legal_basis"]);
        let body = json!({"outcome": outcome, "reason": "住所がない"});
        act(&sato, &path, "propose", body)
            .await
            .assert_field("/legal_basis", "required");
    }
    let body =
        json!({"outcome": "refuse", "reason": "住所がない", "legal_basis": "児童手当法第4条"});
    let proposed = act(&sato, &path, "propose", body).await.expect(200);
    assert_eq!(proposed["status"], "awaiting_approval");
    assert_eq!(proposed["proposal"]["round"], 1);
    assert_eq!(proposed["proposal"]["grounds"]["reason"], "住所がない");
}

#[actix_web::test]
async fn blank_reasons_do_not_pass() {
    let app = TestApp::new().await;
    let sato = app.staff("sato").await;
    let (_, path) = under_review(&app, &sato).await;
    let body = json!({"outcome": "refuse", "reason": "　", "legal_basis": " "});
    assert_eq!(act(&sato, &path, "propose", body).await.status(), 422);
}

#[actix_web::test]
async fn only_the_proposer_takes_a_proposal_back() {
    let app = TestApp::new().await;
    let (sato, ito) = (app.staff("sato").await, app.staff("ito").await);
    let (_, path) = under_review(&app, &sato).await;
    act(&sato, &path, "propose", json!({"outcome": "grant"}))
        .await
        .expect(200);
    act(&ito, &path, "take-back", ())
        .await
        .assert_problem(403, "forbidden");
    let back = act(&sato, &path, "take-back", ()).await.expect(200);
    assert_eq!(back["status"], "under_review");
    act(&sato, &path, "take-back", ())
        .await
        .assert_problem(409, "illegal_transition");
    let again = act(&sato, &path, "propose", json!({"outcome": "grant"}))
        .await
        .expect(200);
    assert_eq!(again["proposal"]["round"], 2);
}

#[actix_web::test]
async fn the_approver_sends_back_with_a_reason_which_the_applicant_does_not_see() {
    let app = TestApp::new().await;
    let (sato, suzuki) = (app.staff("sato").await, app.staff("suzuki").await);
    let (hanako, path) = under_review(&app, &sato).await;
    act(&sato, &path, "propose", json!({"outcome": "grant"}))
        .await
        .expect(200);
    let empty = act(&suzuki, &path, "send-back", json!({"reason": ""})).await;
    empty.assert_field("/reason", "length");
    let body = json!({"reason": "口座を確認してください"});
    let back = act(&suzuki, &path, "send-back", body.clone())
        .await
        .expect(200);
    assert_eq!(back["status"], "under_review");
    act(&suzuki, &path, "send-back", body)
        .await
        .assert_problem(409, "illegal_transition");

    let events = sato.get(format!("{path}/events")).await.expect(200);
    let last = events["items"].as_array().unwrap().last().unwrap();
    assert_eq!(last["event"], "send_back");
    assert_eq!(last["reason"], "口座を確認してください");
    let own = hanako.get(format!("{path}/events")).await.expect(200);
    let own = own["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["event"].clone());
    assert_eq!(own.collect::<Vec<_>>(), [json!("submit"), json!("take_up")]);
}

#[actix_web::test]
async fn acts_need_the_newest_version() {
    let app = TestApp::new().await;
    let ito = app.staff("ito").await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, CHILD, true).await;
    for name in [
        "take-up",
        "propose",
        "take-back",
        "complete",
        "extend",
        "approve",
        "send-back",
    ] {
        let call = || match name {
            "propose" => ito.post(format!("{path}/{name}"), json!({"outcome": "grant"})),
            "extend" => ito.post(format!("{path}/{name}"), good_body("extendLimit")),
            "send-back" => ito.post(format!("{path}/{name}"), json!({"reason": "理由"})),
            _ => ito.post(format!("{path}/{name}"), ()),
        };
        call().await.assert_problem(428, "precondition_required");
        call()
            .if_match("x")
            .await
            .assert_problem(400, "invalid_header");
        call()
            .if_match("\"1\"")
            .await
            .assert_problem(412, "version_mismatch");
        if name != "take-up" {
            call()
                .if_match("\"3\"")
                .await
                .assert_problem(409, "illegal_transition");
        }
    }
}
