use serde_json::{Map, Value, json};

use super::Population;
use crate::city::{self, DemoBusiness, DemoResident, DemoStaff, Gender, Posting, Role};

/// Someone who can log in.
#[derive(Clone, Copy)]
pub(super) enum Person {
    Resident(&'static DemoResident),
    Business(&'static DemoBusiness),
    Staff(&'static DemoStaff),
}

impl Person {
    pub(super) fn all(population: Population) -> Vec<Self> {
        match population {
            Population::Residents => city::residents().iter().map(Self::Resident).collect(),
            Population::Businesses => city::businesses().iter().map(Self::Business).collect(),
            Population::Staff => city::staff().iter().map(Self::Staff).collect(),
        }
    }

    pub(super) fn find(population: Population, login: &str) -> Option<Self> {
        match population {
            Population::Residents => city::resident(login).map(Self::Resident),
            Population::Businesses => city::business(login).map(Self::Business),
            Population::Staff => city::staff_member(login).map(Self::Staff),
        }
    }

    pub(super) fn login(self) -> &'static str {
        match self {
            Self::Resident(resident) => &resident.login,
            Self::Business(business) => &business.login,
            Self::Staff(staff) => &staff.login,
        }
    }

    pub(super) fn subject(self) -> &'static str {
        match self {
            Self::Resident(resident) => &resident.subject,
            Self::Business(business) => &business.subject,
            Self::Staff(staff) => &staff.subject,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Resident(resident) => &resident.name,
            Self::Business(business) => &business.name,
            Self::Staff(staff) => &staff.name,
        }
    }

    fn email(self) -> &'static str {
        match self {
            Self::Resident(resident) => &resident.email,
            Self::Business(business) => &business.email,
            Self::Staff(staff) => &staff.email,
        }
    }

    /// How sure a real provider would be of who is there.
    pub(super) fn acr(self) -> &'static str {
        match self {
            Self::Resident(_) => "aal3",
            Self::Business(_) | Self::Staff(_) => "aal2",
        }
    }

    /// What tells this person from the others on the page.
    pub(super) fn description(self) -> String {
        match self {
            Self::Resident(resident) => {
                let born = resident.birthdate.format("%Y年%-m月%-d日生まれ");
                format!("{}　{born}　{}", resident.name_kana, resident.address)
            }
            Self::Business(business) => {
                let own = business.company.iter().map(|company| company.name.clone());
                let mandates = business.mandates.iter();
                let given = mandates.map(|company| format!("{}の委任を受けた方", company.name));
                own.chain(given).collect::<Vec<_>>().join("、")
            }
            Self::Staff(staff) => {
                let postings: Vec<_> = staff.postings.iter().map(posting).collect();
                postings.join("、")
            }
        }
    }

    /// The claims the scope opens, those of residents formatted as デジタル認証アプリ does: the address on one line,
    /// `YYYYMMDD`, `1` male and `2` female.
    pub(super) fn claims(self, scope: &str) -> Map<String, Value> {
        let asked = |name: &str| scope.split(' ').any(|word| word == name);
        let mut claims = Map::new();
        if asked("name") {
            claims.insert("name".into(), json!(self.name()));
        }
        if asked("email") {
            claims.insert("email".into(), json!(self.email()));
            claims.insert("email_verified".into(), json!(true));
        }
        if let Self::Business(business) = self
            && asked("mandate")
        {
            claims.insert("company".into(), json!(business.company));
            claims.insert("mandates".into(), json!(business.mandates));
        }
        if let Self::Resident(resident) = self {
            if asked("address") {
                claims.insert("address".into(), json!(resident.address));
            }
            if asked("birthdate") {
                let birthdate = resident.birthdate.format("%Y%m%d").to_string();
                claims.insert("birthdate".into(), json!(birthdate));
            }
            if asked("gender") {
                claims.insert("gender".into(), json!(gender_code(resident.gender)));
            }
        }
        claims
    }
}

fn gender_code(gender: Gender) -> &'static str {
    match gender {
        Gender::Male => "1",
        Gender::Female => "2",
    }
}

fn posting(posting: &Posting) -> String {
    let department = match posting.department.as_deref() {
        Some("child-support") => "子育て支援課",
        Some("environment") => "環境政策課",
        Some("resident") => "市民課",
        Some(code) => code,
        None => "全庁",
    };
    let role = match posting.role {
        Role::Reviewer => "審査担当",
        Role::Approver => "決裁者",
        Role::Analyst => "統計担当",
        Role::Administrator => "管理者",
        Role::Registrar => "利用登録担当",
    };
    format!("{department}　{role}")
}
