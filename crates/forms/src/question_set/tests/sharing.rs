//! Shared answers go to fields that are there and take them.

use serde_json::json;

use super::checks::{problems, problems_beside};
use super::small;
use crate::definition::fixture;

#[test]
fn shared_answers_of_a_procedure_on_paper_are_refused() {
    let mut set = small();
    set["procedures"][1]["shared_answers"] = json!([{"question": "day", "field": "/birth_date"}]);
    let expected = ("/procedures/1/shared_answers".to_owned(), "not_digital");
    assert_eq!(problems(set), [expected]);
}

#[test]
fn a_text_is_shared_only_with_a_field_that_takes_as_long_a_one() {
    for (field, max_length, fits) in [
        ("/agent/name", 4, true),
        ("/agent/name", 5, false),
        ("/agent/name", 1, false),
        ("/agent/relation_detail", 300, true),
        ("/postal_code", 8, true),
        ("/agent/relation", 6, false),
        ("/nickname", 4, true),
        ("/nickname", 5, false),
    ] {
        let mut form = fixture::definition();
        form.schema["properties"]["nickname"] =
            json!({"type": "string", "maxLength": 8, "x-max-characters": 4});
        let mut set = small();
        set["questions"][3]["answer"]["max_length"] = json!(max_length);
        set["procedures"][0]["shared_answers"][1]["field"] = json!(field);
        let unfitting = (
            "/procedures/0/shared_answers/1".to_owned(),
            "unfitting_answer",
        );
        let expected = if fits { vec![] } else { vec![unfitting] };
        assert_eq!(
            problems_beside(&form, set),
            expected,
            "{field}: {max_length}"
        );
    }
}

#[test]
fn of_up_to_200_numbers_each_is_tried_and_of_more_the_ends() {
    for (maximum, fits) in [(6, true), (7, false), (199, false), (200, true)] {
        let mut form = fixture::definition();
        form.schema["properties"]["size"] = json!({"type": "integer", "not": {"const": 7}});
        let mut set = small();
        set["questions"][2]["answer"]["maximum"] = json!(maximum);
        set["procedures"][0]["shared_answers"][1] =
            json!({"question": "children", "field": "/size"});
        let found = problems_beside(&form, set);
        let unfitting = (
            "/procedures/0/shared_answers/1".to_owned(),
            "unfitting_answer",
        );
        assert_eq!(!found.contains(&unfitting), fits, "{maximum}: {found:?}");
    }
}
