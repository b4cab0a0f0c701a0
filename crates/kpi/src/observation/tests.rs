use super::*;
use crate::application_rate::Figure;
use crate::satisfaction;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn query(scope: &str, from: &str, to: &str) -> ObservationsQuery {
    let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    ObservationsQuery {
        scope: given(scope),
        grain: None,
        from: given(from),
        to: given(to),
        as_of: None,
        assisted: None,
    }
}

fn wanted(scope: &str, from: &str, to: &str) -> Result<Wanted> {
    Wanted::read(&query(scope, from, to), at("2026-11-22T03:00:00Z"))
}

fn city() -> City {
    City {
        code: "132110".into(),
    }
}

fn ids(wanted: &Wanted) -> Vec<String> {
    wanted
        .periods()
        .iter()
        .map(|period| period.observed().id)
        .collect()
}

fn figure(numerator: i64, denominator: i64, cells_reported: usize) -> Figure {
    Figure {
        rate: Ratio {
            numerator,
            denominator,
        },
        cells_reported,
        cells_expected: 12,
        ..Figure::default()
    }
}

#[test]
fn without_parameters_it_is_the_city_in_the_current_fiscal_year() {
    let wanted = wanted("", "", "").unwrap();
    assert_eq!(wanted.scope, Scope::City);
    assert_eq!(ids(&wanted), ["FY2026"]);
    let (first, end) = wanted.days();
    assert_eq!(
        (first.to_string(), end.to_string()),
        ("2026-04-01".into(), "2027-04-01".into())
    );
}

#[test]
fn both_spellings_of_a_year_are_understood_and_the_last_one_is_inclusive() {
    let wanted = wanted("procedure:a:b", "FY2029", "2031").unwrap();
    assert_eq!(wanted.scope, Scope::Procedure("a:b".into()));
    assert_eq!(ids(&wanted), ["FY2029", "FY2030", "FY2031"]);
}

#[test]
fn what_cannot_be_understood_is_an_invalid_query() {
    for (scope, from, to) in [
        ("town", "", ""),
        ("city:132110", "", ""),
        ("department:", "", ""),
        ("category:tax", "", ""),
        ("", "26", ""),
        ("", "2027", ""),
        ("", "2030", "2029"),
        ("", "9999", "9999"),
        ("", "2026", "2056"),
    ] {
        let error = wanted(scope, from, to).unwrap_err();
        assert_eq!(error.code(), Code::InvalidQuery, "{scope} {from} {to}");
    }
    assert_eq!(ids(&wanted("", "2026", "2055").unwrap()).len(), 30);
}

#[test]
fn nobody_knows_the_figures_of_tomorrow() {
    let now = at("2026-11-22T03:00:00Z");
    let read = |as_of: &str| {
        let as_of = Some(at(as_of));
        Wanted::read(
            &ObservationsQuery {
                as_of,
                ..query("", "", "")
            },
            now,
        )
    };
    assert!(read("2026-11-22T03:00:00Z").is_ok());
    assert!(read("2026-11-22T03:00:01Z").is_err());
    assert!(read("1969-12-31T23:59:59Z").is_err());
}

#[test]
fn months_carry_the_year_of_the_era() {
    let mut wanted = wanted("", "2030", "2030").unwrap();
    wanted.grain = ObservationGrain::Month;
    let last = wanted.periods().last().unwrap().observed();
    assert_eq!(last.id, "2031-03");
    assert_eq!(last.label_ja, "令和13年3月");
    assert_eq!(last.start.to_string(), "2031-03-01");
    assert_eq!(last.end_exclusive.to_string(), "2031-04-01");
    let year = Period::Year(FiscalYear::of(last.start)).observed();
    assert_eq!(
        (year.id.as_str(), year.label_ja.as_str()),
        ("FY2030", "令和12年度")
    );
}

const OPEN: &str = "2031-05-31T23:59:59+09:00";
const CLOSED: &str = "2031-06-01T00:00:00+09:00";

fn of_2030(as_of: &str) -> (Wanted, Period) {
    let wanted = Wanted {
        as_of: at(as_of),
        ..wanted("", "2030", "2030").unwrap()
    };
    let period = wanted.periods()[0];
    (wanted, period)
}

#[test]
fn a_value_is_final_when_all_is_reported_and_the_books_are_closed() {
    use ObservationStatus::{Final, NoEvents, NotReported, Provisional};
    for (figure, as_of, status) in [
        (figure(0, 25, 12), CLOSED, Final),
        (figure(0, 25, 12), OPEN, Provisional),
        (figure(0, 25, 11), CLOSED, Provisional),
        (figure(0, 0, 12), CLOSED, NoEvents),
        (figure(0, 0, 11), CLOSED, Provisional),
        (figure(0, 0, 0), CLOSED, NotReported),
        (figure(0, 0, 0), OPEN, NotReported),
    ] {
        let (wanted, period) = of_2030(as_of);
        assert_eq!(
            wanted.status_reported(period, &figure),
            status,
            "{figure:?}"
        );
    }
}

#[test]
fn the_city_sees_its_value_against_every_target_and_the_one_of_the_year() {
    let judge = |scope: &str, year: &str| {
        let wanted = wanted(scope, year, year).unwrap();
        let period = wanted.periods()[0];
        let targets = [(2030, 70), (2035, 90)];
        wanted.application_rate_in(&city(), period, figure(800, 1120, 12), &targets)
    };
    let early = judge("", "2026");
    assert_eq!(early.target, None);
    let met: Vec<_> = early
        .targets
        .iter()
        .map(|t| (t.fiscal_year, t.met))
        .collect();
    assert_eq!(met, [(2030, Some(true)), (2035, Some(false))]);
    assert_eq!(early.observed.scope.id, "132110");

    let late = judge("department:zeimu", "2030");
    assert_eq!(late.target.unwrap().met, Some(true));
    assert!(late.targets.is_empty());
    let scope = late.observed.scope;
    assert_eq!(
        (scope.kind, scope.id.as_str()),
        (ObservedScopeKind::Department, "zeimu")
    );
}

#[test]
fn of_surveys_the_whole_day_of_the_question_is_known_and_no_later_one() {
    let days = |as_of: &str| of_2030(as_of).0.known_days().1.to_string();
    assert_eq!(days("2030-10-31T23:59:59+09:00"), "2030-11-01");
    assert_eq!(days("2030-11-01T00:00:00+09:00"), "2030-11-02");
    assert_eq!(days("2031-06-01T00:00:00+09:00"), "2031-04-01");
}

fn satisfaction_json(figure: satisfaction::Figure, as_of: &str) -> serde_json::Value {
    let (wanted, period) = of_2030(as_of);
    let targets = [(2030, 70), (2035, 80)];
    let observation = wanted.satisfaction_in(&city(), period, figure, &targets);
    serde_json::to_value(observation).unwrap()
}

#[test]
fn a_satisfied_majority_may_have_met_the_target_by_chance() {
    let figure = satisfaction::Figure {
        ratings: [6, 10, 40, 84, 60],
        declined: 7,
        offered: 1_000,
        eligible: 1_250,
    };
    let expected = serde_json::json!({
        "period": {"type": "fy", "id": "FY2030", "label_ja": "令和12年度",
            "start": "2030-04-01", "end_exclusive": "2031-04-01"},
        "scope": {"type": "city", "id": "132110"},
        "numerator": 144, "denominator": 200, "value": 0.72, "percent": "72.0",
        "ci95": {"method": "wilson", "low": 0.654077, "high": 0.777631},
        "ratings": {"1": 6, "2": 10, "3": 40, "4": 84, "5": 60},
        "mean": 3.91, "index": 0.7275, "declined": 7,
        "survey": {"eligible": 1250, "offered": 1000, "answered": 200,
            "offer_rate": 0.8, "response_rate": 0.2, "coverage": 0.16},
        "target": {"fiscal_year": 2030, "value": 0.7, "met": true, "met_with_confidence": false},
        "targets": [
            {"fiscal_year": 2030, "value": 0.7, "met": true, "met_with_confidence": false},
            {"fiscal_year": 2035, "value": 0.8, "met": false, "met_with_confidence": false},
        ],
        "status": "final",
    });
    assert_eq!(satisfaction_json(figure, CLOSED), expected);
}

#[test]
fn a_thousand_answers_meet_the_target_with_confidence() {
    let figure = satisfaction::Figure {
        ratings: [0, 0, 270, 730, 0],
        ..Default::default()
    };
    let json = satisfaction_json(figure, CLOSED);
    assert_eq!(json["value"], 0.73);
    assert_eq!(json["ci95"]["low"], 0.701642);
    assert_eq!(json["ci95"]["high"], 0.756598);
    assert_eq!(json["target"]["met_with_confidence"], true);
}

#[test]
fn when_nobody_answers_there_is_no_value_and_nothing_is_met_or_missed() {
    let asked = satisfaction::Figure {
        declined: 3,
        offered: 5,
        ..Default::default()
    };
    let json = satisfaction_json(asked, CLOSED);
    for name in ["value", "percent", "ci95", "mean", "index"] {
        assert!(json[name].is_null(), "{name}");
    }
    assert!(json["target"]["met"].is_null() && json["target"]["met_with_confidence"].is_null());
    assert_eq!(json["survey"]["response_rate"], 0.0);
    assert!(json["survey"]["coverage"].is_null());
    assert_eq!(
        (&json["declined"], &json["status"]),
        (&3.into(), &"no_events".into())
    );
    assert_eq!(satisfaction_json(asked, OPEN)["status"], "provisional");
}

#[test]
fn a_series_says_first_of_which_figure_it_is() {
    let (wanted, _) = of_2030(CLOSED);
    let months = satisfaction::Months::assemble([], Class::Digital);
    let series = serde_json::to_value(wanted.satisfaction(&city(), &months, &[])).unwrap();
    assert_eq!(series["metric"], "digital_satisfaction_rate");
    assert_eq!(series["name"]["ja"], "デジタル申請利用者満足度");
    assert_eq!(series["as_of"], CLOSED);
    assert_eq!(series["observations"][0]["target"], serde_json::Value::Null);
}
