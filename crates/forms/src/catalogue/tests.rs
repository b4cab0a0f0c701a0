use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use super::{Catalogue, ProcedureFiles};
use crate::definition::fixture::definition;
use crate::model::ProcedureKind;

/// The city's own catalogue, which is imported as it is.
fn catalogue() -> Catalogue {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue");
    Catalogue::read(Path::new(folder)).unwrap_or_else(|error| panic!("{error}"))
}

fn complete(catalogue: &Catalogue) -> impl Iterator<Item = &ProcedureFiles> {
    let procedures = catalogue.procedures.iter();
    procedures.filter(|procedure| procedure.description.accepts_digital_from.is_some())
}

#[test]
fn what_can_be_filed_has_a_form_and_what_has_a_form_can_be_filed() {
    for procedure in &catalogue().procedures {
        let described = &procedure.description;
        let digital = described.accepts_digital_from.is_some();
        assert_eq!(
            digital,
            !procedure.versions.is_empty(),
            "{}",
            described.code
        );
    }
}

#[test]
fn every_complete_procedure_agrees_with_its_description() {
    let catalogue = catalogue();
    for procedure in complete(&catalogue) {
        let described = &procedure.description;
        for (number, definition) in &procedure.versions {
            let policy = &definition.policy;
            let place = format!("{} v{number}", described.code);
            assert_eq!(policy.fee_yen, described.fee_yen, "{place}");
            let is_notification = described.kind == ProcedureKind::Notification;
            assert_eq!(policy.appeal.is_none(), is_notification, "{place}");
            assert_eq!(
                policy.processing_period.is_none(),
                is_notification,
                "{place}"
            );
            let valid = definition.examples.iter().filter(|example| example.valid);
            let valid = valid.count();
            assert!(valid >= 3, "{place}: {valid} examples pass");
            let failing = definition.examples.len() - valid;
            assert!(failing >= 4, "{place}: {failing} examples fail");
        }
    }
}

#[test]
fn the_catalogue_offers_every_kind_of_procedure() {
    let catalogue = catalogue();
    let kinds: Vec<ProcedureKind> = complete(&catalogue)
        .map(|procedure| procedure.description.kind)
        .collect();
    assert!(kinds.len() >= 13, "{} are complete", kinds.len());
    assert!(kinds.contains(&ProcedureKind::Application));
    assert!(kinds.contains(&ProcedureKind::Notification));
    assert!(kinds.contains(&ProcedureKind::CertificateRequest));
}

#[test]
fn every_procedure_has_its_department() {
    let catalogue = catalogue();
    let departments = catalogue.departments.iter();
    let departments: BTreeSet<&str> = departments.map(|d| d.code.as_str()).collect();
    for procedure in &catalogue.procedures {
        let described = &procedure.description;
        let owner = described.owner_department.as_str();
        assert!(departments.contains(owner), "{}: {owner}", described.code);
    }
}

/// Whoever could change the account would be paid in another's place.
#[test]
fn where_money_goes_to_an_account_the_login_is_by_card_and_fresh() {
    let catalogue = catalogue();
    let mut paid = 0;
    for procedure in complete(&catalogue) {
        for (number, definition) in &procedure.versions {
            if definition.schema["properties"]
                .get("account_number")
                .is_none()
            {
                continue;
            }
            let place = format!("{} v{number}", procedure.description.code);
            let asked = definition.policy.assurance.expect(&place);
            assert_eq!(
                (u8::from(asked.ial), u8::from(asked.aal)),
                (3, 3),
                "{place}"
            );
            assert!(asked.max_authentication_age_seconds.is_some(), "{place}");
            paid += 1;
        }
    }
    assert!(paid >= 2);
}

#[test]
fn nobody_has_to_file_within_seconds_of_logging_in() {
    let mut definition = definition();
    definition.policy.approval_route.clear();
    for (seconds, good) in [(0, false), (59, false), (60, true)] {
        let asked = json!({"ial": 3, "aal": 3, "max_authentication_age_seconds": seconds});
        definition.policy.assurance = serde_json::from_value(asked).unwrap();
        let checked = definition.check(ProcedureKind::Notification);
        assert_eq!(checked.is_ok(), good, "{seconds}");
    }
}

/// What was published before there were levels, documents or periods must go on having the hash it has.
#[test]
fn a_policy_without_what_came_later_reads_and_writes_as_it_did() {
    let policy = serde_json::to_value(definition().policy).unwrap();
    for absent in ["assurance", "documents_required", "opens_at", "closes_at"] {
        assert!(policy.get(absent).is_none(), "{policy}");
    }
}

/// No form asks for a 個人番号 (番号法14条2項): the city obtains it itself.
#[test]
fn no_form_has_a_field_for_an_individual_number() {
    let catalogue = catalogue();
    for procedure in complete(&catalogue) {
        for (number, definition) in &procedure.versions {
            let schema = definition.schema.to_string().to_lowercase();
            for name in ["individual_number", "my_number", "mynumber", "kojin_bango"] {
                let place = format!("{} v{number}", procedure.description.code);
                assert!(!schema.contains(name), "{place}: {name}");
            }
        }
    }
}
