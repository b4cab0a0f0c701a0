//! A demo OpenID Connect provider in the manner of デジタル認証アプリ: it checks nothing about a
//! person and everything about the portal that asks.
//!
//! Authorization code with PKCE `S256` only; `state` and `nonce` are mandatory. A `login_hint`
//! logs that person in at once, so a script only has to follow redirects. It grants the first of the
//! `acr_values` that it knows, and everybody authenticates anew, so that any `max_age` is kept. Secrets
//! live in memory and die with the process. [`Faults`] make it misbehave for tests; HTTP cannot reach them.

mod assertion;
mod authorize;
mod client_key_pair;
mod extra_claims;
mod faults;
mod issued;
mod page;
mod person;
mod signing;
mod token;
mod userinfo;

#[cfg(test)]
mod tests;

use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::{App, HttpResponse, HttpServer, web};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

pub use client_key_pair::ClientKeyPair;
pub use extra_claims::ExtraClaims;
pub use faults::{Fault, Faults};

use crate::city::DemoResident;
use issued::Issued;
use person::Person;
use signing::SigningKeys;

/// The authentication context classes it can grant.
const ACR_VALUES: [&str; 3] = ["aal1", "aal2", "aal3"];

/// What the provider needs to know to run.
#[derive(Clone)]
pub struct Settings {
    /// The `iss` of everything it says: the address clients reach it at, without a trailing slash.
    pub issuer: String,
    /// The relying parties.
    pub clients: Vec<Client>,
    /// How it signs id tokens.
    pub id_token_algorithm: IdTokenAlgorithm,
    /// The time, for every `iat`, `exp` and `auth_time`.
    pub now: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
}

/// How id tokens are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IdTokenAlgorithm {
    /// As デジタル認証アプリ does.
    #[default]
    Es256,
    /// As Entra ID does.
    Rs256,
}

impl IdTokenAlgorithm {
    /// The name in RFC 7518.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

/// A relying party.
#[derive(Clone)]
pub struct Client {
    /// Its `client_id`.
    pub client_id: String,
    /// How it proves who it is.
    pub credential: Credential,
    /// Where codes may be sent; compared character by character.
    pub redirect_uris: Vec<String>,
    /// Whom it may log in.
    pub population: Population,
}

/// What a client authenticates with; the other method is refused to it.
#[derive(Clone)]
pub enum Credential {
    /// The secret of `client_secret_basic`.
    Secret(String),
    /// The published keys of `private_key_jwt`, as a JWKS document.
    Keys(Value),
}

/// The people a client can log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Population {
    /// The demo residents, with `acr` `aal3` as after reading an identity card, unless another is asked for.
    Residents,
    /// Those who act for the demo companies, with `acr` `aal2`, unless another is asked for; the scope `mandate` tells which
    /// companies, as GビズID does.
    Businesses,
    /// The demo staff, with `acr` `aal2`, unless another is asked for.
    Staff,
}

/// A provider that has its port but does not answer yet: the issuer depends on the port.
pub struct IdentityProvider {
    listener: TcpListener,
    address: SocketAddr,
    faults: Faults,
    extra_claims: ExtraClaims,
    newcomers: &'static [DemoResident],
}

impl IdentityProvider {
    /// Takes the address; port 0 takes any free one.
    ///
    /// # Errors
    /// When the address is in use or not this machine's.
    pub fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        Ok(Self {
            listener,
            address,
            faults: Faults::default(),
            extra_claims: ExtraClaims::default(),
            newcomers: &[],
        })
    }

    /// Knows these residents too, by their logins; its page does not offer them.
    #[must_use]
    pub fn with_newcomers(self, newcomers: &'static [DemoResident]) -> Self {
        Self { newcomers, ..self }
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The issuer for clients on this machine, for [`Settings::issuer`].
    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The switches that make it misbehave; all off.
    pub fn faults(&self) -> Faults {
        self.faults.clone()
    }

    /// What it says of people beside who they are, in id tokens and userinfo; nothing.
    pub fn extra_claims(&self) -> ExtraClaims {
        self.extra_claims.clone()
    }

    /// Generates the signing keys and gives the server, which answers once it is polled
    /// (spawned or awaited); `Server::handle` stops it.
    ///
    /// # Errors
    /// When no keys can be generated or the listener is refused.
    pub fn run(self, settings: Settings) -> io::Result<Server> {
        let keys = SigningKeys::generate(settings.id_token_algorithm);
        let provider = web::Data::new(Provider {
            keys: keys.map_err(io::Error::other)?,
            settings,
            codes: Issued::default(),
            access_tokens: Issued::default(),
            assertions: Issued::default(),
            faults: self.faults,
            extra_claims: self.extra_claims,
            newcomers: self.newcomers,
        });
        let server = HttpServer::new(move || {
            let provider = provider.clone();
            App::new().app_data(provider).configure(routes)
        });
        let server = server.workers(1).disable_signals().listen(self.listener)?;
        Ok(server.run())
    }
}

/// What the handlers share.
struct Provider {
    settings: Settings,
    keys: SigningKeys,
    codes: Issued<Login>,
    access_tokens: Issued<Login>,
    /// The `jti` of assertions that were used.
    assertions: Issued<()>,
    faults: Faults,
    extra_claims: ExtraClaims,
    newcomers: &'static [DemoResident],
}

/// A person who logged in, and the request that led there.
#[derive(Clone)]
struct Login {
    person: Person,
    acr: &'static str,
    auth_time: DateTime<Utc>,
    client_id: String,
    redirect_uri: String,
    scope: String,
    nonce: String,
    code_challenge: String,
}

impl Provider {
    fn now(&self) -> DateTime<Utc> {
        (self.settings.now)()
    }

    fn token_endpoint(&self) -> String {
        format!("{}/token", self.settings.issuer)
    }

    fn client(&self, client_id: &str) -> Option<&Client> {
        let mut clients = self.settings.clients.iter();
        clients.find(|client| client.client_id == client_id)
    }

    fn person(&self, population: Population, login: &str) -> Option<Person> {
        let known = Person::find(population, login);
        if known.is_some() || population != Population::Residents {
            return known;
        }
        let mut newcomers = self.newcomers.iter();
        newcomers
            .find(|newcomer| newcomer.login == login)
            .map(Person::Resident)
    }
}

/// Why a request is refused, in the words of RFC 6749.
struct Refusal {
    code: &'static str,
    description: &'static str,
}

impl Refusal {
    fn new(code: &'static str, description: &'static str) -> Self {
        Self { code, description }
    }

    fn server_error() -> Self {
        Self::new("server_error", "the demo identity provider failed")
    }
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .service(
            web::resource("/.well-known/openid-configuration").route(web::get().to(configuration)),
        )
        .service(web::resource("/jwks").route(web::get().to(jwks)))
        .service(
            web::resource("/authorize")
                .route(web::get().to(authorize::by_link))
                .route(web::post().to(authorize::by_form)),
        )
        .service(web::resource("/token").route(web::post().to(token::exchange)))
        .service(
            web::resource("/userinfo")
                .route(web::get().to(userinfo::show))
                .route(web::post().to(userinfo::show)),
        );
}

async fn configuration(provider: web::Data<Provider>) -> HttpResponse {
    let issuer = &provider.settings.issuer;
    let named = if provider.faults.has(Fault::ForeignDiscovery) {
        "https://another-provider.example"
    } else {
        issuer
    };
    HttpResponse::Ok().json(json!({
        "issuer": named,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": provider.token_endpoint(),
        "userinfo_endpoint": format!("{issuer}/userinfo"),
        "jwks_uri": format!("{issuer}/jwks"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [provider.settings.id_token_algorithm.name()],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "name", "address", "birthdate", "gender", "email", "mandate"],
        "acr_values_supported": ACR_VALUES,
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn jwks(provider: web::Data<Provider>) -> HttpResponse {
    if provider.faults.has(Fault::JwksDown) {
        return HttpResponse::InternalServerError().finish();
    }
    HttpResponse::Ok().json(provider.keys.published(&provider.faults))
}
