use std::collections::HashMap;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Response;
use serde_json::{Value, json};

use super::super::signing::SigningKey;
use super::super::{Client, Credential, Population};
use super::{CALLBACK, Desk, VERIFIER, client, error, open, open_for, opening_time};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A provider whose one client has a key, and that key.
fn open_with_key() -> (Desk, SigningKey) {
    let key = SigningKey::generate().unwrap();
    let client = Client {
        credential: Credential::Keys(json!({"keys": [key.public]})),
        ..client("residents", Population::Residents)
    };
    (open_for(&[], vec![client]), key)
}

fn claims(desk: &Desk) -> Value {
    json!({
        "iss": "residents",
        "sub": "residents",
        "aud": format!("{}/token", desk.issuer),
        "jti": "once",
        "iat": opening_time().timestamp(),
        "exp": opening_time().timestamp() + 300,
    })
}

fn signed(claims: &Value, key: &SigningKey) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = key.public.common.key_id.clone();
    jsonwebtoken::encode(&header, claims, &key.private).unwrap()
}

async fn exchange(desk: &Desk, kind: &str, assertion: &str) -> Response {
    let code = desk.code(&[]).await;
    let form = HashMap::from([
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("client_id", "residents"),
        ("client_assertion_type", kind),
        ("client_assertion", assertion),
    ]);
    let request = desk.browser.post(format!("{}/token", desk.issuer));
    request.form(&form).send().await.unwrap()
}

async fn assert_refused(answer: Response, what: &str) {
    assert_eq!(answer.status(), 401, "{what}");
    assert_eq!(error(answer).await, "invalid_client", "{what}");
}

#[tokio::test]
async fn a_client_with_a_key_proves_itself_by_an_assertion() {
    let (desk, key) = open_with_key();
    for (jti, audience) in [
        ("1", format!("{}/token", desk.issuer)),
        ("2", desk.issuer.clone()),
    ] {
        let mut claims = claims(&desk);
        claims["jti"] = json!(jti);
        claims["aud"] = json!(audience);

        let answer = exchange(&desk, TYPE, &signed(&claims, &key)).await;

        assert_eq!(answer.status(), 200);
    }
}

#[tokio::test]
async fn an_assertion_counts_once() {
    let (desk, key) = open_with_key();
    let assertion = signed(&claims(&desk), &key);
    assert_eq!(exchange(&desk, TYPE, &assertion).await.status(), 200);

    assert_refused(exchange(&desk, TYPE, &assertion).await, "replay").await;
}

#[tokio::test]
async fn an_assertion_that_is_not_exactly_right_is_refused() {
    let (desk, key) = open_with_key();
    let now = opening_time().timestamp();
    let changes = [
        ("iss", json!("staff")),
        ("sub", json!("staff")),
        ("aud", json!("https://another-provider.example/token")),
        ("jti", json!("")),
        ("jti", Value::Null),
        ("exp", json!(now - 31)),
        ("exp", json!(now + 301)),
        ("iat", json!(now + 31)),
    ];
    for (name, value) in changes {
        let mut claims = claims(&desk);
        claims[name] = value.clone();

        let answer = exchange(&desk, TYPE, &signed(&claims, &key)).await;

        assert_refused(answer, &format!("{name} {value}")).await;
    }
}

#[tokio::test]
async fn an_assertion_by_another_key_or_of_another_kind_is_refused() {
    let (desk, key) = open_with_key();
    let mut stranger = SigningKey::generate().unwrap();
    assert_refused(
        exchange(&desk, TYPE, &signed(&claims(&desk), &stranger)).await,
        "kid",
    )
    .await;
    stranger.public = key.public.clone();
    assert_refused(
        exchange(&desk, TYPE, &signed(&claims(&desk), &stranger)).await,
        "key",
    )
    .await;

    let mac = EncodingKey::from_secret(&serde_json::to_vec(&key.public).unwrap());
    let mut header = Header::new(Algorithm::HS256);
    header.kid = key.public.common.key_id.clone();
    let mac = jsonwebtoken::encode(&header, &claims(&desk), &mac).unwrap();
    assert_refused(exchange(&desk, TYPE, &mac).await, "HS256").await;

    let assertion = signed(&claims(&desk), &key);
    assert_refused(exchange(&desk, "password", &assertion).await, "type").await;
}

#[tokio::test]
async fn a_client_is_held_to_the_method_it_is_registered_with() {
    let (desk, _) = open_with_key();
    let code = desk.code(&[]).await;
    assert_refused(desk.token("residents", &code, &[]).await, "secret").await;

    let desk = open();
    let key = SigningKey::generate().unwrap();
    let answer = exchange(&desk, TYPE, &signed(&claims(&desk), &key)).await;
    assert_refused(answer, "assertion").await;
}
