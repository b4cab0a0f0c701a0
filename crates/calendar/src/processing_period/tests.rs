use chrono::{Datelike, Weekday};
use proptest::prelude::*;

use super::*;
use HolidayRule::{NextOpeningDay, Unchanged};
use PeriodStart::{ArrivalDay, DayAfterArrival};
use PeriodUnit::{CalendarDays, Months, OpeningDays as Opening, Weeks};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn period(
    length: u16,
    unit: PeriodUnit,
    start: PeriodStart,
    holiday_rule: HolidayRule,
) -> ProcessingPeriod {
    ProcessingPeriod {
        length,
        unit,
        start,
        holiday_rule,
    }
}

fn due(period: ProcessingPeriod, arrived_on: &str, paused_days: u32) -> String {
    let due = period.due_on(day(arrived_on), paused_days, &OpeningDays::national());
    due.unwrap().to_string()
}

#[test]
fn fifteen_days_after_a_birth_on_april_30_end_on_may_15() {
    let fifteen_days = period(15, CalendarDays, DayAfterArrival, NextOpeningDay);
    assert_eq!(due(fifteen_days, "2026-04-30", 0), "2026-05-15");
}

#[test]
fn fifteen_days_that_end_on_a_weekend_end_on_monday() {
    let fifteen_days = period(15, CalendarDays, DayAfterArrival, NextOpeningDay);
    assert_eq!(due(fifteen_days, "2027-04-30", 0), "2027-05-17");
    assert_eq!(due(fifteen_days, "2022-04-30", 0), "2022-05-16");
    let unmoved = period(15, CalendarDays, DayAfterArrival, Unchanged);
    assert_eq!(due(unmoved, "2027-04-30", 0), "2027-05-15");
}

#[test]
fn the_table_of_due_dates_holds() {
    let table = [
        (
            period(5, Opening, DayAfterArrival, NextOpeningDay),
            "2019-04-26",
            "2019-05-13",
        ),
        (
            period(5, Opening, ArrivalDay, NextOpeningDay),
            "2019-04-26",
            "2019-05-10",
        ),
        (
            period(30, CalendarDays, DayAfterArrival, NextOpeningDay),
            "2020-06-23",
            "2020-07-27",
        ),
        (
            period(30, CalendarDays, ArrivalDay, NextOpeningDay),
            "2020-06-23",
            "2020-07-22",
        ),
        (
            period(2, Weeks, DayAfterArrival, NextOpeningDay),
            "2021-07-26",
            "2021-08-10",
        ),
        (
            period(2, Weeks, ArrivalDay, Unchanged),
            "2021-07-26",
            "2021-08-08",
        ),
        (
            period(1, Months, DayAfterArrival, Unchanged),
            "2022-01-30",
            "2022-02-28",
        ),
        (
            period(1, Months, ArrivalDay, Unchanged),
            "2023-01-31",
            "2023-02-28",
        ),
        (
            period(1, Months, DayAfterArrival, NextOpeningDay),
            "2023-11-30",
            "2024-01-04",
        ),
        (
            period(1, Months, DayAfterArrival, NextOpeningDay),
            "2024-01-30",
            "2024-02-29",
        ),
        (
            period(10, Opening, DayAfterArrival, Unchanged),
            "2025-12-26",
            "2026-01-19",
        ),
        (
            period(3, Opening, ArrivalDay, Unchanged),
            "2026-09-18",
            "2026-09-25",
        ),
        (
            period(2, Months, DayAfterArrival, NextOpeningDay),
            "2027-01-21",
            "2027-03-23",
        ),
        (
            period(1, Months, ArrivalDay, Unchanged),
            "2028-02-29",
            "2028-03-28",
        ),
        (
            period(1, Opening, ArrivalDay, Unchanged),
            "2028-12-28",
            "2028-12-28",
        ),
    ];
    for (period, arrived_on, expected) in table {
        assert_eq!(
            due(period, arrived_on, 0),
            expected,
            "{period:?} from {arrived_on}"
        );
    }
}

#[test]
fn an_arrival_on_a_closed_day_counts_opening_days_from_the_next_one() {
    for start in [ArrivalDay, DayAfterArrival] {
        assert_eq!(
            due(period(1, Opening, start, Unchanged), "2026-04-04", 0),
            "2026-04-06"
        );
    }
}

#[test]
fn time_spent_on_a_correction_extends_the_period_in_its_own_unit() {
    assert_eq!(
        due(
            period(5, Opening, DayAfterArrival, Unchanged),
            "2026-04-01",
            2
        ),
        "2026-04-10"
    );
    let days = period(5, CalendarDays, DayAfterArrival, NextOpeningDay);
    assert_eq!(due(days, "2026-04-01", 5), "2026-04-13");
    assert_eq!(
        due(
            period(1, Months, DayAfterArrival, Unchanged),
            "2026-01-30",
            3
        ),
        "2026-03-03"
    );
}

#[test]
fn a_closure_of_the_city_moves_the_last_day() {
    let city = OpeningDays::national().with_city_days([day("2026-05-15")]);
    let fifteen_days = period(15, CalendarDays, DayAfterArrival, NextOpeningDay);
    assert_eq!(
        fifteen_days.due_on(day("2026-04-30"), 0, &city),
        Ok(day("2026-05-18"))
    );
}

#[test]
fn a_due_day_in_a_missing_year_is_an_error() {
    let national = OpeningDays::national();
    let month = period(1, Months, DayAfterArrival, NextOpeningDay);
    assert_eq!(
        month.due_on(day("2028-12-05"), 0, &national),
        Err(MissingYear(2029))
    );
    let endless = period(1, CalendarDays, ArrivalDay, Unchanged);
    assert!(
        endless
            .due_on(day("2028-12-05"), u32::MAX, &national)
            .is_err()
    );
}

#[test]
fn the_policy_is_read_strictly() {
    let json = r#"{"length":30,"unit":"opening_days","start":"day_after_arrival","holiday_rule":"next_opening_day"}"#;
    let policy = period(30, Opening, DayAfterArrival, NextOpeningDay);
    assert_eq!(serde_json::to_string(&policy).unwrap(), json);
    assert_eq!(
        serde_json::from_str::<ProcessingPeriod>(json).unwrap(),
        policy
    );
    for broken in [
        json.replace("30", "0"),
        json.replace("30", "-1"),
        json.replace("opening_days", "business_days"),
        json.replace('}', r#","pause":1}"#),
        json.replace(r#""length":30,"#, ""),
    ] {
        assert!(
            serde_json::from_str::<ProcessingPeriod>(&broken).is_err(),
            "{broken}"
        );
    }
}

/// Open or closed read straight from the file, without `OpeningDays`.
fn open(date: NaiveDate) -> bool {
    let closed = [(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)];
    !include_str!("../holidays.csv").contains(&format!("\n{date},"))
        && ![Weekday::Sat, Weekday::Sun].contains(&date.weekday())
        && !closed.contains(&(date.month(), date.day()))
}

/// Whether a period of `months` from the start of `first` ends with `date` (民法143条2項).
fn ends_months(first: NaiveDate, months: u16, date: NaiveDate) -> bool {
    let index = |date: NaiveDate| date.year() * 12 + date.month0() as i32;
    let last_month = index(first) + i32::from(months);
    let next = date.succ_opt().unwrap();
    let eve_of_corresponding_day = index(next) == last_month && next.day() == first.day();
    let no_corresponding_day =
        index(date) == last_month && next.day() == 1 && date.day() < first.day();
    eve_of_corresponding_day || no_corresponding_day
}

/// The due day found by walking the calendar one day at a time.
fn walk(period: ProcessingPeriod, arrived_on: NaiveDate, paused_days: u32) -> NaiveDate {
    let length = u32::from(period.length);
    let first = if period.start == ArrivalDay {
        arrived_on
    } else {
        arrived_on.succ_opt().unwrap()
    };
    let nth = |n: u32| first.iter_days().nth(n as usize - 1).unwrap();
    let last = match period.unit {
        Opening => {
            let mut opening = first.iter_days().filter(|day| open(*day));
            opening.nth((length + paused_days) as usize - 1).unwrap()
        }
        CalendarDays => nth(length + paused_days),
        Weeks => nth(length * 7 + paused_days),
        Months => {
            let end = first
                .iter_days()
                .find(|day| ends_months(first, period.length, *day))
                .unwrap();
            end.iter_days().nth(paused_days as usize).unwrap()
        }
    };
    match period.holiday_rule {
        NextOpeningDay => last.iter_days().find(|day| open(*day)).unwrap(),
        Unchanged => last,
    }
}

fn any_period() -> impl Strategy<Value = ProcessingPeriod> {
    let unit = prop_oneof![
        (1u16..60).prop_map(|length| (length, Opening)),
        (1u16..90).prop_map(|length| (length, CalendarDays)),
        (1u16..13).prop_map(|length| (length, Weeks)),
        (1u16..7).prop_map(|length| (length, Months)),
    ];
    let start = prop_oneof![Just(ArrivalDay), Just(DayAfterArrival)];
    let rule = prop_oneof![Just(NextOpeningDay), Just(Unchanged)];
    (unit, start, rule).prop_map(|((length, unit), start, rule)| period(length, unit, start, rule))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn due_days_agree_with_a_walk_through_the_calendar(
        period in any_period(), offset in 0u64..3_380, paused_days in 0u32..30,
    ) {
        let arrived_on = day("2019-01-01") + Days::new(offset);
        let due = period.due_on(arrived_on, paused_days, &OpeningDays::national());
        prop_assert_eq!(due, Ok(walk(period, arrived_on, paused_days)));
    }
}
