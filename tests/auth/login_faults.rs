//! A provider that misbehaves never logs anybody in.

use chrono::TimeDelta;
use demo::identity_provider::Fault;
use tests::{Audience, TestApp};

#[actix_web::test]
async fn a_tampered_answer_of_the_provider_logs_nobody_in() {
    let app = TestApp::new().await;
    for fault in [
        Fault::WrongNonce,
        Fault::WrongAudience,
        Fault::WrongIssuer,
        Fault::WrongResponseIssuer,
        Fault::WrongAccessTokenHash,
        Fault::AuthenticationAhead,
        Fault::Expired,
        Fault::Hs256,
        Fault::ForgedSignature,
        Fault::UnknownKey,
        Fault::UserinfoSubjectDiffers,
    ] {
        app.faults().clear();
        app.faults().inject(fault);
        for (audience, login) in [(Audience::Resident, "hanako"), (Audience::Staff, "sato")] {
            let response = app.log_in(audience, login).await;
            assert_eq!(response.status(), 400, "{fault:?} {}", response.text());
            response.assert_problem(400, "login_failed");
        }
    }
    let logins = "SELECT count(*) FROM audit_events WHERE action = 'auth.login'";
    assert_eq!(app.count(logins).await, 0);
    app.faults().clear();
    app.log_in(Audience::Resident, "hanako").await.expect(200);
}

#[actix_web::test]
async fn a_class_that_is_not_accepted_logs_nobody_in() {
    let app = TestApp::new().await;
    app.faults().inject(Fault::LowAssurance);
    let refused = app.log_in(Audience::Staff, "sato").await;
    refused.assert_problem(400, "login_failed");
}

#[actix_web::test]
async fn a_provider_without_its_keys_is_a_bad_gateway() {
    let app = TestApp::new().await;
    app.faults().inject(Fault::JwksDown);
    for audience in [Audience::Resident, Audience::Staff] {
        let response = app.anonymous(audience).get("/v1/auth/login").await;
        response.assert_problem(502, "identity_provider_unavailable");
    }
}

#[actix_web::test]
async fn a_provider_without_its_token_endpoint_is_a_bad_gateway() {
    let app = TestApp::new().await;
    app.faults().inject(Fault::TokenEndpointDown);
    for (audience, login) in [(Audience::Resident, "hanako"), (Audience::Staff, "sato")] {
        let response = app.log_in(audience, login).await;
        response.assert_problem(502, "identity_provider_unavailable");
    }
}

#[actix_web::test]
async fn a_new_key_of_the_provider_is_found_within_seconds() {
    let app = TestApp::new().await;
    app.log_in(Audience::Resident, "hanako").await.expect(200);
    app.faults().inject(Fault::RotatedKey);
    app.pass(TimeDelta::seconds(10));
    app.log_in(Audience::Resident, "hanako").await.expect(200);
}
