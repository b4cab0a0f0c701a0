//! The letter of a decision: printed, enclosed, downloaded on record, and found genuine by its code.

use chrono::TimeDelta;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tests::{Audience, TestApp, act, decide, file};

use super::{CHILD, open_newest, refuse, text_of};

/// Four groups of five, as printed after its label.
fn code_in(text: &str) -> String {
    let (_, after) = text.split_once("確認コード").unwrap();
    let (_, code) = after.split_once("確認コード").unwrap();
    code.chars().take(23).collect()
}

fn sha256_hex(bytes: &[u8]) -> String {
    platform::hex(&Sha256::digest(bytes))
}

#[actix_web::test]
async fn a_decision_comes_with_a_letter_whose_download_is_evidence() {
    let app = TestApp::new().await;
    let (shiro, _) = refuse(&app, true).await;
    let inbox = shiro.get("/v1/post/messages?limit=1").await.expect(200);
    let unopened = format!(
        "/v1/post/messages/{}/enclosures/1",
        inbox["items"][0]["id"].as_str().unwrap()
    );
    let problem = shiro.get(&unopened).await;
    let problem = problem.assert_problem(409, "illegal_transition");
    assert_eq!(problem["allowed_events"], json!(["open"]));

    let (path, message) = open_newest(&shiro).await;
    let enclosure = &message["enclosures"][0];
    assert_eq!(enclosure["media_type"], "application/pdf");
    let letter = shiro.get(format!("{path}/enclosures/1")).await;
    assert_eq!(letter.status(), 200);
    assert_eq!(enclosure["bytes"], letter.bytes().len());
    assert_eq!(enclosure["sha256"], sha256_hex(letter.bytes()));
    let disposition = letter.header("content-disposition").unwrap();
    assert!(disposition.starts_with("attachment;"), "{disposition}");
    shiro.get(format!("{path}/enclosures/1")).await;

    let after = shiro.get(&path).await.expect(200);
    let evidence = after["evidence"].as_array().unwrap();
    let kinds: Vec<_> = evidence.iter().map(|event| &event["kind"]).collect();
    assert_eq!(kinds, ["published", "opened", "downloaded"]);
    assert_eq!(after["evidence_intact"], true);
    for unknown in ["0", "2", "-1", "x"] {
        let missing = shiro.get(format!("{path}/enclosures/{unknown}")).await;
        missing.assert_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn a_letter_has_the_name_as_registered_the_reason_and_how_to_object() {
    let app = TestApp::new().await;
    let (shiro, _) = refuse(&app, true).await;
    let (path, _) = open_newest(&shiro).await;
    let text = text_of(shiro.get(format!("{path}/enclosures/1")).await.bytes());
    let name: String = demo::city::resident("shiro")
        .unwrap()
        .name
        .split_whitespace()
        .collect();
    assert!(name.contains('\u{E0100}'));
    for part in [
        name.as_str(),
        "小平市長見本一郎",
        "令和8年11月24日",
        "申請を却下します",
        "申請日に本市に住所がないため",
        "児童手当法第4条第1項",
        "東京都知事に対して審査請求",
    ] {
        assert!(text.contains(part), "{part} is missing in {text}");
    }
}

#[actix_web::test]
async fn anyone_who_holds_a_letter_can_tell_that_it_is_genuine_and_nobody_learns_whose_it_is() {
    let app = TestApp::new().await;
    let (shiro, _) = refuse(&app, true).await;
    let (path, message) = open_newest(&shiro).await;
    let text = text_of(shiro.get(format!("{path}/enclosures/1")).await.bytes());
    let code = code_in(&text);
    let anyone = app.anonymous(Audience::Resident);
    let genuine = json!({
        "genuine": true,
        "kind": "decision",
        "sender": "小平市長",
        "issued_on": "2026-11-24",
        "pdf_sha256": message["enclosures"][0]["sha256"],
    });
    for typed in [code.clone(), code.to_lowercase(), code.replace('-', "")] {
        let found = anyone.get(format!("/v1/letters/{typed}")).await;
        assert_eq!(found.expect(200), genuine);
    }
    for unknown in ["00000-00000-00000-00000", "short", "%F0%9F%90%95"] {
        let unknown = anyone.get(format!("/v1/letters/{unknown}")).await;
        unknown.assert_problem(404, "not_found");
    }
}

#[actix_web::test]
async fn without_consent_a_clerk_prints_the_letter_on_record() {
    let app = TestApp::new().await;
    let (shiro, _) = refuse(&app, false).await;
    let sato = app.staff("sato").await;
    let tasks = sato.get("/v1/paper-tasks").await.expect(200);
    let id = tasks["items"][0]["delivery_id"].as_str().unwrap();
    let task = sato.get(format!("/v1/paper-tasks/{id}")).await.expect(200);
    assert_eq!(task["enclosures"].as_array().unwrap().len(), 1);
    let letter = format!("/v1/paper-tasks/{id}/enclosures/1");
    let printed = sato.get(&letter).await;
    assert_eq!(task["enclosures"][0]["sha256"], sha256_hex(printed.bytes()));
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'paper_task.read'";
    assert_eq!(app.count(recorded).await, 2);

    let takahashi = app.staff("takahashi").await;
    takahashi
        .get(&letter)
        .await
        .assert_problem(404, "not_found");
    let foreign = shiro
        .get(format!("/v1/post/messages/{id}/enclosures/1"))
        .await;
    foreign.assert_problem(404, "not_found");
}

#[actix_web::test]
async fn somebody_elses_letter_is_unknown() {
    let app = TestApp::new().await;
    let (shiro, _) = refuse(&app, true).await;
    let (path, _) = open_newest(&shiro).await;
    let letter = format!("{path}/enclosures/1");
    let taro = app.resident("taro").await;
    taro.get(&letter).await.assert_problem(404, "not_found");
    app.anonymous(Audience::Resident)
        .get(&letter)
        .await
        .assert_problem(401, "unauthenticated");
    let downloads = "SELECT count(*) FROM delivery_events WHERE kind = 'downloaded'";
    assert_eq!(app.count(downloads).await, 0);
}

#[actix_web::test]
async fn a_letter_that_the_storage_does_not_give_was_not_downloaded() {
    let app = TestApp::new().await;
    let (shiro, _) = refuse(&app, true).await;
    let (path, _) = open_newest(&shiro).await;
    app.lose_files("enclosures");
    shiro
        .get(format!("{path}/enclosures/1"))
        .unavailable()
        .await;
    let after = shiro.get(&path).await.expect(200);
    let evidence = after["evidence"].as_array().unwrap();
    assert_eq!(evidence.last().unwrap()["kind"], "opened");
}

#[actix_web::test]
async fn a_crash_after_printing_leaves_one_letter_and_one_delivery() {
    let app = TestApp::new().await;
    let shiro = app.resident("shiro").await;
    let path = file(&shiro, CHILD, true).await;
    decide(&app, &path, json!({"outcome": "grant"})).await;
    // Whatever is written after the letter was kept fails as if the power went.
    app.as_admin("REVOKE INSERT ON letters FROM madoguchi_server")
        .await;
    assert_eq!(app.run_jobs().await, 1);
    assert_eq!(shiro.get(&path).await.expect(200)["status"], "decided");
    app.as_admin("GRANT INSERT ON letters TO madoguchi_server")
        .await;
    app.pass(TimeDelta::minutes(5));
    assert_eq!(app.run_jobs().await, 1);
    let shiro = app.resident("shiro").await;
    assert_eq!(shiro.get(&path).await.expect(200)["status"], "completed");
    assert_eq!(app.count("SELECT count(*) FROM letters").await, 1);
    assert_eq!(app.files("enclosures").len(), 1);
}

#[actix_web::test]
async fn grounds_that_no_font_can_print_are_refused_while_the_clerk_can_change_them() {
    let app = TestApp::new().await;
    let path = file(&app.resident("shiro").await, CHILD, true).await;
    let sato = app.staff("sato").await;
    act(&sato, &path, "take-up", ()).await.expect(200);
    let proposal = json!({
        "outcome": "refuse", "reason": "理由は\u{E000}です", "legal_basis": "第4条\u{202E}",
    });
    let refused = act(&sato, &path, "propose", proposal).await.expect(422);
    for (place, pointer, character) in [
        (0, "/reason", "4文字目（U+E000）"),
        (1, "/legal_basis", "4文字目（U+202E）"),
    ] {
        let error = &refused["errors"][place];
        assert_eq!(error["pointer"], pointer);
        assert_eq!(error["code"], "unprintable");
        assert!(error["message"].as_str().unwrap().contains(character));
    }
    // It can be proposed in other words.
    let proposal = json!({"outcome": "refuse", "reason": "理由", "legal_basis": "第4条"});
    act(&sato, &path, "propose", proposal).await.expect(200);
}

#[actix_web::test]
async fn a_letter_whose_characters_no_font_has_waits_for_the_operator() {
    let app = TestApp::new().await;
    let path = file(&app.resident("shiro").await, CHILD, true).await;
    // As if the fonts had been other ones when the names were taken over.
    app.as_admin("UPDATE signatories SET holder = U&'\\E000'")
        .await;
    let proposal = json!({"outcome": "refuse", "reason": "理由", "legal_basis": "第4条"});
    decide(&app, &path, proposal).await;
    assert_eq!(app.run_jobs().await, 1);
    let dead = "SELECT count(*) FROM jobs WHERE dead_at IS NOT NULL AND last_error LIKE '%U+E000%'";
    assert_eq!(app.count(dead).await, 1);
    assert_eq!(
        app.count("SELECT count(*) FROM deliveries WHERE class = 'formal'")
            .await,
        0
    );
    app.as_admin("DELETE FROM jobs").await;
}
