use super::*;

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
