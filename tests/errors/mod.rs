mod garbage;
mod requests;
mod sockets;

use portal::auth::Role;
use portal::auth::policy::{Access, RULES};
use tests::contract::Operation;
use tests::{Audience, Client, TestApp};

/// People among whom there is somebody for every operation.
struct People {
    resident: Client,
    clerk: Client,
    analyst: Client,
    administrator: Client,
    registrar: Client,
}

impl People {
    async fn of(app: &TestApp) -> Self {
        Self {
            resident: app.resident("hanako").await,
            clerk: app.staff("ito").await,
            analyst: app.staff("watanabe").await,
            administrator: app.staff("nakamura").await,
            registrar: app.staff("kimura").await,
        }
    }

    /// Somebody who may use the operation.
    fn entitled(&self, audience: Audience, operation: &Operation<'_>) -> &Client {
        let named = |rule: &&portal::auth::policy::Rule| rule.operation == operation.id();
        let access = RULES.iter().filter(named).map(|rule| rule.access);
        let mut roles = access.filter_map(Access::roles);
        match (audience, roles.next_back().and_then(|roles| roles.first())) {
            (Audience::Resident, _) => &self.resident,
            (_, None | Some(Role::Reviewer | Role::Approver)) => &self.clerk,
            (_, Some(Role::Analyst)) => &self.analyst,
            (_, Some(Role::Administrator)) => &self.administrator,
            (_, Some(Role::Registrar)) => &self.registrar,
        }
    }
}
