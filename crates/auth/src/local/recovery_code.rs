//! Codes to sign in with when the authenticator is lost: ten, each good once.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::spoken_code::SpokenCode;
use platform::{AsyncPgConnection, Randomness, Result};

use crate::person::StaffId;
use crate::schema::recovery_codes;
use crate::session::hash;

/// How many somebody gets.
pub(super) const NUMBER: usize = 10;
/// 80 random bits: too many to guess, so a plain hash of them will do.
type RecoveryCode = SpokenCode<16>;

/// Gives somebody new ones in place of those they had.
pub(super) async fn renew(
    conn: &mut AsyncPgConnection,
    randomness: &Randomness,
    staff: StaffId,
) -> Result<Vec<String>> {
    remove(conn, staff).await?;
    let codes: Vec<RecoveryCode> = (0..NUMBER)
        .map(|_| RecoveryCode::random(randomness))
        .collect::<Result<_>>()?;
    let rows: Vec<_> = codes
        .iter()
        .map(|code| {
            (
                recovery_codes::staff_id.eq(staff),
                recovery_codes::code_sha256.eq(hash(code.as_str())),
            )
        })
        .collect();
    diesel::insert_into(recovery_codes::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(codes.iter().map(RecoveryCode::to_string).collect())
}

/// Uses a code up; `false` when it is none of theirs.
pub(super) async fn spend(
    conn: &mut AsyncPgConnection,
    staff: StaffId,
    code: &str,
) -> Result<bool> {
    let Ok(code) = code.parse::<RecoveryCode>() else {
        return Ok(false);
    };
    let spent = diesel::delete(recovery_codes::table.find((staff, hash(code.as_str()))))
        .execute(conn)
        .await?;
    Ok(spent == 1)
}

/// Takes all away that somebody has.
pub(super) async fn remove(conn: &mut AsyncPgConnection, staff: StaffId) -> Result<()> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::staff_id.eq(staff)))
        .execute(conn)
        .await?;
    Ok(())
}
