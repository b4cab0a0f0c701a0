//! What clerks see and decide.

use chrono::TimeDelta;
use futures_util::future::join;
use serde_json::{Value, json};
use tests::{Client, TestApp};

use super::{HANAKO, MISAKI, TARO, import, link, path_of, request};

/// Hanako as the register had her before she married and moved.
const BEFORE: &str = "10000001,佐々木 花子,19900514,女,東京都小平市小川町２－９９９９－１,,無";

async fn waiting(app: &TestApp, login: &str) -> (Client, String) {
    let resident = app.resident(login).await;
    assert_eq!(request(&resident).await, "pending");
    let path = path_of(app, &resident).await;
    (resident, path)
}

fn reason() -> Value {
    json!({"reason": "転入の届出が済んでから、もう一度お申し込みください。"})
}

#[actix_web::test]
async fn a_clerk_sees_the_resident_beside_those_who_may_be_meant() {
    let app = TestApp::new().await;
    let brother = "10000021,山田 花男,19900514,男,東京都小平市小川町２－９９９９－１,,無";
    import(&app, &[brother, BEFORE, TARO]).await;
    let (_, path) = waiting(&app, "hanako").await;
    let kimura = app.staff("kimura").await;
    let queue = kimura.get("/v1/registrations").await.expect(200);
    assert_eq!(queue["items"][0]["name"], "山田 花子");
    let shown = kimura.get(&path).await.expect(200);
    assert_eq!(
        shown["resident"]["address"],
        "東京都小平市小川町二丁目９９９９番地の１"
    );
    let candidates = shown["candidates"].as_array().unwrap();
    let numbers: Vec<_> = candidates
        .iter()
        .map(|candidate| &candidate["addressee_number"])
        .collect();
    assert_eq!(numbers, ["10000001", "10000021"], "the likeliest first");
    let same = json!({"name": false, "address": true, "birthdate": true, "gender": true});
    assert_eq!(candidates[0]["matches"], same);
    assert_eq!(candidates[0]["name"], "佐々木 花子");
    let readings = "SELECT count(*) FROM audit_events WHERE action = 'registration.read'
        AND object_id IS NOT NULL";
    assert_eq!(app.count(readings).await, 1);
    let told = "SELECT count(*) FROM audit_events WHERE detail::text LIKE '%10000001%'";
    assert_eq!(app.count(told).await, 0, "the record has no number");
}

#[actix_web::test]
async fn a_clerk_links_by_the_number_in_whatever_width() {
    let app = TestApp::new().await;
    import(&app, &[BEFORE]).await;
    let (hanako, path) = waiting(&app, "hanako").await;
    let kimura = app.staff("kimura").await;
    let unknown = link(&kimura, &path, "99999999").await;
    unknown.assert_field("/addressee_number", "unknown_addressee");
    let linked = link(&kimura, &path, "１０００００01").await.expect(200);
    assert_eq!(linked["addressee"]["addressee_number"], "10000001");
    assert_eq!(linked["candidates"], json!([]));
    let own = hanako.get("/v1/me/registration").await;
    assert_eq!(own.expect(200)["status"], "linked");
    assert!(!own.text().contains("10000001"), "the number is the city's");
    let after = link(&kimura, &path, "10000001").await;
    after.assert_problem(412, "version_mismatch");
}

#[actix_web::test]
async fn what_a_clerk_refuses_or_ends_says_why_and_waits_for_a_clerk_again() {
    let app = TestApp::new().await;
    import(&app, &[BEFORE]).await;
    let (hanako, path) = waiting(&app, "hanako").await;
    let kimura = app.staff("kimura").await;
    let refuse = |version: &str| {
        let call = kimura.post(format!("{path}/refuse"), reason());
        call.if_match(version)
    };
    let missing = kimura.post(format!("{path}/refuse"), reason()).await;
    missing.assert_problem(428, "precondition_required");
    refuse("\"1\"").await.expect(200);
    let again = refuse("\"2\"").await;
    let allowed = &again.assert_problem(409, "illegal_transition")["allowed_events"];
    assert_eq!(*allowed, json!([]));
    let own = hanako.get("/v1/me/registration").await.expect(200);
    assert_eq!(
        (&own["status"], &own["reason"]),
        (&json!("refused"), &reason()["reason"])
    );
    // Now the register knows her, and a clerk looks all the same.
    import(&app, &[HANAKO]).await;
    app.pass(TimeDelta::seconds(1));
    assert_eq!(request(&hanako).await, "pending");
    let path = path_of(&app, &hanako).await;
    link(&kimura, &path, "10000001").await.expect(200);
    let end = kimura.post(format!("{path}/end"), reason());
    end.if_match("\"2\"").await.expect(200);
    let own = hanako.get("/v1/me/registration").await.expect(200);
    assert_eq!(own["status"], "ended");
    assert_eq!(request(&hanako).await, "pending");
}

#[actix_web::test]
async fn a_clerk_names_the_version_seen_and_ends_only_what_is_linked() {
    let app = TestApp::new().await;
    import(&app, &[BEFORE]).await;
    let (_, path) = waiting(&app, "hanako").await;
    let kimura = app.staff("kimura").await;
    let whom = json!({"addressee_number": "10000001"});
    for (act, body) in [("link", whom), ("end", reason()), ("refuse", reason())] {
        let blind = kimura.post(format!("{path}/{act}"), body).await;
        blind.assert_problem(428, "precondition_required");
    }
    let end = kimura.post(format!("{path}/end"), reason());
    let early = end.if_match("\"1\"").await;
    let allowed = &early.assert_problem(409, "illegal_transition")["allowed_events"];
    assert_eq!(*allowed, json!(["link", "refuse", "withdraw"]));
    link(&kimura, &path, "10000001").await.expect(200);
    let whom = json!({"addressee_number": "10000001"});
    let again = kimura.post(format!("{path}/link"), whom).if_match("\"2\"");
    let allowed = &again.await.assert_problem(409, "illegal_transition")["allowed_events"];
    assert_eq!(*allowed, json!(["end", "find_mistaken"]));
}

#[actix_web::test]
async fn a_link_is_taken_from_another_registration_only_by_naming_it() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let hanako = app.resident("hanako").await;
    assert_eq!(request(&hanako).await, "linked");
    let hers = path_of(&app, &hanako).await;
    let (taro, his) = waiting(&app, "taro").await;
    let kimura = app.staff("kimura").await;
    let unseen = link(&kimura, &his, "10000001").await;
    unseen.assert_problem(409, "addressee_linked");
    let take = |from: &str| {
        let from = from.rsplit('/').next().unwrap();
        let whom = json!({"addressee_number": "10000001", "in_place_of": from});
        kimura.post(format!("{his}/link"), whom).if_match("\"1\"")
    };
    let wrong = take(&his).await;
    wrong.assert_problem(409, "addressee_linked");
    let moved = take(&hers).await.expect(200);
    assert_eq!(
        format!(
            "/v1/registrations/{}",
            moved["addressee"]["linked_by"].as_str().unwrap()
        ),
        his
    );
    let lost = hanako.get("/v1/me/registration").await.expect(200);
    assert_eq!(lost["status"], "ended");
    assert!(lost["reason"].as_str().unwrap().contains("別のログイン"));
    let own = taro.get("/v1/me/registration").await.expect(200);
    assert_eq!(own["status"], "linked");
}

#[actix_web::test]
async fn of_two_clerks_who_decide_at_once_one_wins() {
    let app = TestApp::new().await;
    import(&app, &[BEFORE]).await;
    let (_, path) = waiting(&app, "hanako").await;
    let kimura = app.staff("kimura").await;
    let refuse = kimura.post(format!("{path}/refuse"), reason());
    let refuse = async { refuse.if_match("\"1\"").await.status() };
    let link = async { link(&kimura, &path, "10000001").await.status() };
    let (one, other) = join(link, refuse).await;
    let mut statuses = [one, other];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[actix_web::test]
async fn two_residents_are_never_linked_to_one_person_at_once() {
    let app = TestApp::new().await;
    import(&app, &[MISAKI]).await;
    let (_, hers) = waiting(&app, "hanako").await;
    let (_, his) = waiting(&app, "taro").await;
    let kimura = app.staff("kimura").await;
    let one = async { link(&kimura, &hers, "10000004").await.status() };
    let other = async { link(&kimura, &his, "10000004").await.status() };
    let misaki = app.resident("misaki").await;
    let herself = request(&misaki);
    let ((one, other), herself) = join(join(one, other), herself).await;
    let linked = "SELECT count(*) FROM registrations WHERE status = 'linked'";
    assert_eq!(app.count(linked).await, 1);
    let won = [one == 200, other == 200, herself == "linked"];
    assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
    assert!(
        [one, other]
            .iter()
            .all(|status| [200, 409].contains(status))
    );
}

#[actix_web::test]
async fn registrations_are_found_by_resident_and_by_where_they_stand() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let hanako = app.resident("hanako").await;
    request(&hanako).await;
    waiting(&app, "taro").await;
    waiting(&app, "jiro").await;
    let kimura = app.staff("kimura").await;
    let count = |query: &str| {
        let call = kimura.get(format!("/v1/registrations{query}"));
        async { call.await.expect(200)["items"].as_array().unwrap().len() }
    };
    assert_eq!(count("").await, 2);
    assert_eq!(count("?status=linked").await, 1);
    let first = kimura.get("/v1/registrations?limit=1").await.expect(200);
    let after = first["next"].as_str().unwrap();
    assert_eq!(count(&format!("?limit=1&after={after}")).await, 1);
    kimura
        .get("/v1/registrations?status=nonsense")
        .await
        .assert_problem(400, "invalid_query");
}
