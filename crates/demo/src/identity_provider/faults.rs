use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A way to misbehave that a relying party has to survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The `nonce` is not the one of the request.
    WrongNonce,
    /// The `sub` is missing.
    NoSubject,
    /// The `aud` is another client.
    WrongAudience,
    /// The `azp` is another client.
    WrongAuthorizedParty,
    /// The `aud` names two clients and there is no `azp`.
    NoAuthorizedParty,
    /// The `iss` of the id_token is another provider.
    WrongIssuer,
    /// The `iss` beside the code is another provider (mix-up, RFC 9207).
    WrongResponseIssuer,
    /// The `at_hash` belongs to another access token.
    WrongAccessTokenHash,
    /// The `acr` is `aal1`, whatever was asked for.
    LowAssurance,
    /// The person authenticated a day ago, whatever was asked for.
    OldAuthentication,
    /// The person authenticates in a minute.
    AuthenticationAhead,
    /// The `auth_time` is missing, also where `max_age` asks for it.
    NoAuthenticationTime,
    /// Userinfo has another name than before: no fault of the provider's, but something a portal has to survive.
    NewName,
    /// The id_token has no `acr`.
    NoAssurance,
    /// The id_token will be issued in an hour.
    NotYetIssued,
    /// The id_token was valid until 55 minutes ago.
    Expired,
    /// The id_token is signed with HS256 and what the client and the provider both know: the secret, or the public key.
    Hs256,
    /// The `kid` names the published key, another key signed.
    ForgedSignature,
    /// The id_token is signed by a key that is never published.
    UnknownKey,
    /// A new key signs; it is published beside the old one.
    RotatedKey,
    /// The `sub` of userinfo is another person's.
    UserinfoSubjectDiffers,
    /// Userinfo has no `sub`.
    UserinfoWithoutSubject,
    /// Userinfo sends the client on to where a good answer is.
    UserinfoRedirects,
    /// `/jwks` answers 500.
    JwksDown,
    /// The discovery document names another issuer.
    ForeignDiscovery,
    /// `/token` answers 500.
    TokenEndpointDown,
    /// `/token` does not answer for a minute.
    TokenEndpointStalls,
    /// `/token` sends the client on to where a good answer is.
    TokenEndpointRedirects,
    /// The answer of `/token` never ends.
    EndlessTokenAnswer,
}

/// The faults of one provider; clones share them.
#[derive(Clone, Default)]
pub struct Faults(Arc<Mutex<HashSet<Fault>>>);

impl Faults {
    /// Switches a fault on.
    pub fn inject(&self, fault: Fault) {
        self.switched_on().insert(fault);
    }

    /// Switches every fault off.
    pub fn clear(&self) {
        self.switched_on().clear();
    }

    pub(super) fn has(&self, fault: Fault) -> bool {
        self.switched_on().contains(&fault)
    }

    fn switched_on(&self) -> MutexGuard<'_, HashSet<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
