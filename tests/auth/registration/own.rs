//! What residents ask for and see.

use chrono::TimeDelta;
use futures_util::future::{join, join_all};
use portal::auth::registration::Purpose;
use serde_json::json;
use tests::{Audience, Client, TestApp, file};

use super::{HANAKO, MISAKI, TARO, import, link, path_of, request};

#[actix_web::test]
async fn whom_all_four_attributes_name_is_linked_at_once() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO, TARO, MISAKI]).await;
    for login in ["hanako", "taro", "misaki"] {
        let resident = app.resident(login).await;
        assert_eq!(request(&resident).await, "linked", "{login}");
        let own = resident.get("/v1/me/registration").await.expect(200);
        assert_eq!(own["status"], "linked");
        assert_eq!(own["settled_at"], "2026-11-24T01:00:00Z");
    }
}

#[actix_web::test]
async fn in_the_demo_city_hanako_is_found_and_taro_waits() {
    let app = TestApp::new().await;
    let file = demo::city::ADDRESSEES.as_bytes();
    app.import_addressees(file, Purpose::Keep).await.unwrap();
    for (login, expected) in [
        ("hanako", "linked"),
        ("taro", "pending"),
        ("jiro", "linked"),
        ("misaki", "linked"),
        ("lan", "linked"),
        ("shiro", "linked"),
    ] {
        let resident = app.resident(login).await;
        assert_eq!(request(&resident).await, expected, "{login}");
    }
}

#[actix_web::test]
async fn everything_else_waits_for_a_clerk_and_looks_the_same() {
    let nobody: &[&str] = &[];
    let twice = HANAKO.replace("10000001", "10000091");
    let other_gender = HANAKO.replace('女', "男");
    let moved = HANAKO.replace("９９９９－１", "８");
    let unknown_day = HANAKO.replace("19900514", "19900500");
    let mut told = Vec::new();
    for lines in [
        nobody,
        &[HANAKO, &twice],
        &[&other_gender],
        &[&moved],
        &[&unknown_day],
    ] {
        let app = TestApp::new().await;
        import(&app, lines).await;
        let hanako = app.resident("hanako").await;
        let own = hanako.post("/v1/me/registration", ()).await.expect(201);
        told.push(own);
    }
    let expected = json!({"status": "pending", "reason": null, "requested_at": "2026-11-24T01:00:00Z", "settled_at": null});
    assert!(told.iter().all(|own| *own == expected), "{told:#?}");
}

#[actix_web::test]
async fn whoever_is_gone_from_the_register_is_not_found_by_the_program() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    import(&app, &[TARO]).await;
    let hanako = app.resident("hanako").await;
    assert_eq!(request(&hanako).await, "pending");
}

#[actix_web::test]
async fn a_link_to_whoever_is_gone_gives_no_number_and_ends_when_its_resident_asks_again() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let hanako = app.resident("hanako").await;
    assert_eq!(request(&hanako).await, "linked");
    let case = file(&hanako, "child-allowance-claim", true).await;
    let (kimura, sato) = (app.staff("kimura").await, app.staff("sato").await);
    let number = || async { sato.get(&case).await.expect(200)["addressee_number"].clone() };
    assert_eq!(number().await, "10000001");
    let gone = || async {
        let listed = kimura.get("/v1/registrations?gone=true");
        listed.await.expect(200)["items"].as_array().unwrap().len()
    };
    assert_eq!(gone().await, 0);
    import(&app, &[&HANAKO.replace("10000001", "10000091")]).await;
    assert_eq!(gone().await, 1);
    assert_eq!(number().await, json!(null));
    app.pass(TimeDelta::seconds(1));
    assert_eq!(request(&hanako).await, "linked");
    assert_eq!(gone().await, 0);
    assert_eq!(number().await, "10000091");
}

#[actix_web::test]
async fn a_person_to_whom_somebody_is_linked_takes_a_clerk() {
    let app = TestApp::new().await;
    let hers = HANAKO.replace("東京都小平市小川町２－９９９９－１", "どこか");
    import(&app, &[&hers]).await;
    let (hanako, taro) = (app.resident("hanako").await, app.resident("taro").await);
    request(&taro).await;
    let kimura = app.staff("kimura").await;
    let his = path_of(&app, &taro).await;
    link(&kimura, &his, "10000001").await.expect(200);
    import(&app, &[HANAKO]).await;
    assert_eq!(request(&hanako).await, "pending");
}

#[actix_web::test]
async fn asking_again_answers_the_registration_that_stands() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let hanako = app.resident("hanako").await;
    let never = hanako.get("/v1/me/registration").await;
    assert_eq!(never.status(), 204);
    let first = hanako.post("/v1/me/registration", ()).await.expect(201);
    let again = hanako.post("/v1/me/registration", ()).await.expect(200);
    assert_eq!(first, again);
    let all = "SELECT count(*) FROM registrations";
    assert_eq!(app.count(all).await, 1);
}

#[actix_web::test]
async fn asking_twice_at_once_makes_one_registration() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let hanako = app.resident("hanako").await;
    let ask = || async { hanako.post("/v1/me/registration", ()).await.status() };
    let (one, other) = join(ask(), ask()).await;
    let mut statuses = [one, other];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 201]);
}

/// Asks and takes it back, some times, a second after each other.
async fn ask_and_take_back(app: &TestApp, resident: &Client, times: usize) {
    for _ in 0..times {
        assert_eq!(request(resident).await, "pending");
        resident.delete("/v1/me/registration").await.expect(204);
        app.pass(TimeDelta::seconds(1));
    }
}

#[actix_web::test]
async fn a_resident_asks_ten_times_in_365_days_of_japan_and_no_oftener() {
    // 10:00 of 24 November in Japan.
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    ask_and_take_back(&app, &hanako, 9).await;
    assert_eq!(request(&hanako).await, "pending");
    let standing = hanako.post("/v1/me/registration", ()).await;
    assert_eq!(standing.expect(200)["status"], "pending");
    hanako.delete("/v1/me/registration").await.expect(204);
    let refused = hanako.post("/v1/me/registration", ()).await;
    let problem = refused.assert_problem(409, "too_many_registrations");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("2027年11月24日")
    );
    assert_eq!(request(&app.resident("taro").await).await, "pending");
    // Until 23:59 of the last of 365 days, and from midnight on no more.
    app.pass(TimeDelta::days(364) + TimeDelta::hours(13));
    let hanako = app.resident("hanako").await;
    let refused = hanako.post("/v1/me/registration", ()).await;
    refused.assert_problem(409, "too_many_registrations");
    app.pass(TimeDelta::hours(1));
    let hanako = app.resident("hanako").await;
    assert_eq!(request(&hanako).await, "pending");
}

#[actix_web::test]
async fn however_many_ask_at_once_there_are_never_eleven() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    ask_and_take_back(&app, &hanako, 9).await;
    let ask_and_end = || async {
        let asked = hanako.post("/v1/me/registration", ()).await.status();
        hanako.delete("/v1/me/registration").await.expect(204);
        asked
    };
    let asked = join_all((0..4).map(|_| ask_and_end())).await;
    assert!(asked.iter().all(|status| [200, 201, 409].contains(status)));
    let all = "SELECT count(*) FROM registrations";
    assert_eq!(app.count(all).await, 10, "{asked:?}");
}

#[actix_web::test]
async fn a_resident_ends_a_link_and_may_ask_again() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let hanako = app.resident("hanako").await;
    request(&hanako).await;
    for _ in 0..2 {
        let ended = hanako.delete("/v1/me/registration").await;
        assert_eq!(ended.status(), 204);
    }
    let own = hanako.get("/v1/me/registration").await.expect(200);
    assert_eq!(own["status"], "ended");
    app.pass(TimeDelta::seconds(1));
    assert_eq!(request(&hanako).await, "linked");
    let recorded = "SELECT count(*) FROM audit_events WHERE action LIKE 'registration.%'";
    assert_eq!(
        app.count(recorded).await,
        5,
        "two requests and links, one end"
    );
}

#[actix_web::test]
async fn a_link_that_the_resident_ended_is_no_decision_of_the_clerk_who_made_it() {
    let app = TestApp::new().await;
    import(&app, &[TARO]).await;
    let hanako = app.resident("hanako").await;
    assert_eq!(request(&hanako).await, "pending");
    let (kimura, path) = (app.staff("kimura").await, path_of(&app, &hanako).await);
    let linked = link(&kimura, &path, "10000002").await.expect(200);
    assert!(linked["decided_by"].is_string(), "{linked}");
    hanako.delete("/v1/me/registration").await.expect(204);
    let ended = kimura.get(&path).await.expect(200);
    assert_eq!(
        (&ended["status"], &ended["decided_by"]),
        (&json!("ended"), &json!(null))
    );
}

#[actix_web::test]
async fn a_resident_takes_back_what_waits() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    assert_eq!(request(&hanako).await, "pending");
    hanako.delete("/v1/me/registration").await.expect(204);
    let queue = app.staff("kimura").await.get("/v1/registrations").await;
    assert_eq!(queue.expect(200)["items"], json!([]));
}

#[actix_web::test]
async fn whoever_has_not_proved_who_they_are_is_not_looked_for() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let weak = app.resident_with("hanako", r#"acr_values="aal1""#).await;
    weak.post("/v1/me/registration", ())
        .await
        .assert_problem(401, "insufficient_user_authentication");
    let hanako = app.resident("hanako").await;
    app.as_admin("UPDATE resident_attributes SET ial = 1").await;
    hanako
        .post("/v1/me/registration", ())
        .await
        .assert_problem(409, "no_verified_attributes");
    app.as_admin("DELETE FROM resident_attributes").await;
    hanako
        .post("/v1/me/registration", ())
        .await
        .assert_problem(409, "no_verified_attributes");
    for call in [
        app.anonymous(Audience::Resident).get("/v1/me/registration"),
        app.anonymous(Audience::Resident)
            .delete("/v1/me/registration"),
    ] {
        call.await.assert_problem(401, "unauthenticated");
    }
}
