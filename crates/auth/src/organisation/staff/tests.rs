use super::*;
use crate::person::DepartmentId;

fn member(subject: &str) -> StaffMember {
    let entry = json!({"issuer": "i", "subject": subject, "display_name": "", "postings": []});
    serde_json::from_value(entry).unwrap()
}

#[test]
fn nobody_is_in_the_file_twice() {
    assert!(refuse_twice(&[member("a"), member("b")]).is_ok());
    let refused = refuse_twice(&[member("a"), member("b"), member("a")]);
    assert!(refused.unwrap_err().to_string().contains("a of i twice"));
}

#[test]
fn a_login_name_is_one_that_sign_in_takes() {
    let local = |subject: &str| StaffMember {
        issuer: local::ISSUER.to_owned(),
        ..member(subject)
    };
    assert!(refuse_login_names(&[local("sato.yumi"), member("Sato Yumi")]).is_ok());
    for wrong in ["Sato.Yumi", "佐藤", "-sato", "s", &"s".repeat(61)] {
        assert!(refuse_login_names(&[local(wrong)]).is_err(), "{wrong}");
    }
}

#[test]
fn a_posting_does_not_outlast_its_department() {
    let end = "2027-04-01".parse().unwrap();
    let known = Known {
        id: DepartmentId::from(uuid::Uuid::from_u128(1)),
        dissolved_on: Some(end),
    };
    let departments = HashMap::from([("child-support".to_owned(), known)]);
    let posting = |valid_until| Posting {
        department: Some("child-support".to_owned()),
        role: crate::person::Role::Reviewer,
        valid_from: "2026-04-01".parse().unwrap(),
        valid_until,
    };
    assert!(wanted(&posting(Some(end)), &departments).is_ok());
    for too_long in [None, end.succ_opt()] {
        let refused = wanted(&posting(too_long), &departments).err().unwrap();
        assert!(refused.to_string().contains("dissolved"), "{refused}");
    }
}
