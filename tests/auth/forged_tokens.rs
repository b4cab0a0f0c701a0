//! Whatever is wrong with a token, the answer is one and the same.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde_json::{Map, Value, json};
use tests::{Audience, Client, TestApp};

/// The parts of a good token, to be forged.
struct Good {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    signature: String,
}

impl Good {
    fn of(token: &str) -> Self {
        let parts: Vec<_> = token.split('.').collect();
        let read = |part: &str| {
            let json = URL_SAFE_NO_PAD.decode(part).unwrap();
            serde_json::from_slice(&json).unwrap()
        };
        Self {
            header: read(parts[0]),
            claims: read(parts[1]),
            signature: parts[2].to_owned(),
        }
    }

    /// With another header, and the signature as it was.
    fn with_header(&self, name: &str, value: Value) -> String {
        let mut header = self.header.clone();
        header.insert(name.to_owned(), value);
        self.joined(&header, &self.signature)
    }

    fn without_header(&self, name: &str) -> String {
        let mut header = self.header.clone();
        header.remove(name);
        self.joined(&header, &self.signature)
    }

    fn joined(&self, header: &Map<String, Value>, signature: &str) -> String {
        format!("{}.{signature}", self.unsigned(header))
    }

    fn unsigned(&self, header: &Map<String, Value>) -> String {
        let part = |json: &Map<String, Value>| URL_SAFE_NO_PAD.encode(json!(json).to_string());
        format!("{}.{}", part(header), part(&self.claims))
    }

    /// HS256, keyed with what everybody knows.
    fn keyed_with(&self, public: &[u8]) -> String {
        let mut header = self.header.clone();
        header.insert("alg".to_owned(), json!("HS256"));
        let unsigned = self.unsigned(&header);
        let key = hmac::Key::new(hmac::HMAC_SHA256, public);
        let mac = hmac::sign(&key, unsigned.as_bytes());
        format!("{unsigned}.{}", URL_SAFE_NO_PAD.encode(mac))
    }
}

/// Signed with our own key: other claims, or another `typ`.
fn signed_ones(app: &TestApp, good: &Good) -> Vec<(String, String)> {
    let now = app.services.clock.now().timestamp();
    let sign = |typ: &str, claims: &Map<String, Value>| {
        app.services
            .keys
            .sign_token(typ, claims, app.clock.now())
            .unwrap()
    };
    let mut forged = vec![
        ("typ JWT".to_owned(), sign("JWT", &good.claims)),
        (
            "typ of an id token".to_owned(),
            sign("id_token+jwt", &good.claims),
        ),
    ];
    for name in [
        "iss",
        "aud",
        "sub",
        "exp",
        "iat",
        "sid",
        "epoch",
        "auth_time",
    ] {
        let mut claims = good.claims.clone();
        claims.remove(name);
        forged.push((format!("without {name}"), sign("at+jwt", &claims)));
    }
    for (name, value) in [
        ("iss", json!("https://evil.example")),
        ("iss", json!("http://staff.test")),
        ("aud", json!("staff")),
        ("aud", json!(["staff", "everybody"])),
        ("sub", json!("")),
        ("sub", json!("hanako")),
        ("sub", json!("0192f0c1-2345-7abc-8def-0123456789ab")),
        ("sid", json!("0192f0c1-2345-7abc-8def-0123456789ab")),
        ("nbf", json!(now + 3600)),
        ("iat", json!(now + 3600)),
        ("iat", json!("now")),
        ("exp", json!(now - 31)),
        ("exp", json!("9999999999")),
        ("exp", json!(-1)),
        ("epoch", json!(1)),
        ("ial", json!(4)),
    ] {
        let mut claims = good.claims.clone();
        forged.push((format!("{name} {value}"), {
            claims.insert(name.to_owned(), value);
            sign("at+jwt", &claims)
        }));
    }
    forged
}

/// With the signature of another token, or none.
fn unsigned_ones(good: &Good, public: &Value) -> Vec<(String, String)> {
    let key = public["x"].as_str().unwrap();
    let raw = URL_SAFE_NO_PAD.decode(key).unwrap();
    let jwk = public.to_string();
    let whole = good.joined(&good.header, &good.signature);
    let mut forged = Vec::new();
    for alg in [
        "none", "None", "nOnE", "HS256", "HS512", "RS256", "ES256", "",
    ] {
        forged.push((format!("alg {alg}"), good.with_header("alg", json!(alg))));
    }
    let mut none = good.header.clone();
    none.insert("alg".to_owned(), json!("none"));
    forged.extend([
        ("alg none, unsigned".to_owned(), good.joined(&none, "")),
        (
            "HS256 over the public key".to_owned(),
            good.keyed_with(&raw),
        ),
        (
            "HS256 over its base64".to_owned(),
            good.keyed_with(key.as_bytes()),
        ),
        (
            "HS256 over the JWK".to_owned(),
            good.keyed_with(jwk.as_bytes()),
        ),
        (
            "a kid of another's".to_owned(),
            good.with_header("kid", json!("0123456789abcdef")),
        ),
        (
            "a kid as a path".to_owned(),
            good.with_header("kid", json!("../../etc/passwd")),
        ),
        (
            "a kid as SQL".to_owned(),
            good.with_header("kid", json!("' OR 1=1 --")),
        ),
        ("no kid".to_owned(), good.without_header("kid")),
        ("no typ".to_owned(), good.without_header("typ")),
        ("crit".to_owned(), good.with_header("crit", json!(["exp"]))),
        (
            "a key of its own".to_owned(),
            good.with_header("jwk", public.clone()),
        ),
        (
            "a key elsewhere".to_owned(),
            good.with_header("jku", json!("https://evil.example/jwks")),
        ),
        ("no signature".to_owned(), good.joined(&good.header, "")),
        (
            "half a signature".to_owned(),
            good.joined(&good.header, &good.signature[..40]),
        ),
        (
            "a signature of zeros".to_owned(),
            good.joined(&good.header, &URL_SAFE_NO_PAD.encode([0; 64])),
        ),
        ("padding".to_owned(), format!("{whole}==")),
        ("five parts".to_owned(), format!("{whole}.{whole}")),
        (
            "5 kB".to_owned(),
            good.with_header("x", json!("x".repeat(5_000))),
        ),
        ("no token".to_owned(), "x".to_owned()),
    ]);
    forged
}

async fn answer(client: &Client, token: &str) -> String {
    let refused = client.with_token(token).get("/v1/me").await;
    assert_eq!(refused.status(), 401, "{token}");
    assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    refused.text()
}

#[actix_web::test]
async fn every_forged_token_gets_one_and_the_same_answer() {
    let app = TestApp::new().await;
    let (hanako, sato) = (app.resident("hanako").await, app.staff("sato").await);
    let elsewhere = TestApp::new().await;
    let stranger = elsewhere.resident("hanako").await;
    let anyone = app.anonymous(Audience::Resident);
    let good = Good::of(hanako.token());
    let published = anyone.get("/.well-known/jwks.json").await.expect(200);
    let mut forged = unsigned_ones(&good, &published["keys"][0]);
    forged.extend(signed_ones(&app, &good));
    forged.push(("the staff's".to_owned(), sato.token().to_owned()));
    forged.push(("another city's".to_owned(), stranger.token().to_owned()));
    let refreshed = app.log_in(Audience::Resident, "hanako").await.expect(200);
    let refresh = refreshed["refresh_token"].as_str().unwrap();
    forged.push(("a refresh token".to_owned(), refresh.to_owned()));
    assert!(forged.len() >= 40, "{}", forged.len());
    let same = answer(&anyone, "x").await;
    for (what, token) in &forged {
        assert_eq!(answer(&anyone, token).await, same, "{what}");
    }
    hanako.get("/v1/me").await.expect(200);
    app.pass(TimeDelta::seconds(631));
    assert_eq!(answer(&anyone, hanako.token()).await, same);
}
