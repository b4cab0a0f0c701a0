use std::path::Path;

use serde_json::{Map, Value, json};

use super::{answers, today};
use crate::question_set::reachable::MOST_WAYS;
use crate::question_set::{QuestionSet, QuestionSetDefinition, QuestionState, QuestionStatus};

/// The shipped sets, which importing has found sound.
fn shipped() -> Vec<QuestionSetDefinition> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../catalogue");
    let catalogue = crate::catalogue::Catalogue::read(Path::new(folder));
    catalogue
        .unwrap_or_else(|error| panic!("{error}"))
        .question_sets
}

#[test]
fn every_way_through_every_shipped_set_ends_with_an_outcome_for_every_procedure() {
    let sets = shipped();
    assert!(sets.len() >= 13);
    let mut walked = 0;
    for definition in sets {
        let event = definition.life_event.clone();
        let set = QuestionSet::load(definition).unwrap();
        let ways = set.ways();
        assert!(ways.len() <= MOST_WAYS, "{event}");
        for way in &ways {
            let assessment = set.assess(way, today()).unwrap();
            assert_eq!(&assessment.answers, way, "{event}");
            let is_open = |q: &QuestionState| q.status == QuestionStatus::Open;
            assert!(
                !assessment.questions.iter().any(is_open),
                "{event}: {way:?}"
            );
            for assessed in &assessment.procedures {
                assert!(assessed.necessity.is_some(), "{event}: {way:?}");
                let due = assessed.deadline.as_ref().map(|deadline| deadline.due_on);
                assert_ne!(due, Some(None), "{event}: {way:?}");
            }
        }
        walked += ways.len();
    }
    eprintln!("{walked} ways through the shipped question sets");
}

/// Answering one question more never takes an outcome back.
#[test]
fn an_outcome_told_early_stays() {
    for definition in shipped() {
        let set = QuestionSet::load(definition).unwrap();
        for way in set.ways().into_iter().step_by(7) {
            let whole = set.assess(&way, today()).unwrap();
            let mut partly = Map::new();
            for (code, answer) in way {
                partly.insert(code, answer);
                for early in set.assess(&partly, today()).unwrap().procedures {
                    let late = whole.of(&early.procedure).unwrap();
                    if early.necessity.is_some() {
                        assert_eq!(early.reason, late.reason, "{}: {partly:?}", early.procedure);
                    } else {
                        assert_ne!(early.waits_for, [""; 0], "{}: {partly:?}", early.procedure);
                    }
                }
            }
        }
    }
}

fn due(event: &str, procedure: &str, given: Value) -> String {
    let mut sets = shipped().into_iter();
    let definition = sets.find(|set| set.life_event == event).unwrap();
    let set = QuestionSet::load(definition).unwrap();
    let assessment = set.assess(&answers(given), today()).unwrap();
    let deadline = assessment.of(procedure).unwrap().deadline.as_ref().unwrap();
    deadline.due_on.unwrap().to_string()
}

/// Counted by hand.
#[test]
fn deadlines_are_counted_as_the_acts_say() {
    let born = |day: &str| json!({"birth_date": day, "birth_place": "japan"});
    // 戸籍法43条: the day itself is the first.
    assert_eq!(
        due("birth", "birth-registration", born("2026-11-02")),
        "2026-11-16"
    );
    // The fourteenth day is a Sunday.
    assert_eq!(
        due("birth", "birth-registration", born("2026-11-09")),
        "2026-11-24"
    );
    // 31 December is closed, and so is all until the first Monday.
    assert_eq!(
        due("birth", "birth-registration", born("2026-12-18")),
        "2027-01-04"
    );
    let abroad = json!({"birth_date": "2026-11-30", "birth_place": "abroad"});
    // The period's last day, 27 February, is a Saturday.
    assert_eq!(due("birth", "birth-registration", abroad), "2027-03-01");
    let moved = |day: &str| json!({"origin": "japan", "move_date": day});
    // 民法140条: the day of moving is not counted.
    assert_eq!(
        due("moving-in", "moving-in-notification", moved("2026-11-10")),
        "2026-11-24"
    );
    assert_eq!(
        due("moving-in", "moving-in-notification", moved("2026-12-15")),
        "2027-01-04"
    );
    let died = json!({"place": "japan", "known_date": "2026-12-22", "relation": "relative"});
    assert_eq!(due("death", "death-registration", died), "2026-12-28");
    let puppy = json!({"what": "new", "grown": "no", "born_date": "2026-09-01"});
    assert_eq!(due("dog", "dog-registration", puppy), "2027-01-04");
    let dog = json!({"what": "died", "change_date": "2026-11-24"});
    assert_eq!(due("dog", "dog-registration-change", dog), "2026-12-24");
    let leaving = json!({"destination": "japan", "moved": "no", "move_date": "2026-12-31"});
    assert_eq!(
        due("moving-out", "moving-out-notification", leaving),
        "2026-12-31"
    );
}
