//! What the portal of the demo city is configured and filled with.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::city;
use crate::identity_provider::{Client, Credential, Population};

/// How the portal is known at the demo identity provider. The secrets protect demo persons only.
pub fn clients(resident_url: &str, staff_url: &str) -> Vec<Client> {
    let client = |id: &str, base: &str, population| Client {
        client_id: id.to_owned(),
        credential: Credential::Secret(format!("{id}-secret")),
        redirect_uris: vec![format!("{base}/v1/auth/callback")],
        population,
    };
    vec![
        client("portal-residents", resident_url, Population::Residents),
        client("portal-businesses", resident_url, Population::Businesses),
        client("portal-staff", staff_url, Population::Staff),
    ]
}

/// The providers file of the portal, for the demo provider at the issuer.
pub(super) fn providers_file(issuer: &str) -> Value {
    let entry = |audience: &str, client: &str, acr: &[&str], assurance: Value, scopes: &[&str]| {
        json!({
            "id": "demo",
            "audience": audience,
            "name": {"ja": "デモ認証", "en": "Demo identity"},
            "assurance": assurance,
            "oidc": {
                "issuer": issuer,
                "client_id": client,
                "client_authentication": {
                    "method": "client_secret_basic",
                    "client_secret": format!("{client}-secret"),
                },
                "attribute_scopes": scopes,
                "acr_values": acr.join(" "),
                "acceptable_acr": acr,
            },
        })
    };
    let four = ["name", "address", "birthdate", "gender"];
    let card_or_mail = json!({"aal3": {"ial": 3, "aal": 3}, "aal1": {"ial": 0, "aal": 1}});
    let sealed_paper = json!({"aal2": {"ial": 2, "aal": 2}});
    let mut business = entry(
        "resident",
        "portal-businesses",
        &["aal2"],
        sealed_paper,
        &["name"],
    );
    business["id"] = json!("business");
    business["name"] = json!({"ja": "事業者のデモ認証", "en": "Demo identity for businesses"});
    business["oidc"]["scopes"] = json!(["mandate"]);
    business["oidc"]["companies"] = json!({
        "own": "/company",
        "mandates": "/mandates",
        "corporate_number": "corporate_number",
        "name": "name",
        "address": "address",
        "procedures": "procedures",
        "last_day": "last_day",
    });
    let two_factors = json!({"aal2": {"ial": 1, "aal": 2}});
    json!({"providers": [
        entry("resident", "portal-residents", &["aal3", "aal1"], card_or_mail, &four),
        {
            "id": "mail",
            "audience": "resident",
            "name": {"ja": "メールアドレス", "en": "Mail address"},
            "email_code": {},
        },
        business,
        entry("staff", "portal-staff", &["aal2"], two_factors, &[]),
    ]})
}

/// The staff file of the demo city.
pub(super) fn staff_file(issuer: &str, since: NaiveDate) -> Value {
    let member = |member: &city::DemoStaff| {
        let posting = |posting: &city::Posting| {
            json!({
                "department": posting.department,
                "role": posting.role,
                "valid_from": since,
            })
        };
        json!({
            "issuer": issuer,
            "subject": member.subject,
            "display_name": member.name,
            "postings": member.postings.iter().map(posting).collect::<Vec<_>>(),
        })
    };
    city::staff().iter().map(member).collect()
}
