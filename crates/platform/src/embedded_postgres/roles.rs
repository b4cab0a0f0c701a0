//! The roles and the database of the house, created once and kept as they must be.

use diesel::dsl::sql;
use diesel::result::Error;
use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};

/// Owns the tables and runs the migrations.
pub(super) const OWNER: &str = "madoguchi_owner";
/// What the server and the worker connect as: owns nothing.
pub(super) const SERVER: &str = "madoguchi_server";
/// The database of the program.
pub(super) const DATABASE: &str = "madoguchi";

const NO_MORE: &str = "NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS";

/// Idempotent; `connection` is the superuser's.
pub(super) async fn create(connection: &mut AsyncPgConnection) -> Result<(), Error> {
    ensure_role(connection, OWNER, "LOGIN CREATEDB").await?;
    ensure_role(connection, SERVER, "LOGIN NOCREATEDB").await?;
    let condition = format!("EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}')");
    if !exists(connection, &condition).await? {
        let statement = format!("CREATE DATABASE {DATABASE} OWNER {OWNER}");
        connection.batch_execute(&statement).await?;
    }
    Ok(())
}

async fn ensure_role(
    connection: &mut AsyncPgConnection,
    role: &str,
    rights: &str,
) -> Result<(), Error> {
    let condition = format!("EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')");
    let verb = if exists(connection, &condition).await? {
        "ALTER"
    } else {
        "CREATE"
    };
    connection
        .batch_execute(&format!("{verb} ROLE {role} {rights} {NO_MORE}"))
        .await
}

async fn exists(connection: &mut AsyncPgConnection, condition: &str) -> Result<bool, Error> {
    diesel::select(sql::<Bool>(condition))
        .get_result(connection)
        .await
}
