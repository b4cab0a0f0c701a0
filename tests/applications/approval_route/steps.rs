//! A proposal goes from step to step.

use serde_json::json;
use tests::{TestApp, act, act_at_once, etag_of, file};

use super::{CHILD, THREE_STEPS, approve, events, propose, proposed, send_claims_by, told};

#[actix_web::test]
async fn a_proposal_goes_from_step_to_step_and_the_last_one_decides() {
    let app = TestApp::new().await;
    let (hanako, path) = proposed(&app, &THREE_STEPS).await;
    let standing = hanako.get(&path).await.expect(200)["standing"].clone();
    let first = approve(&app, "suzuki", &path).await;
    assert_eq!(first["status"], "awaiting_approval");
    assert_eq!(
        told(&first),
        [
            ("child-support", "given"),
            ("environment", "waiting"),
            ("child-support", "to_come")
        ]
    );
    let step = &first["approval_route"][0];
    let me = app.staff("suzuki").await.get("/v1/me").await.expect(200);
    assert_eq!(step["approved_by"], me["id"]);
    assert_eq!(step["approved_at"], "2026-11-24T01:00:00Z");
    assert_eq!(
        first["approval_route"][1]["department"]["name"],
        "環境政策課"
    );
    assert_eq!(
        first["allowed_events"],
        json!(["take_back", "send_back", "agree", "withdraw"])
    );
    let second = approve(&app, "tanaka", &path).await;
    assert_eq!(second["status"], "awaiting_approval");
    assert_eq!(
        second["allowed_events"],
        json!(["take_back", "send_back", "approve", "withdraw"])
    );
    let own = hanako.get(&path).await.expect(200);
    assert_eq!(
        (&own["standing"], &own["allowed_events"]),
        (&standing, &json!(["withdraw"]))
    );
    assert_eq!(app.count("SELECT count(*) FROM decisions").await, 0);

    let last = approve(&app, "ito", &path).await;
    assert_eq!(last["status"], "decided");
    assert!(told(&last).iter().all(|(_, status)| *status == "given"));
    let sato = app.staff("sato").await;
    assert_eq!(
        events(&sato, &path).await,
        ["submit", "take_up", "propose", "agree", "agree", "approve"]
    );
    assert_eq!(
        events(&hanako, &path).await,
        ["submit", "take_up", "approve"]
    );
    assert_eq!(app.run_jobs().await, 1);
}

#[actix_web::test]
async fn nobody_approves_two_steps_or_what_they_proposed_themselves() {
    let app = TestApp::new().await;
    let (_, path) = proposed(&app, &["owner", "owner"]).await;
    approve(&app, "suzuki", &path).await;
    let again = act(&app.staff("suzuki").await, &path, "approve", ()).await;
    let problem = again.assert_problem(403, "separation_of_duties");
    assert!(problem["detail"].as_str().unwrap().contains("前の段階"));
    assert_eq!(approve(&app, "ito", &path).await["status"], "decided");
    app.run_jobs().await;

    let (hanako, ito) = (app.resident("hanako").await, app.staff("ito").await);
    let path = file(&hanako, CHILD, true).await;
    act(&ito, &path, "take-up", ()).await.expect(200);
    propose(&ito, &path).await;
    approve(&app, "suzuki", &path).await;
    let own = act(&ito, &path, "approve", ()).await;
    own.assert_problem(403, "separation_of_duties");
}

#[actix_web::test]
async fn who_is_not_asked_neither_approves_nor_sends_back() {
    let app = TestApp::new().await;
    let (_, path) = proposed(&app, &["environment", "owner"]).await;
    let suzuki = app.staff("suzuki").await;
    let etag = etag_of(&suzuki, &path).await;
    for (name, body) in [
        ("approve", None),
        ("send-back", Some(json!({"reason": "理由"}))),
    ] {
        let answer = match body {
            Some(body) => act(&suzuki, &path, name, body).await,
            None => act(&suzuki, &path, name, ()).await,
        };
        let problem = answer.assert_problem(403, "forbidden");
        assert!(problem["detail"].as_str().unwrap().contains("ほかの課"));
    }
    assert_eq!(etag_of(&suzuki, &path).await, etag);
    approve(&app, "tanaka", &path).await;
    assert_eq!(approve(&app, "suzuki", &path).await["status"], "decided");
    app.run_jobs().await;
}

#[actix_web::test]
async fn what_another_department_sends_back_begins_its_way_anew() {
    let app = TestApp::new().await;
    let (_, path) = proposed(&app, &THREE_STEPS).await;
    approve(&app, "suzuki", &path).await;
    let tanaka = app.staff("tanaka").await;
    let reason = json!({"reason": "図面を確認してください"});
    let back = act(&tanaka, &path, "send-back", reason).await.expect(200);
    assert_eq!(back["status"], "under_review");
    let sato = app.staff("sato").await;
    let proposed = propose(&sato, &path).await;
    assert_eq!(proposed["proposal"]["round"], 2);
    assert_eq!(
        told(&proposed),
        [
            ("child-support", "waiting"),
            ("environment", "to_come"),
            ("child-support", "to_come")
        ]
    );
    // Those who approved in the first round may do so again.
    for login in ["suzuki", "tanaka", "ito"] {
        approve(&app, login, &path).await;
    }
    let given = "SELECT count(*) FROM approvals WHERE round = 2";
    assert_eq!(app.count(given).await, 3);
    app.run_jobs().await;
}

#[actix_web::test]
async fn of_two_approvers_of_one_step_at_once_one_wins() {
    let app = TestApp::new().await;
    let (_, path) = proposed(&app, &["owner", "owner"]).await;
    let (suzuki, ito) = (app.staff("suzuki").await, app.staff("ito").await);
    let approve = |clerk| (clerk, "approve", ().into());
    let acts = [approve(&suzuki), approve(&ito)];
    assert_eq!(act_at_once(&app, &path, acts).await, [200, 412]);
    assert_eq!(app.count("SELECT count(*) FROM approvals").await, 1);
    let case = suzuki.get(&path).await.expect(200);
    assert_eq!(case["status"], "awaiting_approval");
}

#[actix_web::test]
async fn what_was_filed_before_goes_the_way_of_its_version() {
    let app = TestApp::new().await;
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    let path = file(&hanako, CHILD, true).await;
    send_claims_by(&app, &THREE_STEPS).await;
    act(&sato, &path, "take-up", ()).await.expect(200);
    let case = propose(&sato, &path).await;
    assert_eq!(told(&case), [("child-support", "waiting")]);
    assert_eq!(approve(&app, "suzuki", &path).await["status"], "decided");
    app.run_jobs().await;
}
