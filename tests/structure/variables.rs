//! Every variable of the program is explained to operators, and no other is.

use platform::config::VARIABLES;
use tests::workspace;

fn text(path: &str) -> String {
    std::fs::read_to_string(workspace().join(path)).unwrap()
}

#[test]
fn every_variable_is_in_the_operators_manual() {
    let manual = text("docs/operations.md");
    let missing: Vec<_> = VARIABLES
        .iter()
        .filter(|variable| !manual.contains(variable.name))
        .map(|variable| variable.name)
        .collect();
    assert!(missing.is_empty(), "docs/operations.md lacks {missing:?}");
}

#[test]
fn nothing_names_a_variable_that_the_program_does_not_read() {
    for path in [
        "docker-compose.yml",
        "docs/operations.md",
        "README.md",
        "Dockerfile",
    ] {
        let text = text(path);
        let words =
            text.split(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_');
        for word in words.filter(|word| word.starts_with("MADOGUCHI_")) {
            let known = VARIABLES.iter().any(|variable| variable.name == word);
            assert!(
                known,
                "{path} names {word}, which the program does not read"
            );
        }
    }
}
