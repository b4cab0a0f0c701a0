//! Who tries operations out, and what each is to expect.

use portal::auth::Role;
use serde_json::json;
use tests::{Audience, Client, TestApp, empower_in_all};

use super::operations::{Promised, Tried};
use super::{CARE, Expected};

/// Another procedure of the same department.
const HOME: &str = "long-term-care-home-modification";

/// Somebody, in relation to Hanako's applications, which 高齢者支援課 is in charge of.
pub(super) struct Caller {
    pub(super) name: &'static str,
    pub(super) client: Client,
    pub(super) relation: Relation,
}

#[derive(Clone, Copy)]
pub(super) enum Relation {
    Nobody,
    Owner,
    AnotherResident,
    MandateHolder,
    InCharge(Role),
    Elsewhere(Role),
    /// A reviewer of the department in charge, for this procedure or for another one.
    OfProcedure {
        in_charge: bool,
    },
}

impl Relation {
    pub(super) fn expects(self, tried: &Tried) -> Expected {
        let names_an_object = tried.pattern().contains("{id}");
        let is_hanakos_login = tried.pattern().starts_with("/v1/me/sessions/");
        let is_registrars = ["/v1/mandates/", "/v1/registrations/", "/v1/relinks/"]
            .iter()
            .any(|desk| tried.pattern().starts_with(desk));
        let is_staffs_account = tried.pattern().starts_with("/v1/staff-accounts/");
        let limited = |in_charge| match in_charge {
            true => Self::InCharge(Role::Reviewer),
            false => Self::Elsewhere(Role::Reviewer),
        };
        match (&tried.promised, self) {
            (Promised::Staff { limited, .. }, Self::OfProcedure { .. }) if !limited => {
                Expected::NotTheirRole
            }
            (_, Self::OfProcedure { in_charge }) => limited(in_charge).expects(tried),
            (Promised::Anyone, _) => Expected::Public,
            (_, Self::Nobody) => Expected::NotLoggedIn,
            (Promised::Resident, Self::AnotherResident) if names_an_object => Expected::NotTheirs,
            (Promised::Resident, Self::MandateHolder) if is_hanakos_login => Expected::NotTheirs,
            (Promised::Resident, _) => Expected::Admitted,
            (Promised::Staff { roles, .. }, Self::InCharge(role) | Self::Elsewhere(role))
                if !roles.contains(&role) =>
            {
                Expected::NotTheirRole
            }
            // The administrator is one of the whole city.
            (Promised::Staff { .. }, _) if is_staffs_account => Expected::Admitted,
            (Promised::Staff { .. }, Self::Elsewhere(_)) if names_an_object && !is_registrars => {
                Expected::NotTheirs
            }
            (Promised::Staff { .. }, Self::InCharge(_)) if is_hanakos_login => Expected::NotTheirs,
            (Promised::Staff { .. }, _) => Expected::Admitted,
        }
    }
}

pub(super) async fn callers(app: &TestApp, hanako: Client) -> Vec<Caller> {
    let shiro = app.resident("shiro").await;
    let mandate = empower_in_all(&hanako, &shiro).await;
    let mut callers = vec![
        Caller {
            name: "the owner",
            client: hanako,
            relation: Relation::Owner,
        },
        Caller {
            name: "another resident",
            client: app.resident("taro").await,
            relation: Relation::AnotherResident,
        },
        Caller {
            name: "a mandate holder",
            client: shiro.under(&mandate),
            relation: Relation::MandateHolder,
        },
    ];
    for audience in [Audience::Resident, Audience::Staff] {
        callers.push(Caller {
            name: "nobody",
            client: app.anonymous(audience),
            relation: Relation::Nobody,
        });
    }
    for (name, login, relation) in [
        (
            "a reviewer in charge",
            "yamamoto",
            Relation::InCharge(Role::Reviewer),
        ),
        (
            "an approver in charge",
            "ogawa",
            Relation::InCharge(Role::Approver),
        ),
        (
            "a reviewer elsewhere",
            "sato",
            Relation::Elsewhere(Role::Reviewer),
        ),
        (
            "an approver elsewhere",
            "suzuki",
            Relation::Elsewhere(Role::Approver),
        ),
        ("an analyst", "watanabe", Relation::Elsewhere(Role::Analyst)),
        (
            "an administrator",
            "nakamura",
            Relation::InCharge(Role::Administrator),
        ),
        (
            "a registrar",
            "kimura",
            Relation::Elsewhere(Role::Registrar),
        ),
    ] {
        callers.push(Caller {
            name,
            client: app.staff(login).await,
            relation,
        });
    }
    for (name, login, procedure) in [
        ("a reviewer of the procedure alone", "kobayashi", CARE),
        ("a reviewer of another procedure", "takahashi", HOME),
    ] {
        let posting =
            json!({"department": "long-term-care", "procedures": [procedure], "role": "reviewer"});
        let entry = json!({"postings": [posting]});
        app.import_staff(login, entry).await.unwrap();
        callers.push(Caller {
            name,
            client: app.staff(login).await,
            relation: Relation::OfProcedure {
                in_charge: procedure == CARE,
            },
        });
    }
    callers
}
