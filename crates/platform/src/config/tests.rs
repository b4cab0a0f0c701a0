use super::*;

fn with(name: &str, value: &str) -> Result<Config, ConfigError> {
    Config::from_variables(|asked| (asked == name).then(|| value.to_owned()))
}

#[test]
fn with_nothing_set_the_defaults_hold() {
    let config = Config::from_variables(|_| None).unwrap();
    assert!(matches!(config.database, DatabaseConfig::Embedded));
    assert_eq!(config.resident_url, "http://127.0.0.1:8080");
    assert_eq!(
        config.master_key_file,
        PathBuf::from(".madoguchi/master.key")
    );
}

#[test]
fn a_wrong_value_names_its_variable() {
    for (name, value) in [
        ("MADOGUCHI_RESIDENT_ADDR", "everywhere"),
        ("MADOGUCHI_STAFF_URL", "staff.example"),
        ("MADOGUCHI_BODY_LIMIT", "0"),
        ("MADOGUCHI_BODY_TIMEOUT", "-1"),
        ("MADOGUCHI_CITY_CODE", "１３２１１０"),
        ("MADOGUCHI_LOG_FORMAT", "xml"),
        ("MADOGUCHI_TRUSTED_PROXIES", "everybody"),
        ("MADOGUCHI_RATE_LIMITS", "0"),
        ("MADOGUCHI_RATE_LIMITS", "NaN"),
        ("MADOGUCHI_RESIDENT_ORIGINS", "*"),
        ("MADOGUCHI_STAFF_ORIGINS", "https://city.example/"),
        ("DATABASE_URL", "mysql://localhost"),
        ("MADOGUCHI_SMTP_URL", "localhost:25"),
    ] {
        let error = with(name, value).unwrap_err().to_string();
        assert!(error.starts_with(name), "{error}");
    }
}

#[test]
fn web_pages_must_be_able_to_use_the_api() {
    let config = |pages: &str, origins: &str| {
        Config::from_variables(|name| match name {
            "MADOGUCHI_RESIDENT_URL" => Some("https://api.city.example".to_owned()),
            "MADOGUCHI_RESIDENT_WEB_URL" => Some(pages.to_owned()),
            "MADOGUCHI_RESIDENT_ORIGINS" => Some(origins.to_owned()),
            _ => None,
        })
    };
    let (pages, page) = (
        "https://apply.city.example/app/",
        "https://apply.city.example",
    );
    let with_origin = config(pages, page).unwrap().resident_web_url;
    assert_eq!(
        with_origin.as_deref(),
        Some("https://apply.city.example/app")
    );
    assert!(config("https://api.city.example/app", "").is_ok());
    let error = config(pages, "https://other.city.example")
        .unwrap_err()
        .to_string();
    assert!(error.starts_with("MADOGUCHI_RESIDENT_WEB_URL"), "{error}");
}

#[test]
fn a_value_that_is_not_utf8_is_not_taken_for_unset() {
    use std::os::unix::ffi::OsStringExt as _;
    let bytes = || OsString::from_vec(b"postgres://secret\xff".to_vec());
    let refused = refuse_other_than_utf8(|name| (name == "DATABASE_URL").then(bytes));
    let error = refused.unwrap_err().to_string();
    assert!(error.starts_with("DATABASE_URL"), "{error}");
    assert!(!error.contains("secret"), "{error}");
    assert!(refuse_other_than_utf8(|_| None).is_ok());
}

#[test]
fn a_wrong_url_with_a_password_is_not_repeated() {
    for name in [
        "DATABASE_URL",
        "MADOGUCHI_MIGRATION_DATABASE_URL",
        "MADOGUCHI_SMTP_URL",
    ] {
        for url in ["mysql://u:secret@localhost", "host=db password=secret"] {
            let error = with(name, url).unwrap_err().to_string();
            assert!(error.starts_with(name) && !error.contains("secret"));
        }
    }
}

#[test]
fn mail_is_off_until_a_server_and_a_sender_are_named() {
    assert!(
        with("MADOGUCHI_MAIL_FROM", "a@city.example")
            .unwrap()
            .mail
            .is_none()
    );
    let lacking = with("MADOGUCHI_SMTP_URL", "smtp://localhost").unwrap_err();
    assert!(lacking.to_string().starts_with("MADOGUCHI_MAIL_FROM"));
}
