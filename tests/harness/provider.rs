//! The identity provider of one test.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use actix_web::dev::ServerHandle;
use demo::identity_provider::{
    Client, ClientKeyPair, Credential, ExtraClaims, Faults, IdTokenAlgorithm, IdentityProvider,
    Population, Settings,
};
use platform::Clock;
use portal::auth::provider::ProvidersFile;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::background::off_this_runtime;
use portal::auth::Audience;

const SECRET: &str = "the provider and the portal know this";

/// How the portal proves to the provider who it is.
#[derive(Clone, Copy, Debug)]
pub enum ClientAuthentication {
    /// `client_secret_basic`
    Secret,
    /// `private_key_jwt`
    Key,
}

/// How the provider and the portal agree to deal with each other.
#[derive(Clone, Copy, Debug)]
pub struct Agreement {
    /// How the portal proves who it is.
    pub authentication: ClientAuthentication,
    /// How the provider signs who somebody is.
    pub id_tokens: IdTokenAlgorithm,
    /// What the portal's providers file says of it.
    pub expected: IdTokenAlgorithm,
    /// Whether the provider tells the portal for which companies people act, as GビズID does.
    pub companies: bool,
}

impl Agreement {
    /// A shared secret, and signatures on an elliptic curve.
    pub const USUAL: Self = Self {
        authentication: ClientAuthentication::Secret,
        id_tokens: IdTokenAlgorithm::Es256,
        expected: IdTokenAlgorithm::Es256,
        companies: false,
    };
    /// The same with a key instead of the secret.
    pub const BY_KEY: Self = Self {
        authentication: ClientAuthentication::Key,
        ..Self::USUAL
    };
}

/// A running demo identity provider; stopped when dropped.
pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) faults: Faults,
    pub(crate) extra_claims: ExtraClaims,
    key: Option<KeyFile>,
    expected: IdTokenAlgorithm,
    companies: Option<Value>,
    server: ServerHandle,
}

/// The portal's key for identity providers, as an operator keeps it.
pub(crate) struct KeyFile {
    pair: ClientKeyPair,
    folder: TempDir,
}

impl KeyFile {
    pub(crate) fn new() -> Self {
        let file = Self {
            pair: ClientKeyPair::generate().unwrap(),
            folder: tempfile::tempdir().unwrap(),
        };
        let path = file.folder.path().join("client.pem");
        fs::write(&path, &file.pair.pem).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        file
    }

    /// What the provider is told.
    pub(crate) fn published(&self) -> &Value {
        &self.pair.published
    }

    /// What the portal is told.
    pub(crate) fn client_authentication(&self) -> Value {
        json!({
            "method": "private_key_jwt",
            "key_file": self.folder.path().join("client.pem"),
        })
    }
}

impl Provider {
    /// `url` tells where people reach a listener.
    pub(crate) async fn start(
        clock: &Clock,
        agreement: Agreement,
        url: impl Fn(Audience) -> String,
    ) -> Self {
        let bound = IdentityProvider::bind("127.0.0.1:0").unwrap();
        let (issuer, faults) = (bound.issuer(), bound.faults());
        let extra_claims = bound.extra_claims();
        let key = match agreement.authentication {
            ClientAuthentication::Secret => None,
            ClientAuthentication::Key => Some(KeyFile::new()),
        };
        let credential = match &key {
            None => Credential::Secret(SECRET.to_owned()),
            Some(key) => Credential::Keys(key.published().clone()),
        };
        let client = |audience: Audience, population| Client {
            client_id: audience.as_str().to_owned(),
            credential: credential.clone(),
            redirect_uris: vec![format!("{}/v1/auth/callback", url(audience))],
            population,
        };
        let clock = clock.clone();
        let settings = Settings {
            issuer: issuer.clone(),
            clients: vec![
                client(Audience::Resident, Population::Residents),
                client(Audience::Staff, Population::Staff),
            ],
            id_token_algorithm: agreement.id_tokens,
            now: std::sync::Arc::new(move || clock.now()),
        };
        let server = off_this_runtime(async move {
            let server = bound.run(settings).unwrap();
            let handle = server.handle();
            tokio::spawn(server);
            handle
        })
        .await;
        Self {
            issuer,
            faults,
            extra_claims,
            key,
            expected: agreement.expected,
            companies: agreement.companies.then(company_members),
            server,
        }
    }

    /// What a city would write into its providers file.
    pub(crate) fn file(&self) -> ProvidersFile {
        serde_json::from_value(self.json()).unwrap()
    }

    /// The same, with something else in the entry for staff.
    pub(crate) fn file_with_staff_entry(&self, change: impl FnOnce(&mut Value)) -> ProvidersFile {
        let mut file = self.json();
        let entries = file["providers"].as_array_mut().unwrap();
        let mut staff = entries
            .iter_mut()
            .filter(|entry| entry["audience"] == "staff");
        change(staff.next().unwrap());
        serde_json::from_value(file).unwrap()
    }

    /// The same as the text of that file.
    pub(crate) fn json(&self) -> Value {
        let authentication = match &self.key {
            None => json!({"method": "client_secret_basic", "client_secret": SECRET}),
            Some(key) => key.client_authentication(),
        };
        let entry = |audience: Audience, acr: &[&str], assurance: Value| {
            json!({
                "id": "demo",
                "audience": audience.as_str(),
                "name": {"ja": "デモ認証", "en": "Demo login"},
                "assurance": assurance,
                "oidc": {
                    "issuer": self.issuer,
                    "client_id": audience.as_str(),
                    "client_authentication": authentication,
                    "attribute_scopes": ["name", "address", "birthdate", "gender"],
                    "acr_values": acr.join(" "),
                    "acceptable_acr": acr,
                    "id_token_algorithms": [self.expected.name()],
                    "timeout_seconds": 3,
                    "companies": self.companies,
                },
            })
        };
        let card_or_mail = json!({"aal3": {"ial": 3, "aal": 3}, "aal1": {"ial": 0, "aal": 1}});
        let two_factors = json!({"aal2": {"ial": 1, "aal": 2}});
        json!({"providers": [
            entry(Audience::Resident, &["aal3", "aal1"], card_or_mail),
            {
                "id": "mail",
                "audience": "resident",
                "name": {"ja": "メールアドレス", "en": "Mail address"},
                "email_code": {},
            },
            entry(Audience::Staff, &["aal2"], two_factors),
        ]})
    }
}

/// How the provider and the portal call what is told of companies.
fn company_members() -> Value {
    json!({
        "own": "/company",
        "mandates": "/mandates",
        "corporate_number": "number",
        "name": "name",
        "address": "address",
        "procedures": "procedures",
        "last_day": "last_day",
    })
}

impl Drop for Provider {
    fn drop(&mut self) {
        // The command is sent at once; whether the server is still there to obey does not matter.
        drop(self.server.stop(false));
    }
}
