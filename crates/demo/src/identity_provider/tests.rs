mod assertion;
mod authorize;
mod faults;
mod page;
mod token;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use reqwest::Response;
use serde_json::Value;
use sha2::{Digest, Sha256};
use url::Url;

use crate::city::DemoResident;

use super::{Client, Credential, Faults, IdTokenAlgorithm, IdentityProvider, Population, Settings};

const VERIFIER: &str = "a-verifier-of-at-least-43-characters-in-length";
const CALLBACK: &str = "http://127.0.0.1:8080/callback?from=demo";

/// A running provider and a browser that follows no redirects.
struct Desk {
    issuer: String,
    browser: reqwest::Client,
    faults: Faults,
    seconds: Arc<AtomicI64>,
}

fn opening_time() -> DateTime<Utc> {
    "2026-04-01T00:00:00Z".parse().unwrap()
}

fn client(client_id: &str, population: Population) -> Client {
    Client {
        client_id: client_id.to_owned(),
        credential: Credential::Secret(format!("{client_id}-secret")),
        redirect_uris: vec![CALLBACK.to_owned()],
        population,
    }
}

fn challenge() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER))
}

fn open() -> Desk {
    open_with(&[])
}

fn open_with(newcomers: &'static [DemoResident]) -> Desk {
    let clients = [
        client("residents", Population::Residents),
        client("staff", Population::Staff),
    ];
    open_for(newcomers, clients.into())
}

fn open_for(newcomers: &'static [DemoResident], clients: Vec<Client>) -> Desk {
    let provider = IdentityProvider::bind("127.0.0.1:0").unwrap();
    let provider = provider.with_newcomers(newcomers);
    let (issuer, faults) = (provider.issuer(), provider.faults());
    let seconds = Arc::new(AtomicI64::new(0));
    let elapsed = seconds.clone();
    let server = provider.run(Settings {
        issuer: issuer.clone(),
        clients,
        id_token_algorithm: IdTokenAlgorithm::default(),
        now: Arc::new(move || opening_time() + TimeDelta::seconds(elapsed.load(Ordering::SeqCst))),
    });
    tokio::spawn(server.unwrap());
    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    Desk {
        issuer,
        browser: browser.build().unwrap(),
        faults,
        seconds,
    }
}

impl Desk {
    async fn get(&self, path: &str) -> Response {
        let url = format!("{}{path}", self.issuer);
        self.browser.get(url).send().await.unwrap()
    }

    /// Calls `/authorize` with a good request, changed: an empty value leaves the parameter out.
    async fn authorize(&self, changes: &[(&str, &str)]) -> Response {
        let mut url = Url::parse(&format!("{}/authorize", self.issuer)).unwrap();
        url.query_pairs_mut()
            .extend_pairs(authorization_request(changes));
        self.browser.get(url).send().await.unwrap()
    }

    async fn code(&self, changes: &[(&str, &str)]) -> String {
        let answer = callback(&self.authorize(changes).await);
        answer["code"].clone()
    }

    /// Calls `/token` as the client with a good request for the code, changed.
    async fn token(&self, client_id: &str, code: &str, changes: &[(&str, &str)]) -> Response {
        let mut form = HashMap::from([
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ]);
        form.extend(changes.iter().copied());
        let secret = format!("{client_id}-secret");
        let request = self.browser.post(format!("{}/token", self.issuer));
        let request = request.basic_auth(client_id, Some(secret)).form(&form);
        request.send().await.unwrap()
    }

    /// Logs in and gives what `/token` answers.
    async fn tokens(&self, changes: &[(&str, &str)]) -> Value {
        let code = self.code(changes).await;
        let client_id = authorization_request(changes)["client_id"].to_owned();
        let answer = self.token(&client_id, &code, &[]).await;
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    async fn userinfo(&self, access_token: &str) -> Response {
        let request = self.browser.get(format!("{}/userinfo", self.issuer));
        request.bearer_auth(access_token).send().await.unwrap()
    }

    async fn published_keys(&self) -> JwkSet {
        self.get("/jwks").await.json().await.unwrap()
    }

    /// The claims of an id_token signed with ES256 by a published key.
    async fn verified(&self, id_token: &Value) -> jsonwebtoken::errors::Result<Value> {
        let id_token = id_token.as_str().unwrap();
        let header = jsonwebtoken::decode_header(id_token)?;
        let keys = self.published_keys().await;
        let key = keys
            .find(&header.kid.unwrap())
            .ok_or(jsonwebtoken::errors::ErrorKind::InvalidToken)?;
        let mut validation = Validation::new(Algorithm::ES256);
        // The clock of these tests stands still in another year.
        validation.validate_exp = false;
        validation.set_audience(&["residents", "staff"]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        let key = DecodingKey::from_jwk(key)?;
        Ok(jsonwebtoken::decode(id_token, &key, &validation)?.claims)
    }

    fn wait(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }
}

fn authorization_request(changes: &[(&str, &str)]) -> HashMap<String, String> {
    let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let good = [
        ("response_type", "code"),
        ("client_id", "residents"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid name address birthdate gender email"),
        ("state", "a state & more"),
        ("nonce", "a-nonce"),
        ("code_challenge", &challenge()),
        ("code_challenge_method", "S256"),
        ("login_hint", "hanako"),
    ];
    let mut request: HashMap<_, _> = good.into_iter().map(owned).collect();
    request.extend(changes.iter().copied().map(owned));
    request.retain(|_, value| !value.is_empty());
    request
}

/// What the client's callback receives.
fn callback(response: &Response) -> HashMap<String, String> {
    assert_eq!(response.status(), 303);
    let location = header(response, "location");
    assert!(location.starts_with(CALLBACK));
    let location = Url::parse(location).unwrap();
    location.query_pairs().into_owned().collect()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers()[name].to_str().unwrap()
}

async fn error(response: Response) -> String {
    let body: Value = response.json().await.unwrap();
    body["error"].as_str().unwrap().to_owned()
}
