use super::*;

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

#[test]
fn a_value_is_final_when_all_is_reported_and_the_books_are_closed() {
    let year = FiscalYear::try_from(2030).unwrap();
    let status = |figure: Figure, as_of| status(&figure, year, at(as_of));
    let (open, closed) = ("2031-05-31T23:59:59+09:00", "2031-06-01T00:00:00+09:00");
    assert_eq!(status(figure(0, 25, 12), closed), ObservationStatus::Final);
    assert_eq!(
        status(figure(0, 25, 12), open),
        ObservationStatus::Provisional
    );
    assert_eq!(
        status(figure(0, 25, 11), closed),
        ObservationStatus::Provisional
    );
    assert_eq!(
        status(figure(0, 0, 12), closed),
        ObservationStatus::NoEvents
    );
    assert_eq!(
        status(figure(0, 0, 0), closed),
        ObservationStatus::NotReported
    );
    assert_eq!(
        status(figure(0, 0, 0), open),
        ObservationStatus::NotReported
    );
}

#[test]
fn the_city_sees_its_value_against_every_target_and_the_one_of_the_year() {
    let judge = |scope: &str, year: &str| {
        let wanted = wanted(scope, year, year).unwrap();
        let period = wanted.periods()[0];
        wanted.observation(
            period,
            figure(800, 1120, 12),
            &[(2030, 70), (2035, 90)],
            "132110",
        )
    };
    let early = judge("", "2026");
    assert_eq!(early.target, None);
    let met: Vec<_> = early
        .targets
        .iter()
        .map(|t| (t.fiscal_year, t.met))
        .collect();
    assert_eq!(met, [(2030, Some(true)), (2035, Some(false))]);
    assert_eq!(early.scope.id, "132110");

    let late = judge("department:zeimu", "2030");
    assert_eq!(late.target.unwrap().met, Some(true));
    assert!(late.targets.is_empty());
    assert_eq!(
        (late.scope.kind, late.scope.id.as_str()),
        (ObservedScopeKind::Department, "zeimu")
    );
}
