//! Whoever is asked sees the case, as long as they are.

use serde_json::{Value, json};
use tests::{Client, Response, TestApp, act, good_body};

use super::{THREE_STEPS, approve, proposed, told};

const UNKNOWN: &str = "/v1/applications/0192f0c1-2345-7abc-8def-0123456789ab";

/// All that staff can ask of an application, read and act.
fn asked_of_it() -> Vec<(&'static str, bool)> {
    let reads = ["", "/events"].map(|what| (what, false));
    let acts = [
        "/take-up",
        "/propose",
        "/take-back",
        "/complete",
        "/request-correction",
        "/close-correction",
        "/approve",
        "/send-back",
    ];
    reads
        .into_iter()
        .chain(acts.map(|act| (act, true)))
        .collect()
}

async fn ask(clerk: &Client, path: &str, (what, is_act): (&str, bool)) -> Response {
    let place = format!("{path}{what}");
    let body = match what {
        "/propose" => good_body("propose"),
        "/request-correction" => good_body("requestCorrection"),
        _ => good_body("sendBack"),
    };
    match (is_act, what) {
        (false, _) => clerk.get(place).await,
        (true, "/propose" | "/request-correction" | "/send-back") => {
            clerk.post(place, body).if_match("\"1\"").await
        }
        (true, _) => clerk.post(place, ()).if_match("\"1\"").await,
    }
}

/// The case is as unknown to them as none, whatever they ask.
async fn assert_unknown(clerk: &Client, path: &str) {
    for what in asked_of_it() {
        let (answer, none) = (
            ask(clerk, path, what).await,
            ask(clerk, UNKNOWN, what).await,
        );
        assert!([403, 404].contains(&answer.status()), "{what:?}");
        assert_eq!(answer.status(), none.status(), "{what:?}");
        assert_eq!(answer.text(), none.text(), "{what:?}");
    }
    let queue = clerk.get("/v1/applications").await.expect(200);
    assert_eq!(queue["items"], json!([]));
}

/// Gives Tanaka, who approves in 環境政策課, the role of a reviewer there, too.
async fn make_tanaka_review(app: &TestApp) {
    app.as_admin(
        "INSERT INTO postings (id, staff_id, department_id, role, valid_from, source)
         SELECT gen_random_uuid(), staff_id, department_id, 'reviewer', valid_from, source
         FROM postings JOIN staff_members s ON s.id = staff_id WHERE s.subject = 'demo-staff-0004'",
    )
    .await;
}

#[actix_web::test]
async fn approvers_of_a_department_see_the_case_exactly_as_long_as_it_is_asked() {
    let app = TestApp::new().await;
    make_tanaka_review(&app).await;
    let (_, path) = proposed(&app, &THREE_STEPS).await;
    let (tanaka, takahashi) = (app.staff("tanaka").await, app.staff("takahashi").await);
    assert_unknown(&tanaka, &path).await;
    approve(&app, "suzuki", &path).await;

    for what in asked_of_it() {
        let answer = ask(&tanaka, &path, what).await;
        let expected = match what {
            (_, false) => 200,
            ("/approve" | "/send-back", _) => 412,
            _ => 404,
        };
        assert_eq!(answer.status(), expected, "{what:?}: {}", answer.text());
    }
    let queue = tanaka.get("/v1/applications").await.expect(200);
    let lines = queue["items"].as_array().unwrap();
    assert_eq!(lines.len(), 1);
    assert_eq!(
        format!("/v1/applications/{}", lines[0]["id"].as_str().unwrap()),
        path
    );
    assert_eq!(told(&lines[0])[1], ("environment", "waiting"));
    for query in [
        "status=awaiting_approval",
        "procedure=child-allowance-claim",
    ] {
        let page = tanaka.get(format!("/v1/applications?{query}")).await;
        assert_eq!(page.expect(200)["items"], queue["items"], "{query}");
    }
    assert_unknown(&takahashi, &path).await;

    approve(&app, "tanaka", &path).await;
    assert_unknown(&tanaka, &path).await;
}

#[actix_web::test]
async fn a_case_that_is_theirs_anyway_is_listed_once() {
    let app = TestApp::new().await;
    let (_, path) = proposed(&app, &["owner", "environment"]).await;
    for login in ["suzuki", "ito", "sato"] {
        let clerk = app.staff(login).await;
        let queue = clerk.get("/v1/applications").await.expect(200);
        let lines = queue["items"].as_array().unwrap();
        assert_eq!(lines.len(), 1, "{login}");
        let route = [("child-support", "waiting"), ("environment", "to_come")];
        assert_eq!(told(&lines[0]), route);
    }
    approve(&app, "suzuki", &path).await;
    let ito = app.staff("ito").await;
    let queue = ito.get("/v1/applications").await.expect(200);
    assert_eq!(queue["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn what_is_taken_back_or_withdrawn_is_nobodys_to_approve() {
    let app = TestApp::new().await;
    let (hanako, path) = proposed(&app, &["environment"]).await;
    let tanaka = app.staff("tanaka").await;
    tanaka.get(&path).await.expect(200);
    let sato = app.staff("sato").await;
    act(&sato, &path, "take-back", ()).await.expect(200);
    assert_unknown(&tanaka, &path).await;
    super::propose(&sato, &path).await;
    tanaka.get(&path).await.expect(200);
    let reason = json!({"reason": "家族が申請するため"});
    act(&hanako, &path, "withdraw", reason).await;
    assert_unknown(&tanaka, &path).await;
}

#[actix_web::test]
async fn an_approver_of_the_whole_city_is_asked_everywhere() {
    let app = TestApp::new().await;
    app.as_admin(
        "UPDATE postings SET department_id = NULL FROM staff_members s
         WHERE s.id = staff_id AND s.subject = 'demo-staff-0004'",
    )
    .await;
    let (_, path) = proposed(&app, &["environment", "owner"]).await;
    let case = approve(&app, "tanaka", &path).await;
    let waiting: Value = json!("waiting");
    assert_eq!(case["approval_route"][1]["status"], waiting);
    approve(&app, "suzuki", &path).await;
    app.run_jobs().await;
}
