//! Every crate's private `schema.rs` against the migrated database.

use std::collections::BTreeMap;

use tests::{Cluster, cluster, workspace};

/// Columns by name: type, and whether they may be null.
type Columns = BTreeMap<String, (String, bool)>;

const FIELDS: &str = "SELECT concat_ws(' ', table_name, column_name, is_nullable, data_type) AS text
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_diesel%'";

#[actix_web::test]
async fn every_table_belongs_to_one_crate_which_knows_its_columns_exactly() {
    let cluster = cluster().await;
    let name = cluster.city().await;
    let in_database = database_tables(cluster, &name).await;
    let mut owned: BTreeMap<String, String> = BTreeMap::new();
    for (owner, table, columns) in declared_tables() {
        let twin = owned.insert(table.clone(), owner.clone());
        assert!(twin.is_none(), "{table} is in {owner} and in {twin:?}");
        assert_eq!(
            in_database.get(&table),
            Some(&columns),
            "{table} in crates/{owner}"
        );
    }
    for table in in_database.keys() {
        assert!(owned.contains_key(table), "{table} belongs to no crate");
    }
}

async fn database_tables(cluster: &Cluster, name: &str) -> BTreeMap<String, Columns> {
    let mut tables: BTreeMap<String, Columns> = BTreeMap::new();
    for line in cluster.texts(name, FIELDS).await {
        let mut words = line.splitn(4, ' ').map(str::to_owned);
        let mut word = || words.next().unwrap();
        let (table, column, nullable, kind) = (word(), word(), word(), word());
        let columns = tables.entry(table).or_default();
        columns.insert(column, (kind, nullable == "YES"));
    }
    tables
}

/// Crate, table and columns of every `diesel::table!`.
fn declared_tables() -> Vec<(String, String, Columns)> {
    let mut tables = Vec::new();
    for entry in std::fs::read_dir(workspace().join("crates")).unwrap() {
        let folder = entry.unwrap();
        let Ok(text) = std::fs::read_to_string(folder.path().join("src/schema.rs")) else {
            continue;
        };
        let owner = folder.file_name().into_string().unwrap();
        for declaration in text.split("table! {").skip(1) {
            let (table, columns) = read(declaration);
            if !table.starts_with("__diesel") {
                tables.push((owner.clone(), table, columns));
            }
        }
    }
    tables
}

/// Reads `name (key) { column -> Type, … }`.
fn read(declaration: &str) -> (String, Columns) {
    let (head, rest) = declaration.split_once('{').unwrap();
    let name = head.trim().split(' ').next().unwrap();
    let (body, _) = rest.split_once('}').unwrap();
    let columns = body.lines().filter_map(|line| {
        let (column, kind) = line.trim().trim_end_matches(',').split_once(" -> ")?;
        let inner = kind
            .strip_prefix("Nullable<")
            .and_then(|kind| kind.strip_suffix('>'));
        let kind = database_type(inner.unwrap_or(kind)).to_owned();
        Some((column.to_owned(), (kind, inner.is_some())))
    });
    (name.to_owned(), columns.collect())
}

fn database_type(diesel: &str) -> &str {
    match diesel {
        "Uuid" => "uuid",
        "Text" | "VarChar" => "text",
        "Jsonb" => "jsonb",
        "Bytea" => "bytea",
        "Timestamptz" => "timestamp with time zone",
        "Timestamp" => "timestamp without time zone",
        "Date" => "date",
        "Int2" | "SmallInt" => "smallint",
        "Int4" | "Integer" => "integer",
        "Int8" | "BigInt" => "bigint",
        "Bool" => "boolean",
        "Array<Text>" | "Array<Uuid>" => "ARRAY",
        other => panic!("{other} is not in the list of types"),
    }
}
