use super::*;

fn config(issuer: &str) -> OidcConfig {
    OidcConfig {
        issuer: issuer.to_owned(),
        client_id: "portal".to_owned(),
        client_secret: "secret".to_owned(),
        scopes: Vec::new(),
        acceptable_acr: Vec::new(),
    }
}

#[test]
fn plain_http_is_for_this_machine_only() {
    assert!(OidcProvider::new(config("http://127.0.0.1:9000")).is_ok());
    assert!(OidcProvider::new(config("http://[::1]:9000")).is_ok());
    assert!(OidcProvider::new(config("https://id.example")).is_ok());
    assert!(OidcProvider::new(config("http://id.example")).is_err());
    assert!(OidcProvider::new(config("http://127.0.0.1.example")).is_err());
}

#[test]
fn the_code_challenge_is_that_of_rfc_7636() {
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    assert_eq!(
        s256(verifier),
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    );
}

fn known(fetched_at: DateTime<Utc>, asked_at: DateTime<Utc>) -> Known {
    let metadata = serde_json::json!({
        "issuer": "https://id.example",
        "authorization_endpoint": "https://id.example/authorize",
        "token_endpoint": "https://id.example/token",
        "jwks_uri": "https://id.example/jwks",
    });
    Known {
        metadata: serde_json::from_value(metadata).unwrap(),
        keys: KeySet::default(),
        keys_fetched_at: fetched_at,
        keys_asked_at: asked_at,
    }
}

#[test]
fn keys_are_old_after_an_hour() {
    let fetched = DateTime::UNIX_EPOCH;
    let known = known(fetched, fetched);
    assert!(!known.has_old_keys(fetched + TimeDelta::seconds(3_599)));
    assert!(known.has_old_keys(fetched + TimeDelta::seconds(3_600)));
}

#[test]
fn a_provider_that_did_not_answer_is_left_alone_for_a_moment() {
    let fetched = DateTime::UNIX_EPOCH;
    let asked = fetched + TimeDelta::hours(2);
    let known = known(fetched, asked);
    assert!(!known.may_ask(asked + TimeDelta::seconds(9)));
    assert!(known.may_ask(asked + TimeDelta::seconds(10)));
    assert!(known.has_old_keys(asked + TimeDelta::seconds(10)));
}
