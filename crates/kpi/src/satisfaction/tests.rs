use calendar::FiscalYear;
use proptest::prelude::*;

use super::*;
use crate::ratio::Share;

fn rated(ratings: [i64; 5]) -> Figure {
    Figure {
        ratings,
        ..Figure::default()
    }
}

fn count(month: &str, event: Event, count: i64) -> Count {
    Count {
        month: month.parse().unwrap(),
        channel: Channel::PortalSelf,
        event,
        count,
    }
}

fn year(months: &Months, start_year: i32) -> Figure {
    let year = FiscalYear::try_from(start_year).unwrap();
    months.figure(Month::of(year.first_day()), Month::of(year.end_exclusive()))
}

/// As JSON shows it.
fn json(value: impl serde::Serialize) -> String {
    serde_json::to_string(&value).unwrap()
}

fn interval(numerator: i64, denominator: i64) -> Option<(Share, Share)> {
    let (low, high) = wilson95(ratio(numerator, denominator))?;
    Some((Share::nearest(low), Share::nearest(high)))
}

#[test]
fn satisfied_are_the_fours_and_the_fives() {
    let figure = rated([6, 10, 40, 84, 60]);
    assert_eq!(figure.rate(), ratio(144, 200));
    assert_eq!(json(interval(144, 200)), "[0.654077,0.777631]");
    assert_eq!(json(figure.mean().quotient()), "3.91");
    assert_eq!(json(figure.index().value()), "0.7275");
    assert_eq!(figure.rate().reaches(70), Some(true));
}

#[test]
fn more_answers_narrow_the_interval() {
    assert_eq!(json(interval(730, 1000)), "[0.701642,0.756598]");
}

#[test]
fn the_share_of_the_satisfied_is_not_the_index() {
    let figure = rated([3, 1, 16, 62, 147]);
    assert_eq!(json(figure.rate().value()), "0.912664");
    assert_eq!(json(interval(209, 229)), "[0.868958,0.942753]");
    assert_eq!(json(figure.index().value()), "0.881004");
}

#[test]
fn neutral_ratings_count_and_refusals_do_not() {
    let months = Months::assemble(
        [
            count("2030-06", Event::Rated(3), 5),
            count("2030-06", Event::Rated(4), 5),
            count("2030-06", Event::Declined, 7),
        ],
        Class::Digital,
    );
    let figure = year(&months, 2030);
    assert_eq!(figure.rate(), ratio(5, 10));
    assert_eq!((figure.answered(), figure.declined), (10, 7));
}

#[test]
fn response_is_of_the_asked_and_coverage_of_all_applicants() {
    let figure = Figure {
        ratings: [0, 0, 0, 0, 200],
        offered: 1_000,
        eligible: 1_250,
        declined: 0,
    };
    assert_eq!(json(figure.offer_rate().quotient()), "0.8");
    assert_eq!(json(figure.response_rate().quotient()), "0.2");
    assert_eq!(json(figure.coverage().quotient()), "0.16");
}

#[test]
fn an_application_of_the_old_year_may_be_rated_in_the_new_one() {
    let day = |at: &str| calendar::jst_date(at.parse().unwrap());
    let month = |at: &str| Month::of(day(at)).to_string();
    let applied = month("2031-03-31T23:58:00+09:00");
    let answered = month("2031-04-01T00:03:00+09:00");
    let counts = [
        count(&applied, Event::Arrived, 1),
        count(&applied, Event::Offered, 1),
        count(&answered, Event::Rated(5), 1),
    ];
    let months = Months::assemble(counts, Class::Digital);
    let (old, new) = (year(&months, 2030), year(&months, 2031));
    assert_eq!((old.eligible, old.offered, old.rate()), (1, 1, ratio(0, 0)));
    assert_eq!((new.eligible, new.offered, new.rate()), (0, 0, ratio(1, 1)));
    assert_eq!(old.rate().value(), None);
}

#[test]
fn only_digital_applicants_count_and_the_assisted_by_choice() {
    let of = |channel| Count {
        channel,
        ..count("2030-06", Event::Rated(5), 1)
    };
    let counts = Channel::ALL.iter().map(|channel| of(*channel));
    let answered = |assisted| year(&Months::assemble(counts.clone(), assisted), 2030).answered();
    assert_eq!(answered(Class::Digital), 7);
    assert_eq!(answered(Class::Offline), 6);
}

#[test]
fn nothing_is_certain_of_nothing() {
    assert_eq!(wilson95(ratio(0, 0)), None);
    let nobody = Figure::default();
    assert_eq!(
        (nobody.mean().quotient(), nobody.index().value()),
        (None, None)
    );
}

/// Of the crate `bpci`, for z = 1.96: (0.1754509400372426, 0.3430464637007583).
#[test]
fn twenty_five_of_a_hundred_is_the_known_interval() {
    let (low, high) = wilson95(ratio(25, 100)).unwrap();
    assert!((low - 0.175_450_94).abs() < 1e-5 && (high - 0.343_046_46).abs() < 1e-5);
}

fn rates() -> impl Strategy<Value = (i64, i64)> {
    (1..100_000_i64).prop_flat_map(|n| (0..=n, Just(n)))
}

fn events() -> impl Strategy<Value = Vec<Count>> {
    let event = prop_oneof![
        Just(Event::Arrived),
        Just(Event::Offered),
        Just(Event::Declined),
        (1..=5_i16).prop_map(Event::Rated),
    ];
    let month = proptest::sample::select(&["2030-04", "2030-09", "2030-12", "2031-03"][..]);
    let channel = proptest::sample::select(Channel::ALL);
    let row = (month, event, channel, 0..500_i64);
    let row = row.prop_map(|(month, event, channel, n)| Count {
        channel,
        ..count(month, event, n)
    });
    proptest::collection::vec(row, 0..40)
}

proptest! {
    #[test]
    fn the_interval_lies_between_zero_and_one_around_the_value((k, n) in rates()) {
        let (low, high) = interval(k, n).unwrap();
        let value = ratio(k, n).value().unwrap();
        prop_assert!(Share::of_percent(0) <= low && low <= value);
        prop_assert!(value <= high && high <= Share::of_percent(100));
        prop_assert!(low < high);
    }

    #[test]
    fn one_more_satisfied_moves_both_ends_up((k, n) in rates()) {
        prop_assume!(k < n);
        let (low, high) = wilson95(ratio(k, n)).unwrap();
        let (more_low, more_high) = wilson95(ratio(k + 1, n)).unwrap();
        prop_assert!(low < more_low && high < more_high);
    }

    #[test]
    fn the_same_share_of_more_answers_is_surer((k, n) in rates(), times in 2..50_i64) {
        let (low, high) = wilson95(ratio(k, n)).unwrap();
        let (sure_low, sure_high) = wilson95(ratio(k * times, n * times)).unwrap();
        prop_assert!(sure_high - sure_low < high - low);
    }

    #[test]
    fn the_mirror_image_has_the_mirrored_interval((k, n) in rates()) {
        let (low, high) = wilson95(ratio(k, n)).unwrap();
        let (mirrored_low, mirrored_high) = wilson95(ratio(n - k, n)).unwrap();
        prop_assert!((low + mirrored_high - 1.0).abs() < 1e-9);
        prop_assert!((high + mirrored_low - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_months_add_up_to_the_year(counts in events()) {
        let months = Months::assemble(counts, Class::Digital);
        let fiscal_year = FiscalYear::try_from(2030).unwrap();
        let sum = fiscal_year
            .months()
            .iter()
            .map(|month| months.figure(*month, month.next()))
            .fold(Figure::default(), Add::add);
        prop_assert_eq!(sum, year(&months, 2030));
    }

    #[test]
    fn mean_and_index_stay_on_their_scales(ratings in proptest::array::uniform5(0..500_i64)) {
        let figure = rated(ratings);
        let (mean, index) = (figure.mean(), figure.index());
        prop_assert!(mean.denominator <= mean.numerator && mean.numerator <= 5 * mean.denominator);
        prop_assert!(0 <= index.numerator && index.numerator <= index.denominator);
    }
}
