//! What the portal keeps to with every OpenID Connect provider, whichever way it authenticates there.

use chrono::TimeDelta;
use demo::identity_provider::{Fault, IdTokenAlgorithm};
use tests::{Agreement, Audience, ClientAuthentication, Login, TestApp};

const PEOPLE: [(Audience, &str); 2] = [(Audience::Resident, "hanako"), (Audience::Staff, "sato")];

/// Makes each rule a test of its own for each way of authenticating, and of signing.
macro_rules! contract {
    ($($rule:ident),+ $(,)?) => {
        contract! { @by client_secret_basic Secret Es256 false $($rule)+ }
        contract! { @by private_key_jwt Key Es256 false $($rule)+ }
        contract! { @by signing_with_rsa Secret Rs256 false $($rule)+ }
        contract! { @by telling_companies Secret Es256 true $($rule)+ }
    };
    (@by $name:ident $authentication:ident $id_tokens:ident $companies:literal $($rule:ident)+) => {
        mod $name {
            use super::*;

            $(
                #[actix_web::test]
                async fn $rule() {
                    let agreement = Agreement {
                        authentication: ClientAuthentication::$authentication,
                        id_tokens: IdTokenAlgorithm::$id_tokens,
                        expected: IdTokenAlgorithm::$id_tokens,
                        companies: $companies,
                    };
                    super::$rule(&TestApp::agreeing_on(agreement).await).await;
                }
            )+
        }
    };
}

contract! {
    an_honest_provider_logs_people_in,
    the_request_has_all_that_protects_the_login,
    a_tampered_answer_logs_nobody_in,
    a_class_that_is_not_accepted_logs_nobody_in,
    a_provider_that_is_down_slow_or_elsewhere_is_a_bad_gateway,
    a_provider_that_cannot_be_discovered_is_a_bad_gateway,
    a_new_key_is_found_within_seconds,
    a_login_outlives_an_outage_of_the_keys,
    a_state_of_another_login_logs_nobody_in,
    a_code_is_good_for_one_login,
    a_code_of_another_login_is_refused,
    a_callback_in_another_browser_logs_nobody_in,
}

async fn assert_nobody_logged_in(app: &TestApp) {
    let logins = "SELECT count(*) FROM audit_events WHERE action = 'auth.login'";
    assert_eq!(app.count(logins).await, 0);
}

pub(super) async fn an_honest_provider_logs_people_in(app: &TestApp) {
    for (audience, login) in PEOPLE {
        app.log_in(audience, login).await.expect(200);
    }
}

async fn the_request_has_all_that_protects_the_login(app: &TestApp) {
    let (first, second) = (
        app.begin_login(Audience::Resident, "hanako").await,
        app.begin_login(Audience::Resident, "hanako").await,
    );
    let query = |name: &str| {
        let value = |login: &Login| {
            let pairs = login.location.split(['?', '&']);
            let value = pairs.filter_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
            value.map(str::to_owned).next().unwrap()
        };
        (value(&first), value(&second))
    };
    assert_eq!(query("response_type").0, "code");
    assert_eq!(query("code_challenge_method").0, "S256");
    assert_eq!(query("acr_values").0, "aal3+aal1");
    for name in ["state", "nonce", "code_challenge"] {
        let (first, second) = query(name);
        assert_eq!(first.len(), 43, "{name}");
        assert_ne!(first, second, "{name}");
    }
}

async fn a_tampered_answer_logs_nobody_in(app: &TestApp) {
    for fault in [
        Fault::WrongNonce,
        Fault::NoSubject,
        Fault::WrongAudience,
        Fault::WrongAuthorizedParty,
        Fault::NoAuthorizedParty,
        Fault::WrongIssuer,
        Fault::WrongResponseIssuer,
        Fault::WrongAccessTokenHash,
        Fault::AuthenticationAhead,
        Fault::NoAssurance,
        Fault::NotYetIssued,
        Fault::Expired,
        Fault::Hs256,
        Fault::ForgedSignature,
        Fault::UnknownKey,
        Fault::UserinfoSubjectDiffers,
        Fault::UserinfoWithoutSubject,
    ] {
        app.faults().clear();
        app.faults().inject(fault);
        for (audience, login) in PEOPLE {
            let response = app.log_in(audience, login).await;
            assert_eq!(response.status(), 400, "{fault:?} {}", response.text());
            response.assert_problem(400, "login_failed");
        }
    }
    assert_nobody_logged_in(app).await;
    app.faults().clear();
    app.log_in(Audience::Resident, "hanako").await.expect(200);
}

async fn a_class_that_is_not_accepted_logs_nobody_in(app: &TestApp) {
    app.faults().inject(Fault::LowAssurance);
    let refused = app.log_in(Audience::Staff, "sato").await;
    refused.assert_problem(400, "login_failed");
    assert_nobody_logged_in(app).await;
}

async fn a_provider_that_is_down_slow_or_elsewhere_is_a_bad_gateway(app: &TestApp) {
    for fault in [
        Fault::TokenEndpointDown,
        Fault::TokenEndpointStalls,
        Fault::TokenEndpointRedirects,
        Fault::EndlessTokenAnswer,
        Fault::UserinfoRedirects,
    ] {
        app.faults().clear();
        app.faults().inject(fault);
        let response = app.log_in(Audience::Resident, "hanako").await;
        assert_eq!(response.status(), 502, "{fault:?} {}", response.text());
        response.assert_problem(502, "identity_provider_unavailable");
    }
    app.faults().clear();
    app.faults().inject(Fault::TokenEndpointDown);
    let response = app.log_in(Audience::Staff, "sato").await;
    response.assert_problem(502, "identity_provider_unavailable");
    assert_nobody_logged_in(app).await;
}

async fn a_provider_that_cannot_be_discovered_is_a_bad_gateway(app: &TestApp) {
    for fault in [Fault::JwksDown, Fault::ForeignDiscovery] {
        app.faults().clear();
        app.faults().inject(fault);
        for (audience, _) in PEOPLE {
            let response = app.anonymous(audience).get("/v1/auth/login").await;
            response.assert_problem(502, "identity_provider_unavailable");
        }
    }
    app.faults().clear();
    app.log_in(Audience::Resident, "hanako").await.expect(200);
}

async fn a_new_key_is_found_within_seconds(app: &TestApp) {
    app.log_in(Audience::Resident, "hanako").await.expect(200);
    app.faults().inject(Fault::RotatedKey);
    app.pass(TimeDelta::seconds(10));
    app.log_in(Audience::Resident, "hanako").await.expect(200);
}

async fn a_login_outlives_an_outage_of_the_keys(app: &TestApp) {
    app.log_in(Audience::Resident, "hanako").await.expect(200);
    app.faults().inject(Fault::JwksDown);
    app.pass(TimeDelta::hours(2));
    app.log_in(Audience::Resident, "hanako").await.expect(200);
}

pub(super) async fn a_state_of_another_login_logs_nobody_in(app: &TestApp) {
    let mine = app.begin_login(Audience::Resident, "hanako").await;
    let other = app.begin_login(Audience::Resident, "taro").await;
    let path = app.at_provider(&other).await;
    for state in ["", "&state=made-up"] {
        let path = path.split("&state=").next().unwrap().to_owned() + state;
        let response = app.come_back(Audience::Resident, &path, &mine.cookie).await;
        response.assert_problem(400, "login_failed");
    }
    let response = app.come_back(Audience::Resident, &path, &mine.cookie).await;
    response.assert_problem(400, "login_failed");
    assert_nobody_logged_in(app).await;
}

pub(super) async fn a_code_is_good_for_one_login(app: &TestApp) {
    let first = app.begin_login(Audience::Resident, "hanako").await;
    let path = app.at_provider(&first).await;
    let come_back = || app.come_back(Audience::Resident, &path, &first.cookie);
    come_back().await.expect(200);
    come_back().await.assert_problem(400, "login_failed");
}

pub(super) async fn a_code_of_another_login_is_refused(app: &TestApp) {
    let stolen = app.begin_login(Audience::Resident, "hanako").await;
    let stolen = app.at_provider(&stolen).await;
    let code = stolen.split("code=").nth(1).unwrap();
    let code = code.split('&').next().unwrap();
    let mine = app.begin_login(Audience::Resident, "taro").await;
    let path = app.at_provider(&mine).await;
    let state = path.split("state=").nth(1).unwrap();
    let path = format!("/v1/auth/callback?code={code}&state={state}");
    let response = app.come_back(Audience::Resident, &path, &mine.cookie).await;
    response.assert_problem(400, "login_failed");
    assert_nobody_logged_in(app).await;
}

pub(super) async fn a_callback_in_another_browser_logs_nobody_in(app: &TestApp) {
    let mine = app.begin_login(Audience::Resident, "hanako").await;
    let other = app.begin_login(Audience::Resident, "taro").await;
    let path = app.at_provider(&mine).await;
    for cookie in [&other.cookie, &mine.cookie] {
        let response = app.come_back(Audience::Resident, &path, cookie).await;
        response.assert_problem(400, "login_failed");
    }
    assert_nobody_logged_in(app).await;
}

#[actix_web::test]
async fn a_signature_that_the_providers_file_does_not_name_logs_nobody_in() {
    use IdTokenAlgorithm::{Es256, Rs256};
    for (id_tokens, expected) in [(Rs256, Es256), (Es256, Rs256)] {
        let agreement = Agreement {
            id_tokens,
            expected,
            ..Agreement::USUAL
        };
        let app = TestApp::agreeing_on(agreement).await;
        for (audience, login) in PEOPLE {
            let response = app.log_in(audience, login).await;
            response.assert_problem(400, "login_failed");
        }
        assert_nobody_logged_in(&app).await;
    }
}
