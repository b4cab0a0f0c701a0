//! Starting: what the program says when it cannot.

use std::process::Command;

use tests::{Program, run_to_end};

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

#[test]
fn a_missing_providers_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let variables = [
        ("MADOGUCHI_DATA_DIR", data.to_str().unwrap()),
        ("MADOGUCHI_IDENTITY_PROVIDERS", "/nowhere/providers.json"),
        ("MADOGUCHI_RESIDENT_ADDR", "127.0.0.1:0"),
        ("MADOGUCHI_STAFF_ADDR", "127.0.0.1:0"),
        ("MADOGUCHI_OPS_ADDR", "127.0.0.1:0"),
    ];
    let output = run_to_end(&["serve"], &variables);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && text.contains("/nowhere/providers.json"),
        "{text}"
    );
}

#[test]
fn the_help_lists_every_variable() {
    let output = run_to_end(&["--help"], &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    for variable in platform::config::VARIABLES {
        assert!(text.contains(variable.name), "{}", variable.name);
    }
}
