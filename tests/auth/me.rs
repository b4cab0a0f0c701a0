//! `GET /v1/me`.

use tests::TestApp;

#[actix_web::test]
async fn attributes_come_back_code_point_for_code_point() {
    let app = TestApp::new().await;
    for person in demo::city::residents() {
        let me = app
            .resident(&person.login)
            .await
            .get("/v1/me")
            .await
            .expect(200);
        let attributes = &me["attributes"];
        assert_eq!(attributes["name"], person.name);
        assert_eq!(attributes["address"], person.address);
        assert_eq!(
            attributes["birthdate"],
            person.birthdate.format("%Y%m%d").to_string()
        );
    }
}

#[actix_web::test]
async fn attributes_lie_sealed_in_the_database() {
    let app = TestApp::new().await;
    app.resident("hanako").await;
    let readable = "SELECT count(*) FROM resident_attributes
        WHERE position(convert_to('花子', 'UTF8') in sealed) > 0";
    assert_eq!(app.count(readable).await, 0);
    assert_eq!(
        app.count("SELECT count(*) FROM resident_attributes").await,
        1
    );
}

#[actix_web::test]
async fn staff_see_their_postings_of_today() {
    let app = TestApp::new().await;
    let ito = app.staff("ito").await;
    let me = ito.get("/v1/me").await.expect(200);
    assert_eq!(me["display_name"], "伊藤 翔");
    assert_eq!(me["postings"].as_array().unwrap().len(), 2);

    app.as_admin("UPDATE postings SET valid_until = '2026-11-24' WHERE role = 'approver'")
        .await;
    let me = ito.get("/v1/me").await.expect(200);
    assert_eq!(me["postings"].as_array().unwrap().len(), 1);
    assert_eq!(me["postings"][0]["role"], "reviewer");
}

#[actix_web::test]
async fn without_a_posting_a_member_of_staff_may_do_nothing() {
    let app = TestApp::new().await;
    let sato = app.staff("sato").await;
    app.as_admin("UPDATE postings SET valid_until = '2026-11-24'")
        .await;
    for path in ["/v1/me", "/v1/applications", "/v1/offline-counts"] {
        sato.get(path).await.assert_problem(403, "forbidden");
    }
}
