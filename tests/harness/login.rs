//! Logging in as a browser does, one redirect at a time.

use portal::auth::Audience;

use crate::app::TestApp;
use crate::call::Client;
use crate::independent_provider::Browser;
use crate::response::Response;

/// Lets the city learn who it is, for whatever a test may file.
const ATTRIBUTES: &str = "&scope=attributes";

/// A login that has begun: where the browser is sent, and the cookie it was given.
pub struct Login {
    /// The provider's authorization endpoint with everything in the query.
    pub location: String,
    /// `name=value`
    pub cookie: String,
    /// Who logs in.
    login: String,
}

impl Login {
    /// `asked` is what the query says beside who it is, such as `&max_age=60`.
    pub async fn begin(anyone: &Client, login: &str, asked: &str) -> Self {
        let path = format!("/v1/auth/login?login_hint={login}{asked}");
        let response = anyone.get(path).await;
        assert_eq!(response.status(), 302, "{}", response.text());
        let cookie = response.header("set-cookie").unwrap();
        Self {
            location: response.header("location").unwrap().to_owned(),
            cookie: cookie.split(';').next().unwrap().to_owned(),
            login: login.to_owned(),
        }
    }

    async fn at_provider(&self) -> String {
        Browser::default().log_in(&self.location, &self.login).await
    }
}

/// Logs somebody in through whatever the client speaks to.
pub(crate) async fn log_in_over(anyone: &Client, login: &str) -> Client {
    let begun = Login::begin(anyone, login, ATTRIBUTES).await;
    let path = begun.at_provider().await;
    let tokens = anyone.get(path).with_header("cookie", begun.cookie).await;
    let tokens = tokens.expect(200);
    anyone.with_token(tokens["access_token"].as_str().unwrap())
}

impl TestApp {
    /// Begins a login at a listener.
    pub async fn begin_login(&self, audience: Audience, login: &str) -> Login {
        Login::begin(&self.anonymous(audience), login, ATTRIBUTES).await
    }

    /// What the provider does: answers the path it sends the browser back to.
    pub async fn at_provider(&self, login: &Login) -> String {
        login.at_provider().await
    }

    /// What a browser does that a web page sent to log in: answers what it is told when it comes back.
    pub async fn log_in_from_page(
        &self,
        audience: Audience,
        login: &str,
        return_to: &str,
    ) -> Response {
        let asked = format!("{ATTRIBUTES}&return_to={return_to}");
        let begun = Login::begin(&self.anonymous(audience), login, &asked).await;
        let path = self.at_provider(&begun).await;
        self.come_back(audience, &path, &begun.cookie).await
    }

    /// The cookie of somebody who has logged in from a web page, as the browser sends it back.
    pub async fn session_of(&self, audience: Audience, login: &str) -> String {
        let back = self.log_in_from_page(audience, login, "/").await;
        back.session().unwrap()
    }

    /// The browser comes back from the provider.
    pub async fn come_back(&self, audience: Audience, path: &str, cookie: &str) -> Response {
        let call = self.anonymous(audience).get(path);
        call.with_header("cookie", cookie).await
    }

    /// A whole login; the answer has the tokens or says why not.
    pub async fn log_in(&self, audience: Audience, login: &str) -> Response {
        let begun = self.begin_login(audience, login).await;
        let path = self.at_provider(&begun).await;
        self.come_back(audience, &path, &begun.cookie).await
    }

    /// A resident's login with `acr_values`, `max_age` and `scope` as they are asked for, `acr_values="aal3", max_age="60"`.
    pub async fn log_in_with(&self, login: &str, asked: &str) -> Response {
        let asked = asked
            .replace(", ", "&")
            .replace('"', "")
            .replace(' ', "%20");
        let anyone = self.anonymous(Audience::Resident);
        let begun = Login::begin(&anyone, login, &format!("&{asked}")).await;
        let path = self.at_provider(&begun).await;
        self.come_back(Audience::Resident, &path, &begun.cookie)
            .await
    }

    /// The same, logged in.
    pub async fn resident_with(&self, login: &str, asked: &str) -> Client {
        let tokens = self.log_in_with(login, asked).await.expect(200);
        let token = tokens["access_token"].as_str().unwrap();
        self.anonymous(Audience::Resident).with_token(token)
    }

    pub(crate) async fn logged_in(&self, audience: Audience, login: &str) -> Client {
        let tokens = self.log_in(audience, login).await.expect(200);
        let token = tokens["access_token"].as_str().unwrap();
        self.anonymous(audience).with_token(token)
    }
}
