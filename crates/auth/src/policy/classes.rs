//! Which rate limits hold for an operation: one class for each, by its method unless it is named here.

use actix_web::http::Method;
use platform::edge::Class;
use platform::telemetry::Listener;

use super::{Rule, rule};

/// The operations that are limited otherwise than readings or writings in general.
const NAMED: &[(Class, &[&str])] = &[
    (
        Class::SignIn,
        &[
            "startLogin",
            "finishLogin",
            "logInByCode",
            "checkPassword",
            "checkSecondFactor",
            "beginEnrolment",
            "confirmEnrolment",
        ],
    ),
    (Class::Session, &["refreshToken", "logout"]),
    (
        Class::ByCode,
        &["verifyLetter", "getSurvey", "answerSurvey"],
    ),
    (
        Class::Email,
        &["setEmail", "removeEmail", "verifyEmail", "requestLoginCode"],
    ),
    (Class::Upload, &["addAttachment"]),
    (Class::Submit, &["submitApplication", "respondCorrection"]),
    // Readings, though they are no GET.
    (Class::Read, &["findByNeed", "assessLifeEvent"]),
];

impl Rule {
    /// The class whose limits hold for the operation.
    pub fn class(&self) -> Class {
        let named = NAMED
            .iter()
            .find(|(_, operations)| operations.contains(&self.operation));
        match named {
            Some((class, _)) => *class,
            None if self.method == "GET" => Class::Read,
            None => Class::Write,
        }
    }
}

/// The class of a request, be it for an operation or not.
pub fn class(listener: Listener, method: &Method, pattern: &str) -> Class {
    rule(listener, method, pattern).map_or(Class::Unknown, Rule::class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Access, RULES};

    #[test]
    fn every_operation_named_here_is_served() {
        for operation in NAMED.iter().flat_map(|(_, operations)| *operations) {
            let served = RULES.iter().any(|rule| rule.operation == *operation);
            assert!(served, "{operation}");
        }
    }

    #[test]
    fn whoever_is_logged_in_is_limited_by_account_too() {
        for rule in RULES.iter().filter(|rule| rule.access != Access::Anyone) {
            assert!(rule.class().per_account().is_some(), "{rule:?}");
        }
    }

    #[test]
    fn what_anybody_may_write_has_a_class_of_its_own() {
        let anybody = RULES.iter().filter(|rule| rule.access == Access::Anyone);
        for rule in anybody.filter(|rule| rule.method != "GET") {
            assert_ne!(rule.class(), Class::Write, "{rule:?}");
        }
    }

    #[test]
    fn what_is_no_operation_is_limited_as_well() {
        assert_eq!(
            class(Listener::Resident, &Method::GET, "/v2"),
            Class::Unknown
        );
        assert_eq!(class(Listener::Staff, &Method::GET, "/v1/me"), Class::Read);
    }
}
