//! What an entry of the providers file must not say, because nobody could log in there, or people could whom
//! nobody knows well enough.

use platform::{Error, Result};

use super::EMAIL;
use crate::assurance::{Aal, Ial};
use crate::provider::{ClientAuthentication, ProviderEntry};
use crate::token::Audience;

/// Shortest client secret, in characters.
const SHORTEST_SECRET: usize = 16;
/// What examples have in place of a secret, in small letters and without what is between the words.
const STAND_INS: [&str; 4] = ["changeme", "clientsecret", "password", "replaceme"];

/// Whether the entry can be used.
///
/// # Errors
/// Says which one it is and why it cannot.
pub(super) fn check(entry: &ProviderEntry) -> Result<()> {
    check_classes(entry)?;
    check_algorithms(entry)?;
    check_attributes(entry)?;
    check_secret(entry)?;
    check_staff_claims(entry)?;
    check_second_factor(entry)
}

/// A class with levels must be one that logs people in, and fit into the header that asks for it.
fn check_classes(entry: &ProviderEntry) -> Result<()> {
    let acceptable = entry.oidc.as_ref();
    let acceptable = acceptable.map_or(vec![EMAIL.to_owned()], |oidc| oidc.acceptable_acr.clone());
    let is_good = |acr: &String| {
        let fits = acr
            .bytes()
            .all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
        fits && acceptable.contains(acr)
    };
    let absent = entry.oidc.iter().flat_map(|oidc| &oidc.acr_when_absent);
    let absent = absent.map(|acr| ("acr_when_absent", acr));
    let levels = entry.assurance.keys().map(|acr| ("assurance", acr));
    match levels.chain(absent).find(|(_, acr)| !is_good(acr)) {
        None => Ok(()),
        Some((member, acr)) => {
            let why = format!("{member} names {acr}, which is not an acceptable_acr");
            Err(unusable(entry, &why))
        }
    }
}

/// A provider whose signatures nobody would look at logs nobody in.
fn check_algorithms(entry: &ProviderEntry) -> Result<()> {
    let mut oidc = entry.oidc.iter();
    if oidc.any(|oidc| oidc.id_token_algorithms.is_empty()) {
        return Err(unusable(entry, "id_token_algorithms is empty"));
    }
    Ok(())
}

/// Whoever proves who they are has to be able to say it: what is filed with such a login relies on it.
fn check_attributes(entry: &ProviderEntry) -> Result<()> {
    let is_for_residents = entry.audience == Audience::Resident;
    let mut levels = entry.assurance.values();
    let proves = is_for_residents && levels.any(|levels| levels.ial > Ial::LOWEST);
    let mut oidc = entry.oidc.iter();
    if proves && oidc.any(|oidc| oidc.attribute_scopes.is_empty()) {
        let why =
            "it proves who people are by an ial above 0, and has no attribute_scopes to ask for it";
        return Err(unusable(entry, why));
    }
    Ok(())
}

/// A secret that can be guessed lets anybody be the portal.
fn check_secret(entry: &ProviderEntry) -> Result<()> {
    let authentication = entry.oidc.as_ref().map(|oidc| &oidc.client_authentication);
    let Some(ClientAuthentication::ClientSecretBasic { client_secret }) = authentication else {
        return Ok(());
    };
    if client_secret.chars().count() < SHORTEST_SECRET {
        let why = format!("client_secret has fewer than {SHORTEST_SECRET} characters");
        return Err(unusable(entry, &why));
    }
    let letters = client_secret.chars().filter(|c| c.is_alphanumeric());
    let letters = letters.collect::<String>().to_lowercase();
    if STAND_INS.iter().any(|word| letters.contains(word)) {
        let why = "client_secret only stands for one: put the secret of the provider in its place";
        return Err(unusable(entry, why));
    }
    Ok(())
}

/// Residents have no postings.
fn check_staff_claims(entry: &ProviderEntry) -> Result<()> {
    if entry.staff_claims.is_some() && entry.audience == Audience::Resident {
        return Err(unusable(entry, "it is for residents and has staff_claims"));
    }
    Ok(())
}

/// Staff prove who they are by two factors: every class that lets them in has to stand for that.
fn check_second_factor(entry: &ProviderEntry) -> Result<()> {
    let Some(oidc) = entry
        .oidc
        .as_ref()
        .filter(|_| entry.audience == Audience::Staff)
    else {
        return Ok(());
    };
    let is_proved = |acr: &&String| {
        let levels = entry.assurance.get(*acr);
        levels.is_some_and(|levels| levels.aal >= Aal::TWO_FACTORS)
    };
    if let Some(acr) = oidc.acceptable_acr.iter().find(|acr| !is_proved(acr)) {
        let why = format!("staff need two factors: assurance must give {acr} an aal of 2 or more");
        return Err(unusable(entry, &why));
    }
    if oidc.acr_when_absent.is_some() && oidc.proof_when_absent.is_none() {
        let why = "staff need two factors: acr_when_absent must come with proof_when_absent";
        return Err(unusable(entry, why));
    }
    Ok(())
}

pub(super) fn unusable(entry: &ProviderEntry, why: &str) -> Error {
    Error::internal(format!(
        "MADOGUCHI_IDENTITY_PROVIDERS: {} cannot be used: {why}",
        entry.id
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn levels_of_a_class_that_logs_nobody_in_end_the_start() {
        for acr in ["aal4", "aal\"3", ""] {
            let refused = refusal(
                "resident",
                &json!({"assurance": {acr: {"ial": 3, "aal": 3}}}),
            );
            assert!(refused.contains("assurance names"), "{refused}");
        }
    }

    /// An entry with parts of it as given.
    fn checked(audience: &str, parts: &Value) -> Result<()> {
        let mut entry = json!({"id": "office", "audience": audience, "name": {}, "oidc": {
            "issuer": "https://id.example",
            "client_id": "portal",
            "client_authentication": {
                "method": "client_secret_basic",
                "client_secret": "known to the two alone",
            },
            "acceptable_acr": ["two", "three"],
        }});
        for (name, value) in parts.as_object().unwrap() {
            match name.as_str() {
                "assurance" => entry[name] = value.clone(),
                "client_secret" => entry["oidc"]["client_authentication"][name] = value.clone(),
                _ => entry["oidc"][name] = value.clone(),
            }
        }
        check(&serde_json::from_value(entry).unwrap())
    }

    fn refusal(audience: &str, parts: &Value) -> String {
        let refused = checked(audience, parts).unwrap_err().to_string();
        assert!(refused.contains("office cannot be used: "), "{refused}");
        refused
    }

    #[test]
    fn staff_who_may_have_proved_one_factor_only_end_the_start() {
        let both = json!({"two": {"ial": 1, "aal": 2}, "three": {"ial": 1, "aal": 3}});
        assert!(checked("staff", &json!({"assurance": both})).is_ok());
        for assurance in [
            json!({}),
            json!({"two": {"ial": 1, "aal": 2}}),
            json!({"two": {"ial": 1, "aal": 2}, "three": {"ial": 3, "aal": 1}}),
        ] {
            let refused = refusal("staff", &json!({"assurance": assurance}));
            assert!(refused.contains("staff need two factors"), "{refused}");
        }
        let absent = json!({"assurance": both, "acr_when_absent": "two"});
        let refused = refusal("staff", &absent);
        assert!(refused.contains("proof_when_absent"), "{refused}");
        let mut proved = absent;
        proved["proof_when_absent"] = json!({"claim": "amr", "value": "mfa"});
        assert!(checked("staff", &proved).is_ok());
    }

    #[test]
    fn a_provider_that_proves_who_residents_are_and_is_not_asked_for_it_ends_the_start() {
        let proved = json!({"assurance": {"two": {"ial": 2, "aal": 2}}, "attribute_scopes": []});
        let refused = refusal("resident", &proved);
        assert!(refused.contains("attribute_scopes"), "{refused}");
        let same_person = json!({"assurance": {"two": {"ial": 0, "aal": 2}}});
        assert!(checked("resident", &same_person).is_ok());
    }

    #[test]
    fn a_client_secret_that_is_short_or_stands_for_one_ends_the_start() {
        for secret in [
            "",
            "secret",
            "15 characters x",
            "0f8fad5bd9cb469f-change-me",
            "Your_Client_Secret",
        ] {
            let refused = refusal("resident", &json!({"client_secret": secret}));
            assert!(refused.contains(": client_secret"), "{refused}");
            assert!(!refused.contains("0f8fad5bd9cb469f"), "{refused}");
        }
        let good = json!({"client_secret": "0f8fad5bd9cb469f"});
        assert!(checked("resident", &good).is_ok());
    }
}
