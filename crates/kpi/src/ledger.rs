//! The ledger: one line for every application that arrived through the portal, or was struck out again.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Error, Result};
use uuid::Uuid;

use crate::channel::Channel;
use crate::schema::kpi_ledger;

/// An application that has arrived (到達).
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// The application; counts once.
    pub application_id: Uuid,
    /// What it applies for.
    pub procedure_id: Uuid,
    /// One of the portal's own channels.
    pub channel: Channel,
    /// 到達: the day of it in Japan is the day it counts for.
    pub arrived_at: DateTime<Utc>,
    /// When it became known to the ledger.
    pub recorded_at: DateTime<Utc>,
}

#[derive(Debug, Insertable, Queryable, Selectable)]
#[diesel(table_name = kpi_ledger, treat_none_as_default_value = false)]
struct Entry {
    entry_key: String,
    procedure_id: Uuid,
    channel: Channel,
    received_on: NaiveDate,
    delta: i16,
    recorded_at: DateTime<Utc>,
}

impl Entry {
    fn arrival(arrival: &Arrival) -> Self {
        Self {
            entry_key: arrival_key(arrival.application_id),
            procedure_id: arrival.procedure_id,
            channel: arrival.channel,
            received_on: calendar::jst_date(arrival.arrived_at),
            delta: 1,
            recorded_at: arrival.recorded_at,
        }
    }

    /// The opposite of an arrival, on the same day, so that no other period's figure moves.
    fn struck_out(self, application_id: Uuid, recorded_at: DateTime<Utc>) -> Self {
        Self {
            entry_key: format!("void:{application_id}"),
            delta: -1,
            recorded_at,
            ..self
        }
    }
}

fn arrival_key(application_id: Uuid) -> String {
    format!("arrival:{application_id}")
}

/// Counts an arrival, in the caller's transaction.
///
/// # Errors
/// `internal_error` when the application was counted before, the procedure is unknown, or the
/// channel is not one the portal counts: all are faults of the caller.
pub async fn record(conn: &mut AsyncPgConnection, arrival: Arrival) -> Result<()> {
    if !arrival.channel.is_counted_by_portal() {
        let channel = arrival.channel.as_str();
        return Err(Error::internal(format!(
            "{channel} is reported, not recorded"
        )));
    }
    insert(conn, Entry::arrival(&arrival)).await
}

/// Takes an application out of the count (void: duplicate, test, spam), on the day it arrived.
///
/// # Errors
/// `internal_error` when it was never counted or is struck out already.
pub async fn strike_out(
    conn: &mut AsyncPgConnection,
    application_id: Uuid,
    recorded_at: DateTime<Utc>,
) -> Result<()> {
    let arrival: Entry = kpi_ledger::table
        .find(arrival_key(application_id))
        .select(Entry::as_select())
        .first(conn)
        .await
        .optional()?
        .ok_or_else(|| Error::internal(format!("{application_id} was never counted")))?;
    insert(conn, arrival.struck_out(application_id, recorded_at)).await
}

async fn insert(conn: &mut AsyncPgConnection, entry: Entry) -> Result<()> {
    diesel::insert_into(kpi_ledger::table)
        .values(entry)
        .execute(conn)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use calendar::{FiscalYear, Month};

    use super::*;

    fn arrived(at: &str) -> Entry {
        Entry::arrival(&Arrival {
            application_id: Uuid::from_u128(1),
            procedure_id: Uuid::from_u128(2),
            channel: Channel::PortalSelf,
            arrived_at: at.parse().unwrap(),
            recorded_at: at.parse().unwrap(),
        })
    }

    fn year(at: &str) -> i32 {
        FiscalYear::of(arrived(at).received_on).start_year()
    }

    #[test]
    fn an_arrival_counts_for_its_fiscal_year_in_japan() {
        assert_eq!(year("2031-03-31T23:59:59.999+09:00"), 2030);
        assert_eq!(year("2031-04-01T00:00:00+09:00"), 2031);
        assert_eq!(year("2031-03-31T15:00:00Z"), 2031);
        assert_eq!(year("2031-03-31T14:59:59Z"), 2030);
    }

    #[test]
    fn an_arrival_just_after_midnight_in_japan_is_of_the_new_month() {
        let entry = arrived("2031-04-01T00:30:00+09:00");
        assert_eq!(Month::of(entry.received_on).to_string(), "2031-04");
        assert_eq!(FiscalYear::of(entry.received_on).start_year(), 2031);
    }

    #[test]
    fn striking_out_cancels_the_arrival_on_its_own_day() {
        let later = "2031-05-10T00:00:00Z".parse().unwrap();
        let entry = arrived("2031-03-31T14:59:59Z");
        let void = arrived("2031-03-31T14:59:59Z").struck_out(Uuid::from_u128(1), later);
        assert_eq!(entry.delta + void.delta, 0);
        assert_eq!(entry.received_on, void.received_on);
        assert_ne!(entry.entry_key, void.entry_key);
        assert_eq!(void.recorded_at, later);
    }
}
