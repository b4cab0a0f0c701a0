use serde_json::json;

use super::*;

/// Every pair of levels there is.
fn all() -> impl Iterator<Item = Assurance> {
    Ial::all().flat_map(|ial| Aal::all().map(move |aal| Assurance { ial, aal }))
}

fn required(levels: Assurance, oldest: Option<u32>) -> RequiredAssurance {
    RequiredAssurance {
        ial: levels.ial,
        aal: levels.aal,
        max_authentication_age_seconds: oldest,
    }
}

const NOON: DateTime<Utc> = DateTime::UNIX_EPOCH;

#[test]
fn a_higher_level_never_loses_what_a_lower_one_has() {
    for asked in all() {
        for lower in all().filter(|lower| lower.reaches(asked)) {
            for higher in all().filter(|higher| higher.reaches(lower)) {
                assert!(higher.reaches(asked), "{higher:?} {lower:?} {asked:?}");
            }
        }
    }
}

#[test]
fn asking_for_less_never_loses_anybody() {
    for reached in all() {
        for asked in all().filter(|asked| reached.reaches(*asked)) {
            for less in all().filter(|less| asked.reaches(*less)) {
                assert!(reached.reaches(less), "{reached:?} {asked:?} {less:?}");
            }
        }
    }
}

#[test]
fn one_level_does_not_make_up_for_the_other() {
    for reached in all() {
        for asked in all() {
            let both = reached.ial >= asked.ial && reached.aal >= asked.aal;
            assert_eq!(reached.reaches(asked), both, "{reached:?} {asked:?}");
        }
    }
}

#[test]
fn every_login_reaches_the_lowest_levels_and_itself() {
    for reached in all() {
        assert!(reached.reaches(Assurance::LOWEST));
        assert!(reached.reaches(reached));
    }
}

#[test]
fn a_login_grows_too_old_and_no_younger() {
    let levels = Assurance::LOWEST;
    let shortfall = |oldest, seconds| {
        let now = NOON + TimeDelta::seconds(seconds);
        required(levels, oldest).shortfall(levels, NOON, now)
    };
    for seconds in [-30, 0, 1, 299, 300] {
        assert_eq!(shortfall(Some(300), seconds), None, "{seconds}");
    }
    for seconds in [301, 86_400, 2_592_000] {
        assert_eq!(
            shortfall(Some(300), seconds),
            Some(Shortfall::Age),
            "{seconds}"
        );
        assert_eq!(shortfall(None, seconds), None, "{seconds}");
    }
}

#[test]
fn the_level_is_asked_for_before_the_age() {
    let highest = all().last().unwrap();
    let asked = required(highest, Some(60));
    let later = NOON + TimeDelta::hours(1);
    let found = asked.shortfall(Assurance::LOWEST, NOON, later);
    assert_eq!(found, Some(Shortfall::Level));
}

#[test]
fn levels_outside_their_range_are_refused() {
    let read = |ial, aal| serde_json::from_value::<Assurance>(json!({"ial": ial, "aal": aal}));
    assert_eq!(read(0, 1).unwrap(), Assurance::LOWEST);
    assert_eq!(json!(read(3, 2).unwrap()), json!({"ial": 3, "aal": 2}));
    for (ial, aal) in [(4, 3), (3, 4), (0, 0), (256, 3), (-1, 1)] {
        assert!(read(ial, aal).is_err(), "{ial} {aal}");
    }
}
