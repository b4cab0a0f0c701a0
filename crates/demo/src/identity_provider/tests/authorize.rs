use super::{callback, header, open, open_with};
use crate::city::{self, DemoResident};

#[tokio::test]
async fn a_login_hint_leads_straight_back_with_a_code() {
    let desk = open();

    let answer = callback(&desk.authorize(&[]).await);

    assert_eq!(answer["code"].len(), 43);
    assert_eq!(answer["state"], "a state & more");
    assert_eq!(answer["iss"], desk.issuer);
    assert_eq!(answer["from"], "demo");
}

#[tokio::test]
async fn the_client_hears_what_its_request_lacks() {
    let desk = open();
    let faulty = [
        ("response_type", "", "unsupported_response_type"),
        ("response_type", "id_token", "unsupported_response_type"),
        ("scope", "", "invalid_scope"),
        ("scope", "name", "invalid_scope"),
        ("state", "", "invalid_request"),
        ("state", "花", "invalid_request"),
        ("nonce", "", "invalid_request"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "too-short", "invalid_request"),
        ("code_challenge_method", "", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
    ];

    for (name, value, expected) in faulty {
        let answer = callback(&desk.authorize(&[(name, value)]).await);

        assert_eq!(answer["error"], expected, "{name}={value}");
        assert!(!answer.contains_key("code"));
        let has_state = answer.contains_key("state");
        assert_eq!(has_state, (name, value) != ("state", ""));
    }
}

#[tokio::test]
async fn nothing_is_sent_to_an_address_that_is_not_registered() {
    let desk = open();
    let faulty = [
        ("client_id", ""),
        ("client_id", "nobody"),
        ("redirect_uri", ""),
        ("redirect_uri", "http://127.0.0.1:8080/callback"),
        ("redirect_uri", "https://attacker.example/"),
    ];

    for (name, value) in faulty {
        let response = desk.authorize(&[(name, value)]).await;

        assert_eq!(response.status(), 400, "{name}={value}");
        assert!(!response.headers().contains_key("location"));
        assert!(response.text().await.unwrap().contains(name));
    }
}

#[tokio::test]
async fn a_parameter_given_twice_is_refused() {
    let desk = open();

    let response = desk
        .get("/authorize?client_id=residents&client_id=staff")
        .await;

    assert_eq!(response.status(), 400);
}

#[tokio::test]
async fn the_discovery_document_names_the_endpoints_that_exist() {
    let desk = open();
    let response = desk.get("/.well-known/openid-configuration").await;
    assert_eq!(header(&response, "content-type"), "application/json");

    let document: serde_json::Value = response.json().await.unwrap();

    assert_eq!(document["issuer"], desk.issuer);
    for endpoint in ["authorization", "token", "userinfo"] {
        let url = document[format!("{endpoint}_endpoint")].as_str().unwrap();
        let response = desk.browser.delete(url).send().await.unwrap();
        assert_eq!(response.status(), 405, "{url}");
    }
    let keys = desk.browser.get(document["jwks_uri"].as_str().unwrap());
    assert_eq!(keys.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_first_class_asked_for_that_is_known_is_granted() {
    let desk = open();
    for (client_id, login, asked, granted) in [
        ("residents", "hanako", "", "aal3"),
        ("residents", "hanako", "crl", "aal3"),
        ("residents", "hanako", "crl aal1 aal3", "aal1"),
        ("staff", "sato", "", "aal2"),
        ("staff", "sato", "aal3", "aal3"),
    ] {
        let changes = [
            ("client_id", client_id),
            ("login_hint", login),
            ("acr_values", asked),
        ];
        let tokens = desk.tokens(&changes).await;
        let claims = desk.verified(&tokens["id_token"]).await.unwrap();
        assert_eq!(claims["acr"], granted, "{client_id} {asked}");
    }
}

#[tokio::test]
async fn newcomers_log_in_as_residents_and_only_so() {
    let newcomers = residents_called(&["newcomer"]);
    let desk = open_with(newcomers);

    let answer = callback(&desk.authorize(&[("login_hint", "newcomer")]).await);
    assert_eq!(answer["code"].len(), 43);
    for (client_id, login) in [("staff", "newcomer"), ("residents", "nobody")] {
        let changes = [("client_id", client_id), ("login_hint", login)];
        assert_eq!(desk.authorize(&changes).await.status(), 200, "{login}");
    }
}

fn residents_called(logins: &[&str]) -> &'static [DemoResident] {
    let called = |login: &&str| DemoResident {
        login: (*login).to_owned(),
        ..city::residents()[0].clone()
    };
    logins.iter().map(called).collect::<Vec<_>>().leak()
}
