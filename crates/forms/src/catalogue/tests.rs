use std::collections::BTreeSet;
use std::path::Path;

use serde_json::json;

use super::{Catalogue, ProcedureFiles};
use crate::definition::FormDefinition;
use crate::definition::fixture::definition;
use crate::definition::subschemas::resolved;
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

/// Every version of every form, with what to call it.
fn versions(catalogue: &Catalogue) -> impl Iterator<Item = (String, &FormDefinition)> {
    complete(catalogue).flat_map(|procedure| {
        let code = &procedure.description.code;
        let versions = procedure.versions.iter();
        versions.map(move |(number, definition)| (format!("{code} v{number}"), definition))
    })
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
            let mut documents = policy.documents_required.clone().expect(&place);
            documents
                .iter_mut()
                .for_each(|document| document.fields.clear());
            assert_eq!(documents, described.documents_required, "{place}");
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

/// 介護保険法27条11項, 32条9項 and where they are applied.
#[test]
fn certifications_of_care_needs_have_thirty_days_that_can_be_put_off() {
    let catalogue = catalogue();
    let care = versions(&catalogue)
        .filter(|(place, _)| place.starts_with("long-term-care-certification"))
        .map(|(place, definition)| {
            let limit = definition.policy.statutory_limit.as_ref().expect(&place);
            assert!(limit.extendable && limit.period.length == 30, "{place}");
            assert!(limit.legal_basis.contains("第27条第11項"), "{place}");
        });
    assert_eq!(care.count(), 6);
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
    for absent in [
        "assurance",
        "documents_required",
        "statutory_limit",
        "opens_at",
        "closes_at",
    ] {
        assert!(policy.get(absent).is_none(), "{policy}");
    }
}

#[test]
fn every_document_is_attached_somewhere_or_goes_to_the_counter_and_every_file_that_must_be_is_announced()
 {
    for (place, definition) in versions(&catalogue()) {
        let documents = definition.policy.documents_required.as_ref().unwrap();
        for document in documents
            .iter()
            .filter(|document| document.fields.is_empty())
        {
            let condition = document
                .condition
                .as_ref()
                .map_or("", |condition| &condition.ja);
            let told = format!("{} {condition}", document.name.ja);
            assert!(told.contains("窓口"), "{place}: {told}");
        }
        for name in definition.schema["required"].as_array().unwrap() {
            let pointer = format!("/{}", name.as_str().unwrap());
            let mut announced = documents.iter().flat_map(|document| &document.fields);
            let takes_files = definition.attachment_rule(&pointer).is_some();
            assert!(
                !takes_files || announced.any(|field| *field == pointer),
                "{place}: {pointer}"
            );
        }
    }
}

/// How names, addresses and numbers are written is said once and is the same in every form (docs/forms.md).
#[test]
fn every_form_writes_names_addresses_and_numbers_the_same_way() {
    let shared = [
        (
            "person_name",
            json!({"type": "string", "minLength": 1, "maxLength": 200, "x-max-characters": 100}),
        ),
        (
            "kana",
            json!({"type": "string", "maxLength": 100, "format": "jp-kana"}),
        ),
        (
            "postal_code",
            json!({"type": "string", "maxLength": 8, "format": "jp-postal-code"}),
        ),
        (
            "address",
            json!({"type": "string", "minLength": 1, "maxLength": 400, "x-max-characters": 200}),
        ),
        (
            "phone",
            json!({"type": "string", "maxLength": 13, "format": "jp-phone"}),
        ),
        (
            "date",
            json!({"type": "string", "maxLength": 10, "format": "date"}),
        ),
    ];
    let formats = [
        ("corporate_number", "jp-corporate-number"),
        ("account_bank_code", "jp-bank-code"),
        ("account_branch_code", "jp-bank-branch-code"),
        ("account_number", "jp-bank-account-number"),
    ];
    for (place, definition) in versions(&catalogue()) {
        let schema = &definition.schema;
        for (name, written) in &shared {
            assert_eq!(schema["$defs"][name], *written, "{place}: {name}");
        }
        for (name, property) in schema["properties"].as_object().unwrap() {
            let written = resolved(schema, property);
            if let Some((_, format)) = formats.iter().find(|(known, _)| known == name) {
                assert_eq!(written["format"], *format, "{place}: {name}");
            }
            if name.ends_with("_name") {
                assert!(written.get("x-max-characters").is_some(), "{place}: {name}");
            }
        }
    }
}

/// The amount stands in the policy alone, so that another one is told everywhere at once.
#[test]
fn no_text_and_no_expression_repeats_the_fee() {
    for procedure in complete(&catalogue()) {
        let summary = &procedure.description.summary;
        for (number, definition) in &procedure.versions {
            let fee = definition.policy.fee_yen.to_string();
            if fee == "0" {
                continue;
            }
            let place = format!("{} v{number}", procedure.description.code);
            let texts = definition.texts.values().flat_map(|texts| texts.values());
            let mut told = texts.map(String::as_str);
            let schema = definition.schema["properties"]["fee_total_yen"].to_string();
            let summaries = summary.by_language().map(|(_, text)| text);
            let repeats = |text: &str| text.contains(&fee);
            assert!(!told.any(repeats), "{place}: texts");
            assert!(!summaries.into_iter().any(repeats), "{place}: summary");
            assert!(!repeats(&schema), "{place}: fee_total_yen");
        }
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
