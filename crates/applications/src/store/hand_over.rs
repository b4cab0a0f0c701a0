//! Cases that change hands with their procedure.

use auth::DepartmentId;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use forms::ProcedureId;
use platform::{AsyncPgConnection, Result};

use super::Application;
use crate::model::ApplicationId;
use crate::schema::applications;
use crate::state::Status;

/// Neither still to be filed nor over.
fn open() -> Vec<Status> {
    let all = Status::ALL.iter().copied();
    all.filter(|status| *status != Status::Draft && !status.is_final())
        .collect()
}

pub(crate) async fn count_open_cases(
    conn: &mut AsyncPgConnection,
    procedures: Vec<ProcedureId>,
) -> Result<i64> {
    Ok(applications::table
        .filter(applications::procedure_id.eq_any(procedures))
        .filter(applications::status.eq_any(open()))
        .count()
        .get_result(conn)
        .await?)
}

/// Open cases of a procedure that another department still has, so many; held until the transaction ends.
pub(crate) async fn open_cases_elsewhere(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
    department: DepartmentId,
    limit: i64,
) -> Result<Vec<Application>> {
    Ok(applications::table
        .filter(applications::procedure_id.eq(procedure))
        .filter(applications::status.eq_any(open()))
        .filter(applications::department_id.ne(department))
        .order(applications::id)
        .limit(limit)
        .for_update()
        .select(Application::as_select())
        .load(conn)
        .await?)
}

/// Cases that wait for the approval of a department which is not in charge of them, so many; held until the transaction ends.
pub(crate) async fn cases_asking(
    conn: &mut AsyncPgConnection,
    department: DepartmentId,
    limit: i64,
) -> Result<Vec<Application>> {
    Ok(applications::table
        .filter(applications::approving_department_id.eq(department))
        .filter(applications::department_id.ne(department))
        .order(applications::id)
        .limit(limit)
        .for_update()
        .select(Application::as_select())
        .load(conn)
        .await?)
}

/// Drafts and cases that are over go along without an event: nothing happens to them. Answers how many did this time.
pub(crate) async fn hand_over_closed(
    conn: &mut AsyncPgConnection,
    procedure: ProcedureId,
    department: DepartmentId,
    limit: i64,
) -> Result<usize> {
    let some = applications::table
        .filter(applications::procedure_id.eq(procedure))
        .filter(applications::status.ne_all(open()))
        .filter(applications::department_id.ne(department))
        .order(applications::id)
        .limit(limit)
        .for_update()
        .select(applications::id);
    let some: Vec<ApplicationId> = some.load(conn).await?;
    if some.is_empty() {
        return Ok(0);
    }
    Ok(diesel::update(applications::table)
        .filter(applications::id.eq_any(some))
        .set(applications::department_id.eq(department))
        .execute(conn)
        .await?)
}
