//! A provider with what the file says of it: the levels that its authentication context classes stand for.

mod soundness;

use std::collections::BTreeMap;

use platform::{Code, Error, Result};

use super::{IdentityProvider, OidcProvider, ProviderEntry, Providers, StaffClaims};
use crate::assurance::Assurance;
use crate::token::Audience;
use soundness::unusable;

/// The class of a login by mailed code.
pub(crate) const EMAIL: &str = "email";

/// A provider with what the file says of it.
pub(crate) struct Registered {
    pub(crate) id: String,
    pub(crate) name: BTreeMap<String, String>,
    pub(crate) assurance: BTreeMap<String, Assurance>,
    pub(crate) staff_claims: Option<StaffClaims>,
    pub(crate) method: Method,
}

/// How one logs in there.
pub(crate) enum Method {
    /// The browser goes there and comes back.
    Redirect(Box<dyn IdentityProvider>),
    /// The portal mails a code.
    EmailCode,
}

impl Registered {
    /// The provider of an entry.
    ///
    /// # Errors
    /// When the entry is at odds with itself, or the provider cannot be used.
    pub(super) fn of(entry: &ProviderEntry) -> Result<Self> {
        soundness::check(entry)?;
        let method = match (&entry.oidc, &entry.email_code) {
            (Some(oidc), None) => Method::Redirect(Box::new(OidcProvider::new(oidc.clone())?)),
            (None, Some(_)) if entry.audience == Audience::Resident => Method::EmailCode,
            (None, Some(_)) => return Err(unusable(entry, "staff do not log in by email_code")),
            _ => return Err(unusable(entry, "it must have either oidc or email_code")),
        };
        Ok(Self {
            id: entry.id.clone(),
            name: entry.name.clone(),
            assurance: entry.assurance.clone(),
            staff_claims: entry.staff_claims.clone(),
            method,
        })
    }

    /// The client of a provider that the browser is sent to.
    ///
    /// # Errors
    /// `invalid_query` when there is nowhere to send it.
    pub(crate) fn redirect(&self) -> Result<&dyn IdentityProvider> {
        match &self.method {
            Method::Redirect(client) => Ok(client.as_ref()),
            Method::EmailCode => Err(Error::new(Code::InvalidQuery)
                .detail("メールでのログインには /v1/auth/email-code を使ってください。")),
        }
    }

    /// The levels of a login of the class.
    pub(crate) fn assurance_of(&self, acr: &str) -> Assurance {
        self.assurance
            .get(acr)
            .copied()
            .unwrap_or(Assurance::LOWEST)
    }

    /// Whether a login of the class is as good as one of the class that was asked for.
    pub(crate) fn will_do(&self, acr: &str, asked: &str) -> bool {
        let levels = (self.assurance.get(acr), self.assurance.get(asked));
        acr == asked || matches!(levels, (Some(reached), Some(asked)) if reached.reaches(*asked))
    }
}

impl Providers {
    /// The authentication context classes that reach the levels, the least demanding first.
    pub(crate) fn acr_values(&self, levels: Assurance) -> Vec<&str> {
        let classes = self.0.iter().flat_map(|entry| &entry.assurance);
        let reaching = classes.filter(|(_, reached)| reached.reaches(levels));
        let mut reaching: Vec<_> = reaching.map(|(acr, reached)| (reached, acr)).collect();
        reaching.sort();
        let mut values: Vec<&str> = Vec::new();
        for (_, acr) in reaching {
            if !values.contains(&acr.as_str()) {
                values.push(acr);
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Providers called `first`, `second` …, each with the levels of its classes.
    fn with_levels(each: &[Value]) -> Result<Providers> {
        let entry = |(n, assurance): (usize, &Value)| {
            let good: Vec<_> = ["aal1", "aal2", "aal3"].into();
            let id = ["first", "second"][n];
            json!({"id": id, "audience": "resident", "name": {}, "assurance": assurance, "oidc": {
                "issuer": "https://id.example",
                "client_id": "portal",
                "client_authentication": {"method": "client_secret_basic", "client_secret": "known to the two alone"},
                "acceptable_acr": good,
                "attribute_scopes": ["name"],
            }})
        };
        let entries: Vec<_> = each.iter().enumerate().map(entry).collect();
        let file = serde_json::from_value(json!({"providers": entries})).unwrap();
        Providers::of(&file, Audience::Resident)
    }

    fn levels(ial: u8, aal: u8) -> Assurance {
        let (ial, aal) = (ial.try_into().unwrap(), aal.try_into().unwrap());
        Assurance { ial, aal }
    }

    #[test]
    fn a_class_without_levels_stands_for_the_lowest() {
        let providers = with_levels(&[json!({"aal3": {"ial": 3, "aal": 3}})]).unwrap();
        let provider = providers.find(None).unwrap();
        assert_eq!(provider.assurance_of("aal3"), levels(3, 3));
        for acr in ["aal2", "aal9", ""] {
            assert_eq!(provider.assurance_of(acr), Assurance::LOWEST, "{acr}");
        }
    }

    #[test]
    fn a_better_class_than_asked_for_will_do_and_a_worse_one_will_not() {
        let assurance = json!({"aal3": {"ial": 3, "aal": 3}, "aal2": {"ial": 1, "aal": 2}});
        let providers = with_levels(&[assurance]).unwrap();
        let provider = providers.find(None).unwrap();
        assert!(provider.will_do("aal3", "aal3") && provider.will_do("aal3", "aal2"));
        assert!(!provider.will_do("aal2", "aal3") && !provider.will_do("aal1", "aal2"));
        // Of classes without levels nobody knows which is better.
        assert!(provider.will_do("aal1", "aal1") && !provider.will_do("aal3", "aal1"));
    }

    #[test]
    fn what_to_log_in_with_names_every_class_that_reaches_the_least_demanding_first() {
        let first = json!({"aal3": {"ial": 3, "aal": 3}, "aal2": {"ial": 3, "aal": 2}});
        let second = json!({"aal3": {"ial": 3, "aal": 3}, "aal1": {"ial": 0, "aal": 1}});
        let providers = with_levels(&[first, second]).unwrap();
        assert_eq!(providers.acr_values(levels(3, 3)), ["aal3"]);
        assert_eq!(providers.acr_values(levels(2, 2)), ["aal2", "aal3"]);
        assert_eq!(providers.acr_values(levels(0, 1)), ["aal1", "aal2", "aal3"]);
    }
}
