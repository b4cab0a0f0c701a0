use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn held(valid_from: &str, valid_until: Option<&str>) -> Held {
    Held {
        id: Uuid::from_u128(1),
        department_id: None,
        role: Role::Reviewer,
        valid_from: day(valid_from),
        valid_until: valid_until.map(day),
    }
}

fn member(subject: &str) -> StaffMember {
    let entry = json!({"issuer": "i", "subject": subject, "display_name": "", "postings": []});
    serde_json::from_value(entry).unwrap()
}

#[test]
fn a_posting_taken_away_ends_today() {
    let today = day("2026-11-24");
    assert_eq!(held("2026-04-01", None).end(today), Some(today));
    assert_eq!(held("2026-11-24", None).end(today), Some(today));
    let longer = held("2026-04-01", Some("2027-04-01"));
    assert_eq!(longer.end(today), Some(today));
}

#[test]
fn a_posting_that_has_not_begun_never_holds() {
    let (today, first) = (day("2026-11-24"), day("2027-04-01"));
    assert_eq!(held("2027-04-01", None).end(today), Some(first));
    assert_eq!(held("2027-04-01", Some("2027-04-01")).end(today), None);
}

#[test]
fn a_posting_that_is_over_keeps_its_end() {
    let today = day("2026-11-24");
    assert_eq!(held("2026-04-01", Some("2026-10-01")).end(today), None);
    assert_eq!(held("2026-04-01", Some("2026-11-24")).end(today), None);
}

#[test]
fn a_posting_is_known_by_department_role_and_first_day() {
    let entry = json!({"role": "reviewer", "valid_from": "2026-04-01"});
    let posting: Posting = serde_json::from_value(entry).unwrap();
    assert!(held("2026-04-01", Some("2026-10-01")).is(&(None, &posting)));
    assert!(!held("2026-04-02", None).is(&(None, &posting)));
    let department = DepartmentId::from(Uuid::from_u128(2));
    assert!(!held("2026-04-01", None).is(&(Some(department), &posting)));
}

#[test]
fn nobody_is_in_the_file_twice() {
    assert!(refuse_twice(&[member("a"), member("b")]).is_ok());
    let refused = refuse_twice(&[member("a"), member("b"), member("a")]);
    assert!(refused.unwrap_err().to_string().contains("a of i twice"));
}

#[test]
fn a_member_is_enabled_unless_the_file_says_otherwise() {
    assert!(!member("a").disabled);
}
