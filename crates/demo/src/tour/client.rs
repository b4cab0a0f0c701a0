//! A client of the portal that asserts every answer.

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

use super::{TourError, screen};

/// The two public listeners of a running portal.
#[derive(Clone)]
pub struct Portal {
    http: Client,
    resident_url: String,
    staff_url: String,
}

/// Somebody who is logged in.
pub(crate) struct Person<'a> {
    portal: &'a Portal,
    base: &'a str,
    token: String,
}

/// What a request carries.
pub(crate) enum Body {
    Nothing,
    Json(Value),
    File(&'static [u8]),
}

/// A request of the tour: what it is, what it must answer and what of that is shown.
pub(crate) struct Ask<'a> {
    pub(crate) title: &'a str,
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) if_match: Option<i64>,
    pub(crate) idempotency_key: Option<&'a str>,
    pub(crate) body: Body,
    pub(crate) expect: u16,
    pub(crate) show: &'a [&'a str],
}

impl<'a> Ask<'a> {
    pub(crate) fn get(title: &'a str, path: &'a str, show: &'a [&'a str]) -> Self {
        Self {
            title,
            method: Method::GET,
            path,
            if_match: None,
            idempotency_key: None,
            body: Body::Nothing,
            expect: 200,
            show,
        }
    }

    pub(crate) fn post(title: &'a str, path: &'a str, expect: u16, show: &'a [&'a str]) -> Self {
        Self {
            method: Method::POST,
            expect,
            ..Self::get(title, path, show)
        }
    }

    pub(crate) fn body(self, body: Value) -> Self {
        Self {
            body: Body::Json(body),
            ..self
        }
    }

    pub(crate) fn file(self, bytes: &'static [u8]) -> Self {
        Self {
            body: Body::File(bytes),
            ..self
        }
    }

    pub(crate) fn version(self, version: &Value) -> Self {
        Self {
            if_match: version.as_i64(),
            ..self
        }
    }
}

impl Portal {
    /// A client for the listeners at the addresses, without trailing slashes.
    pub fn at(resident_url: &str, staff_url: &str) -> Self {
        let http = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap_or_default();
        Self {
            http,
            resident_url: resident_url.to_owned(),
            staff_url: staff_url.to_owned(),
        }
    }

    pub(crate) async fn resident(&self, login: &str) -> Result<Person<'_>, TourError> {
        self.log_in(&self.resident_url, login).await
    }

    pub(crate) async fn staff(&self, login: &str) -> Result<Person<'_>, TourError> {
        self.log_in(&self.staff_url, login).await
    }

    /// A resident's request without login.
    pub(crate) async fn anyone(&self, ask: Ask<'_>) -> Result<Value, TourError> {
        self.send(&self.resident_url, None, ask).await
    }

    /// Logs in as a browser does: by following redirects, with the cookie.
    async fn log_in<'a>(&'a self, base: &'a str, login: &str) -> Result<Person<'a>, TourError> {
        let step = format!("{login} logs in");
        let start =
            format!("{base}/v1/auth/login?provider=demo&scope=attributes&login_hint={login}");
        let begun = self.reach(&step, self.http.get(&start)).await?;
        let cookie = header(&begun, SET_COOKIE.as_str());
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let provider = header(&begun, LOCATION.as_str());
        let vouched = self.reach(&step, self.http.get(provider)).await?;
        let callback = self
            .http
            .get(header(&vouched, LOCATION.as_str()))
            .header(COOKIE, cookie);
        let done = self.reach(&step, callback).await?;
        let status = done.status().as_u16();
        screen::step(
            &format!("{login} がログインする（OpenID Connect、リダイレクトをたどる）"),
            &format!("GET {start}"),
            status,
        );
        let tokens = json(&step, done).await?;
        screen::part("/expires_in", &tokens["expires_in"]);
        match tokens["access_token"].as_str() {
            Some(token) if status == 200 => Ok(Person {
                portal: self,
                base,
                token: token.to_owned(),
            }),
            _ => Err(mismatch(
                &step,
                format!("no token, status {status}: {tokens}"),
            )),
        }
    }

    async fn send(
        &self,
        base: &str,
        token: Option<&str>,
        ask: Ask<'_>,
    ) -> Result<Value, TourError> {
        let address = format!("{base}{}", ask.path);
        let mut request = self.http.request(ask.method.clone(), &address);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(version) = ask.if_match {
            request = request.header("if-match", format!("\"{version}\""));
        }
        if let Some(key) = ask.idempotency_key {
            request = request.header("idempotency-key", key);
        }
        request = match &ask.body {
            Body::Nothing => request,
            Body::Json(json) => request.json(json),
            Body::File(bytes) => request.body(*bytes),
        };
        let response = self.reach(ask.title, request).await?;
        let status = response.status().as_u16();
        screen::step(ask.title, &format!("{} {address}", ask.method), status);
        let answer = json(ask.title, response).await?;
        if status != ask.expect {
            let wanted = ask.expect;
            return Err(mismatch(
                ask.title,
                format!("expected {wanted}, got {status}: {answer}"),
            ));
        }
        for pointer in ask.show {
            screen::part(pointer, answer.pointer(pointer).unwrap_or(&Value::Null));
        }
        Ok(answer)
    }

    async fn reach(&self, step: &str, request: RequestBuilder) -> Result<Response, TourError> {
        request.send().await.map_err(|source| TourError::Http {
            step: step.to_owned(),
            source,
        })
    }
}

impl Person<'_> {
    pub(crate) async fn ask(&self, ask: Ask<'_>) -> Result<Value, TourError> {
        self.portal.send(self.base, Some(&self.token), ask).await
    }

    /// Saves a file.
    pub(crate) async fn download(&self, title: &str, path: &str) -> Result<Vec<u8>, TourError> {
        let address = format!("{}{path}", self.base);
        let request = self.portal.http.get(&address).bearer_auth(&self.token);
        let response = self.portal.reach(title, request).await?;
        let status = response.status().as_u16();
        screen::step(title, &format!("GET {address}"), status);
        check(title, status == 200, format!("expected 200, got {status}"))?;
        bytes(title, response).await
    }
}

/// The step must find this to be so.
pub(crate) fn check(step: &str, holds: bool, what: impl Into<String>) -> Result<(), TourError> {
    if holds {
        Ok(())
    } else {
        Err(mismatch(step, what.into()))
    }
}

pub(crate) fn mismatch(step: &str, mismatch: String) -> TourError {
    TourError::Mismatch {
        step: step.to_owned(),
        mismatch,
    }
}

fn header(response: &Response, name: &str) -> String {
    let value = response.headers().get(name);
    let text = value.and_then(|value| value.to_str().ok());
    text.unwrap_or_default().to_owned()
}

async fn json(step: &str, response: Response) -> Result<Value, TourError> {
    let body = bytes(step, response).await?;
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&body).map_err(|error| mismatch(step, format!("no JSON: {error}")))
}

async fn bytes(step: &str, response: Response) -> Result<Vec<u8>, TourError> {
    let read = response.bytes().await;
    read.map(|bytes| bytes.to_vec())
        .map_err(|source| TourError::Http {
            step: step.to_owned(),
            source,
        })
}
