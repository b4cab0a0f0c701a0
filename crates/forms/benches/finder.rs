//! How long the finder takes among a thousand procedures; part of `make bench`.
//!
//! The aim is 20 milliseconds, for keywords and for as much as somebody may say at a time.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use forms::{Finder, Procedure, ProcedureId, ProcedureKind, Procedures, Words};
use serde_json::{Value, json};
use uuid::Uuid;

const PROCEDURES: usize = 1_000;
const QUERIES: usize = 2_000;
/// Characters that the finder takes.
const LONGEST: usize = 2_000;
const SENTENCE: &str = "来月、川崎に引っ越します。子どもが2人いて、犬も飼っています。";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let catalogue = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue");
    let words: Words = serde_json::from_slice(&fs::read(catalogue.join("finder.json"))?)?;
    let finder = Finder::new(&procedures(&catalogue)?, &words);
    let long: String = SENTENCE.chars().cycle().take(LONGEST).collect();
    for (what, text) in [
        ("a keyword", "いぬ"),
        ("a sentence", SENTENCE),
        ("2,000 characters", &long),
    ] {
        let mut times = Vec::new();
        for _ in 0..QUERIES {
            let begun = Instant::now();
            let found = finder.find(text, 10);
            times.push(begun.elapsed());
            assert!(found.procedures().next().is_some());
        }
        times.sort_unstable();
        let [median, slowest_percent] = [times[QUERIES / 2], times[QUERIES * 99 / 100]];
        let met = if slowest_percent <= Duration::from_millis(20) {
            "✓"
        } else {
            "✗"
        };
        writeln!(
            std::io::stdout(),
            "{what} among {PROCEDURES} procedures: p50 {median:?}, p99 {slowest_percent:?}; at most 20 ms {met}"
        )?;
    }
    Ok(())
}

/// Those of the catalogue, over and over, each under a name of its own.
fn procedures(catalogue: &Path) -> Result<Procedures, Box<dyn std::error::Error>> {
    let mut described = Vec::new();
    for folder in fs::read_dir(catalogue.join("procedures"))? {
        let file = fs::read(folder?.path().join("procedure.json"))?;
        described.push(serde_json::from_slice::<Value>(&file)?);
    }
    let numbered = described.iter().cycle().take(PROCEDURES).enumerate();
    numbered
        .map(|(number, described)| {
            let mut description = described.clone();
            let name = format!(
                "{}（その{number}）",
                described["name"]["ja"].as_str().unwrap_or_default()
            );
            description["name"]["ja"] = json!(name);
            let id = ProcedureId::from(Uuid::from_u128(number as u128));
            let procedure = Procedure {
                id,
                department_id: Uuid::nil().into(),
                kind: ProcedureKind::Application,
                description: serde_json::from_value(description)?,
                version: 1,
            };
            Ok((id, procedure))
        })
        .collect()
}
