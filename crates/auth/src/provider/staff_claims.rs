//! What a provider says of staff beside who they are: groups or roles, and the postings they stand for here.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::person::Role;

/// Which claim of the id token tells what somebody does, and what its values stand for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffClaims {
    /// Name of a claim that is an array of strings, such as `groups` or `roles`; a dot leads into an object, as in
    /// Keycloak's `realm_access.roles`.
    pub claim: String,
    /// The posting that each value stands for; other values mean nothing here.
    pub postings: BTreeMap<String, ClaimedPosting>,
}

/// A role in a department, or for some of its procedures.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimedPosting {
    /// Department code; absent or null: the whole city.
    #[serde(default)]
    pub department: Option<String>,
    /// Codes of the procedures it is limited to, 1 to 100; absent or null: all of them, and what belongs to none.
    #[serde(default)]
    pub procedures: Option<Vec<String>>,
    /// What they may do there.
    pub role: Role,
}

/// Why nothing can be told from an id token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    /// Entra ID leaves groups out when there are more than 200, and says where to ask for them.
    #[error(
        "the provider left the groups out because there are too many (groups overage): assign groups to the application, or use app roles"
    )]
    Overage,
    /// It is there, and no array of strings.
    #[error("the claim of staff_claims is not an array of strings")]
    NoArray,
}

impl StaffClaims {
    /// What the claims give somebody; nothing when the claim is absent.
    pub(crate) fn postings(
        &self,
        claims: &Map<String, Value>,
    ) -> Result<Vec<&ClaimedPosting>, Unreadable> {
        let Some(values) = self.values(claims) else {
            let names = claims.get("_claim_names");
            return match names.and_then(|names| names.get(&self.claim)) {
                Some(_) => Err(Unreadable::Overage),
                None => Ok(Vec::new()),
            };
        };
        let values = values.as_array().ok_or(Unreadable::NoArray)?;
        let mut postings = Vec::new();
        for value in values {
            let value = value.as_str().ok_or(Unreadable::NoArray)?;
            postings.extend(self.postings.get(value));
        }
        postings.sort();
        postings.dedup();
        Ok(postings)
    }

    /// A claim may also have dots in its own name, as those that are URLs do.
    fn values<'v>(&self, claims: &'v Map<String, Value>) -> Option<&'v Value> {
        if let Some(whole) = claims.get(&self.claim) {
            return Some(whole);
        }
        let mut path = self.claim.split('.');
        let first = claims.get(path.next()?)?;
        path.try_fold(first, |value, name| value.get(name))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn roles(claim: &str, token: Value) -> Result<Vec<Role>, Unreadable> {
        let claims: StaffClaims = serde_json::from_value(json!({"claim": claim, "postings": {
            "review": {"department": "child-support", "role": "reviewer"},
            "also-review": {"department": "child-support", "role": "reviewer"},
            "admin": {"department": null, "role": "administrator"},
        }}))
        .unwrap();
        let postings = claims.postings(token.as_object().unwrap())?;
        Ok(postings.iter().map(|posting| posting.role).collect())
    }

    #[test]
    fn each_known_value_stands_for_its_posting_once() {
        let token = json!({"groups": ["review", "golf", "admin", "also-review", "review"]});
        let both = [Role::Administrator, Role::Reviewer];
        assert_eq!(roles("groups", token).unwrap(), both);
    }

    #[test]
    fn a_dot_leads_into_an_object() {
        let token = json!({"realm_access": {"roles": ["review"]}, "roles": ["admin"]});
        assert_eq!(
            roles("realm_access.roles", token).unwrap(),
            [Role::Reviewer]
        );
    }

    #[test]
    fn a_claim_whose_own_name_has_dots_is_found() {
        let token = json!({"https://city.example/roles": ["review"]});
        let claim = "https://city.example/roles";
        assert_eq!(roles(claim, token).unwrap(), [Role::Reviewer]);
    }

    #[test]
    fn an_absent_claim_gives_nothing() {
        for token in [
            json!({}),
            json!({"realm_access": {}}),
            json!({"realm_access": 1}),
        ] {
            assert_eq!(roles("realm_access.roles", token).unwrap(), []);
        }
    }

    #[test]
    fn groups_that_were_left_out_are_not_taken_for_none() {
        let token = json!({"_claim_names": {"groups": "src1"}, "_claim_sources": {}});
        assert_eq!(roles("groups", token), Err(Unreadable::Overage));
        let of_another = json!({"_claim_names": {"address": "src1"}});
        assert_eq!(roles("groups", of_another).unwrap(), []);
    }

    #[test]
    fn what_is_no_array_of_strings_is_not_guessed_at() {
        for groups in [
            json!("review"),
            json!({"review": true}),
            json!(["review", 1]),
            json!(null),
        ] {
            assert_eq!(
                roles("groups", json!({"groups": groups})),
                Err(Unreadable::NoArray)
            );
        }
    }
}
