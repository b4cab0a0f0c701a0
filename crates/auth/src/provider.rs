//! Identity providers: where people prove who they are.

mod companies;
mod oidc;
mod registered;
mod staff_claims;

use std::collections::BTreeMap;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;

use chrono::{DateTime, Utc};
use platform::{Code, Error, Randomness, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::assurance::{Assurance, StepUp};
use crate::token::Audience;
pub(crate) use companies::is_corporate_number;
pub use companies::{CompanyClaims, RepresentedCompany};
pub use oidc::{AssertionAudience, ClaimedProof, ClientAuthentication, OidcConfig, OidcProvider};
pub(crate) use registered::{EMAIL, Method, Registered};
pub use staff_claims::{ClaimedPosting, StaffClaims};

/// What the portal remembers of a login while the person is at the provider.
#[derive(Debug)]
pub struct Challenge {
    /// Comes back in the callback; ties it to this login.
    pub state: String,
    /// Comes back in the id token; ties it to this login.
    pub nonce: String,
    /// PKCE verifier (RFC 7636); shows that the one who asks for the token is the one who began.
    pub code_verifier: String,
    /// Where the provider sends the person back to.
    pub redirect_uri: String,
    /// What the person has to prove beyond the usual.
    pub step_up: StepUp,
    /// Whether the portal is to learn name, address, birthdate and gender; it does not unless something needs them.
    pub with_attributes: bool,
}

/// What the person brings back from the provider.
#[derive(Clone, Copy)]
pub struct Returned<'a> {
    /// Authorization code.
    pub code: &'a str,
    /// The callback's `iss` (RFC 9207), where there is one.
    pub issuer: Option<&'a str>,
}

/// A person as a provider vouches for them.
#[derive(Debug)]
pub struct VerifiedIdentity {
    /// Who vouches.
    pub issuer: String,
    /// The person, within the issuer.
    pub subject: String,
    /// Authentication context class reached.
    pub acr: String,
    /// When they authenticated.
    pub authenticated_at: DateTime<Utc>,
    /// Attributes exactly as sent: name, address, birthdate, gender; none unless they were asked for.
    pub attributes: Map<String, Value>,
    /// The companies that they act for.
    pub companies: Vec<RepresentedCompany>,
    /// What else the provider says of them, to be looked at and not kept.
    pub claims: Map<String, Value>,
}

/// The future of a provider's answer.
pub type ProviderFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// One way of proving who one is.
pub trait IdentityProvider: Send + Sync {
    /// Where to send the person. `login_hint` is passed on.
    fn start<'a>(
        &'a self,
        challenge: &'a Challenge,
        login_hint: Option<&'a str>,
        now: DateTime<Utc>,
    ) -> ProviderFuture<'a, String>;

    /// Who they turned out to be.
    fn finish<'a>(
        &'a self,
        challenge: &'a Challenge,
        returned: Returned<'a>,
        randomness: &'a Randomness,
        now: DateTime<Utc>,
    ) -> ProviderFuture<'a, VerifiedIdentity>;
}

/// The file named by `MADOGUCHI_IDENTITY_PROVIDERS`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProvidersFile {
    /// The providers, in the order shown to people.
    pub providers: Vec<ProviderEntry>,
}

impl ProvidersFile {
    fn holds_secrets(&self) -> bool {
        let mut clients = self.providers.iter().flat_map(|entry| &entry.oidc);
        clients.any(|oidc| {
            let authentication = &oidc.client_authentication;
            matches!(
                authentication,
                ClientAuthentication::ClientSecretBasic { .. }
            )
        })
    }
}

/// One entry of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderEntry {
    /// Short name used in URLs.
    pub id: String,
    /// Who logs in there.
    pub audience: Audience,
    /// Name by language.
    pub name: BTreeMap<String, String>,
    /// The levels that its authentication context classes stand for; one that is not here stands for the lowest.
    #[serde(default)]
    pub assurance: BTreeMap<String, Assurance>,
    /// What of a member of staff it tells beside who they are; absent: the staff file tells all.
    #[serde(default)]
    pub staff_claims: Option<StaffClaims>,
    /// How to speak to it by OpenID Connect.
    #[serde(default)]
    pub oidc: Option<OidcConfig>,
    /// Or: it is the portal itself, which mails codes.
    #[serde(default)]
    pub email_code: Option<EmailCodeConfig>,
}

/// Logging in by a code that is mailed; there is nothing to set.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EmailCodeConfig {}

/// The providers of one audience.
#[derive(Default)]
pub struct Providers(Vec<Registered>);

impl Providers {
    /// Reads the providers file; key files named in it by a relative path lie beside it.
    ///
    /// # Errors
    /// When it cannot be read or a provider in it cannot be used.
    pub fn read_file(path: &Path) -> Result<ProvidersFile> {
        let read = || -> Result<ProvidersFile, Box<dyn std::error::Error + Send + Sync>> {
            let mut file: ProvidersFile = serde_json::from_slice(&std::fs::read(path)?)?;
            if file.holds_secrets() && keys::can_be_read_by_others(path)? {
                return Err(
                    "it holds a client_secret and can be read by others: chmod 600 it".into(),
                );
            }
            let folder = path.parent().unwrap_or(Path::new(""));
            for oidc in file.providers.iter_mut().flat_map(|entry| &mut entry.oidc) {
                oidc.client_authentication.begin_at(folder);
            }
            Ok(file)
        };
        read().map_err(|error| {
            Error::internal(format!(
                "MADOGUCHI_IDENTITY_PROVIDERS {}: {error}",
                path.display()
            ))
        })
    }

    /// The providers of the file that serve the audience.
    ///
    /// # Errors
    /// When two have the same id, or one cannot be used, such as one without TLS on another machine.
    pub fn of(file: &ProvidersFile, audience: Audience) -> Result<Self> {
        let mut providers = Self::default();
        let all = file.providers.iter();
        for entry in all.filter(|entry| entry.audience == audience) {
            if providers.list().any(|known| known.id == entry.id) {
                return Err(Error::internal(format!(
                    "MADOGUCHI_IDENTITY_PROVIDERS names {} twice for {}",
                    entry.id,
                    audience.as_str()
                )));
            }
            providers.0.push(Registered::of(entry)?);
        }
        Ok(providers)
    }

    /// Each of them.
    pub(crate) fn list(&self) -> impl Iterator<Item = &Registered> {
        self.0.iter()
    }

    /// The one that mails codes.
    pub(crate) fn email_code(&self) -> Option<&Registered> {
        let mut all = self.0.iter();
        all.find(|known| matches!(known.method, Method::EmailCode))
    }

    /// The provider with the id; when none is named, the only one that browsers are sent to.
    pub(crate) fn find(&self, id: Option<&str>) -> Result<&Registered> {
        let mut all = self.0.iter();
        let found = match id {
            Some(id) => all.find(|entry| entry.id == id),
            None => {
                let mut sent_to = all.filter(|known| matches!(known.method, Method::Redirect(_)));
                sent_to.next().filter(|_| sent_to.next().is_none())
            }
        };
        found.ok_or_else(|| {
            Error::new(Code::InvalidQuery)
                .detail("provider に /v1/auth/providers のいずれかを指定してください。")
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn file(entries: &[(&str, &str)]) -> ProvidersFile {
        let two_factors = json!({"aal2": {"ial": 1, "aal": 2}});
        let entry = |(id, audience): &(&str, &str)| {
            json!({"id": id, "audience": audience, "name": {}, "assurance": two_factors, "oidc": {
                "issuer": "https://id.example",
                "client_id": "portal",
                "client_authentication": {"method": "client_secret_basic", "client_secret": "known to the two alone"},
                "acceptable_acr": ["aal2"],
                "attribute_scopes": ["name"],
            }})
        };
        let providers: Vec<_> = entries.iter().map(entry).collect();
        serde_json::from_value(json!({"providers": providers})).unwrap()
    }

    #[test]
    fn an_id_names_one_provider_of_an_audience() {
        let twice = file(&[("card", "resident"), ("card", "resident")]);
        let refused = Providers::of(&twice, Audience::Resident).err().unwrap();
        assert!(
            refused
                .to_string()
                .contains("names card twice for resident")
        );
        assert!(Providers::of(&twice, Audience::Staff).is_ok());
    }

    #[test]
    fn both_audiences_may_use_the_same_id() {
        let both = file(&[("demo", "resident"), ("demo", "staff")]);
        for audience in [Audience::Resident, Audience::Staff] {
            assert_eq!(Providers::of(&both, audience).unwrap().list().count(), 1);
        }
    }
}
