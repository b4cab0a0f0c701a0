use proptest::prelude::*;

use super::*;

const MONTHS: [&str; 5] = ["2030-04", "2030-05", "2030-09", "2031-01", "2031-03"];

fn channels(portal: bool) -> impl Strategy<Value = Channel> {
    let fitting: Vec<_> = Channel::ALL
        .iter()
        .copied()
        .filter(|channel| channel.is_counted_by_portal() == portal)
        .collect();
    proptest::sample::select(fitting)
}

fn portal_counts() -> impl Strategy<Value = Vec<PortalCount>> {
    let row = (
        1..4_u128,
        proptest::sample::select(&MONTHS[..]),
        channels(true),
        0..500_i64,
    );
    let row = row.prop_map(|(number, month, channel, count)| portal(number, month, channel, count));
    proptest::collection::vec(row, 0..30)
}

fn reports() -> impl Strategy<Value = Vec<Report>> {
    let place = (
        1..4_u128,
        proptest::sample::select(&MONTHS[..]),
        channels(false),
    );
    let row = (place, 0..500_i32, any::<bool>());
    let row = row.prop_map(
        |((number, month, channel), count, includes_transcribed)| Report {
            includes_transcribed,
            ..month_report(number, month, channel, count)
        },
    );
    proptest::collection::vec(row, 0..30)
}

fn cells(portal: &[PortalCount], reports: &[Report]) -> (Cells, FiscalYear) {
    let year = FiscalYear::try_from(2030).unwrap();
    let procedures = [
        procedure(1, "2026-04-01"),
        procedure(2, "2030-05-10"),
        procedure(3, "2031-01-01"),
    ];
    let as_of = at("2031-06-01T00:00:00Z");
    (
        Cells::assemble(&procedures, &year.months(), portal, reports, as_of),
        year,
    )
}

proptest! {
    #[test]
    fn digital_is_a_part_of_all_and_the_breakdown_adds_up(
        portal in portal_counts(), reports in reports(), offline in any::<bool>(),
    ) {
        let assisted = if offline { Class::Offline } else { Class::Digital };
        let (cells, year) = cells(&portal, &reports);
        let figure = whole(&cells, year, assisted);
        prop_assert!((0..=figure.rate.denominator).contains(&figure.rate.numerator));
        prop_assert_eq!(figure.rate.value().is_none(), figure.rate.denominator == 0);
        prop_assert_eq!(figure.breakdown.values().sum::<i64>(), figure.rate.denominator);
        prop_assert!(figure.coverage.numerator <= figure.coverage.denominator);
        prop_assert!(figure.cells_reported <= figure.cells_expected);
    }

    #[test]
    fn the_counts_of_the_months_add_up_to_the_year(
        portal in portal_counts(), reports in reports(),
    ) {
        let (cells, year) = cells(&portal, &reports);
        let mut sum = Figure::default();
        for month in year.months() {
            let figure = cells.figure(month, month.next(), Class::Digital);
            sum.rate += figure.rate;
            sum.coverage += figure.coverage;
            sum.cells_reported += figure.cells_reported;
            sum.cells_expected += figure.cells_expected;
            for (channel, count) in figure.breakdown {
                *sum.breakdown.entry(channel).or_default() += count;
            }
        }
        let whole = whole(&cells, year, Class::Digital);
        sum.unweighted_mean = whole.unweighted_mean;
        prop_assert_eq!(sum, whole);
    }

    #[test]
    fn a_figure_of_the_past_does_not_change_with_what_is_recorded_later(
        former in reports(), later in reports(), portal in portal_counts(),
    ) {
        let as_of = at("2031-05-01T00:00:00Z");
        let known: Vec<_> = former
            .into_iter()
            .map(|report| revision(1, "2031-05-01T00:00:00Z", report))
            .collect();
        let corrections = later
            .into_iter()
            .map(|report| revision(2, "2031-05-01T00:00:00.000001Z", report));
        let all = known.iter().copied().chain(corrections).collect();
        let figure = |revisions| {
            let (cells, year) = cells(&portal, &in_force(revisions, as_of));
            whole(&cells, year, Class::Digital)
        };
        prop_assert_eq!(figure(all), figure(known.clone()));
    }
}
