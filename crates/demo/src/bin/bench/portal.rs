//! A client of the portal for everything that is not measured.

use std::net::{IpAddr, Ipv4Addr};

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

use crate::Result;

/// The two public listeners.
#[derive(Clone)]
pub(crate) struct Portal {
    http: Client,
    resident_url: String,
    staff_url: String,
}

/// Somebody who is logged in.
#[derive(Clone)]
pub(crate) struct Session {
    http: Client,
    base: String,
    pub(crate) token: String,
}

impl Portal {
    pub(crate) fn at(resident_url: &str, staff_url: &str) -> Self {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none());
        Self {
            http: http.build().unwrap_or_default(),
            resident_url: resident_url.to_owned(),
            staff_url: staff_url.to_owned(),
        }
    }

    pub(crate) async fn resident(&self, login: &str) -> Result<Session> {
        self.log_in(&self.resident_url, login).await
    }

    pub(crate) async fn staff(&self, login: &str) -> Result<Session> {
        self.log_in(&self.staff_url, login).await
    }

    /// Sends JSON to the staff's listener as somebody who is not logged in, from an address of the loopback.
    pub(crate) async fn ask(&self, path: &str, from: Ipv4Addr, body: &Value) -> Result<Response> {
        let http = Client::builder()
            .local_address(IpAddr::from(from))
            .build()?;
        let url = format!("{}{path}", self.staff_url);
        Ok(http.post(url).json(body).send().await?)
    }

    /// Somebody of the staff who has a token.
    pub(crate) fn staff_session(&self, token: &str) -> Session {
        Session {
            http: self.http.clone(),
            base: self.staff_url.clone(),
            token: token.to_owned(),
        }
    }

    /// As a browser does: to the provider and back, with the cookie.
    async fn log_in(&self, base: &str, login: &str) -> Result<Session> {
        let start =
            format!("{base}/v1/auth/login?provider=demo&scope=attributes&login_hint={login}");
        let begun = self.http.get(start).send().await?;
        let cookie = header(&begun, SET_COOKIE.as_str());
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let provider = header(&begun, LOCATION.as_str());
        let vouched = self.http.get(provider).send().await?;
        let callback = self.http.get(header(&vouched, LOCATION.as_str()));
        let tokens = json(callback.header(COOKIE, cookie).send().await?, 200).await?;
        let token = tokens["access_token"].as_str();
        Ok(Session {
            http: self.http.clone(),
            base: base.to_owned(),
            token: token.ok_or("a login without a token")?.to_owned(),
        })
    }
}

impl Session {
    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        json(self.request(Method::GET, path).send().await?, 200).await
    }

    /// Sends JSON and expects the status.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        version: Option<i64>,
        body: &Value,
        expected: u16,
    ) -> Result<Value> {
        let mut request = self.request(method, path).json(body);
        if let Some(version) = version {
            request = request.header("if-match", format!("\"{version}\""));
        }
        json(request.send().await?, expected).await
    }

    /// A request of theirs, to be completed.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let address = format!("{}{path}", self.base);
        self.http.request(method, address).bearer_auth(&self.token)
    }

    /// The listener they speak to.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }
}

/// The answer, which must have the status.
pub(crate) async fn json(response: Response, expected: u16) -> Result<Value> {
    let (address, status) = (response.url().path().to_owned(), response.status());
    let body = response.bytes().await?;
    if status.as_u16() != expected {
        let body = String::from_utf8_lossy(&body);
        return Err(format!("{address} answered {status} instead of {expected}: {body}").into());
    }
    if body.is_empty() {
        return Ok(Value::Null);
    }
    Ok(serde_json::from_slice(&body)?)
}

fn header(response: &Response, name: &str) -> String {
    let value = response.headers().get(name);
    let text = value.and_then(|value| value.to_str().ok());
    text.unwrap_or_default().to_owned()
}
