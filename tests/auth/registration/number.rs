//! Whether an applicant is known to the city, and by which number: who sees that in a case.

use serde_json::json;
use tests::{TestApp, act, decide, file};

use super::{HANAKO, import, request};

const CHILD: &str = "child-allowance-claim";

#[actix_web::test]
async fn reviewers_see_the_number_on_record_and_everybody_in_charge_whether_there_is_one() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let hanako = app.resident("hanako").await;
    request(&hanako).await;
    let path = file(&hanako, CHILD, true).await;
    let case = app.staff("sato").await.get(&path).await.expect(200);
    assert_eq!(case["registered"], true);
    assert_eq!(case["addressee_number"], "10000001");
    let approver = app.staff("suzuki").await.get(&path).await;
    assert_eq!(approver.expect(200)["registered"], true);
    assert!(!approver.text().contains("10000001"));
    let own = hanako.get(&path).await;
    own.expect(200);
    assert!(!own.text().contains("10000001"));
    let readings = |seen: bool| {
        format!(
            "SELECT count(*) FROM audit_events WHERE action = 'application.read'
             AND detail ->> 'addressee_number' = '{seen}'"
        )
    };
    assert_eq!(app.count(&readings(true)).await, 1);
    assert_eq!(app.count(&readings(false)).await, 1);
}

#[actix_web::test]
async fn an_applicant_without_a_link_is_decided_upon_and_told_as_ever() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let hanako = app.resident("hanako").await;
    request(&hanako).await;
    let path = file(&hanako, CHILD, true).await;
    hanako.delete("/v1/me/registration").await.expect(204);
    let sato = app.staff("sato").await;
    let case = sato.get(&path).await.expect(200);
    assert_eq!(case["registered"], false);
    assert!(case.get("addressee_number").is_none());
    decide(&app, &path, json!({"outcome": "grant"})).await;
    assert_eq!(app.run_jobs().await, 1);
    let after = hanako.get(&path).await.expect(200);
    assert_eq!(after["status"], "completed");
    let inbox = hanako.get("/v1/post/messages").await.expect(200);
    let mut messages = inbox["items"].as_array().unwrap().iter();
    assert!(messages.any(|message| message["class"] == "formal"));
}

#[actix_web::test]
async fn whoever_acts_on_a_case_sees_what_whoever_reads_it_sees() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let hanako = app.resident("hanako").await;
    request(&hanako).await;
    let path = file(&hanako, CHILD, true).await;
    let sato = app.staff("sato").await;
    let after = act(&sato, &path, "take-up", ()).await.expect(200);
    assert_eq!(after["addressee_number"], "10000001");
}

#[actix_web::test]
async fn whoever_may_not_see_the_number_reads_a_case_without_opening_it() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let hanako = app.resident("hanako").await;
    request(&hanako).await;
    let path = file(&hanako, CHILD, true).await;
    app.as_admin("UPDATE addressees SET sealed = ''").await;
    let suzuki = app.staff("suzuki").await;
    let case = suzuki.get(&path).await.expect(200);
    assert_eq!(case["registered"], true);
    app.as_admin("UPDATE addressees SET gone_at = now()").await;
    let case = suzuki.get(&path).await.expect(200);
    assert_eq!(case["registered"], false);
}
