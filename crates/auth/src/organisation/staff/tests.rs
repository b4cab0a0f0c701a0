use uuid::Uuid;

use super::*;
use crate::person::Role;

fn member(subject: &str) -> StaffMember {
    let entry = json!({"issuer": "i", "subject": subject, "display_name": "", "postings": []});
    serde_json::from_value(entry).unwrap()
}

#[test]
fn a_posting_is_known_by_department_role_and_first_day() {
    let first = "2026-04-01".parse().unwrap();
    let wanted = Wanted {
        department: None,
        role: Role::Reviewer,
        valid_from: first,
        valid_until: None,
    };
    let held = |valid_from| Held::of(None, Role::Reviewer, valid_from);
    assert!(is(&held(first), &wanted));
    assert!(!is(&held(first.succ_opt().unwrap()), &wanted));
    let department = Some(DepartmentId::from(Uuid::from_u128(2)));
    assert!(!is(
        &held(first),
        &Wanted {
            department,
            ..wanted
        }
    ));
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
