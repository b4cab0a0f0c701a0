//! `GET /v1/procedures` and the forms behind them.

use serde_json::Value;
use tests::{Audience, TestApp, file};

fn codes(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|item| item["code"].as_str().unwrap().to_owned())
        .collect()
}

#[actix_web::test]
async fn anybody_reads_the_whole_catalogue_page_by_page() {
    let app = TestApp::new().await;
    for audience in [Audience::Resident, Audience::Staff] {
        let anyone = app.anonymous(audience);
        let whole = codes(&anyone.get("/v1/procedures?limit=100").await.expect(200));
        assert!(whole.contains(&"dog-registration-change".to_owned()));
        let mut read = Vec::new();
        let mut path = "/v1/procedures?limit=4".to_owned();
        loop {
            let page = anyone.get(path).await.expect(200);
            read.extend(codes(&page));
            let Some(next) = page["next"].as_str() else {
                break;
            };
            path = format!("/v1/procedures?limit=4&after={next}");
        }
        assert_eq!(read, whole);
    }
}

#[actix_web::test]
async fn digital_procedures_can_be_told_from_the_others() {
    let app = TestApp::new().await;
    let anyone = app.anonymous(Audience::Resident);
    let digital = anyone
        .get("/v1/procedures?accepts_digital=true&limit=100")
        .await
        .expect(200);
    assert_eq!(
        codes(&digital),
        [
            "child-allowance-amount-change",
            "child-allowance-claim",
            "child-allowance-end-notification",
            "child-allowance-name-address-change",
            "child-allowance-status-report",
            "childcare-enrolment",
            "disaster-damage-certificate",
            "dog-registration-change",
            "facility-use-permit",
            "long-term-care-burden-limit",
            "long-term-care-certification",
            "long-term-care-certification-change",
            "long-term-care-certification-renewal",
            "long-term-care-home-modification",
            "long-term-care-insurance-card-reissue",
            "moving-out-notification",
            "pregnancy-notification",
            "residence-certificate",
            "road-occupation-permit"
        ]
    );
    let paper = anyone
        .get("/v1/procedures?accepts_digital=false&limit=100")
        .await
        .expect(200);
    assert!(!codes(&paper).is_empty());
    assert!(
        paper["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|item| item["accepts_digital"] == false)
    );
}

#[actix_web::test]
async fn conditions_nobody_understands_are_refused() {
    let app = TestApp::new().await;
    for audience in [Audience::Resident, Audience::Staff] {
        for query in [
            "limit=0",
            "limit=101",
            "limit=x",
            "after=%21%21",
            "colour=blue",
            "accepts_digital=maybe",
        ] {
            let response = app
                .anonymous(audience)
                .get(format!("/v1/procedures?{query}"))
                .await;
            response.assert_problem(400, "invalid_query");
        }
    }
}

#[actix_web::test]
async fn a_procedure_is_told_in_full() {
    let app = TestApp::new().await;
    for audience in [Audience::Resident, Audience::Staff] {
        let anyone = app.anonymous(audience);
        let path = "/v1/procedures/dog-registration-change";
        let procedure = anyone.get(path).await.expect(200);
        assert_eq!(procedure["procedure"]["name"]["ja"], "犬の登録事項変更届");
        assert_eq!(procedure["accepts_digital"], true);
        let current = anyone.get(format!("{path}/form")).await.expect(200);
        assert_eq!(current["id"], procedure["form_version_id"]);
    }
}

#[actix_web::test]
async fn a_form_stays_where_it_is() {
    let app = TestApp::new().await;
    for audience in [Audience::Resident, Audience::Staff] {
        let anyone = app.anonymous(audience);
        let path = "/v1/procedures/dog-registration-change/form";
        let current = anyone.get(path).await.expect(200);
        let id = current["id"].as_str().unwrap();
        let version = anyone.get(format!("/v1/form-versions/{id}")).await;
        assert_eq!(version.expect(200), current);
    }
}

#[actix_web::test]
async fn unknown_procedures_and_forms_are_not_found() {
    let app = TestApp::new().await;
    for audience in [Audience::Resident, Audience::Staff] {
        for path in [
            "/v1/procedures/no-such-procedure",
            "/v1/procedures/no-such-procedure/form",
            "/v1/form-versions/0192f0c1-2345-7abc-8def-0123456789ab",
            "/v1/form-versions/not-an-id",
        ] {
            app.anonymous(audience)
                .get(path)
                .await
                .assert_problem(404, "not_found");
        }
    }
}

#[actix_web::test]
async fn a_procedure_without_a_digital_form_is_closed() {
    let app = TestApp::new().await;
    for audience in [Audience::Resident, Audience::Staff] {
        let response = app
            .anonymous(audience)
            .get("/v1/procedures/long-term-care-high-cost/form")
            .await;
        response.assert_problem(409, "procedure_closed");
    }
}

/// Those whose first example comes without files.
#[actix_web::test]
async fn what_the_catalogue_offers_can_be_filed() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    for procedure in [
        "child-allowance-amount-change",
        "child-allowance-end-notification",
        "child-allowance-name-address-change",
        "child-allowance-status-report",
        "disaster-damage-certificate",
        "facility-use-permit",
        "long-term-care-insurance-card-reissue",
        "moving-out-notification",
        "pregnancy-notification",
        "residence-certificate",
    ] {
        file(&hanako, procedure, false).await;
    }
}
