//! How often a password may be tried, by login name and address.
//!
//! Attempts are counted before the password is looked at, for login names that exist and for those that do not, and are
//! forgotten when somebody signs in. Nothing is counted that could keep the owner out: a new address always has one attempt,
//! however many others have failed, and what happens at one address delays no other.

use actix_web::HttpRequest;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::sum;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use keys::Keys;
use platform::edge::{Edge, network_of};
use platform::extract::app_state;
use platform::{AsyncPgConnection, Error, Result, doubling};

use crate::schema::{sign_in_attempts, staff_addresses};

/// Attempts without a wait.
const FREE: i32 = 5;
/// The same while the login name is under attack.
const FREE_UNDER_ATTACK: i32 = 1;
/// The same at an address from which staff have signed in (SP 800-63B 3.2.2 allows a hundred in a row).
const FREE_AT_A_KNOWN_ADDRESS: i32 = 100;
/// Attempts at a login name within a day, from all addresses, that are an attack.
const ATTACK: i64 = 100;
/// Attempts older than this are over.
const REMEMBERED: TimeDelta = TimeDelta::days(1);
/// Addresses stay known for so long after the last success.
const KNOWN: TimeDelta = TimeDelta::days(90);
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(15);

/// Where a request comes from, as attempts are counted.
pub(super) fn address(request: &HttpRequest) -> Result<String> {
    let edge: Edge = app_state(request)?;
    Ok(network_of(edge.proxies.client_address(request)).to_string())
}

/// How a login name is kept with its attempts: people type passwords there, so nobody can tell from it what was typed.
pub(super) fn login_hash(keys: &Keys, login_name: &str) -> Result<Vec<u8>> {
    keys.lookup_hash("sign_in_attempts.login", login_name)
}

/// Counts an attempt; what is refused is not counted, so that waiting comes to an end.
///
/// # Errors
/// `too_many_requests` with the seconds to wait.
pub(super) async fn claim(
    conn: &mut AsyncPgConnection,
    login: &[u8],
    address: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let (made, last_at) = lock(conn, login, address, now).await?;
    let is_known = is_known(conn, address, now).await?;
    let made = if last_at <= now - REMEMBERED { 0 } else { made };
    // A first attempt waits for nothing: there is no need to add up what may be ten thousand rows.
    let is_attacked = made > 0 && all_attempts(conn, login, now).await? >= ATTACK;
    let next = last_at + wait(made, free(is_known, is_attacked));
    if next > now {
        return Err(Error::too_soon(next - now));
    }
    diesel::update(sign_in_attempts::table.find((login, address)))
        .set((
            sign_in_attempts::attempts.eq(made + 1),
            sign_in_attempts::last_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Somebody has signed in: their attempts there are over, and the address is known.
pub(super) async fn succeed(
    conn: &mut AsyncPgConnection,
    login: &[u8],
    address: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    diesel::delete(sign_in_attempts::table.find((login, address)))
        .execute(conn)
        .await?;
    diesel::insert_into(staff_addresses::table)
        .values((
            staff_addresses::address.eq(address),
            staff_addresses::signed_in_at.eq(now),
        ))
        .on_conflict(staff_addresses::address)
        .do_update()
        .set(staff_addresses::signed_in_at.eq(now))
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes what is not counted any more; answers how many rows.
pub(super) async fn forget_old(conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> Result<usize> {
    let attempts = sign_in_attempts::table.filter(sign_in_attempts::last_at.le(now - REMEMBERED));
    let addresses = staff_addresses::table.filter(staff_addresses::signed_in_at.le(now - KNOWN));
    let deleted = diesel::delete(attempts).execute(conn).await?;
    Ok(deleted + diesel::delete(addresses).execute(conn).await?)
}

/// Attempts at once take turns.
async fn lock(
    conn: &mut AsyncPgConnection,
    login: &[u8],
    address: &str,
    now: DateTime<Utc>,
) -> Result<(i32, DateTime<Utc>)> {
    diesel::insert_into(sign_in_attempts::table)
        .values((
            sign_in_attempts::login_hash.eq(login),
            sign_in_attempts::address.eq(address),
            sign_in_attempts::attempts.eq(0),
            sign_in_attempts::last_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(sign_in_attempts::table
        .find((login, address))
        .select((sign_in_attempts::attempts, sign_in_attempts::last_at))
        .for_update()
        .first(conn)
        .await?)
}

/// Known for whichever account: otherwise the number of free attempts would tell which login names exist.
async fn is_known(conn: &mut AsyncPgConnection, address: &str, now: DateTime<Utc>) -> Result<bool> {
    let known = staff_addresses::table
        .find(address)
        .filter(staff_addresses::signed_in_at.gt(now - KNOWN));
    Ok(diesel::select(diesel::dsl::exists(known))
        .get_result(conn)
        .await?)
}

async fn all_attempts(
    conn: &mut AsyncPgConnection,
    login: &[u8],
    now: DateTime<Utc>,
) -> Result<i64> {
    let all: Option<i64> = sign_in_attempts::table
        .filter(sign_in_attempts::login_hash.eq(login))
        .filter(sign_in_attempts::last_at.gt(now - REMEMBERED))
        .select(sum(sign_in_attempts::attempts))
        .first(conn)
        .await?;
    Ok(all.unwrap_or_default())
}

const fn free(is_known: bool, is_attacked: bool) -> i32 {
    match (is_known, is_attacked) {
        (true, _) => FREE_AT_A_KNOWN_ADDRESS,
        (false, true) => FREE_UNDER_ATTACK,
        (false, false) => FREE,
    }
}

/// How long after the last attempt the next one may be: a second, two, four … a quarter of an hour.
fn wait(made: i32, free: i32) -> TimeDelta {
    let Ok(beyond) = u32::try_from(made - free) else {
        return TimeDelta::zero();
    };
    doubling(TimeDelta::seconds(1), beyond, LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_a_quarter_of_an_hour() {
        let seconds = |made| wait(made, FREE).num_seconds();
        for (made, expected) in [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (14, 512), (15, 900)] {
            assert_eq!(seconds(made), expected, "{made}");
        }
        for made in 15..2_000 {
            assert_eq!(seconds(made), 900, "{made}");
        }
    }

    #[test]
    fn the_first_attempt_from_an_address_never_waits() {
        for (is_known, is_attacked) in [(false, false), (false, true), (true, false), (true, true)]
        {
            assert_eq!(wait(0, free(is_known, is_attacked)), TimeDelta::zero());
        }
    }
}
