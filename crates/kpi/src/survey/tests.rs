use super::*;

fn columns(table: &str) -> Vec<&'static str> {
    let schema = include_str!("../schema.rs");
    let (_, rest) = schema.split_once(&format!("    {table} (")).unwrap();
    let (_, body) = rest.split_once("{\n").unwrap();
    let (body, _) = body.split_once("    }").unwrap();
    body.lines()
        .map(|line| line.trim().split(" -> ").next().unwrap())
        .collect()
}

#[test]
fn nothing_that_is_kept_leads_back_to_an_application() {
    assert_eq!(
        columns("survey_tokens"),
        [
            "token_sha256",
            "procedure_id",
            "form_version",
            "channel",
            "touchpoint",
            "issued_on",
            "used"
        ]
    );
    assert_eq!(
        columns("survey_answers"),
        [
            "id",
            "procedure_id",
            "form_version",
            "channel",
            "touchpoint",
            "rating",
            "reasons",
            "free_text",
            "answered_on"
        ]
    );
}

#[test]
fn the_id_of_an_answer_is_random_and_so_tells_no_order() {
    let randomness = Randomness::seeded(7);
    let (one, other) = (
        random_id(&randomness).unwrap(),
        random_id(&randomness).unwrap(),
    );
    assert_eq!((one.get_version_num(), other.get_version_num()), (4, 4));
    assert_ne!(one, other);
}

#[test]
fn a_reason_counts_once() {
    use Reason::{Clarity, Malfunction};
    assert!(refuse_repeated(&[]).is_ok());
    assert!(refuse_repeated(&[Clarity, Malfunction]).is_ok());
    let error = refuse_repeated(&[Clarity, Malfunction, Clarity]).unwrap_err();
    assert_eq!(error.code(), Code::ValidationFailed);
    assert!(format!("{error:?}").contains("/reasons/2"));
}

#[test]
fn declining_is_said_and_not_left_out() {
    let read = |json: &str| serde_json::from_str::<NewAnswer>(json).map(|answer| answer.rating);
    assert_eq!(read(r#"{"token":"t","rating":null}"#).unwrap(), None);
    assert_eq!(read(r#"{"token":"t","rating":4}"#).unwrap(), Some(4));
    let missing = read(r#"{"token":"t"}"#).unwrap_err().to_string();
    assert!(missing.contains("missing field `rating`"), "{missing}");
    assert!(read(r#"{"token":"t","rating":4.5}"#).is_err());
}

#[test]
fn the_document_says_that_a_reason_counts_once() {
    let schema = serde_json::to_value(<NewAnswer as utoipa::PartialSchema>::schema()).unwrap();
    let reasons = &schema["properties"]["reasons"];
    assert_eq!(
        (&reasons["uniqueItems"], &reasons["maxItems"]),
        (&true.into(), &6.into())
    );
    assert_eq!(schema["required"], serde_json::json!(["token", "rating"]));
}
