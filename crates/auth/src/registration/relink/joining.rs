//! Two residents who are one person become one: what the new login did goes over to who its owner was before.

use jobs::Job;
use platform::{AsyncPgConnection, Code, Error, Result};
use serde::{Deserialize, Serialize};

use super::store;
use crate::act::Act;
use crate::contacts;
use crate::mandates;
use crate::person::{ResidentId, StaffId};
use crate::registration::act::leave_to;
use crate::session;
use crate::token::Audience;

/// The promise to bring along what the rooms above keep of a resident.
#[derive(Debug, Serialize, Deserialize)]
pub struct BringAlong {
    /// Who came with the new login; no login leads to them any more.
    pub from: ResidentId,
    /// Who they were before.
    pub to: ResidentId,
    /// For whom they acted, and who acted for them: with those they may be named, too.
    pub beside: Vec<ResidentId>,
    /// Whether it looks for what a request brought that was under way.
    pub again: bool,
}

impl Job for BringAlong {
    const KIND: &'static str = "auth.bring_along";

    fn deduplication_key(&self) -> String {
        format!("{}:{}", self.from, self.again)
    }
}

/// Logins, mandates, registrations and the proved address go over, and all logins of both end. The rest is promised.
///
/// # Errors
/// 409 `illegal_transition` when one of both is shut out.
pub(super) async fn join(
    conn: &mut AsyncPgConnection,
    act: &Act,
    clerk: StaffId,
    (from, to): (ResidentId, ResidentId),
) -> Result<()> {
    if store::lock_enabled(conn, [from, to]).await? < 2 {
        let detail = "一方の方の利用が止められています。止めた理由を確認してください。";
        let nothing: [String; 0] = [];
        let refused = Error::new(Code::IllegalTransition).allowed_events(nothing);
        return Err(refused.detail(detail));
    }
    store::move_logins(conn, (from, to)).await?;
    leave_to(conn, act, clerk, (from, to)).await?;
    store::move_registrations(conn, (from, to)).await?;
    let beside = mandates::move_to(conn, (from, to), act.now).await?;
    contacts::take_over(conn, &act.keys, (from, to), act.now).await?;
    store::retire(conn, (from, to), act.now).await?;
    for resident in [from, to] {
        session::end_all(conn, Audience::Resident, resident.as_uuid(), act.now).await?;
    }
    let promise = BringAlong {
        from,
        to,
        beside,
        again: false,
    };
    jobs::enqueue(conn, &promise, act.now).await
}
