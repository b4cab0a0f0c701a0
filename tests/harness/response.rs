//! An answer, with the assertions tests make about it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The header (0) or the claims (1) of a compact JWS.
pub fn jws_part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// What came back, already found to keep the contract.
#[derive(Clone, Debug)]
pub struct Response {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Response {
    /// An answer as it came.
    pub fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        Self {
            status,
            headers,
            body,
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(json) => json,
            Err(error) => panic!("{error}: {}", self.text()),
        }
    }

    /// The body as it came.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(header, _)| header == name)
            .map(|(_, value)| value.as_str())
    }

    /// The session that a browser was given, as it sends the cookie back.
    pub fn session(&self) -> Option<String> {
        let cookies = self.headers("set-cookie");
        let mut cookies = cookies.filter_map(|cookie| cookie.split(';').next());
        let session = cookies.find(|cookie| cookie.contains("session="));
        session.map(str::to_owned)
    }

    /// All headers of the name, in lower case.
    pub fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self
            .headers
            .iter()
            .filter(move |(header, _)| header == name);
        named.map(|(_, value)| value.as_str())
    }

    /// All headers but the named ones, in the order of their names.
    pub fn headers_but(&self, names: &[&str]) -> Vec<&(String, String)> {
        let others = self.headers.iter();
        let others = others.filter(|(name, _)| !names.contains(&name.as_str()));
        let mut others: Vec<_> = others.collect();
        others.sort();
        others
    }

    /// The `ETag`.
    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("etag").expect("an ETag").to_owned()
    }

    /// The body of an answer with the status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        if self.body.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// The problem with the status and the code.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, code: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(problem["type"], format!("urn:madoguchi:problem:{code}"));
        problem
    }

    /// The codes of the wrong fields, by pointer, of a `validation_failed`.
    #[track_caller]
    pub fn field_errors(&self) -> Vec<(String, String)> {
        let problem = self.assert_problem(422, "validation_failed");
        let errors = problem["errors"].as_array().unwrap();
        let text = |error: &Value, name: &str| error[name].as_str().unwrap().to_owned();
        errors
            .iter()
            .map(|error| (text(error, "pointer"), text(error, "code")))
            .collect()
    }

    /// Asserts that exactly one field is wrong, and how.
    #[track_caller]
    pub fn assert_field(&self, pointer: &str, code: &str) {
        assert_eq!(
            self.field_errors(),
            [(pointer.to_owned(), code.to_owned())],
            "{}",
            self.text()
        );
    }
}
