//! The numbers are those of the test cases of the KPI's specification, by their number there.

use calendar::{FiscalYear, jst_date};

use super::*;
use crate::offline_counts::{Revision, in_force};

mod properties;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn procedure(number: u128, go_live: &str) -> Procedure {
    Procedure {
        id: id(number),
        accepts: vec![Interval {
            starts_on: day(go_live),
            ends_on: None,
        }],
    }
}

fn portal(number: u128, month: &str, channel: Channel, count: i64) -> PortalCount {
    PortalCount {
        procedure_id: id(number),
        month: month.parse().unwrap(),
        channel,
        count,
    }
}

fn month_report(number: u128, month: &str, channel: Channel, count: i32) -> Report {
    let month: Month = month.parse().unwrap();
    Report {
        procedure_id: id(number),
        channel,
        starts_on: month.start(),
        ends_on: month.end_exclusive(),
        count,
        includes_transcribed: false,
    }
}

/// A fiscal year, seen long after it closed.
fn year_figure(
    year: i32,
    procedures: &[Procedure],
    portal: &[PortalCount],
    reports: &[Report],
    assisted: Class,
) -> Figure {
    let year = FiscalYear::try_from(year).unwrap();
    let as_of = at("2040-01-01T00:00:00Z");
    let cells = Cells::assemble(procedures, &year.months(), portal, reports, as_of);
    whole(&cells, year, assisted)
}

fn whole(cells: &Cells, year: FiscalYear, assisted: Class) -> Figure {
    let (first, end) = (year.first_day(), year.end_exclusive());
    cells.figure(Month::of(first), Month::of(end), assisted)
}

fn value(ratio: Ratio) -> String {
    serde_json::to_string(&ratio.value()).unwrap()
}

fn of(numerator: i64, denominator: i64) -> Ratio {
    Ratio {
        numerator,
        denominator,
    }
}

#[test]
fn case_3_the_city_rate_is_the_ratio_of_sums() {
    let figure = year_figure(
        2030,
        &[procedure(1, "2026-04-01"), procedure(2, "2026-04-01")],
        &[
            portal(1, "2030-04", Channel::PortalSelf, 900),
            portal(2, "2030-04", Channel::PortalSelf, 10),
        ],
        &[
            month_report(1, "2030-04", Channel::Counter, 100),
            month_report(2, "2030-04", Channel::Counter, 190),
        ],
        Class::Digital,
    );
    assert_eq!(figure.rate, of(910, 1200));
    assert_eq!(value(figure.rate), "0.758333");
    assert_eq!(figure.rate.percent().unwrap(), "75.8");
    assert_eq!(figure.rate.reaches(70), Some(true));
    assert_eq!(figure.unweighted_mean, of(475, 1000).value());
}

#[test]
fn case_4_paper_before_the_procedure_went_digital_does_not_count() {
    let months = |list: [&str; 6], count| list.map(|m| month_report(1, m, Channel::Counter, count));
    let before = [
        "2026-04", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09",
    ];
    let after = [
        "2026-10", "2026-11", "2026-12", "2027-01", "2027-02", "2027-03",
    ];
    let mut reports = [months(before, 100), months(after, 15)].concat();
    reports.push(month_report(1, "2026-10", Channel::Postal, 10));
    let digital = [portal(1, "2026-12", Channel::PortalSelf, 300)];
    let procedures = [procedure(1, "2026-10-01")];
    let figure = year_figure(2026, &procedures, &digital, &reports, Class::Digital);
    assert_eq!(figure.rate, of(300, 400));
    assert_eq!(value(figure.rate), "0.75");
    assert_eq!((figure.cells_reported, figure.cells_expected), (6, 6));
}

#[test]
fn case_5_the_month_of_the_start_counts_from_the_day_of_the_start() {
    let pilot = jst_date(at("2026-10-14T23:59:59+09:00"));
    let started = procedure(1, "2026-10-15");
    let next_day = pilot.succ_opt().unwrap();
    assert!(!eligibility::covers(&started.accepts, pilot, next_day));

    let mut october = month_report(1, "2026-10", Channel::Counter, 20);
    october.starts_on = day("2026-10-15");
    let straddling = month_report(1, "2026-10", Channel::Postal, 500);
    let rest = ["2026-11", "2026-12", "2027-01", "2027-02", "2027-03"]
        .map(|month| month_report(1, month, Channel::Counter, 16));
    let reports = [&[october, straddling], &rest[..]].concat();
    let digital = [portal(1, "2026-10", Channel::PortalSelf, 300)];
    let figure = year_figure(2026, &[started], &digital, &reports, Class::Digital);
    assert_eq!(figure.rate, of(300, 400));
    assert_eq!(value(figure.rate), "0.75");
}

#[test]
fn case_6_no_applications_at_all_give_no_rate() {
    let reports = FiscalYear::try_from(2030)
        .unwrap()
        .months()
        .map(|month| month_report(1, &month.to_string(), Channel::Counter, 0));
    let procedures = [procedure(1, "2026-04-01")];
    let figure = year_figure(2030, &procedures, &[], &reports, Class::Digital);
    assert_eq!(figure.rate, of(0, 0));
    assert_eq!(value(figure.rate), "null");
    assert_eq!(figure.rate.percent(), None);
    assert_eq!((figure.cells_reported, figure.cells_expected), (12, 12));
    assert_eq!(figure.unweighted_mean, None);
}

#[test]
fn case_7_only_paper_is_a_rate_of_zero() {
    let reports = [month_report(1, "2030-04", Channel::Counter, 25)];
    let procedures = [procedure(1, "2026-04-01")];
    let figure = year_figure(2030, &procedures, &[], &reports, Class::Digital);
    assert_eq!(figure.rate, of(0, 25));
    assert_eq!(value(figure.rate), "0.0");
    assert_eq!(figure.rate.percent().unwrap(), "0.0");
}

fn revision(number: i32, recorded_at: &str, report: Report) -> Revision {
    Revision {
        number,
        recorded_at: at(recorded_at),
        report,
    }
}

#[test]
fn case_9_a_correction_changes_the_figure_from_its_own_day_on() {
    let revisions = [
        revision(
            1,
            "2031-04-10T00:00:00Z",
            month_report(1, "2031-03", Channel::Counter, 400),
        ),
        revision(
            2,
            "2031-05-20T00:00:00Z",
            month_report(1, "2031-03", Channel::Counter, 320),
        ),
    ];
    let rate_at = |as_of| {
        let reports = in_force(revisions.to_vec(), at(as_of));
        let digital = [portal(1, "2031-03", Channel::PortalSelf, 800)];
        let procedures = [procedure(1, "2026-04-01")];
        year_figure(2030, &procedures, &digital, &reports, Class::Digital).rate
    };
    let (before, after) = (
        rate_at("2031-04-30T00:00:00Z"),
        rate_at("2031-06-30T00:00:00Z"),
    );
    assert_eq!(
        (before, value(before).as_str()),
        (of(800, 1200), "0.666667")
    );
    assert_eq!(before.reaches(70), Some(false));
    assert_eq!((after, value(after).as_str()), (of(800, 1120), "0.714286"));
    assert_eq!(after.reaches(70), Some(true));
}

/// Withdrawn, rejected and resubmitted applications stay in the ledger; tests and duplicates were struck out.
fn case_11(includes_transcribed: bool, assisted: Class) -> Figure {
    let mut counter = month_report(1, "2030-06", Channel::Counter, 5);
    counter.includes_transcribed = includes_transcribed;
    year_figure(
        2030,
        &[procedure(1, "2026-04-01")],
        &[
            portal(1, "2030-06", Channel::PortalSelf, 10 + 1 + 1 + 1),
            portal(1, "2030-06", Channel::PortalAssisted, 2),
            portal(1, "2030-06", Channel::ClerkTranscribed, 3),
        ],
        &[counter, month_report(1, "2030-06", Channel::Postal, 2)],
        assisted,
    )
}

#[test]
fn case_11_transcribed_paper_is_offline_and_counts_once() {
    let figure = case_11(false, Class::Digital);
    assert_eq!(
        (figure.rate, value(figure.rate).as_str()),
        (of(15, 25), "0.6")
    );
    let reported = case_11(true, Class::Digital);
    assert_eq!(
        (reported.rate, value(reported.rate).as_str()),
        (of(15, 22), "0.681818")
    );
    assert_eq!(reported.breakdown.get(&Channel::ClerkTranscribed), None);
}

#[test]
fn case_11_assisted_applications_can_be_seen_as_offline() {
    let figure = case_11(false, Class::Offline);
    assert_eq!(
        (figure.rate, value(figure.rate).as_str()),
        (of(13, 25), "0.52")
    );
}

#[test]
fn case_12_digital_services_outside_of_the_portal_are_digital() {
    let reports = [
        (Channel::ExtMynaportal, 150),
        (Channel::Counter, 200),
        (Channel::Postal, 50),
    ]
    .map(|(channel, count)| month_report(1, "2030-06", channel, count));
    let digital = [portal(1, "2030-06", Channel::PortalSelf, 400)];
    let procedures = [procedure(1, "2026-04-01")];
    let rate = year_figure(2030, &procedures, &digital, &reports, Class::Digital).rate;
    assert_eq!((rate, value(rate).as_str()), (of(550, 800), "0.6875"));
}

#[test]
fn a_month_without_a_paper_report_is_left_out_of_both_sides() {
    let figure = year_figure(
        2030,
        &[procedure(1, "2031-02-01")],
        &[
            portal(1, "2031-02", Channel::PortalSelf, 30),
            portal(1, "2031-03", Channel::PortalSelf, 60),
            portal(1, "2031-03", Channel::ClerkTranscribed, 9),
        ],
        &[
            month_report(1, "2031-02", Channel::Counter, 10),
            month_report(1, "2031-03", Channel::ExtOther, 10),
        ],
        Class::Digital,
    );
    assert_eq!(figure.rate, of(30, 40));
    assert_eq!(figure.coverage, of(30, 100));
    assert_eq!((figure.cells_reported, figure.cells_expected), (1, 2));
}

#[test]
fn a_cell_is_expected_from_the_moment_its_first_day_begins() {
    let year = FiscalYear::try_from(2026).unwrap();
    let expected = |as_of| {
        let procedures = [procedure(1, "2026-10-15")];
        let cells = Cells::assemble(&procedures, &year.months(), &[], &[], at(as_of));
        whole(&cells, year, Class::Digital).cells_expected
    };
    assert_eq!(expected("2026-10-15T00:00:00+09:00"), 0);
    assert_eq!(expected("2026-10-15T00:00:01+09:00"), 1);
    assert_eq!(expected("2026-11-30T00:00:00+09:00"), 2);
    assert_eq!(expected("2028-01-01T00:00:00+09:00"), 6);
}
