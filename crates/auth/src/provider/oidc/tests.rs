use super::*;

fn config(issuer: &str) -> OidcConfig {
    serde_json::from_value(serde_json::json!({
        "issuer": issuer,
        "client_id": "portal",
        "client_authentication": {"method": "client_secret_basic", "client_secret": "secret"},
        "acceptable_acr": [],
    }))
    .unwrap()
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
