//! 決裁: the decision and its way to the applicant.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::json;
use tests::{Client, TestApp, act, act_at_once, decide, file};

const CHILD: &str = "child-allowance-claim";

async fn awaiting_approval(app: &TestApp, electronic: bool, proposer: &str) -> (Client, String) {
    let (hanako, clerk) = (app.resident("hanako").await, app.staff(proposer).await);
    let path = file(&hanako, CHILD, electronic).await;
    act(&clerk, &path, "take-up", ()).await.expect(200);
    act(&clerk, &path, "propose", json!({"outcome": "grant"}))
        .await
        .expect(200);
    (hanako, path)
}

#[actix_web::test]
async fn nobody_approves_their_own_proposal() {
    let app = TestApp::new().await;
    let (_, path) = awaiting_approval(&app, true, "ito").await;
    let ito = app.staff("ito").await;
    act(&ito, &path, "approve", ())
        .await
        .assert_problem(403, "separation_of_duties");
    assert_eq!(
        ito.get(&path).await.expect(200)["status"],
        "awaiting_approval"
    );
    assert_eq!(app.count("SELECT count(*) FROM decisions").await, 0);
}

#[actix_web::test]
async fn a_decision_is_delivered_to_the_digital_post_of_who_asked_for_that() {
    let app = TestApp::new().await;
    let (hanako, path) = awaiting_approval(&app, true, "sato").await;
    let suzuki = app.staff("suzuki").await;
    app.pass(TimeDelta::seconds(1));
    let decided = act(&suzuki, &path, "approve", ()).await.expect(200);
    assert_eq!(decided["status"], "decided");
    assert_eq!(decided["decision"]["outcome"], "grant");
    assert_eq!(hanako.get(&path).await.expect(200)["status"], "decided");

    assert_eq!(app.run_jobs().await, 1);
    assert_eq!(app.run_jobs().await, 0);
    let application = hanako.get(&path).await.expect(200);
    assert_eq!(application["status"], "completed");
    assert_eq!(application["allowed_events"], json!([]));
    let messages = hanako.get("/v1/post/messages").await.expect(200);
    let newest = &messages["items"][0];
    assert_eq!(newest["class"], "formal");
    assert_eq!(newest["link"], path);
    assert_eq!(newest["sender"]["code"], "child-support");
    assert_eq!(app.count("SELECT count(*) FROM paper_tasks").await, 0);
}

#[actix_web::test]
async fn the_notice_says_why_and_how_to_object() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, CHILD, true).await;
    app.pass(TimeDelta::seconds(1));
    let body = json!({"outcome": "refuse", "reason": "市内に住所がないため", "legal_basis": "児童手当法第4条第1項"});
    decide(&app, &path, body).await;
    app.run_jobs().await;
    let messages = hanako.get("/v1/post/messages").await.expect(200);
    let id = messages["items"][0]["id"].as_str().unwrap();
    let opened = hanako
        .post(format!("/v1/post/messages/{id}/open"), ())
        .await
        .expect(200);
    let body = opened["body"].as_str().unwrap();
    for part in [
        "却下",
        "市内に住所がないため",
        "児童手当法第4条第1項",
        "審査請求",
        "東京都知事",
        "3",
    ] {
        assert!(body.contains(part), "{part} is missing in {body}");
    }
}

#[actix_web::test]
async fn of_two_approvers_at_once_one_decides() {
    let app = TestApp::new().await;
    let (_, path) = awaiting_approval(&app, true, "sato").await;
    let (suzuki, ito) = (app.staff("suzuki").await, app.staff("ito").await);
    let approve = |clerk| (clerk, "approve", ().into());
    let acts = [approve(&suzuki), approve(&ito)];
    assert_eq!(act_at_once(&app, &path, acts).await, [200, 412]);
    assert_eq!(app.count("SELECT count(*) FROM decisions").await, 1);
    assert_eq!(app.run_jobs().await, 1);
}

#[actix_web::test]
async fn two_workers_deliver_a_decision_once() {
    let app = TestApp::new().await;
    let (_, path) = awaiting_approval(&app, true, "sato").await;
    act(&app.staff("suzuki").await, &path, "approve", ())
        .await
        .expect(200);
    let done = join_all((0..4).map(|_| app.run_jobs())).await;
    assert_eq!(done.iter().sum::<usize>(), 1);
    assert_eq!(
        app.count("SELECT count(*) FROM deliveries WHERE class = 'formal'")
            .await,
        1
    );
}

#[actix_web::test]
async fn a_decision_stands() {
    let app = TestApp::new().await;
    let (hanako, path) = awaiting_approval(&app, false, "sato").await;
    let suzuki = app.staff("suzuki").await;
    act(&suzuki, &path, "approve", ()).await.expect(200);
    let late = act(&hanako, &path, "withdraw", json!({"reason": "遅い"})).await;
    let problem = late.assert_problem(409, "illegal_transition");
    assert_eq!(problem["allowed_events"], json!(["deliver"]));
    act(&suzuki, &path, "approve", ())
        .await
        .assert_problem(409, "illegal_transition");
    app.run_jobs().await;
}
