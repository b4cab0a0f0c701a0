//! What residents do with mandates.

use std::slice;

use audit::Actor;
use calendar::jst_date;
use chrono::{NaiveDate, TimeDelta};
use platform::spoken_code::SpokenCode;
use platform::{AsyncPgConnection, Code, Error, Randomness, Result};
use unicode_normalization::UnicodeNormalization as _;

use crate::act::Act;
use crate::mandates::kind::{Beginning, MandateKind, term};
use crate::mandates::model::resident::{MandateClaim, MandateOffer, OfferedMandate, OwnMandate};
use crate::mandates::model::{DESCRIPTION, Extent, MandateId, MandateStatus, Principal};
use crate::mandates::store::{self, Row};
use crate::person::ResidentId;
use crate::provider::is_corporate_number;
use crate::session::hash;

/// How long an offer can be accepted.
const OFFER_LASTS: TimeDelta = TimeDelta::days(7);
/// Claims and offers of one resident that wait for somebody.
const MOST_WAITING: i64 = 20;

/// What the representative accepts an offer with.
pub(crate) type AcceptanceCode = SpokenCode<10>;

impl Act {
    /// Claims a mandate for somebody who cannot speak for themselves here.
    ///
    /// # Errors
    /// 422 for a kind that is given, not claimed, and for a term that is over.
    pub(crate) async fn claim(
        &self,
        conn: &mut AsyncPgConnection,
        representative: ResidentId,
        claim: MandateClaim,
    ) -> Result<OwnMandate> {
        let MandateClaim {
            kind,
            principal,
            extent,
        } = claim;
        check_beginning(kind, Beginning::Claimed)?;
        check_principal(kind, &principal)?;
        self.few_waiting(conn, representative).await?;
        let mut row = self.row(kind, MandateStatus::Proposed, extent, principal.birthdate)?;
        let described = serde_json::to_vec(&principal)?;
        row.sealed_description = Some(self.keys.seal(DESCRIPTION, row.id.as_uuid(), &described)?);
        row.description_hash = Some(self.keys.lookup_hash(DESCRIPTION, &known_by(&principal))?);
        row.representative_id = Some(representative);
        store::insert(conn, &row).await?;
        self.record(conn, &row, resident(representative), "mandate.claim")
            .await?;
        self.own_one(conn, representative, &row).await
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
    ) -> Result<OfferedMandate> {
        check_beginning(offer.kind, Beginning::Given)?;
        self.few_waiting(conn, principal).await?;
        let code = AcceptanceCode::random(randomness)?;
        let mut row = self.row(offer.kind, MandateStatus::Offered, offer.extent, None)?;
        row.principal_id = Some(principal);
        row.offer_sha256 = Some(hash(code.as_str()));
        row.offered_until = Some(self.now + OFFER_LASTS);
        store::insert(conn, &row).await?;
        self.record(conn, &row, resident(principal), "mandate.offer")
            .await?;
        Ok(OfferedMandate {
            mandate: self.own_one(conn, principal, &row).await?,
            code: code.to_string(),
        })
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
    ) -> Result<OwnMandate> {
        let offer = store::lock_offer(conn, &hash(code.as_str())).await?;
        let standing = offer.filter(|row| row.status_at(self.now) == MandateStatus::Offered);
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
        self.own_one(conn, representative, &row).await
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
    ) -> Result<OwnMandate> {
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
        self.own_one(conn, who, &row).await
    }

    async fn few_waiting(&self, conn: &mut AsyncPgConnection, who: ResidentId) -> Result<()> {
        if store::count_waiting(conn, who, self.now).await? < MOST_WAITING {
            return Ok(());
        }
        Err(Code::TooManyMandates.into())
    }

    /// As those on one of its sides see it.
    ///
    /// # Errors
    /// When what is sealed cannot be opened.
    pub(crate) async fn own(
        &self,
        conn: &mut AsyncPgConnection,
        resident: ResidentId,
        rows: &[Row],
    ) -> Result<Vec<OwnMandate>> {
        let people = self.people(conn, rows).await?;
        let own = |row: &Row| row.own(&self.keys, resident, &people, self.now);
        rows.iter().map(own).collect()
    }

    /// As [`own`](Self::own), of one.
    ///
    /// # Errors
    /// When what is sealed cannot be opened.
    pub(crate) async fn own_one(
        &self,
        conn: &mut AsyncPgConnection,
        resident: ResidentId,
        row: &Row,
    ) -> Result<OwnMandate> {
        let people = self.people(conn, slice::from_ref(row)).await?;
        row.own(&self.keys, resident, &people, self.now)
    }

    fn row(
        &self,
        kind: MandateKind,
        status: MandateStatus,
        extent: Extent,
        born: Option<NaiveDate>,
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
            vouched_by: None,
        })
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
        (
            number.is_some_and(is_corporate_number),
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

/// What tells one person from another, however wide its characters are and whether or not spaces are written.
fn known_by(principal: &Principal) -> String {
    if let Some(number) = &principal.corporate_number {
        return number.clone();
    }
    let folded = |text: &str| {
        let folded: String = text.nfkc().filter(|c| !c.is_whitespace()).collect();
        folded
    };
    let born = principal.birthdate.map(|day| day.to_string());
    [
        folded(&principal.name),
        born.unwrap_or_default(),
        folded(&principal.address),
    ]
    .join("\n")
}

/// One answer for a wrong, a used and an old code.
fn wrong_code() -> Error {
    let message = "コードが違うか、使えなくなっています。任せる方に確かめてください。";
    Error::field("/code", "wrong_code", message)
}
