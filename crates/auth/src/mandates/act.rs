//! What residents and clerks do with mandates. Each act is one transaction of the caller's and is recorded.

use audit::{Actor, Entry};
use calendar::jst_date;
use chrono::{DateTime, TimeDelta, Utc};
use keys::Keys;
use platform::extract::{IfMatch, RequestId};
use platform::spoken_code::SpokenCode;
use platform::{AsyncPgConnection, Code, Error, Randomness, Result};
use serde_json::{Map, Value, json};

use super::kind::{Beginning, MandateKind, term};
use super::model::{
    DESCRIPTION, Extent, MandateClaim, MandateId, MandateOffer, MandateStatus, NOTE, Principal,
};
use super::store::{self, Row};
use crate::person::{ResidentId, StaffId};
use crate::residents;
use crate::session::hash;

/// How long an offer can be accepted.
const OFFER_LASTS: TimeDelta = TimeDelta::days(7);
/// Claims and offers of one resident that wait for somebody.
const MOST_WAITING: i64 = 20;

/// What the representative accepts an offer with.
pub(crate) type AcceptanceCode = SpokenCode<10>;

/// Somebody about to do something with a mandate.
pub(crate) struct Act<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) request: RequestId,
    pub(crate) now: DateTime<Utc>,
}

/// What a clerk decides.
pub(crate) enum Decision {
    /// By this evidence it is so.
    Verify(String),
    /// It could not be verified, and why.
    Refuse(String),
    /// It holds no more, and why.
    End(String),
}

impl Act<'_> {
    /// Claims a mandate for somebody who cannot speak for themselves here.
    ///
    /// # Errors
    /// 422 for a kind that is given, not claimed, and for a term that is over.
    pub(crate) async fn claim(
        &self,
        conn: &mut AsyncPgConnection,
        representative: ResidentId,
        claim: MandateClaim,
    ) -> Result<Row> {
        let MandateClaim {
            kind,
            principal,
            extent,
        } = claim;
        check_beginning(kind, Beginning::Claimed)?;
        check_principal(kind, &principal)?;
        few_waiting(conn, representative).await?;
        let mut row = self.row(kind, MandateStatus::Proposed, extent, principal.birthdate)?;
        let described = serde_json::to_vec(&principal)?;
        row.sealed_description = Some(self.keys.seal(DESCRIPTION, row.id.as_uuid(), &described)?);
        row.description_hash = Some(self.keys.lookup_hash(DESCRIPTION, &known_by(&principal))?);
        row.representative_id = Some(representative);
        store::insert(conn, &row).await?;
        self.record(conn, &row, resident(representative), "mandate.claim")
            .await?;
        Ok(row)
    }

    /// Offers a mandate to whoever gets the code.
    ///
    /// # Errors
    /// 422 for a kind that is claimed, not given, and for a term that is over.
    pub(crate) async fn offer(
        &self,
        conn: &mut AsyncPgConnection,
        randomness: &Randomness,
        principal: ResidentId,
        offer: MandateOffer,
    ) -> Result<(Row, AcceptanceCode)> {
        check_beginning(offer.kind, Beginning::Given)?;
        few_waiting(conn, principal).await?;
        let code = AcceptanceCode::random(randomness)?;
        let mut row = self.row(offer.kind, MandateStatus::Offered, offer.extent, None)?;
        row.principal_id = Some(principal);
        row.offer_sha256 = Some(hash(code.as_str()));
        row.offered_until = Some(self.now + OFFER_LASTS);
        store::insert(conn, &row).await?;
        self.record(conn, &row, resident(principal), "mandate.offer")
            .await?;
        Ok((row, code))
    }

    /// Accepts the offer with the code.
    ///
    /// # Errors
    /// 422 when the code is of no offer that stands, or of one's own.
    pub(crate) async fn accept(
        &self,
        conn: &mut AsyncPgConnection,
        representative: ResidentId,
        code: &AcceptanceCode,
    ) -> Result<Row> {
        let offer = store::lock_offer(conn, &hash(code.as_str())).await?;
        let today = jst_date(self.now);
        let standing = offer.filter(|row| row.status_on(today, self.now) == MandateStatus::Offered);
        let mut row = standing.ok_or_else(wrong_code)?;
        if row.principal_id == Some(representative) {
            let message = "自分の代理人になることはできません。";
            return Err(Error::field("/code", "own_offer", message));
        }
        row.representative_id = Some(representative);
        row.offer_sha256 = None;
        self.move_to(conn, &mut row, MandateStatus::Active).await?;
        self.record(conn, &row, resident(representative), "mandate.accept")
            .await?;
        Ok(row)
    }

    /// Ends a mandate of one's own, from either side.
    ///
    /// # Errors
    /// 404 when it is not theirs; 409 when it is over.
    pub(crate) async fn end(
        &self,
        conn: &mut AsyncPgConnection,
        who: ResidentId,
        id: MandateId,
    ) -> Result<Row> {
        let mut row = store::lock(conn, id).await?;
        if !row.concerns(who) {
            return Err(Code::NotFound.into());
        }
        self.must_stand(
            &row,
            &[
                MandateStatus::Offered,
                MandateStatus::Proposed,
                MandateStatus::Active,
            ],
        )?;
        row.ended_at = Some(self.now);
        self.move_to(conn, &mut row, MandateStatus::Ended).await?;
        self.record(conn, &row, resident(who), "mandate.end")
            .await?;
        Ok(row)
    }

    /// Decides as a clerk.
    ///
    /// # Errors
    /// 412 when it has changed meanwhile; 409 when it does not wait for that.
    pub(crate) async fn decide(
        &self,
        conn: &mut AsyncPgConnection,
        clerk: StaffId,
        (id, expected): (MandateId, IfMatch),
        decision: Decision,
    ) -> Result<Row> {
        let mut row = store::lock(conn, id).await?;
        expected.check(row.version)?;
        let (note, status, action) = match decision {
            Decision::Verify(evidence) => {
                self.must_stand(&row, &[MandateStatus::Proposed])?;
                row.principal_id = Some(self.principal(conn, &row).await?);
                (evidence, MandateStatus::Active, "mandate.verify")
            }
            Decision::Refuse(reason) => {
                self.must_stand(&row, &[MandateStatus::Proposed])?;
                (reason, MandateStatus::Refused, "mandate.refuse")
            }
            Decision::End(reason) => {
                self.must_stand(&row, &[MandateStatus::Active])?;
                row.ended_at = Some(self.now);
                (reason, MandateStatus::Ended, "mandate.end")
            }
        };
        row.sealed_note = Some(self.keys.seal(NOTE, row.id.as_uuid(), note.as_bytes())?);
        row.decided_by = Some(clerk);
        self.move_to(conn, &mut row, status).await?;
        self.record(conn, &row, Actor::Staff(clerk.as_uuid()), action)
            .await?;
        Ok(row)
    }

    /// The person described: known from an earlier mandate, or new to the portal, without a login.
    async fn principal(&self, conn: &mut AsyncPgConnection, row: &Row) -> Result<ResidentId> {
        let hash = row.description_hash.as_deref().unwrap_or_default();
        if let Some(known) = store::described_person(conn, hash).await? {
            return Ok(known);
        }
        let described = row.principal(self.keys)?;
        let described = described.ok_or_else(|| Error::internal("a claim without a principal"))?;
        residents::without_login(conn, self.keys, attributes(&described), self.now).await
    }

    fn row(
        &self,
        kind: MandateKind,
        status: MandateStatus,
        extent: Extent,
        born: Option<chrono::NaiveDate>,
    ) -> Result<Row> {
        if extent.procedures.is_some() && extent.may_receive_post {
            let message = "手続を限る場合は、お知らせの受け取りを任せることはできません。";
            return Err(Error::field(
                "/extent/may_receive_post",
                "not_divisible",
                message,
            ));
        }
        let today = jst_date(self.now);
        let valid_until = term(kind, extent.valid_from, extent.valid_until, born, today)?;
        Ok(Row {
            id: MandateId::new(self.now),
            kind,
            status,
            version: 1,
            representative_id: None,
            principal_id: None,
            sealed_description: None,
            description_hash: None,
            procedures: extent.procedures,
            may_submit: extent.may_submit,
            may_receive_post: extent.may_receive_post,
            counts_as_reading: extent.counts_as_reading,
            valid_from: extent.valid_from,
            valid_until,
            offer_sha256: None,
            offered_until: None,
            sealed_note: None,
            decided_by: None,
            created_at: self.now,
            ended_at: None,
        })
    }

    fn must_stand(&self, row: &Row, at: &[MandateStatus]) -> Result<()> {
        let status = row.status_on(jst_date(self.now), self.now);
        if at.contains(&status) {
            Ok(())
        } else {
            Err(Error::new(Code::IllegalTransition).allowed_events(Vec::<String>::new()))
        }
    }

    async fn move_to(
        &self,
        conn: &mut AsyncPgConnection,
        row: &mut Row,
        status: MandateStatus,
    ) -> Result<()> {
        row.status = status;
        row.version += 1;
        store::save(conn, row).await
    }

    async fn record(
        &self,
        conn: &mut AsyncPgConnection,
        row: &Row,
        actor: Actor,
        action: &str,
    ) -> Result<()> {
        let entry = Entry {
            occurred_at: self.now,
            actor,
            action,
            object_kind: "mandate",
            object_id: Some(row.id.as_uuid()),
            request_id: Some(self.request),
            detail: json!({"kind": row.kind, "version": row.version}),
        };
        audit::record(conn, entry).await
    }
}

fn resident(id: ResidentId) -> Actor {
    Actor::Resident(id.as_uuid())
}

fn check_beginning(kind: MandateKind, beginning: Beginning) -> Result<()> {
    if kind.beginning() == beginning {
        return Ok(());
    }
    let message = match beginning {
        Beginning::Claimed => "この種類の代理は、ご本人が任せる手続をしてください。",
        Beginning::Given => "この種類の代理は、代理する方が申し出て、市の確認を受けてください。",
    };
    Err(Error::field("/kind", "wrong_beginning", message))
}

/// A person has a birthday, a company a number.
fn check_principal(kind: MandateKind, principal: &Principal) -> Result<()> {
    let is_company = kind == MandateKind::CompanyOfficer;
    let (wanted, pointer, message) = if is_company {
        let number = principal.corporate_number.as_deref();
        let is_number = number.is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()));
        (
            is_number,
            "/principal/corporate_number",
            "法人番号を13桁の数字で入力してください。",
        )
    } else {
        (
            principal.birthdate.is_some(),
            "/principal/birthdate",
            "生年月日を入力してください。",
        )
    };
    if wanted {
        Ok(())
    } else {
        Err(Error::field(pointer, "required", message))
    }
}

async fn few_waiting(conn: &mut AsyncPgConnection, who: ResidentId) -> Result<()> {
    if store::count_waiting(conn, who).await? < MOST_WAITING {
        return Ok(());
    }
    Err(Error::new(Code::TooManyDrafts)
        .detail("確認や承諾を待っている代理が多すぎます。終わったものを取り下げてください。"))
}

/// What tells one person from another; spaces in names are written or not.
fn known_by(principal: &Principal) -> String {
    let name: String = principal.name.split_whitespace().collect();
    let born = principal.birthdate.map(|day| day.to_string());
    let number = principal.corporate_number.clone();
    let address: String = principal.address.split_whitespace().collect();
    [Some(name), born, number, Some(address)]
        .map(Option::unwrap_or_default)
        .join("\n")
}

/// The person's attributes, as an identity provider would send them.
fn attributes(principal: &Principal) -> Map<String, Value> {
    let mut attributes = Map::new();
    attributes.insert("name".to_owned(), json!(principal.name));
    attributes.insert("address".to_owned(), json!(principal.address));
    if let Some(born) = principal.birthdate {
        attributes.insert("birthdate".to_owned(), json!(born));
    }
    attributes
}

/// One answer for a wrong, a used and an old code.
fn wrong_code() -> Error {
    let message = "コードが違うか、使えなくなっています。任せる方に確かめてください。";
    Error::field("/code", "wrong_code", message)
}
