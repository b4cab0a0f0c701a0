//! Reported counts and their revisions.

use auth::StaffId;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{InnerJoinQuerySource, exists, max, not};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Code, Error, Result};
use uuid::Uuid;

use crate::channel::Channel;
use crate::eligibility::Interval;
use crate::model::{OfflineCount, OfflineCountId};
use crate::offline_counts::Period;
use crate::schema::{
    kpi_digital_intervals, kpi_procedure_owners as owners, kpi_procedures,
    offline_count_revisions as counts,
};

/// A procedure whose counts nobody else changes until the transaction ends.
pub(crate) struct LockedProcedure {
    pub(crate) id: Uuid,
    pub(crate) department_code: String,
    pub(crate) accepts: Vec<Interval>,
    /// The days on which it became another department's.
    pub(crate) owner_changes: Vec<NaiveDate>,
}

/// Locks so that revisions are numbered one after the other; applications still come in meanwhile.
pub(crate) async fn lock_procedure(
    conn: &mut AsyncPgConnection,
    code: &str,
) -> Result<Option<LockedProcedure>> {
    let found: Option<(Uuid, String)> = kpi_procedures::table
        .filter(kpi_procedures::code.eq(code))
        .select((
            kpi_procedures::procedure_id,
            kpi_procedures::department_code,
        ))
        .for_no_key_update()
        .first(conn)
        .await
        .optional()?;
    let Some((id, department_code)) = found else {
        return Ok(None);
    };
    let intervals: Vec<(NaiveDate, Option<NaiveDate>)> = kpi_digital_intervals::table
        .filter(kpi_digital_intervals::procedure_id.eq(id))
        .select((
            kpi_digital_intervals::starts_on,
            kpi_digital_intervals::ends_on,
        ))
        .load(conn)
        .await?;
    let interval = |(starts_on, ends_on)| Interval { starts_on, ends_on };
    let owner_changes = owners::table
        .filter(owners::procedure_id.eq(id))
        .select(owners::starts_on)
        .load(conn)
        .await?;
    Ok(Some(LockedProcedure {
        owner_changes,
        id,
        department_code,
        accepts: intervals.into_iter().map(interval).collect(),
    }))
}

/// The highest revision of a count, if there is one.
pub(crate) async fn latest_revision(
    conn: &mut AsyncPgConnection,
    procedure_id: Uuid,
    channel: Channel,
    period: Period,
) -> Result<Option<i32>> {
    Ok(counts::table
        .filter(counts::procedure_id.eq(procedure_id))
        .filter(counts::channel.eq(channel))
        .filter(counts::starts_on.eq(period.starts_on))
        .filter(counts::ends_on.eq(period.ends_on))
        .select(max(counts::revision))
        .first(conn)
        .await?)
}

/// A revision to store.
#[derive(Debug, Insertable)]
#[diesel(table_name = counts, treat_none_as_default_value = false)]
pub(crate) struct NewRevision<'a> {
    pub(crate) id: OfflineCountId,
    pub(crate) procedure_id: Uuid,
    pub(crate) channel: Channel,
    #[diesel(embed)]
    pub(crate) period: Period,
    pub(crate) revision: i32,
    pub(crate) count: i32,
    pub(crate) includes_transcribed: bool,
    pub(crate) reason: Option<&'a str>,
    pub(crate) entered_by: StaffId,
    pub(crate) recorded_at: DateTime<Utc>,
}

/// A revision as stored, with the code of its procedure.
#[derive(Queryable, Selectable)]
#[diesel(table_name = counts)]
struct Row {
    id: OfflineCountId,
    #[diesel(select_expression = kpi_procedures::code)]
    procedure: String,
    channel: Channel,
    starts_on: NaiveDate,
    ends_on: NaiveDate,
    count: i32,
    includes_transcribed: bool,
    revision: i32,
    reason: Option<String>,
    entered_by: StaffId,
    recorded_at: DateTime<Utc>,
}

impl From<Row> for OfflineCount {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            procedure: row.procedure,
            channel: row.channel,
            starts_on: row.starts_on,
            ends_on: row.ends_on.pred_opt().unwrap_or(row.ends_on),
            count: row.count,
            includes_transcribed: row.includes_transcribed,
            revision: row.revision,
            reason: row.reason,
            entered_by: row.entered_by,
            recorded_at: row.recorded_at,
        }
    }
}

/// Stores a revision.
///
/// # Errors
/// `overlap` when a count of another period holds some of the days.
pub(crate) async fn insert_revision(
    conn: &mut AsyncPgConnection,
    revision: &NewRevision<'_>,
) -> Result<OfflineCount> {
    diesel::insert_into(counts::table)
        .values(revision)
        .execute(conn)
        .await
        .map_err(|error| {
            platform::error::on_constraint(error, "offline_count_revisions_overlap", || {
                Error::new(Code::Overlap)
            })
        })?;
    let stored: Row = counts::table
        .inner_join(kpi_procedures::table)
        .filter(counts::id.eq(revision.id))
        .select(Row::as_select())
        .first(conn)
        .await?;
    Ok(stored.into())
}

/// A department, or the city, with all of its procedures or some.
pub(crate) struct Owner {
    /// `None`: the whole city.
    pub(crate) department_code: Option<String>,
    /// `None`: all of them.
    pub(crate) procedures: Option<Vec<Uuid>>,
}

type Source = InnerJoinQuerySource<counts::table, kpi_procedures::table>;
type Condition = Box<dyn BoxableExpression<Source, Pg, SqlType = Bool>>;

impl Owner {
    /// Whether it has a department's procedure.
    pub(crate) fn has(&self, department_code: &str, procedure: Uuid) -> bool {
        let codes = self.department_code.as_ref();
        let procedures = self.procedures.as_ref();
        codes.is_none_or(|code| code == department_code)
            && procedures.is_none_or(|procedures| procedures.contains(&procedure))
    }

    /// The same as a question to the database.
    fn condition(self) -> Condition {
        let department: Condition = match self.department_code {
            None => Box::new(true.into_sql::<Bool>()),
            Some(code) => Box::new(kpi_procedures::department_code.eq(code)),
        };
        match self.procedures {
            None => department,
            Some(ids) => Box::new(department.and(kpi_procedures::procedure_id.eq_any(ids))),
        }
    }
}

/// Which revisions to list.
pub(crate) struct ListFilter<'a> {
    /// Whose procedures may be seen.
    pub(crate) owners: Vec<Owner>,
    pub(crate) procedure: Option<&'a str>,
    /// Half-open.
    pub(crate) days: Option<(NaiveDate, NaiveDate)>,
    pub(crate) history: bool,
}

/// The newest revisions after the one with the given id, `limit + 1` of them.
pub(crate) async fn list_revisions(
    conn: &mut AsyncPgConnection,
    filter: ListFilter<'_>,
    after: Option<OfflineCountId>,
    limit: i64,
) -> Result<Vec<OfflineCount>> {
    let later = diesel::alias!(counts as later_counts);
    let nobodys: Condition = Box::new(false.into_sql::<Bool>());
    let owners = filter.owners.into_iter().map(Owner::condition);
    let owned = owners.fold(nobodys, |one, other| Box::new(one.or(other)));
    let mut query = counts::table
        .inner_join(kpi_procedures::table)
        .order(counts::id.desc())
        .limit(limit + 1)
        .select(Row::as_select())
        .into_boxed()
        .filter(owned);
    if let Some(code) = filter.procedure {
        query = query.filter(kpi_procedures::code.eq(code));
    }
    if let Some((from, to)) = filter.days {
        query = query
            .filter(counts::starts_on.ge(from))
            .filter(counts::starts_on.lt(to));
    }
    if !filter.history {
        let successor = later
            .filter(later.field(counts::procedure_id).eq(counts::procedure_id))
            .filter(later.field(counts::channel).eq(counts::channel))
            .filter(later.field(counts::starts_on).eq(counts::starts_on))
            .filter(later.field(counts::ends_on).eq(counts::ends_on))
            .filter(later.field(counts::revision).gt(counts::revision));
        query = query.filter(not(exists(successor)));
    }
    if let Some(after) = after {
        query = query.filter(counts::id.lt(after));
    }
    let rows: Vec<Row> = query.load(conn).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
