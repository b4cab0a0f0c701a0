//! The committed documents are the generated ones.

use tests::{Audience, workspace};

#[test]
fn the_committed_documents_are_up_to_date() {
    for (audience, file) in [
        (Audience::Resident, "resident.json"),
        (Audience::Staff, "staff.json"),
    ] {
        let committed = std::fs::read_to_string(workspace().join("openapi").join(file));
        let generated = portal::document(audience).to_pretty_json().unwrap() + "\n";
        assert!(
            committed.is_ok_and(|committed| committed == generated),
            "openapi/{file} differs from the code: run `make openapi` and look at the difference"
        );
    }
}
