//! The policy table, tried out on every operation.

use platform::telemetry::Listener;
use portal::auth::Role;
use portal::auth::policy::{Access, RULES, Rule};
use serde_json::json;
use tests::{Audience, Body, Client, Response, TestApp, contract};

const SOME_ID: &str = "0192f0c1-2345-7abc-8def-0123456789ab";
const HOLDERS: [(Role, &str); 4] = [
    (Role::Reviewer, "sato"),
    (Role::Approver, "suzuki"),
    (Role::Analyst, "watanabe"),
    (Role::Administrator, "nakamura"),
];

fn audience_of(rule: &Rule) -> Audience {
    match rule.listener {
        Listener::Staff => Audience::Staff,
        _ => Audience::Resident,
    }
}

async fn try_out(rule: &Rule, client: &Client) -> Response {
    let contract = contract::of(audience_of(rule));
    let operation = contract.operation(rule.method, rule.pattern).unwrap();
    let body = if operation.has_json_body() {
        Body::Json(json!({}))
    } else {
        Body::None
    };
    let method = rule.method.parse().unwrap();
    client
        .call(method, operation.path_with(SOME_ID), body)
        .await
}

#[actix_web::test]
async fn without_a_token_only_public_operations_answer() {
    let app = TestApp::new().await;
    for rule in RULES {
        let response = try_out(rule, &app.anonymous(audience_of(rule))).await;
        if rule.access == Access::Anyone {
            let code = response.text();
            assert!(!code.contains("unauthenticated"), "{rule:?}");
        } else {
            response.assert_problem(401, "unauthenticated");
            assert_eq!(response.header("www-authenticate"), Some("Bearer"));
        }
    }
}

#[actix_web::test]
async fn the_other_listeners_token_opens_nothing() {
    let app = TestApp::new().await;
    let (hanako, ito) = (app.resident("hanako").await, app.staff("ito").await);
    for rule in RULES.iter().filter(|rule| rule.access != Access::Anyone) {
        let audience = audience_of(rule);
        let wrong = if audience == Audience::Staff {
            &hanako
        } else {
            &ito
        };
        let client = app.anonymous(audience).with_token(wrong.token());
        try_out(rule, &client)
            .await
            .assert_problem(401, "unauthenticated");
    }
}

#[actix_web::test]
async fn staff_do_what_their_role_allows_and_nothing_else() {
    let app = TestApp::new().await;
    let mut clerks = Vec::new();
    for (role, login) in HOLDERS {
        clerks.push((role, app.staff(login).await));
    }
    let mut wrong = Vec::new();
    for rule in RULES {
        let Access::Staff(roles) = rule.access else {
            continue;
        };
        for (role, clerk) in &clerks {
            let status = try_out(rule, clerk).await.status();
            if (status == 403) == roles.contains(role) {
                wrong.push(format!("{} as {}: {status}", rule.operation, role.as_str()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
