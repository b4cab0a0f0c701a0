//! Starting: what the program says when it cannot.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use platform::config::VARIABLES;
use tests::{Program, run_to_end, workspace};

/// What it wrote before it failed.
fn complaint(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[actix_web::test]
async fn one_directory_serves_one_program_at_a_time() {
    let program = Program::new().await;
    let _running = program.serve().await;
    let same_ports = complaint(program.command(&["serve"]));
    assert!(
        same_ports.contains("MADOGUCHI_RESIDENT_ADDR"),
        "{same_ports}"
    );

    let mut second = program.command(&["serve"]);
    for listener in ["RESIDENT", "STAFF", "OPS"] {
        second.env(format!("MADOGUCHI_{listener}_ADDR"), "127.0.0.1:0");
    }
    let same_directory = complaint(second);
    assert!(same_directory.contains("process"), "{same_directory}");
    assert!(same_directory.contains("data"), "{same_directory}");
    let listed = program.command(&["keys", "list"]).output().unwrap();
    assert!(listed.status.success(), "{listed:?}");
}

#[actix_web::test]
async fn operators_see_health_metrics_and_documentation() {
    let program = Program::new().await;
    let _running = program.serve().await;
    program.resident("hanako").await;
    for path in [
        "/healthz",
        "/readyz",
        "/docs/",
        "/openapi/resident.json",
        "/openapi/staff.json",
    ] {
        assert_eq!(program.ops(path).await.0, 200, "{path}");
    }
    let (status, metrics) = program.ops("/metrics").await;
    assert_eq!(status, 200);
    for line in [
        "madoguchi_http_requests_total{listener=\"resident\",method=\"GET\",route=\"/v1/auth/callback\",status=\"200\"} 1",
        "madoguchi_audit_unsealed",
        "madoguchi_database_connections{state=\"open\"}",
    ] {
        assert!(metrics.contains(line), "{line} is missing in {metrics}");
    }
    assert!(!metrics.contains("hanako"));
    assert_eq!(program.ops("/v1/me").await.0, 404);
}

#[test]
fn a_wrong_variable_is_named() {
    for (name, value) in [
        ("MADOGUCHI_BODY_LIMIT", "0"),
        ("MADOGUCHI_RESIDENT_ADDR", "everywhere"),
        ("MADOGUCHI_CITY_CODE", "12"),
        ("DATABASE_URL", "mysql://localhost/x"),
    ] {
        let output = run_to_end(&["serve"], &[(name, value)]);
        assert!(!output.status.success());
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains(name), "{name}: {text}");
    }
}

/// What `serve` says of a providers file that it cannot use.
fn complaint_about_providers(file: &Path) -> String {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let variables = [
        ("MADOGUCHI_DATA_DIR", data.to_str().unwrap()),
        ("MADOGUCHI_IDENTITY_PROVIDERS", file.to_str().unwrap()),
        ("MADOGUCHI_RESIDENT_ADDR", "127.0.0.1:0"),
        ("MADOGUCHI_STAFF_ADDR", "127.0.0.1:0"),
        ("MADOGUCHI_OPS_ADDR", "127.0.0.1:0"),
    ];
    let output = run_to_end(&["serve"], &variables);
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_missing_providers_file_is_named() {
    let text = complaint_about_providers(Path::new("/nowhere/providers.json"));
    assert!(text.contains("/nowhere/providers.json"), "{text}");
}

#[test]
fn a_providers_file_whose_secrets_others_can_read_or_guess_ends_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("providers.json");
    let example = workspace().join("deploy/identity-providers.json");
    std::fs::copy(example, &file).unwrap();
    for (mode, complaint) in [
        (0o644, "chmod 600"),
        (0o600, "keycloak cannot be used: client_secret"),
    ] {
        std::fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        let text = complaint_about_providers(&file);
        assert!(text.contains(complaint), "{text}");
    }
}

#[test]
fn the_configuration_is_printed_without_its_secrets() {
    let variables = [
        ("DATABASE_URL", "postgres://server:hunter22@db.example/city"),
        ("MADOGUCHI_SMTP_URL", "smtps://post:hunter22@mail.example"),
        ("MADOGUCHI_MAIL_FROM", "portal@city.example"),
        (
            "MADOGUCHI_STORAGE_URL",
            "https://files.example/city?sig=hunter22",
        ),
    ];
    let output = run_to_end(&["config", "print"], &variables);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), VARIABLES.len());
    for line in [
        "DATABASE_URL=postgres://server:…@db.example/city",
        "MADOGUCHI_SMTP_URL=smtps://post:…@mail.example",
        "MADOGUCHI_STORAGE_URL=https://files.example/city?…",
        "MADOGUCHI_CITY_CODE=132110",
        "MADOGUCHI_IDENTITY_PROVIDERS=",
    ] {
        assert!(lines.contains(&line), "{line} is missing in {text}");
    }
    assert!(!text.contains("hunter22"), "{text}");
}

#[test]
fn the_help_lists_every_variable() {
    let output = run_to_end(&["--help"], &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    for variable in VARIABLES {
        assert!(text.contains(variable.name), "{}", variable.name);
    }
}
