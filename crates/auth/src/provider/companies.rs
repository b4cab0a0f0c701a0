//! The companies that a provider says somebody acts for, as GビズID does: that of the account, and those that have
//! given it a mandate (委任). What the members are called is agreed with the provider, so the providers file names them.

use chrono::NaiveDate;
use platform::Result;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::oidc::unavailable;

/// Companies of one login that are looked at.
const MOST_COMPANIES: usize = 100;
/// Longest name and address, in characters, as of anybody a mandate is for.
const LONGEST_NAME: usize = 200;
const LONGEST_ADDRESS: usize = 500;
/// Most procedures that one mandate names.
const MOST_PROCEDURES: usize = 100;

/// Where userinfo tells for which companies somebody acts.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompanyClaims {
    /// JSON Pointer of the company of the account; empty: its members are userinfo's own.
    #[serde(default)]
    pub own: Option<String>,
    /// JSON Pointer of the array of those that have given it a mandate.
    #[serde(default)]
    pub mandates: Option<String>,
    /// Name of the member with the 法人番号. Where it is missing, there is no company: a sole proprietor has none.
    pub corporate_number: String,
    /// Name of the member with the registered name.
    pub name: String,
    /// Name of the member with the registered address.
    pub address: String,
    /// Name of the member, in a mandate, with the codes of the procedures it is for; where it is missing, all.
    #[serde(default)]
    pub procedures: Option<String>,
    /// Name of the member, in a mandate, with the last day on which it holds.
    #[serde(default)]
    pub last_day: Option<String>,
}

/// A company that somebody acts for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepresentedCompany {
    /// 法人番号
    pub corporate_number: String,
    /// Registered name.
    pub name: String,
    /// Registered address.
    pub address: String,
    /// Whether it is the account's own; otherwise it has given a mandate (委任).
    pub is_own: bool,
    /// Codes of the procedures that they may act in; none: all.
    pub procedures: Option<Vec<String>>,
    /// The last day on which they may.
    pub last_day: Option<NaiveDate>,
}

impl CompanyClaims {
    /// The companies that the userinfo tells of, each once, in the order of their numbers.
    ///
    /// # Errors
    /// `identity_provider_unavailable` when it does not tell as agreed: nobody acts for half of a company.
    pub(super) fn read(&self, userinfo: &Map<String, Value>) -> Result<Vec<RepresentedCompany>> {
        let userinfo = Value::Object(userinfo.clone());
        let at = |pointer: &Option<String>| userinfo.pointer(pointer.as_deref()?);
        let mut companies = Vec::new();
        if let Some(own) = at(&self.own).filter(|own| !own.is_null()) {
            companies.extend(self.company(own, true)?);
        }
        if let Some(given) = at(&self.mandates).filter(|given| !given.is_null()) {
            let given = given.as_array().filter(|all| all.len() < MOST_COMPANIES);
            for mandate in given.ok_or_else(not_as_agreed)? {
                companies.extend(self.company(mandate, false)?);
            }
        }
        // A mandate of one's own company would say nothing more.
        companies.sort_by(|a, b| {
            let key = |one: &RepresentedCompany| (one.corporate_number.clone(), !one.is_own);
            key(a).cmp(&key(b))
        });
        companies.dedup_by(|later, first| later.corporate_number == first.corporate_number);
        Ok(companies)
    }

    fn company(&self, told: &Value, is_own: bool) -> Result<Option<RepresentedCompany>> {
        let told = told.as_object().ok_or_else(not_as_agreed)?;
        let Some(number) = present(told, &self.corporate_number) else {
            return if is_own {
                Ok(None)
            } else {
                Err(not_as_agreed())
            };
        };
        let number = number.as_str().filter(|number| is_corporate_number(number));
        let limited = |name: &Option<String>| {
            let name = name.as_deref().filter(|_| !is_own)?;
            present(told, name)
        };
        Ok(Some(RepresentedCompany {
            corporate_number: number.ok_or_else(not_as_agreed)?.to_owned(),
            name: text(told, &self.name, LONGEST_NAME)?,
            address: text(told, &self.address, LONGEST_ADDRESS)?,
            is_own,
            procedures: limited(&self.procedures).map(procedures).transpose()?,
            last_day: limited(&self.last_day).map(last_day).transpose()?,
        }))
    }
}

fn present<'a>(told: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    told.get(name).filter(|value| !value.is_null())
}

fn text(told: &Map<String, Value>, name: &str, longest: usize) -> Result<String> {
    let text = present(told, name).and_then(Value::as_str);
    let fits = |text: &&str| !text.trim().is_empty() && text.chars().count() <= longest;
    text.filter(fits)
        .map(str::to_owned)
        .ok_or_else(not_as_agreed)
}

fn procedures(told: &Value) -> Result<Vec<String>> {
    let codes = told
        .as_array()
        .filter(|codes| codes.len() <= MOST_PROCEDURES);
    let codes = codes.ok_or_else(not_as_agreed)?.iter();
    let codes = codes.map(|code| code.as_str().map(str::to_owned));
    codes.collect::<Option<_>>().ok_or_else(not_as_agreed)
}

fn last_day(told: &Value) -> Result<NaiveDate> {
    let told = told.as_str().unwrap_or_default();
    let day = ["%Y-%m-%d", "%Y%m%d"];
    let mut day = day.iter().map(|form| NaiveDate::parse_from_str(told, form));
    day.find_map(Result::ok).ok_or_else(not_as_agreed)
}

/// Whether it is written like a 法人番号, in 13 digits; whether the first fits the others is for whoever vouches for it.
pub(crate) fn is_corporate_number(text: &str) -> bool {
    text.len() == 13 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn not_as_agreed() -> platform::Error {
    unavailable("userinfo does not tell companies as the providers file says")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The members of an account lie in userinfo itself, those of mandates in a list.
    fn read(userinfo: Value) -> Result<Vec<RepresentedCompany>> {
        let claims: CompanyClaims = serde_json::from_value(json!({
            "own": "",
            "mandates": "/mandates",
            "corporate_number": "number",
            "name": "company",
            "address": "seat",
            "procedures": "services",
            "last_day": "to",
        }))
        .unwrap();
        claims.read(userinfo.as_object().unwrap())
    }

    fn company(number: &str) -> Value {
        json!({"number": number, "company": "株式会社玉川上水", "seat": "東京都小平市"})
    }

    #[test]
    fn a_sole_proprietor_acts_for_no_company() {
        assert_eq!(read(json!({"sub": "1"})).unwrap(), []);
        assert_eq!(read(json!({"number": null, "mandates": null})).unwrap(), []);
    }

    #[test]
    fn ones_own_company_and_those_that_gave_a_mandate_are_told_apart() {
        let mut userinfo = company("2000000000001");
        let mut limited = company("1000000000001");
        limited["services"] = json!(["road-occupation-permit"]);
        limited["to"] = json!("2027-03-31");
        userinfo["mandates"] = json!([limited, company("2000000000001")]);
        let companies = read(userinfo).unwrap();
        let told: Vec<_> = companies
            .iter()
            .map(|one| (&*one.corporate_number, one.is_own))
            .collect();
        assert_eq!(told, [("1000000000001", false), ("2000000000001", true)]);
        let procedures = companies[0].procedures.as_deref().unwrap();
        assert_eq!(procedures, ["road-occupation-permit"]);
        assert_eq!(companies[0].last_day, "2027-03-31".parse().ok());
        assert_eq!(
            (&companies[1].procedures, companies[1].last_day),
            (&None, None)
        );
    }

    #[test]
    fn what_is_not_as_agreed_is_refused_and_not_passed_over() {
        let with = |name: &str, value: Value| {
            let mut mandate = company("1000000000001");
            mandate[name] = value;
            json!({"mandates": [mandate]})
        };
        for userinfo in [
            json!({"mandates": {}}),
            json!({"mandates": ["1000000000001"]}),
            json!({"number": 1_000_000_000_001_u64, "company": "社", "seat": "市"}),
            json!({"number": "1000000000001"}),
            with("number", Value::Null),
            with("number", json!("100000000001")),
            with("number", json!("１０００００００００００1")),
            with("company", json!("")),
            with("company", json!("社".repeat(201))),
            with("seat", json!(1)),
            with("services", json!("all")),
            with("services", json!([1])),
            with("to", json!("来年")),
        ] {
            assert!(read(userinfo.clone()).is_err(), "{userinfo}");
        }
    }
}
