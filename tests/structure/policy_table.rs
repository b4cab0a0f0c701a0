//! The policy table against the documents: what is served, and to whom.

use std::collections::BTreeSet;

use platform::telemetry::Listener;
use portal::auth::policy::{Access, ON_BEHALF, RULES, Rule};
use tests::{Audience, contract};

const LISTENERS: [(Audience, Listener); 2] = [
    (Audience::Resident, Listener::Resident),
    (Audience::Staff, Listener::Staff),
];

fn rules(listener: Listener) -> impl Iterator<Item = &'static Rule> {
    RULES.iter().filter(move |rule| rule.listener == listener)
}

#[test]
fn the_table_and_the_documents_name_the_same_operations() {
    for (audience, listener) in LISTENERS {
        let in_table: BTreeSet<_> = rules(listener)
            .map(|rule| format!("{} {} {}", rule.method, rule.pattern, rule.operation))
            .collect();
        let in_document: BTreeSet<_> = contract::of(audience)
            .operations()
            .iter()
            .map(|operation| {
                format!(
                    "{} {} {}",
                    operation.method,
                    operation.template,
                    operation.id()
                )
            })
            .collect();
        assert_eq!(in_table, in_document, "{audience:?}");
    }
}

#[test]
fn an_operation_asks_for_a_token_exactly_when_the_table_does() {
    let mut wrong = Vec::new();
    for (audience, listener) in LISTENERS {
        for rule in rules(listener) {
            let operation = contract::of(audience).operation(rule.method, rule.pattern);
            let declares = operation.unwrap().object.get("security").is_some();
            if declares != (rule.access != Access::Anyone) {
                wrong.push(format!("{audience:?} {}", rule.operation));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "security(…) differs from the policy table: {wrong:#?}"
    );
}

#[test]
fn whoever_may_be_refused_reads_so_in_the_document() {
    for (audience, listener) in LISTENERS {
        for rule in rules(listener) {
            let operation = contract::of(audience)
                .operation(rule.method, rule.pattern)
                .unwrap();
            let declares = |status| operation.statuses().any(|declared| declared == status);
            assert_eq!(
                declares(401) || rule.operation == "refreshToken",
                rule.access != Access::Anyone || rule.operation == "refreshToken",
                "{} 401",
                rule.operation
            );
            assert_eq!(
                declares(403),
                rule.access.roles().is_some()
                    || (audience == Audience::Resident && ON_BEHALF.contains(&rule.operation)),
                "{} 403",
                rule.operation
            );
        }
    }
}
