//! Requests of one person to one listener.

use std::future::IntoFuture;

use actix_web::body::to_bytes;
use actix_web::http::Method;
use actix_web::test::TestRequest;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;
use portal::auth::Audience;
use serde_json::Value;

use crate::app::Answering;
use crate::contract;
use crate::response::Response;
use crate::served::Served;

/// How requests reach the application.
#[derive(Clone)]
pub(crate) enum Transport {
    InProcess(Answering),
    Socket(Served),
}

/// Somebody who speaks to a listener.
#[derive(Clone)]
pub struct Client {
    pub(crate) audience: Audience,
    transport: Transport,
    token: Option<String>,
    mandate: Option<String>,
}

/// What a request carries.
#[derive(Clone)]
pub enum Body {
    /// Nothing.
    None,
    /// JSON, declared as such.
    Json(Value),
    /// Anything, declared as anything; an empty type declares nothing.
    Raw(&'static str, Vec<u8>),
}

impl From<Value> for Body {
    fn from(json: Value) -> Self {
        Self::Json(json)
    }
}

impl From<()> for Body {
    fn from((): ()) -> Self {
        Self::None
    }
}

impl Client {
    pub(crate) fn new(audience: Audience, transport: Transport) -> Self {
        Self {
            audience,
            transport,
            token: None,
            mandate: None,
        }
    }

    /// The same with an access token.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        let mut client = self.clone();
        client.token = Some(token.into());
        client
    }

    /// The same, acting under a mandate.
    #[must_use]
    pub fn under(&self, mandate: &str) -> Self {
        let mut client = self.clone();
        client.mandate = Some(mandate.to_owned());
        client
    }

    /// Whether they speak to this listener.
    pub fn is_of(&self, audience: Audience) -> bool {
        self.audience == audience
    }

    /// Their access token.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap()
    }

    /// The same person over a real socket, where requests are truly parallel.
    #[must_use]
    pub fn over(&self, served: &Served) -> Self {
        assert_eq!(self.audience, served.audience);
        let mut client = self.clone();
        client.transport = Transport::Socket(served.clone());
        client
    }

    /// `GET`
    pub fn get(&self, path: impl Into<String>) -> Call {
        self.call(Method::GET, path, Body::None)
    }

    /// `POST`; `()` for no body.
    pub fn post(&self, path: impl Into<String>, body: impl Into<Body>) -> Call {
        self.call(Method::POST, path, body.into())
    }

    /// `PUT`
    pub fn put(&self, path: impl Into<String>, body: impl Into<Body>) -> Call {
        self.call(Method::PUT, path, body.into())
    }

    /// `PATCH`
    pub fn patch(&self, path: impl Into<String>, body: impl Into<Body>) -> Call {
        self.call(Method::PATCH, path, body.into())
    }

    /// `DELETE`
    pub fn delete(&self, path: impl Into<String>) -> Call {
        self.call(Method::DELETE, path, Body::None)
    }

    /// Any method.
    pub fn call(&self, method: Method, path: impl Into<String>, body: Body) -> Call {
        Call {
            client: self.clone(),
            method,
            path: path.into(),
            headers: Vec::new(),
            body,
        }
    }
}

/// A request about to be sent: add headers, then await.
pub struct Call {
    client: Client,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Body,
}

impl Call {
    /// Adds a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Adds `If-Match` with an `ETag`.
    #[must_use]
    pub fn if_match(self, etag: impl Into<String>) -> Self {
        self.with_header("if-match", etag)
    }

    /// All headers and the bytes of the body.
    fn prepare(&self) -> (Vec<(String, String)>, Vec<u8>) {
        let mut headers = self.headers.clone();
        if let Some(token) = &self.client.token {
            headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        }
        if let Some(mandate) = &self.client.mandate {
            headers.push(("on-behalf-of".to_owned(), mandate.clone()));
        }
        let (content_type, bytes) = match &self.body {
            Body::None => ("", Vec::new()),
            Body::Json(json) => ("application/json", serde_json::to_vec(json).unwrap()),
            Body::Raw(content_type, bytes) => (*content_type, bytes.clone()),
        };
        if !content_type.is_empty() {
            headers.push(("content-type".to_owned(), content_type.to_owned()));
        }
        (headers, bytes)
    }

    /// The same where the server may be gone before it answers.
    pub async fn answer(self) -> Option<Response> {
        let (method, path) = (self.method.to_string(), self.path.clone());
        let audience = self.client.audience;
        let response = self.send().await?;
        contract::of(audience).check(&method, &path, &response);
        Some(response)
    }

    /// Sends it while a part of the system is away; any other answer is a failure.
    pub async fn unavailable(self) {
        let response = self.send().await.unwrap();
        response.assert_problem(503, "unavailable");
    }

    async fn send(self) -> Option<Response> {
        let (headers, bytes) = self.prepare();
        match &self.client.transport {
            Transport::InProcess(answering) => {
                let request = TestRequest::with_uri(&self.path).method(self.method.clone());
                let request = headers
                    .into_iter()
                    .fold(request, |request, header| request.insert_header(header))
                    .set_payload(bytes);
                let answered = answering(request).await;
                let status = answered.status().as_u16();
                let (_, answer) = answered.into_parts();
                let headers = answer.headers().iter().map(|(name, value)| {
                    (name.to_string(), value.to_str().unwrap_or("?").to_owned())
                });
                let headers = headers.collect();
                let body = to_bytes(answer.into_body()).await.unwrap();
                Some(Response::new(status, headers, body.to_vec()))
            }
            Transport::Socket(served) => {
                let method = self.method.as_str();
                let answered = served.send(method, &self.path, headers, bytes).await;
                answered.ok()
            }
        }
    }
}

impl IntoFuture for Call {
    type Output = Response;
    type IntoFuture = LocalBoxFuture<'static, Response>;

    fn into_future(self) -> Self::IntoFuture {
        async { self.answer().await.expect("an answer") }.boxed_local()
    }
}
