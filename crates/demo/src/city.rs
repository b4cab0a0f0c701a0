//! The people of the demo city. All of them, their addresses and house numbers are fictitious.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A resident with the attributes an identity card carries (基本4情報).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoResident {
    /// What a script passes as `login_hint`.
    pub login: String,
    /// The `sub` the demo identity provider gives for this person.
    pub subject: String,
    /// The registered name, code point for code point (氏名).
    pub name: String,
    /// The reading in full-width katakana (フリガナ); the identity provider does not hand it out.
    pub name_kana: String,
    /// The date of birth.
    pub birthdate: NaiveDate,
    /// The registered sex (性別).
    pub gender: Gender,
    /// The address on one line, as a card holds it (住所).
    pub address: String,
    /// An address under a reserved top-level domain: mail to it can go nowhere.
    pub email: String,
}

/// The registered sex (性別) as the demo residents have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gender {
    /// 男
    Male,
    /// 女
    Female,
}

/// Somebody who acts for companies, as GビズID knows them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoBusiness {
    /// What a script passes as `login_hint`.
    pub login: String,
    /// The `sub` the demo identity provider gives for this person.
    pub subject: String,
    /// The name.
    pub name: String,
    /// An address under a reserved top-level domain: mail to it can go nowhere.
    pub email: String,
    /// The company of the account; a sole proprietor has none.
    pub company: Option<DemoCompany>,
    /// The companies that have given the account a mandate (委任).
    pub mandates: Vec<DemoCompany>,
}

/// A company that somebody acts for.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct DemoCompany {
    /// 法人番号
    pub corporate_number: String,
    /// The registered name.
    pub name: String,
    /// The registered address.
    pub address: String,
    /// Codes of the procedures a mandate is for; none: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub procedures: Option<Vec<String>>,
    /// The last day of a mandate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<NaiveDate>,
}

/// A member of the city's staff.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoStaff {
    /// What a script passes as `login_hint`.
    pub login: String,
    /// The `sub` the demo identity provider gives for this person.
    pub subject: String,
    /// The name.
    pub name: String,
    /// An address under a reserved top-level domain: mail to it can go nowhere.
    pub email: String,
    /// What the person does where; more than one where offices are held together (兼務).
    pub postings: Vec<Posting>,
}

/// A role held in a department.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posting {
    /// The department's code; none for a role in the whole city.
    pub department: Option<String>,
    /// What the person may do there.
    pub role: Role,
}

/// The roles of staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 審査担当
    Reviewer,
    /// 決裁者
    Approver,
    /// 統計担当
    Analyst,
    /// 管理者
    Administrator,
    /// 利用登録担当
    Registrar,
}

static RESIDENTS: LazyLock<Vec<DemoResident>> =
    LazyLock::new(|| compiled_in(include_str!("../city/residents.json")));

static BUSINESSES: LazyLock<Vec<DemoBusiness>> =
    LazyLock::new(|| compiled_in(include_str!("../city/businesses.json")));

static STAFF: LazyLock<Vec<DemoStaff>> =
    LazyLock::new(|| compiled_in(include_str!("../city/staff.json")));

/// The city's register of people (宛名), as it exports it: Hanako as her card has her, Taro at the address before.
pub const ADDRESSEES: &str = include_str!("../city/addressees.csv");

/// The demo residents.
pub fn residents() -> &'static [DemoResident] {
    &RESIDENTS
}

/// Those who act for the demo companies.
pub fn businesses() -> &'static [DemoBusiness] {
    &BUSINESSES
}

/// The demo staff.
pub fn staff() -> &'static [DemoStaff] {
    &STAFF
}

/// The demo resident with this login.
pub fn resident(login: &str) -> Option<&'static DemoResident> {
    residents().iter().find(|person| person.login == login)
}

/// Whoever acts for companies with this login.
pub fn business(login: &str) -> Option<&'static DemoBusiness> {
    businesses().iter().find(|person| person.login == login)
}

/// The member of staff with this login.
pub fn staff_member(login: &str) -> Option<&'static DemoStaff> {
    staff().iter().find(|person| person.login == login)
}

#[expect(
    clippy::expect_used,
    reason = "the text is part of the program and a test reads it"
)]
fn compiled_in<T: DeserializeOwned>(json: &str) -> Vec<T> {
    serde_json::from_str(json).expect("the demo city is well-formed JSON")
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};
    use std::path::Path;

    use serde_json::Value;

    use super::*;

    fn posting(department: &str, role: Role) -> Posting {
        Posting {
            department: Some(department.to_owned()),
            role,
        }
    }

    #[test]
    fn every_login_and_subject_belongs_to_one_person() {
        let logins = residents().iter().map(|person| &person.login);
        let logins = logins.chain(businesses().iter().map(|person| &person.login));
        let logins = logins.chain(staff().iter().map(|person| &person.login));
        let subjects = residents().iter().map(|person| &person.subject);
        let subjects = subjects.chain(businesses().iter().map(|person| &person.subject));
        let subjects = subjects.chain(staff().iter().map(|person| &person.subject));

        let people = residents().len() + businesses().len() + staff().len();
        assert_eq!(logins.collect::<HashSet<_>>().len(), people);
        assert_eq!(subjects.collect::<HashSet<_>>().len(), people);
    }

    #[test]
    fn registered_characters_survive_in_the_file() {
        let first = |login| resident(login).map(|person| person.name.chars().take(2).collect());

        assert_eq!(first("taro"), Some("\u{20BB7}田".to_owned()));
        assert_eq!(first("jiro"), Some("\u{FA19}谷".to_owned()));
        assert_eq!(first("misaki"), Some("\u{9AD9}橋".to_owned()));
        assert_eq!(first("shiro"), Some("葛\u{E0100}".to_owned()));
    }

    #[test]
    fn nobody_can_receive_mail() {
        let residents = residents().iter().map(|person| &person.email);
        let outside = residents.chain(businesses().iter().map(|person| &person.email));
        let mut everybody = outside.chain(staff().iter().map(|person| &person.email));

        assert!(everybody.all(|email| email.ends_with(".example")));
    }

    fn holders(department: &str, role: Role) -> usize {
        let wanted = posting(department, role);
        let held = staff().iter().map(|person| &person.postings);
        held.filter(|postings| postings.contains(&wanted)).count()
    }

    fn read(path: &Path) -> Value {
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    }

    /// How many steps of a version's approval route each department has.
    fn asked(policy: &Path, owner: &str) -> HashMap<String, usize> {
        let mut asked = HashMap::new();
        for step in read(policy)["approval_route"].as_array().unwrap() {
            let department = match step["department"].as_str().unwrap() {
                "owner" => owner,
                named => named,
            };
            *asked.entry(department.to_owned()).or_default() += 1;
        }
        asked
    }

    /// Each step of a route is another person's.
    #[test]
    fn every_approval_route_of_the_catalogue_finds_its_people() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue/procedures");
        let mut longest = 0;
        for procedure in std::fs::read_dir(folder).unwrap() {
            let procedure = procedure.unwrap().path();
            let described = read(&procedure.join("procedure.json"));
            let owner = described["owner_department"].as_str().unwrap();
            let versions = (1..9).map(|n| procedure.join(format!("v{n}/policy.json")));
            for policy in versions.take_while(|policy| policy.exists()) {
                let place = policy.display();
                let asked = asked(&policy, owner);
                for (department, steps) in &asked {
                    assert!(holders(department, Role::Approver) >= *steps, "{place}");
                }
                let decides = !asked.is_empty();
                assert!(!decides || holders(owner, Role::Reviewer) > 0, "{place}");
                longest = longest.max(asked.values().sum());
            }
        }
        assert_eq!(longest, 3);
    }

    #[test]
    fn offices_can_be_held_together() {
        let held = staff_member("ito").map(|person| person.postings.clone());

        let together = vec![
            posting("child-support", Role::Reviewer),
            posting("child-support", Role::Approver),
        ];
        assert_eq!(held, Some(together));
    }

    #[test]
    fn an_unknown_login_finds_nobody() {
        assert!(resident("sato").is_none());
        assert!(staff_member("hanako").is_none());
    }
}
