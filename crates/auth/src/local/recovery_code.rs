//! Codes to sign in with when the authenticator is lost: ten, each good once.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Randomness, Result};

use crate::person::StaffId;
use crate::schema::recovery_codes;
use crate::session::hash;

/// How many somebody gets.
pub(super) const NUMBER: usize = 10;
/// Characters that are not taken for one another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// 80 random bits, such as `k7wd-2mqa-xz9p-hf3c`: too many to guess, so a plain hash of them will do.
fn draw(randomness: &Randomness) -> Result<String> {
    let bytes: [u8; 16] = randomness.bytes()?;
    let characters = bytes.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    let groups: Vec<String> = characters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    Ok(groups.join("-"))
}

/// Gives somebody new ones in place of those they had.
pub(super) async fn renew(
    conn: &mut AsyncPgConnection,
    randomness: &Randomness,
    staff: StaffId,
) -> Result<Vec<String>> {
    remove(conn, staff).await?;
    let codes: Vec<String> = (0..NUMBER)
        .map(|_| draw(randomness))
        .collect::<Result<_>>()?;
    let rows: Vec<_> = codes
        .iter()
        .map(|code| {
            (
                recovery_codes::staff_id.eq(staff),
                recovery_codes::code_sha256.eq(hash(code)),
            )
        })
        .collect();
    diesel::insert_into(recovery_codes::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(codes)
}

/// Uses a code up; `false` when it is none of theirs.
pub(super) async fn spend(
    conn: &mut AsyncPgConnection,
    staff: StaffId,
    code: &str,
) -> Result<bool> {
    let code = code.trim().to_lowercase();
    let spent = diesel::delete(recovery_codes::table.find((staff, hash(&code))))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sixteen_characters_in_groups_and_differ() {
        let randomness = Randomness::seeded(1);
        let (first, second) = (draw(&randomness).unwrap(), draw(&randomness).unwrap());
        assert_ne!(first, second);
        let groups: Vec<_> = first.split('-').map(str::len).collect();
        assert_eq!(groups, [4, 4, 4, 4], "{first}");
    }
}
