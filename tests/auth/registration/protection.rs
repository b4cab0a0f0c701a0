//! DV等支援措置: only registrars see where a protected person lives.

use serde_json::{Value, json};
use tests::{Client, TestApp, act, decide, etag_of, file, republish};

use super::{
    ADDRESSES, HANAKO, PROTECTED_HANAKO, TARO, assert_no_address, import, make_registrar, path_of,
    protected_hanako, protected_readings, request,
};

const CHILD: &str = "child-allowance-claim";
const DOG: &str = "dog-registration-change";
const SATO: &str = "demo-staff-0001";

#[actix_web::test]
async fn the_department_sees_a_protected_applicant_without_an_address() {
    let app = TestApp::new().await;
    let hanako = protected_hanako(&app).await;
    let path = file(&hanako, CHILD, true).await;
    let sato = app.staff("sato").await;
    let read = sato.get(&path).await;
    assert_no_address(&read);
    let case = read.json();
    assert_eq!(case["address_protected"], true);
    assert_eq!(case["applicant"]["address"], Value::Null);
    assert_eq!(case["applicant"]["name"], "山田 花子");
    let hidden = json!(["/claimant_postal_code", "/claimant_address"]);
    assert_eq!(sorted(&case["hidden_answers"]), sorted(&hidden));
    assert_no_address(&act(&sato, &path, "take-up", ()).await);
    assert_no_address(&app.staff("suzuki").await.get(&path).await);
    assert_eq!(protected_readings(&app).await, 0);
    let own = hanako.get(&path).await.expect(200);
    assert_eq!(own["answers"]["claimant_address"], "本市中央一丁目2番3号");
    assert_eq!(own["hidden_answers"], json!([]));
    let me = hanako.get("/v1/me").await;
    me.expect(200);
    assert!(me.text().contains("９９９９"), "she sees what is hers");
}

fn sorted(pointers: &Value) -> Vec<&str> {
    let pointers = pointers.as_array().unwrap().iter();
    let mut pointers: Vec<_> = pointers.map(|pointer| pointer.as_str().unwrap()).collect();
    pointers.sort_unstable();
    pointers
}

#[actix_web::test]
async fn a_department_that_is_asked_to_approve_sees_neither_address_nor_number() {
    let app = TestApp::new().await;
    let route = json!([{"role": "approver", "department": "environment"}]);
    let nakamura = app.staff("nakamura").await;
    let change = |draft: &mut Value| draft["policy"]["approval_route"] = route;
    republish(&nakamura, CHILD, change).await;
    app.run_jobs().await;
    let hanako = protected_hanako(&app).await;
    let path = file(&hanako, CHILD, true).await;
    let sato = app.staff("sato").await;
    act(&sato, &path, "take-up", ()).await.expect(200);
    let grant = json!({"outcome": "grant"});
    act(&sato, &path, "propose", grant).await.expect(200);
    let tanaka = app.staff("tanaka").await;
    let read = tanaka.get(&path).await;
    assert_no_address(&read);
    let case = read.json();
    assert_eq!(
        (&case["address_protected"], &case["registered"]),
        (&json!(true), &json!(true))
    );
    assert!(case.get("addressee_number").is_none());
    assert_no_address(&act(&tanaka, &path, "approve", ()).await);
    assert_eq!(protected_readings(&app).await, 0);
    app.run_jobs().await;
}

#[actix_web::test]
async fn a_registrar_in_charge_sees_the_address_by_reading_alone_and_leaves_a_trace_of_it() {
    let app = TestApp::new().await;
    let hanako = protected_hanako(&app).await;
    let path = file(&hanako, CHILD, true).await;
    make_registrar(&app, SATO).await;
    let sato = app.staff("sato").await;
    let case = sato.get(&path).await.expect(200);
    let card = "東京都小平市小川町二丁目９９９９番地の１";
    assert_eq!(case["applicant"]["address"], card);
    assert_eq!(case["answers"]["claimant_address"], "本市中央一丁目2番3号");
    assert_eq!(case["hidden_answers"], json!([]));
    assert_eq!(case["address_protected"], true);
    assert_eq!(protected_readings(&app).await, 1);
    assert_no_address(&act(&sato, &path, "take-up", ()).await);
    // Acting reads the version first.
    assert_eq!(protected_readings(&app).await, 2);
    // Nobody who is not protected leaves such a trace.
    let taro = app.resident("taro").await;
    let his = file(&taro, CHILD, true).await;
    sato.get(&his).await.expect(200);
    assert_eq!(protected_readings(&app).await, 2);
}

#[actix_web::test]
async fn what_a_correction_changed_is_told_without_the_address() {
    let app = TestApp::new().await;
    let hanako = protected_hanako(&app).await;
    let path = file(&hanako, DOG, true).await;
    let takahashi = app.staff("takahashi").await;
    act(&takahashi, &path, "take-up", ()).await.expect(200);
    let items = json!([{"pointer": "/owner_address", "reason": "番地"}, {"pointer": "/dog_name", "reason": "名前"}]);
    let asked = json!({"items": items, "deadline": "2026-12-08"});
    assert_no_address(&act(&takahashi, &path, "request-correction", asked).await);
    let answers = json!({"answers": {"owner_address": "本市中央一丁目9番", "dog_name": "コロ"}});
    let etag = etag_of(&hanako, &path).await;
    let change = hanako.patch(format!("{path}/correction"), answers);
    change.if_match(etag).await.expect(200);
    act(&hanako, &path, "respond-correction", ())
        .await
        .expect(200);
    let read = takahashi.get(&path).await;
    assert_no_address(&read);
    let changes = &read.json()["corrections"][0]["changes"];
    let expected = json!([
        {"pointer": "/dog_name", "before": "ポチ", "after": "コロ"},
        {"pointer": "/owner_address", "before": null, "after": null},
    ]);
    assert_eq!(*changes, expected);
}

#[actix_web::test]
async fn paper_for_a_protected_person_bears_no_address_and_says_whom_to_ask() {
    let app = TestApp::new().await;
    let hanako = protected_hanako(&app).await;
    let path = file(&hanako, CHILD, false).await;
    decide(&app, &path, json!({"outcome": "grant"})).await;
    app.run_jobs().await;
    let sato = app.staff("sato").await;
    let task = newest_paper(&sato).await;
    let read = sato.get(&task).await;
    assert_no_address(&read);
    let addressee = &read.json()["addressee"];
    assert_eq!(addressee["name"], "山田 花子");
    assert_eq!(addressee["address"], json!([]));
    assert!(addressee["note"].as_str().unwrap().contains("利用登録担当"));
    let letter = sato.get(format!("{task}/enclosures/1")).await;
    assert_eq!(letter.status(), 200);
    let text = pdf_extract::extract_text_from_mem(letter.bytes()).unwrap();
    let text: String = text.split_whitespace().collect();
    assert!(text.contains("花子"), "{text}");
    for told in ADDRESSES {
        assert!(!text.contains(told), "{told}");
    }
}

/// The path of the paper task made last.
pub(super) async fn newest_paper(clerk: &Client) -> String {
    let tasks = clerk.get("/v1/paper-tasks").await.expect(200);
    let id = tasks["items"][0]["delivery_id"].as_str().unwrap();
    format!("/v1/paper-tasks/{id}")
}

#[actix_web::test]
async fn an_address_on_paper_is_hidden_from_the_moment_its_person_is_protected() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let hanako = app.resident("hanako").await;
    request(&hanako).await;
    let path = file(&hanako, CHILD, false).await;
    decide(&app, &path, json!({"outcome": "grant"})).await;
    app.run_jobs().await;
    let sato = app.staff("sato").await;
    let task = newest_paper(&sato).await;
    let letter = format!("{task}/enclosures/1");
    let before = sato.get(&task).await.expect(200);
    let card = json!(["東京都小平市小川町二丁目９９９９番地の１"]);
    assert_eq!(before["addressee"]["address"], card);
    assert_eq!(before["addressee"]["note"], Value::Null);
    assert_eq!(sato.get(&letter).await.status(), 200);
    import(&app, &[PROTECTED_HANAKO]).await;
    assert_no_address(&sato.get(&task).await);
    sato.get(&letter).await.assert_problem(403, "forbidden");
    make_registrar(&app, SATO).await;
    let shown = sato.get(&task).await.expect(200);
    assert_eq!(shown["addressee"]["address"], card);
    assert_eq!(sato.get(&letter).await.status(), 200);
    assert_eq!(protected_readings(&app).await, 2);
}

#[actix_web::test]
async fn protection_outlives_the_link_and_whoever_is_gone_and_ends_with_the_flag() {
    let app = TestApp::new().await;
    let hanako = protected_hanako(&app).await;
    let path = file(&hanako, CHILD, true).await;
    let sato = app.staff("sato").await;
    let is_protected = || async { sato.get(&path).await.expect(200)["address_protected"].clone() };
    hanako.delete("/v1/me/registration").await.expect(204);
    assert_eq!(is_protected().await, true);
    import(&app, &[TARO]).await;
    assert_eq!(is_protected().await, true);
    import(&app, &[HANAKO]).await;
    assert_eq!(is_protected().await, false);
}

#[actix_web::test]
async fn no_list_event_figure_or_mail_tells_where_a_protected_person_lives() {
    let (app, mails) = TestApp::with_mail().await;
    let hanako = protected_hanako(&app).await;
    let address = json!({"address": "hanako@resident.example"});
    hanako.put("/v1/me/email", address).await.expect(202);
    app.send_mail().await;
    let code = tests::newest_code(&mails);
    let code = json!({"code": code});
    hanako.post("/v1/me/email/verify", code).await.expect(204);
    let path = file(&hanako, CHILD, false).await;
    decide(&app, &path, json!({"outcome": "grant"})).await;
    app.run_jobs().await;
    app.send_mail().await;
    let events = format!("{path}/events");
    for (login, paths) in [
        (
            "sato",
            [
                "/v1/applications?status=completed",
                "/v1/paper-tasks",
                &events,
            ],
        ),
        (
            "watanabe",
            [
                "/v1/stats/kpis",
                "/v1/stats/kpis/digital_application_rate/observations",
                "/v1/offline-counts",
            ],
        ),
    ] {
        let clerk = app.staff(login).await;
        for path in paths {
            assert_no_address(&clerk.get(path).await);
        }
    }
    let sent = mails.mails();
    assert!(sent.len() > 1, "{}", sent.len());
    let texts = format!("{sent:?}");
    for told in ADDRESSES {
        assert!(!texts.contains(told), "{told}");
    }
}

#[actix_web::test]
async fn a_registrar_who_looks_at_a_protected_persons_registration_leaves_a_trace_of_that_too() {
    let app = TestApp::new().await;
    let hanako = protected_hanako(&app).await;
    let kimura = app.staff("kimura").await;
    let path = path_of(&app, &hanako).await;
    let listed = kimura.get("/v1/registrations?status=linked").await;
    assert_no_address(&listed);
    assert_eq!(protected_readings(&app).await, 0, "lists have no address");
    let shown = kimura.get(&path).await.expect(200);
    assert_eq!(shown["addressee"]["protected"], true);
    assert!(
        shown["addressee"]["address"]
            .as_str()
            .unwrap()
            .contains("９９９９")
    );
    assert_eq!(
        protected_readings(&app).await,
        2,
        "the addressee and the resident"
    );
}
