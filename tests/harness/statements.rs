//! What requests ask PostgreSQL, told by PostgreSQL's own log.

use std::path::PathBuf;

use platform::Database;

use crate::app::TestApp;
use crate::background::off_this_runtime;
use crate::call::Call;
use crate::cluster::cluster;

impl TestApp {
    /// Lets PostgreSQL log whatever this city asks from here on.
    pub async fn log_statements(&mut self) {
        let database = &self.database;
        let change = format!("ALTER DATABASE {database} SET log_statement = 'all'");
        self.as_admin(&change).await;
        // Connections that are open already do not log.
        let url = cluster().await.postgres.server_url(database);
        let pool = off_this_runtime(async move { Database::connect(&url, 8).unwrap() }).await;
        std::mem::replace(&mut self.services.database, pool).close();
        let edge = self.services.resident_edge.clone();
        self.stand_behind(&edge).await;
    }

    /// The statements of one request, which must succeed, in their order.
    pub async fn statements_of(&self, call: Call) -> Vec<String> {
        let start = std::fs::metadata(log()).unwrap().len();
        call.await.expect(200);
        let written = std::fs::read(log()).unwrap();
        let start = usize::try_from(start).unwrap();
        statements(&String::from_utf8_lossy(&written[start..]), &self.database)
    }
}

fn log() -> PathBuf {
    crate::cluster::folder().join("postgres.log")
}

/// A line per message, which begins with time, process and `role@database`; further lines of it begin with a tab.
fn statements(log: &str, database: &str) -> Vec<String> {
    let session = format!("madoguchi_server@{database} LOG:  ");
    let mut statements: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in log.lines() {
        let text = line.split_once(&session).map(|(_, text)| text);
        let sql = text.and_then(|text| {
            let named = text.strip_prefix("execute ");
            let named = named.and_then(|named| named.split_once(": "));
            named.map_or(text.strip_prefix("statement: "), |(_, sql)| Some(sql))
        });
        match (sql, line.strip_prefix('\t'), statements.last_mut()) {
            (Some(sql), ..) => statements.push(sql.to_owned()),
            (None, Some(more), Some(last)) if goes_on => {
                last.push('\n');
                last.push_str(more);
                continue;
            }
            _ => {}
        }
        goes_on = sql.is_some();
    }
    statements
}
