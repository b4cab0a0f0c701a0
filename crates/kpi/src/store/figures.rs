//! What figures are made of.

use std::collections::{BTreeMap, HashMap};

use calendar::Month;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use uuid::Uuid;

use crate::application_rate::{PortalCount, Procedure, Report};
use crate::catalogue::Metric;
use crate::channel::Channel;
use crate::eligibility::{Interval, overlap};
use crate::observation::Scope;
use crate::offline_counts::Revision;
use crate::procedures::THE_BEGINNING;
use crate::schema::{
    kpi_digital_intervals, kpi_procedure_owners as owners, kpi_procedures, kpi_targets,
    offline_count_revisions as counts,
};

/// A part of the city, with the procedures of Strategy 1 that it has or had.
pub(crate) struct Observed {
    /// With the days on which they accept digital applications and count here.
    pub(crate) procedures: Vec<Procedure>,
    /// All days on which they count here, whether they accept anything or not.
    owned: Vec<(Uuid, Interval)>,
}

impl Observed {
    fn ids(&self) -> Vec<Uuid> {
        let procedures = self.procedures.iter();
        procedures.map(|procedure| procedure.id).collect()
    }

    fn accepting(&self) -> Days {
        let procedures = self.procedures.iter();
        let days = procedures.flat_map(|procedure| {
            let accepts = procedure.accepts.iter();
            accepts.map(|interval| (procedure.id, *interval))
        });
        days.collect()
    }

    pub(super) fn owned(&self) -> Days {
        self.owned.iter().copied().collect()
    }
}

/// Days of procedures in three columns, as `unnest` takes them.
#[derive(Default)]
pub(super) struct Days {
    pub(super) procedures: Vec<Uuid>,
    pub(super) starts: Vec<NaiveDate>,
    pub(super) ends: Vec<Option<NaiveDate>>,
}

impl FromIterator<(Uuid, Interval)> for Days {
    fn from_iter<T: IntoIterator<Item = (Uuid, Interval)>>(days: T) -> Self {
        let mut columns = Self::default();
        for (procedure, Interval { starts_on, ends_on }) in days {
            columns.procedures.push(procedure);
            columns.starts.push(starts_on);
            columns.ends.push(ends_on);
        }
        columns
    }
}

/// The part of the city that a scope names.
pub(crate) async fn load_observed(conn: &mut AsyncPgConnection, scope: &Scope) -> Result<Observed> {
    let accepting = load_accepting(conn, scope).await?;
    let mut owned = match scope {
        Scope::Department(code) => load_owned(conn, code).await?,
        Scope::City | Scope::Procedure(_) => {
            let always = |id: &Uuid| (*id, vec![ALWAYS]);
            accepting.keys().map(always).collect()
        }
    };
    let mut observed = Observed {
        procedures: Vec::new(),
        owned: Vec::new(),
    };
    for (id, accepts) in accepting {
        let Some(owned) = owned.remove(&id) else {
            continue;
        };
        let accepts = overlap(&accepts, &owned);
        observed.procedures.push(Procedure { id, accepts });
        observed
            .owned
            .extend(owned.into_iter().map(|interval| (id, interval)));
    }
    Ok(observed)
}

const ALWAYS: Interval = Interval {
    starts_on: THE_BEGINNING,
    ends_on: None,
};

async fn load_accepting(
    conn: &mut AsyncPgConnection,
    scope: &Scope,
) -> Result<BTreeMap<Uuid, Vec<Interval>>> {
    let mut query = kpi_procedures::table
        .left_join(kpi_digital_intervals::table)
        .filter(kpi_procedures::in_scope)
        .select((
            kpi_procedures::procedure_id,
            (
                kpi_digital_intervals::starts_on,
                kpi_digital_intervals::ends_on,
            )
                .nullable(),
        ))
        .into_boxed();
    if let Scope::Procedure(code) = scope {
        query = query.filter(kpi_procedures::code.eq(code));
    }
    type Bounds = (NaiveDate, Option<NaiveDate>);
    let rows: Vec<(Uuid, Option<Bounds>)> = query.load(conn).await?;
    let mut accepts: BTreeMap<Uuid, Vec<Interval>> = BTreeMap::new();
    for (id, interval) in rows {
        let interval = interval.map(|(starts_on, ends_on)| Interval { starts_on, ends_on });
        accepts.entry(id).or_default().extend(interval);
    }
    Ok(accepts)
}

/// The days on which procedures were the department's.
async fn load_owned(
    conn: &mut AsyncPgConnection,
    department: &str,
) -> Result<HashMap<Uuid, Vec<Interval>>> {
    let rows: Vec<(Uuid, NaiveDate, String)> = owners::table
        .order((owners::procedure_id, owners::starts_on))
        .select((
            owners::procedure_id,
            owners::starts_on,
            owners::department_code,
        ))
        .load(conn)
        .await?;
    let mut owned: HashMap<Uuid, Vec<Interval>> = HashMap::new();
    for (n, (id, starts_on, code)) in rows.iter().enumerate() {
        if code == department {
            let next = rows.get(n + 1).filter(|(next, ..)| next == id);
            let interval = Interval {
                starts_on: *starts_on,
                ends_on: next.map(|(_, begins, _)| *begins),
            };
            owned.entry(*id).or_default().push(interval);
        }
    }
    Ok(owned)
}

#[derive(QueryableByName)]
struct MonthlyCount {
    #[diesel(sql_type = SqlUuid)]
    procedure_id: Uuid,
    #[diesel(sql_type = Date)]
    month: NaiveDate,
    #[diesel(sql_type = Text)]
    channel: Channel,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Only days on which the procedure accepted digital applications count.
const PORTAL_COUNTS: &str = "
    SELECT procedure_id, date_trunc('month', received_on::timestamp)::date AS month, channel,
           sum(delta) AS count
    FROM unnest($1, $2, $3) AS counting (procedure_id, starts_on, ends_on)
    JOIN kpi_ledger USING (procedure_id)
    WHERE received_on >= counting.starts_on AND (counting.ends_on IS NULL OR received_on < counting.ends_on)
      AND received_on >= $4 AND received_on < $5 AND recorded_at <= $6
    GROUP BY 1, 2, 3";

/// Applications through the portal in `[from, to)`, by procedure, month and channel, as known at `as_of`.
pub(crate) async fn load_portal_counts(
    conn: &mut AsyncPgConnection,
    of: &Observed,
    (from, to): (NaiveDate, NaiveDate),
    as_of: DateTime<Utc>,
) -> Result<Vec<PortalCount>> {
    let days = of.accepting();
    let rows: Vec<MonthlyCount> = diesel::sql_query(PORTAL_COUNTS)
        .bind::<Array<SqlUuid>, _>(days.procedures)
        .bind::<Array<Date>, _>(days.starts)
        .bind::<Array<Nullable<Date>>, _>(days.ends)
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .bind::<Timestamptz, _>(as_of)
        .load(conn)
        .await?;
    let count = |row: MonthlyCount| PortalCount {
        procedure_id: row.procedure_id,
        month: Month::of(row.month),
        channel: row.channel,
        count: row.count,
    };
    Ok(rows.into_iter().map(count).collect())
}

/// Every revision of the counts reported for days in `[from, to)`.
pub(crate) async fn load_revisions(
    conn: &mut AsyncPgConnection,
    of: &Observed,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<Revision>> {
    type Period = (NaiveDate, NaiveDate);
    type Row = (i32, DateTime<Utc>, (Uuid, Channel), Period, (i32, bool));
    let rows: Vec<Row> = counts::table
        .filter(counts::procedure_id.eq_any(of.ids()))
        .filter(counts::starts_on.ge(from))
        .filter(counts::starts_on.lt(to))
        .select((
            counts::revision,
            counts::recorded_at,
            (counts::procedure_id, counts::channel),
            (counts::starts_on, counts::ends_on),
            (counts::count, counts::includes_transcribed),
        ))
        .load(conn)
        .await?;
    let revision = |(number, recorded_at, of, period, counted): Row| Revision {
        number,
        recorded_at,
        report: Report {
            procedure_id: of.0,
            channel: of.1,
            starts_on: period.0,
            ends_on: period.1,
            count: counted.0,
            includes_transcribed: counted.1,
        },
    };
    Ok(rows.into_iter().map(revision).collect())
}

/// The targets of a figure: fiscal years and per cents, the earliest first.
pub(crate) async fn load_targets(
    conn: &mut AsyncPgConnection,
    metric: Metric,
) -> Result<Vec<(i32, i32)>> {
    Ok(kpi_targets::table
        .filter(kpi_targets::metric.eq(metric))
        .order(kpi_targets::fiscal_year)
        .select((kpi_targets::fiscal_year, kpi_targets::percent))
        .load(conn)
        .await?)
}
