//! 別人と判明: a link that meant somebody else is undone, and protects no more.

use futures_util::future::join;
use serde_json::{Value, json};
use tests::{Call, Client, TestApp, file};

use super::{HANAKO, MISAKI, PROTECTED_HANAKO, import, link, make_registrar, path_of, request};

const CHILD: &str = "child-allowance-claim";
const SATO: &str = "demo-staff-0001";

fn reason() -> Value {
    json!({"reason": "同じお名前の別の方でした。もう一度お申し込みください。"})
}

fn find_mistaken(clerk: &Client, path: &str, version: &str) -> Call {
    let call = clerk.post(format!("{path}/find-mistaken"), reason());
    call.if_match(version)
}

/// Taro, whom Kimura has linked to Misaki, who is protected.
async fn taro_taken_for_misaki(app: &TestApp) -> (Client, String) {
    import(app, &[HANAKO, MISAKI]).await;
    let taro = app.resident("taro").await;
    assert_eq!(request(&taro).await, "pending");
    let path = path_of(app, &taro).await;
    let kimura = app.staff("kimura").await;
    let linked = link(&kimura, &path, "10000004").await.expect(200);
    let me = kimura.get("/v1/me").await.expect(200);
    assert_eq!(linked["link_decided_by"], me["id"]);
    (taro, path)
}

#[actix_web::test]
async fn a_link_to_a_protected_namesake_protects_until_another_registrar_finds_it_mistaken() {
    let app = TestApp::new().await;
    let (taro, path) = taro_taken_for_misaki(&app).await;
    let case = file(&taro, CHILD, true).await;
    let suzuki = app.staff("suzuki").await;
    let is_protected =
        || async { suzuki.get(&case).await.expect(200)["address_protected"].clone() };
    assert_eq!(is_protected().await, true);
    let kimura = app.staff("kimura").await;
    let blind = kimura.post(format!("{path}/find-mistaken"), reason()).await;
    blind.assert_problem(428, "precondition_required");
    let own_work = find_mistaken(&kimura, &path, "\"2\"").await;
    let problem = own_work.assert_problem(403, "separation_of_duties");
    assert!(problem["detail"].as_str().unwrap().contains("ほかの"));
    assert_eq!(is_protected().await, true);
    make_registrar(&app, SATO).await;
    let sato = app.staff("sato").await;
    let undone = find_mistaken(&sato, &path, "\"2\"").await.expect(200);
    assert_eq!(undone["status"], "mistaken");
    assert_eq!(undone["addressee"], Value::Null);
    assert_eq!(undone["reason"], reason()["reason"]);
    assert_eq!(is_protected().await, false);
    let own = taro.get("/v1/me/registration").await.expect(200);
    assert_eq!(
        (&own["status"], &own["reason"]),
        (&json!("mistaken"), &reason()["reason"])
    );
    let recorded = "SELECT count(*) FROM audit_events
        WHERE action = 'registration.find_mistaken' AND actor_kind = 'staff'
        AND detail ->> 'addressee' = (SELECT id::text FROM addressees WHERE protected)";
    assert_eq!(app.count(recorded).await, 1, "with whom it had named");
}

#[actix_web::test]
async fn a_link_that_has_ended_is_found_mistaken_too_whoever_ended_it() {
    let app = TestApp::new().await;
    let (taro, path) = taro_taken_for_misaki(&app).await;
    let case = file(&taro, CHILD, true).await;
    let kimura = app.staff("kimura").await;
    taro.delete("/v1/me/registration").await.expect(204);
    find_mistaken(&kimura, &path, "\"3\"")
        .await
        .assert_problem(403, "separation_of_duties");
    make_registrar(&app, SATO).await;
    let sato = app.staff("sato").await;
    let undone = find_mistaken(&sato, &path, "\"3\"").await.expect(200);
    assert_eq!(undone["status"], "mistaken");
    let read = app.staff("suzuki").await.get(&case).await.expect(200);
    assert_eq!(read["address_protected"], false);
    let again = find_mistaken(&sato, &path, "\"4\"").await;
    let allowed = &again.assert_problem(409, "illegal_transition")["allowed_events"];
    assert_eq!(*allowed, json!([]));
}

#[actix_web::test]
async fn what_the_program_linked_any_registrar_finds_mistaken_and_a_clerk_decides_the_next() {
    let app = TestApp::new().await;
    import(&app, &[PROTECTED_HANAKO]).await;
    let hanako = app.resident("hanako").await;
    assert_eq!(request(&hanako).await, "linked");
    let path = path_of(&app, &hanako).await;
    let kimura = app.staff("kimura").await;
    find_mistaken(&kimura, &path, "\"2\"").await.expect(200);
    assert_eq!(request(&hanako).await, "pending");
}

#[actix_web::test]
async fn what_named_nobody_is_not_mistaken() {
    let app = TestApp::new().await;
    let taro = app.resident("taro").await;
    assert_eq!(request(&taro).await, "pending");
    let path = path_of(&app, &taro).await;
    let kimura = app.staff("kimura").await;
    let waiting = find_mistaken(&kimura, &path, "\"1\"").await;
    let allowed = &waiting.assert_problem(409, "illegal_transition")["allowed_events"];
    assert_eq!(*allowed, json!(["link", "refuse", "withdraw"]));
    taro.delete("/v1/me/registration").await.expect(204);
    let taken_back = find_mistaken(&kimura, &path, "\"2\"").await;
    let allowed = &taken_back.assert_problem(409, "illegal_transition")["allowed_events"];
    assert_eq!(*allowed, json!([]));
}

#[actix_web::test]
async fn of_two_registrars_who_end_and_find_mistaken_at_once_one_wins() {
    let app = TestApp::new().await;
    let (_, path) = taro_taken_for_misaki(&app).await;
    make_registrar(&app, SATO).await;
    let (kimura, sato) = (app.staff("kimura").await, app.staff("sato").await);
    let end = kimura.post(format!("{path}/end"), reason());
    let end = async { end.if_match("\"2\"").await.status() };
    let mistaken = async { find_mistaken(&sato, &path, "\"2\"").await.status() };
    let (one, other) = join(end, mistaken).await;
    let mut statuses = [one, other];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}
