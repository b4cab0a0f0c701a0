//! Whoever acts for a protected person does not learn where they live.

use serde_json::{Value, json};
use tests::{Body, Client, TestApp, act, begin, decide, empower, etag_of, file, filled};

use super::protection::newest_paper;
use super::{
    HANAKO, PROTECTED_HANAKO, assert_no_address, import, protected_hanako, protected_readings,
    request,
};

const CARE: &str = "long-term-care-certification-renewal";
const CHILD: &str = "child-allowance-claim";
const DOG: &str = "dog-registration-change";

/// The principal lets Taro act in everything; answers him and the mandate's id.
async fn attorney(app: &TestApp, principal: &Client) -> (Client, String) {
    empowered(principal, app.resident("taro").await).await
}

/// The principal lets the other act in everything; answers them, acting, and the mandate's id.
async fn empowered(principal: &Client, other: Client) -> (Client, String) {
    let extent = json!({
        "may_submit": true, "may_receive_post": true, "counts_as_reading": false, "valid_from": "2026-11-24",
    });
    let accepted = empower(principal, &other, extent).await;
    assert_no_address(&accepted);
    let id = accepted.json()["id"].as_str().unwrap().to_owned();
    (other.under(&id), id)
}

#[actix_web::test]
async fn a_representative_reads_and_fills_in_without_the_address() {
    let app = TestApp::new().await;
    let hanako = protected_hanako(&app).await;
    let (taro, mandate) = attorney(&app, &hanako).await;
    let (path, etag) = filled(&hanako, DOG).await;
    for shown in [
        taro.get(&path).await,
        taro.get("/v1/applications").await,
        taro.get("/v1/me").await,
        taro.get("/v1/mandates").await,
        taro.get(format!("/v1/mandates/{mandate}")).await,
        taro.post(format!("{path}/validate"), ()).await,
    ] {
        assert_no_address(&shown);
    }
    let hidden = &taro.get(&path).await.json()["hidden_answers"];
    assert!(
        hidden
            .as_array()
            .unwrap()
            .contains(&json!("/owner_address"))
    );
    let answers = json!({"answers": {"dog_name": "コロ"}});
    let saved = taro.patch(format!("{path}/answers"), answers);
    assert_no_address(&saved.if_match(etag).await);
    let own = hanako.get(&path).await.expect(200);
    assert_eq!(own["answers"]["owner_address"], "本市中央一丁目2番3号");
    assert_eq!(own["answers"]["dog_name"], "コロ");
    let wish = json!({"electronic_notice_consent": true});
    let submit = taro.post(format!("{path}/submit"), wish);
    assert_no_address(&submit.if_match(etag_of(&taro, &path).await).await);
    assert_no_address(&taro.get(&path).await);
}

#[actix_web::test]
async fn a_representative_of_whoever_is_not_protected_sees_everything() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let hanako = app.resident("hanako").await;
    request(&hanako).await;
    let (taro, _) = attorney(&app, &hanako).await;
    let (path, _) = filled(&hanako, DOG).await;
    let shown = taro.get(&path).await.expect(200);
    assert_eq!(shown["answers"]["owner_address"], "本市中央一丁目2番3号");
    assert_eq!(shown["hidden_answers"], json!([]));
}

#[actix_web::test]
async fn files_are_not_given_to_a_representative_of_a_protected_person() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let hanako = app.resident("hanako").await;
    request(&hanako).await;
    let (taro, _) = attorney(&app, &hanako).await;
    let draft = begin(&hanako, CARE).await;
    let upload = format!("{draft}/attachments?field=/insurance_card_copy&name=a.pdf");
    let file_body = Body::Raw("application/octet-stream", b"%PDF-1.7\n".to_vec());
    let kept = hanako.post(upload, file_body).await.expect(201);
    let attachment = format!("{draft}/attachments/{}", kept["id"].as_str().unwrap());
    let path = file(&hanako, CHILD, true).await;
    decide(&app, &path, json!({"outcome": "grant"})).await;
    app.run_jobs().await;
    let letter = opened_letter(&hanako).await;
    for file in [&attachment, &letter] {
        assert_eq!(taro.get(file).await.status(), 200);
    }
    import(&app, &[PROTECTED_HANAKO]).await;
    for file in [&attachment, &letter] {
        taro.get(file).await.assert_problem(403, "forbidden");
        assert_eq!(hanako.get(file).await.status(), 200, "they are hers");
    }
    assert_no_address(&taro.get("/v1/post/messages").await);
}

async fn opened_letter(resident: &Client) -> String {
    let inbox = resident.get("/v1/post/messages").await.expect(200);
    let mut messages = inbox["items"].as_array().unwrap().iter();
    let letter = messages.find(|message| message["class"] == "formal");
    let id = letter.unwrap()["id"].as_str().unwrap();
    let path = format!("/v1/post/messages/{id}");
    resident.post(format!("{path}/open"), ()).await.expect(200);
    format!("{path}/enclosures/1")
}

#[actix_web::test]
async fn a_principal_does_not_learn_where_a_protected_representative_lives() {
    let app = TestApp::new().await;
    let hanako = protected_hanako(&app).await;
    let jiro = app.resident("jiro").await;
    let (hanako, _) = empowered(&jiro, hanako).await;
    let path = file(&hanako, DOG, true).await;
    let read = jiro.get(&path).await;
    assert_no_address(&read);
    let hidden = &read.json()["hidden_answers"];
    let hidden = hidden.as_array().unwrap();
    assert!(hidden.contains(&json!("/owner_address")), "{hidden:?}");
    let shown = hanako.get(&path).await.expect(200);
    assert_eq!(shown["answers"]["owner_address"], "本市中央一丁目2番3号");
}

#[actix_web::test]
async fn what_was_sent_for_a_child_hides_the_home_of_a_guardian_who_is_protected_later() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let hanako = app.resident("hanako").await;
    assert_eq!(request(&hanako).await, "linked");
    let mother = guardian(&app, &hanako).await;
    let father = guardian(&app, &app.resident("jiro").await).await;
    let on_paper = file(&mother, CHILD, false).await;
    decide(&app, &on_paper, json!({"outcome": "grant"})).await;
    let by_post = file(&mother, CHILD, true).await;
    decide(&app, &by_post, json!({"outcome": "grant"})).await;
    app.run_jobs().await;
    let letter = opened_letter(&mother).await;
    assert_eq!(father.get(&letter).await.status(), 200);
    let sato = app.staff("sato").await;
    let task = newest_paper(&sato).await;
    let before = sato.get(&task).await.expect(200);
    assert_ne!(before["addressee"]["address"], json!([]));
    import(&app, &[PROTECTED_HANAKO]).await;
    let after = sato.get(&task).await;
    assert_no_address(&after);
    assert_eq!(after.json()["addressee"]["address"], json!([]));
    let printed = sato.get(format!("{task}/enclosures/1")).await;
    printed.assert_problem(403, "forbidden");
    let kept = father.get(&letter).await;
    kept.assert_problem(403, "forbidden");
    assert_eq!(mother.get(&letter).await.status(), 200, "it is her home");
}

/// Somebody claims to be a guardian of the child, and Kimura has verified it.
async fn guardian(app: &TestApp, guardian: &Client) -> Client {
    let child = json!({"name": "山田 桜", "birthdate": "2020-04-05", "address": "東京都小平市小川町二丁目９９９９番地の１"});
    let extent = json!({
        "may_submit": true, "may_receive_post": true, "counts_as_reading": false, "valid_from": "2026-11-24",
    });
    let claim = json!({"kind": "guardian_of_child", "principal": child, "extent": extent});
    let claimed = guardian.post("/v1/mandates", claim).await.expect(201);
    let id = claimed["id"].as_str().unwrap();
    let verify = format!("/v1/mandates/{id}/verify");
    let evidence = json!({"evidence": "戸籍謄本"});
    let kimura = app.staff("kimura").await;
    let verified = kimura.post(verify, evidence).if_match("\"1\"").await;
    verified.expect(200);
    guardian.under(id)
}

#[actix_web::test]
async fn what_a_protected_guardian_files_for_a_child_tells_nobody_where_they_live() {
    let app = TestApp::new().await;
    let hanako = protected_hanako(&app).await;
    let mother = guardian(&app, &hanako).await;
    assert_eq!(
        protected_readings(&app).await,
        1,
        "by the clerk who verified it"
    );
    let father = guardian(&app, &app.resident("jiro").await).await;
    let path = file(&mother, CHILD, true).await;
    assert_no_address(&father.get(&path).await);
    let shown = mother.get(&path).await.expect(200);
    assert_eq!(shown["answers"]["claimant_address"], "本市中央一丁目2番3号");
    let sato = app.staff("sato").await;
    let read = sato.get(&path).await;
    assert_no_address(&read);
    assert_eq!(read.json()["representative"]["address"], Value::Null);
    assert_no_address(&act(&sato, &path, "take-up", ()).await);
}
