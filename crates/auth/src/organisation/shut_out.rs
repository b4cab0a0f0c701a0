//! Shutting a member of staff out.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};

use crate::person::StaffId;
use crate::schema::staff_members;
use crate::session;
use crate::token::Audience;

/// Shuts a member of staff out, or lets them in again; tokens and logins from before stay void. `false` when nothing changes.
pub(crate) async fn set(
    conn: &mut AsyncPgConnection,
    id: StaffId,
    disabled: bool,
    now: DateTime<Utc>,
) -> Result<bool> {
    let since: Option<DateTime<Utc>> = staff_members::table
        .find(id)
        .select(staff_members::disabled_at)
        .for_update()
        .first(conn)
        .await?;
    if since.is_some() == disabled {
        return Ok(false);
    }
    diesel::update(staff_members::table.find(id))
        .set((
            staff_members::disabled_at.eq(disabled.then_some(now)),
            staff_members::auth_epoch.eq(staff_members::auth_epoch + 1),
        ))
        .execute(conn)
        .await?;
    session::end_all(conn, Audience::Staff, id.as_uuid(), now).await?;
    Ok(true)
}
