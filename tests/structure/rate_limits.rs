//! The operators' manual has the rate limits of the program.

use platform::edge::{Allowance, Class};
use tests::workspace;

fn told(allowance: Allowance) -> String {
    format!("{} in {} s ", allowance.requests, allowance.seconds)
}

#[test]
fn every_class_of_operations_is_in_the_operators_manual_with_its_limits() {
    let manual = std::fs::read_to_string(workspace().join("docs/operations.md")).unwrap();
    for class in Class::ALL {
        let address = told(class.per_address());
        let account = class.per_account().map(told).unwrap_or_default();
        let row = format!("| `{}` | {address}| {account}|", class.as_str());
        assert!(manual.contains(&row), "docs/operations.md lacks {row}");
    }
}
