//! The one direction of arrows between the rooms: docs/architecture.md.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, MetadataCommand, Package};

const PORTAL: &[&str] = &[
    "calendar",
    "platform",
    "keys",
    "jobs",
    "audit",
    "documents",
    "auth",
    "forms",
    "kpi",
    "digital-post",
    "applications",
];
const ARROWS: &[(&str, &[&str])] = &[
    ("calendar", &[]),
    ("platform", &["calendar"]),
    ("keys", &["platform"]),
    ("jobs", &["keys", "platform"]),
    ("audit", &["keys", "platform"]),
    ("documents", &["keys", "calendar", "platform"]),
    ("auth", &["audit", "keys", "jobs", "calendar", "platform"]),
    (
        "kpi",
        &["documents", "auth", "audit", "jobs", "calendar", "platform"],
    ),
    (
        "forms",
        &[
            "kpi",
            "documents",
            "auth",
            "audit",
            "jobs",
            "calendar",
            "platform",
        ],
    ),
    (
        "digital-post",
        &[
            "documents",
            "kpi",
            "auth",
            "audit",
            "keys",
            "jobs",
            "calendar",
            "platform",
        ],
    ),
    (
        "applications",
        &[
            "forms",
            "digital-post",
            "kpi",
            "documents",
            "auth",
            "audit",
            "keys",
            "jobs",
            "calendar",
            "platform",
        ],
    ),
    ("portal", PORTAL),
    ("tests", &["demo", "portal", "platform", "jobs", "calendar"]),
];

#[test]
fn rooms_depend_on_each_other_only_along_the_arrows() {
    let manifest = tests::workspace().join("Cargo.toml");
    let mut command = MetadataCommand::new();
    let metadata = command.manifest_path(manifest).no_deps().exec().unwrap();
    let rooms: BTreeSet<_> = metadata
        .packages
        .iter()
        .map(|room| room.name.as_str())
        .collect();
    let mut wrong = Vec::new();
    for room in &metadata.packages {
        for target in depends_on(room) {
            if rooms.contains(target) && !is_allowed(&room.name, target) {
                wrong.push(format!("{} → {target}", room.name));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "arrows that are not in docs/architecture.md: {wrong:?}"
    );
}

#[test]
fn every_room_has_its_place_among_the_arrows() {
    for entry in std::fs::read_dir(tests::workspace().join("crates")).unwrap() {
        let name = entry.unwrap().file_name();
        let name = name.to_str().unwrap();
        assert!(
            name == "demo" || allowed(name).is_some(),
            "{name} has no arrows"
        );
    }
}

fn depends_on(room: &Package) -> impl Iterator<Item = &str> {
    let dependencies = room.dependencies.iter();
    dependencies
        .filter(|dependency| dependency.kind != DependencyKind::Development)
        .map(|dependency| dependency.name.as_str())
}

/// The demo may lean on every room; nothing but the tests may lean on the demo.
fn is_allowed(room: &str, target: &str) -> bool {
    if room == "demo" {
        return target == "portal" || PORTAL.contains(&target);
    }
    allowed(room).is_some_and(|targets| targets.contains(&target))
}

fn allowed(room: &str) -> Option<&'static [&'static str]> {
    let arrows = ARROWS.iter().find(|(name, _)| *name == room);
    arrows.map(|(_, targets)| *targets)
}
