//! The operations and whom they admit, as the committed OpenAPI documents say: a record beside the policy table,
//! which is wrong as soon as it says something else.

use portal::auth::Role;
use tests::contract::{self, Operation};
use tests::{Audience, Body, Client, Response, good_body};

/// Whom an operation admits.
pub(super) enum Promised {
    Anyone,
    Resident,
    Staff {
        roles: Vec<Role>,
        /// Also who holds one for some procedures.
        limited: bool,
    },
}

/// An operation to be tried out.
pub(super) struct Tried {
    pub(super) audience: Audience,
    pub(super) operation: Operation<'static>,
    pub(super) promised: Promised,
}

/// All that are served.
pub(super) fn operations() -> Vec<Tried> {
    let listeners = [Audience::Resident, Audience::Staff].into_iter();
    let operations = listeners.flat_map(|audience| {
        let operations = contract::committed(audience).operations().into_iter();
        operations.map(move |operation| Tried {
            audience,
            promised: promised(audience, &operation),
            operation,
        })
    });
    operations.collect()
}

fn promised(audience: Audience, operation: &Operation<'_>) -> Promised {
    let by_procedure = operation.object.get("x-roles-by-procedure");
    let roles = by_procedure.or_else(|| operation.object.get("x-roles"));
    let asks_who = operation.object.get("security").is_some();
    match (audience, asks_who, roles) {
        (_, false, None) => Promised::Anyone,
        (Audience::Resident, true, None) => Promised::Resident,
        (Audience::Staff, true, Some(roles)) => {
            let roles = serde_json::from_value(roles.clone()).unwrap();
            let limited = by_procedure.is_some();
            Promised::Staff { roles, limited }
        }
        _ => panic!("{} does not say whom it admits", operation.id()),
    }
}

impl Tried {
    pub(super) fn id(&self) -> &str {
        self.operation.id()
    }

    pub(super) fn pattern(&self) -> &str {
        self.operation.template
    }

    /// Asks for it with a good body, on something of that path.
    pub(super) async fn try_out(&self, client: &Client, path: String) -> Response {
        let body = match self.id() {
            _ if self.operation.has_json_body() => Body::Json(good_body(self.id())),
            "addAttachment" => Body::Raw("application/octet-stream", b"%PDF-1.7\n".to_vec()),
            _ => Body::None,
        };
        let method = self.operation.method.parse().unwrap();
        client.call(method, path, body).if_match("\"1\"").await
    }
}
