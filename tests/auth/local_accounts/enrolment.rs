//! Taking up an invitation.

use chrono::TimeDelta;

use super::{Authenticator, City, LOGIN, PASSWORD, path};

#[actix_web::test]
async fn an_invited_person_sets_a_password_and_signs_in_with_two_factors() {
    let city = City::new().await;
    let owner = city.owner().await;
    assert_eq!(owner.account["state"], "invited");
    assert_eq!(owner.recovery_codes.len(), 10);
    let tokens = city.sign_in(&owner).await;
    let me = city.with(&tokens).get("/v1/me").await.expect(200);
    let logins = city.with(&tokens).get("/v1/me/sessions").await.expect(200);
    assert_eq!(logins["items"][0]["acr"], "aal2");
    assert_eq!(me["display_name"], "岡田 芽衣");
    assert_eq!(me["postings"][0]["department"], "child-support");
    city.with(&tokens).get("/v1/applications").await.expect(200);
    for action in ["staff_account.invite", "staff_account.enrol"] {
        assert_eq!(city.recorded(action).await, 1, "{action}");
    }
}

#[actix_web::test]
async fn the_mail_tells_nothing_about_whom_it_invites() {
    let city = City::new().await;
    city.invite(LOGIN).await;
    city.invitation().await;
    let mails = city.catcher.mails();
    let mail = mails.last().unwrap();
    assert_eq!(mail.to, ["okada@city.example"]);
    assert_eq!(mail.subject, "職員アカウントのご案内");
    assert!(mail.body.contains("http://staff.test"), "{}", mail.body);
    for told in [LOGIN, "岡田", "子育て", "child-support"] {
        assert!(!mail.body.contains(told), "{told} in {}", mail.body);
    }
}

#[actix_web::test]
async fn an_invitation_is_good_once_and_for_seventy_two_hours() {
    let city = City::new().await;
    city.invite(LOGIN).await;
    let code = city.invitation().await;
    let begun = city.begin_enrolment(&code, PASSWORD).await.expect(201);
    city.app.pass(TimeDelta::hours(72));
    let authenticator = Authenticator::of(begun["otpauth_uri"].as_str().unwrap());
    let digits = authenticator.code(city.app.clock.now());
    city.confirm(&begun["enrolment"], &digits)
        .await
        .assert_field("/enrolment", "invalid_enrolment");
    city.begin_enrolment(&code, PASSWORD)
        .await
        .assert_field("/invitation", "invalid_invitation");

    let code = {
        let administrator = city.administrator().await;
        let accounts = administrator.get("/v1/staff-accounts").await.expect(200);
        let account = &accounts["items"][0];
        assert_eq!(account["state"], "lapsed");
        let reset = administrator.post(path(account, "reset"), ()).await;
        assert_eq!(reset.expect(200)["state"], "invited");
        city.invitation().await
    };
    let begun = city.begin_enrolment(&code, PASSWORD).await.expect(201);
    let authenticator = Authenticator::of(begun["otpauth_uri"].as_str().unwrap());
    let digits = authenticator.code(city.app.clock.now());
    city.confirm(&begun["enrolment"], &digits).await.expect(200);
    city.confirm(&begun["enrolment"], &digits)
        .await
        .assert_field("/enrolment", "invalid_enrolment");
    city.begin_enrolment(&code, PASSWORD)
        .await
        .assert_field("/invitation", "invalid_invitation");
}

#[actix_web::test]
async fn weak_passwords_are_refused_and_leave_the_invitation_good() {
    let city = City::new().await;
    city.invite(LOGIN).await;
    let code = city.invitation().await;
    for (password, why) in [
        ("elevenchars", "too_short"),
        ("Password1234", "too_common"),
        ("okada.mei-okada.mei2", "own_name"),
    ] {
        city.begin_enrolment(&code, password)
            .await
            .assert_field("/password", why);
    }
    city.begin_enrolment(&code, PASSWORD).await.expect(201);
}

#[actix_web::test]
async fn nothing_counts_until_the_authenticator_has_proved_itself() {
    let city = City::new().await;
    city.invite(LOGIN).await;
    let code = city.invitation().await;
    let first = city.begin_enrolment(&code, PASSWORD).await.expect(201);
    city.password(PASSWORD)
        .await
        .assert_problem(400, "login_failed");
    let again = city.begin_enrolment(&code, PASSWORD).await.expect(201);
    let now = city.app.clock.now();
    let replaced = Authenticator::of(first["otpauth_uri"].as_str().unwrap()).code(now);
    city.confirm(&first["enrolment"], &replaced)
        .await
        .assert_field("/enrolment", "invalid_enrolment");
    city.confirm(&again["enrolment"], &replaced)
        .await
        .assert_field("/code", "wrong_code");
}
