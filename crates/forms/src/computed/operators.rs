//! What JsonLogic lacks: days, totals, rounding.

use calendar::age_on;
use chrono::{Datelike as _, NaiveDate};
use datalogic_rs::bumpalo::Bump;
use datalogic_rs::operator::EvalContext;
use datalogic_rs::{CustomOperator, DataValue, EngineBuilder, Result};

type Function = fn(&[&DataValue<'_>]) -> Option<f64>;

/// By the name an expression calls it.
pub(super) const OPERATORS: [(&str, Function); 6] = [
    ("age_on", |args| {
        two_days(args).map(|(born, on)| age_on(born, on).into())
    }),
    ("age_attained_by", |args| {
        let (born, on) = two_days(args)?;
        Some(age_on(born, on.succ_opt()?).into())
    }),
    ("days_between", |args| {
        let (from, to) = two_days(args)?;
        Some((to - from).num_days() as f64)
    }),
    ("months_between", |args| {
        two_days(args).map(|(from, to)| months(from, to).into())
    }),
    ("total", total),
    ("round_down", |args| args.first()?.as_f64().map(f64::floor)),
];

pub(super) fn add_to(builder: EngineBuilder) -> EngineBuilder {
    let operators = OPERATORS.into_iter();
    operators.fold(builder, |builder, (name, function)| {
        builder.add_operator(name, Operator(function))
    })
}

struct Operator(Function);

impl CustomOperator for Operator {
    fn evaluate<'a>(
        &self,
        args: &[&'a DataValue<'a>],
        _: &mut EvalContext<'_, 'a>,
        arena: &'a Bump,
    ) -> Result<&'a DataValue<'a>> {
        let value = (self.0)(args).map_or(DataValue::Null, DataValue::from_f64);
        Ok(arena.alloc(value))
    }
}

fn two_days(args: &[&DataValue<'_>]) -> Option<(NaiveDate, NaiveDate)> {
    let [one, other] = args else { return None };
    let day = |value: &DataValue<'_>| value.as_str()?.parse().ok();
    Some((day(one)?, day(other)?))
}

/// Whole months from one day to the other, as the calendar counts them (民法143条); negative backwards.
fn months(from: NaiveDate, to: NaiveDate) -> i32 {
    if to < from {
        return -months(to, from);
    }
    let months = (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32;
    months - i32::from(to.day() < from.day())
}

/// The sum of what is a number in a list.
fn total(args: &[&DataValue<'_>]) -> Option<f64> {
    let [DataValue::Array(items)] = args else {
        return None;
    };
    Some(items.iter().filter_map(DataValue::as_f64).sum())
}
