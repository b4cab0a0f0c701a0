//! Garbage in every body: always an error of the client, never one of ours.

use serde_json::{Value, json};
use tests::contract::{self, Operation};
use tests::{Audience, Body, Client, TestApp, begin};

use super::People;

/// What an object of the schema looks like with one property turned into something else.
fn spoilt(schema: &Value, components: &Value) -> Vec<Vec<u8>> {
    let name = schema["$ref"]
        .as_str()
        .map(|name| name.rsplit('/').next().unwrap());
    let schema = name.map_or(schema, |name| &components["schemas"][name]);
    let properties = schema["properties"].as_object().unwrap();
    let good: Value = properties
        .iter()
        .map(|(name, property)| {
            (
                name.clone(),
                property.get("example").cloned().unwrap_or(json!("x")),
            )
        })
        .collect::<serde_json::Map<_, _>>()
        .into();
    let long = "窓".repeat(6_000);
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!(i64::MIN),
        json!(""),
        json!("\u{0}"),
        json!(long),
        json!([]),
        json!([[[]]]),
        json!({}),
        json!({"x": {"y": []}}),
        json!("9999-12-31"),
        json!("-262144-01-01"),
        json!("2026-02-30"),
    ];
    let mut bodies = Vec::new();
    for name in properties.keys() {
        for value in &values {
            let mut body = good.clone();
            body[name] = value.clone();
            bodies.push(serde_json::to_vec(&body).unwrap());
        }
    }
    bodies
}

fn garbage() -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = [
        "null", "true", "0", "\"x\"", "[]", "{}", "[{}]", "1e999", "{\"\":0}", "-", "\\",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    bodies.push(b"{\"x\":\"\xff\xfe\"}".to_vec());
    bodies.push(b"{\"x\":\"\\ud800\"}".to_vec());
    bodies.push("[".repeat(20_000).into_bytes());
    bodies.push("{\"a\":".repeat(5_000).into_bytes());
    bodies
}

async fn throw(client: &Client, operation: &Operation<'_>, id: &str, body: Vec<u8>) {
    let method = operation.method.parse().unwrap();
    let shown = String::from_utf8_lossy(&body[..body.len().min(120)]).into_owned();
    let body = Body::Raw("application/json", body);
    let call = client.call(method, operation.path_with(id), body);
    // The contract check has already failed the test on any 5xx.
    let response = call.if_match("\"99\"").await;
    assert!(
        (400..500).contains(&response.status()),
        "{} {shown}: {}",
        operation.id(),
        response.text()
    );
}

/// A version nobody has refuses what a body could still get right; these need none.
fn needs_no_version(operation: &Operation<'_>) -> bool {
    ["logout", "createDraft", "recordOfflineCount", "findByNeed"].contains(&operation.id())
}

#[actix_web::test]
async fn garbage_in_any_body_is_the_clients_error() {
    let app = TestApp::new().await;
    let people = People::of(&app).await;
    let draft = begin(&people.resident, "dog-registration-change").await;
    let id = draft.rsplit('/').next().unwrap();
    for audience in [Audience::Resident, Audience::Staff] {
        let contract = contract::of(audience);
        for operation in contract
            .operations()
            .iter()
            .filter(|operation| operation.has_json_body())
        {
            let client = match operation.id() {
                "recordOfflineCount" => &people.administrator,
                _ => people.entitled(audience, operation),
            };
            let schema = &operation.object["requestBody"]["content"]["application/json"]["schema"];
            let components = &contract.document()["components"];
            let mut bodies = garbage();
            if !needs_no_version(operation) {
                bodies.extend(spoilt(schema, components));
            }
            for body in bodies {
                throw(client, operation, id, body).await;
            }
        }
    }
}

#[actix_web::test]
async fn odd_values_where_no_version_guards_are_never_our_error() {
    let app = TestApp::new().await;
    let (hanako, nakamura) = (app.resident("hanako").await, app.staff("nakamura").await);
    for (client, path, schema) in [
        (&hanako, "/v1/applications", "NewDraft"),
        (&hanako, "/v1/auth/logout", "RefreshRequest"),
        (&hanako, "/v1/finder", "Need"),
        (&nakamura, "/v1/offline-counts", "NewOfflineCount"),
    ] {
        let audience = if schema == "NewOfflineCount" {
            Audience::Staff
        } else {
            Audience::Resident
        };
        let components = &contract::of(audience).document()["components"];
        for body in spoilt(&components["schemas"][schema], components) {
            let response = client.post(path, Body::Raw("application/json", body)).await;
            assert!(response.status() < 500, "{}", response.text());
        }
    }
}
