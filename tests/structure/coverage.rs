//! Whether every promise of the documents was kept before our eyes.

use std::collections::HashSet;

use tests::contract::Operation;
use tests::{Audience, contract, seen_by_all};

#[test]
#[ignore = "looks at what the other tests have seen: run it after them, with --ignored"]
fn every_declared_status_was_produced_by_some_test() {
    let seen: HashSet<String> = seen_by_all();
    let mut unseen = Vec::new();
    for audience in [Audience::Resident, Audience::Staff] {
        for operation in contract::of(audience).operations() {
            unseen.extend(unseen_of(&operation, audience, &seen));
        }
    }
    assert!(unseen.is_empty(), "declared and never seen: {unseen:#?}");
}

fn unseen_of(operation: &Operation<'_>, audience: Audience, seen: &HashSet<String>) -> Vec<String> {
    let lines = operation.statuses();
    let lines = lines.map(|status| format!("{} {} {status}", audience.as_str(), operation.id()));
    lines.filter(|line| !seen.contains(line)).collect()
}
