//! Japanese time, pure: no clock, no I/O. Every other crate asks here and computes none of it.
//!
//! - [`jst_date`], [`start_of_jst_day`]: instants and the days of Asia/Tokyo.
//! - [`FiscalYear`] (年度) and [`Month`]: the only fiscal year arithmetic of the project.
//! - [`Wareki`] (和暦): years of the imperial eras, 明治 to 令和.
//! - [`holiday`]: 国民の祝日 as a table; a year it lacks is [`MissingYear`], never "no holidays".
//! - [`OpeningDays`] (開庁日) and [`accepted_on`] (受付).
//! - [`ProcessingPeriod`] (標準処理期間) as a counting policy, and [`period_end`] (民法143条).
//! - [`age_on`], [`attains_age_on`]: 年齢計算ニ関スル法律.

mod age;
mod civil_code;
mod fiscal_year;
mod holidays;
mod jst;
mod month;
mod opening_days;
mod processing_period;
mod wareki;

pub use age::{age_on, attains_age_on};
pub use civil_code::period_end;
pub use fiscal_year::{FiscalYear, InvalidFiscalYear};
pub use holidays::{MissingYear, holiday};
pub use jst::{JST, is_writable, jst_date, jst_datetime, start_of_jst_day};
pub use month::{InvalidMonth, Month};
pub use opening_days::{OpeningDays, accepted_on};
pub use processing_period::{HolidayRule, PeriodStart, PeriodUnit, ProcessingPeriod};
pub use wareki::{Era, Wareki, WarekiError, to_wareki};
