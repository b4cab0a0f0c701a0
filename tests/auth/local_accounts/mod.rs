//! Accounts of staff that the portal keeps itself.

mod administration;
mod attempts;
mod enrolment;
mod limited;
mod second_factor;

use chrono::{DateTime, TimeDelta, Utc};
use demo::mail_catcher::MailCatcher;
use platform::edge::Edge;
use serde_json::{Value, json};
use tests::{Audience, Client, Response, TestApp, newest_code};
use totp_rs::Totp;

const PASSWORD: &str = "the kettle is on the roof";
const LOGIN: &str = "okada.mei";

/// A city that sends mail, and whoever asks says from which address.
struct City {
    app: TestApp,
    catcher: MailCatcher,
}

/// Somebody with an account.
struct Owner {
    account: Value,
    authenticator: Authenticator,
    recovery_codes: Vec<String>,
}

/// The app on somebody's phone.
struct Authenticator(Totp);

impl Authenticator {
    fn of(uri: &str) -> Self {
        Self(Totp::from_url(uri).unwrap())
    }

    fn code(&self, now: DateTime<Utc>) -> String {
        let seconds = u64::try_from(now.timestamp()).unwrap();
        self.0.generate(seconds).to_string()
    }
}

impl City {
    async fn new() -> Self {
        let (mut app, catcher) = TestApp::with_mail().await;
        let edge = Edge {
            proxies: "0.0.0.0".parse().unwrap(),
            ..Edge::default()
        };
        app.stand_behind(&edge).await;
        Self { app, catcher }
    }

    fn anyone(&self) -> Client {
        self.app.anonymous(Audience::Staff)
    }

    async fn administrator(&self) -> Client {
        self.app.staff("nakamura").await
    }

    /// Invites somebody into 子育て支援課; answers the account.
    async fn invite(&self, login_name: &str) -> Value {
        let administrator = self.administrator().await;
        administrator
            .post("/v1/staff-accounts", invitation(login_name, "reviewer"))
            .await
            .expect(201)
    }

    /// The code of the newest invitation, out of its mail.
    async fn invitation(&self) -> String {
        assert_eq!(self.app.send_mail().await, 1);
        newest_code(&self.catcher)
    }

    async fn begin_enrolment(&self, invitation: &str, password: &str) -> Response {
        let body = json!({"invitation": invitation, "password": password});
        self.anyone().post("/v1/auth/local/enrolments", body).await
    }

    async fn confirm(&self, enrolment: &Value, code: &str) -> Response {
        let body = json!({"enrolment": enrolment, "code": code});
        self.anyone()
            .post("/v1/auth/local/enrolments/confirm", body)
            .await
    }

    /// Takes an invitation up, and waits until the authenticator shows another code.
    async fn enrol(&self, account: Value) -> Owner {
        let code = self.invitation().await;
        let begun = self.begin_enrolment(&code, PASSWORD).await.expect(201);
        let authenticator = Authenticator::of(begun["otpauth_uri"].as_str().unwrap());
        let code = authenticator.code(self.app.clock.now());
        let enrolled = self.confirm(&begun["enrolment"], &code).await.expect(200);
        let codes = enrolled["recovery_codes"].as_array().unwrap().iter();
        let recovery_codes = codes.map(|code| code.as_str().unwrap().to_owned());
        let recovery_codes = recovery_codes.collect();
        self.app.pass(TimeDelta::seconds(60));
        Owner {
            account,
            authenticator,
            recovery_codes,
        }
    }

    async fn owner(&self) -> Owner {
        self.enrol(self.invite(LOGIN).await).await
    }

    async fn password_from(&self, address: &str, login_name: &str, password: &str) -> Response {
        let body = json!({"login_name": login_name, "password": password});
        let call = self.anyone().post("/v1/auth/local/password", body);
        call.with_header("x-forwarded-for", address).await
    }

    async fn password(&self, password: &str) -> Response {
        self.password_from("192.0.2.1", LOGIN, password).await
    }

    async fn second_factor(&self, due: &Value, code: &str) -> Response {
        let body = json!({"transaction": due["transaction"], "code": code});
        self.anyone()
            .post("/v1/auth/local/second-factor", body)
            .await
    }

    /// Both steps; answers the tokens.
    async fn sign_in(&self, owner: &Owner) -> Value {
        let due = self.password(PASSWORD).await.expect(200);
        let code = owner.authenticator.code(self.app.clock.now());
        self.second_factor(&due, &code).await.expect(200)
    }

    fn with(&self, tokens: &Value) -> Client {
        let token = tokens["access_token"].as_str().unwrap();
        self.anyone().with_token(token)
    }

    async fn recorded(&self, action: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM audit_events WHERE action = '{action}'");
        self.app.count(&sql).await
    }
}

fn invitation(login_name: &str, role: &str) -> Value {
    json!({
        "login_name": login_name,
        "display_name": "岡田 芽衣",
        "email": "okada@city.example",
        "postings": [{"department": "child-support", "role": role}],
    })
}

fn path(account: &Value, action: &str) -> String {
    format!(
        "/v1/staff-accounts/{}/{action}",
        account["id"].as_str().unwrap()
    )
}
