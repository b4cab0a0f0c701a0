//! Mandates that an identity provider vouches for: GビズID tells at each login for which companies somebody acts.

use audit::{Actor, Entry};
use calendar::jst_date;
use chrono::{DateTime, Days, NaiveDate, Utc};
use keys::Keys;
use platform::extract::RequestId;
use platform::{AsyncPgConnection, Result};
use serde_json::json;

use super::kind::MandateKind;
use super::model::{DESCRIPTION, MandateId, MandateStatus, Principal};
use super::store::{self, Row};
use crate::assurance::Assurance;
use crate::person::ResidentId;
use crate::provider::{RepresentedCompany, VerifiedIdentity};
use crate::residents;
use crate::store::take_turn;
use crate::token::Audience;

/// Somebody who has just logged in, and what their provider says of them.
pub(crate) struct Vouched<'a> {
    pub(crate) keys: &'a Keys,
    pub(crate) representative: ResidentId,
    pub(crate) identity: &'a VerifiedIdentity,
    pub(crate) assurance: Assurance,
    pub(crate) request: RequestId,
    pub(crate) now: DateTime<Utc>,
}

impl Vouched<'_> {
    /// Lets them hold the mandates of their provider's that it vouches for now, and no others: what it tells anew begins, what
    /// it no longer tells ends. One that a clerk has ended does not come back by itself.
    ///
    /// Each holds until the last login ends that can have told it, or earlier if the provider says so.
    ///
    /// # Errors
    /// When the database cannot be asked, or what is sealed cannot be opened.
    pub(crate) async fn settle(&self, conn: &mut AsyncPgConnection) -> Result<()> {
        let told = &self.identity.companies;
        let vouched_by = &self.identity.issuer;
        if !told.is_empty() {
            // Two logins at once would both begin the same mandate.
            take_turn(conn, format!("{vouched_by} {}", self.representative)).await?;
        }
        let mut held = store::vouched(conn, self.representative, vouched_by).await?;
        held.retain(|row| {
            row.status_at(self.now) == MandateStatus::Active || row.is_ended_by_clerk()
        });
        for company in told {
            let mandate = self.mandate(conn, company).await?;
            let known = held.iter().position(|row| row.is_as(&mandate));
            match known.map(|at| held.swap_remove(at)) {
                None => self.begin(conn, &mandate).await?,
                Some(row) => self.renew(conn, row, mandate.valid_until).await?,
            }
        }
        let others = held
            .into_iter()
            .filter(|row| row.status == MandateStatus::Active);
        for row in others {
            self.end(conn, row).await?;
        }
        Ok(())
    }

    /// As it would be written down.
    async fn mandate(
        &self,
        conn: &mut AsyncPgConnection,
        company: &RepresentedCompany,
    ) -> Result<Row> {
        let id = MandateId::new(self.now);
        let today = jst_date(self.now);
        let described = Principal {
            name: company.name.clone(),
            birthdate: None,
            address: company.address.clone(),
            corporate_number: Some(company.corporate_number.clone()),
        };
        let plain = serde_json::to_vec(&described)?;
        let hash = self
            .keys
            .lookup_hash(DESCRIPTION, &company.corporate_number)?;
        Ok(Row {
            id,
            kind: kind(company),
            status: MandateStatus::Active,
            version: 1,
            representative_id: Some(self.representative),
            principal_id: Some(self.principal(conn, &described, &hash).await?),
            sealed_description: Some(self.keys.seal(DESCRIPTION, id.as_uuid(), &plain)?),
            description_hash: Some(hash),
            procedures: company.procedures.clone(),
            may_submit: true,
            // Whoever was asked to file something was not asked to take in the company's post.
            may_receive_post: company.is_own,
            counts_as_reading: company.is_own,
            valid_from: today,
            valid_until: Some(valid_until(company, today)),
            offer_sha256: None,
            offered_until: None,
            sealed_note: None,
            decided_by: None,
            created_at: self.now,
            ended_at: None,
            vouched_by: Some(self.identity.issuer.clone()),
        })
    }

    /// The company, known from an earlier mandate or new to the portal, by the name it has now.
    async fn principal(
        &self,
        conn: &mut AsyncPgConnection,
        described: &Principal,
        hash: &[u8],
    ) -> Result<ResidentId> {
        let company = store::person_described(conn, hash, self.now).await?;
        let identity = VerifiedIdentity {
            attributes: described.attributes(),
            issuer: self.identity.issuer.clone(),
            subject: company.to_string(),
            acr: self.identity.acr.clone(),
            authenticated_at: self.identity.authenticated_at,
            companies: Vec::new(),
            claims: serde_json::Map::new(),
        };
        residents::keep_attributes(
            conn,
            self.keys,
            company,
            &identity,
            self.assurance,
            self.now,
        )
        .await?;
        Ok(company)
    }

    async fn begin(&self, conn: &mut AsyncPgConnection, row: &Row) -> Result<()> {
        if row.status_at(self.now) != MandateStatus::Active {
            return Ok(());
        }
        store::insert(conn, row).await?;
        self.record(conn, row, "mandate.vouch").await
    }

    /// That it goes on is in the record of the login.
    async fn renew(
        &self,
        conn: &mut AsyncPgConnection,
        mut row: Row,
        valid_until: Option<NaiveDate>,
    ) -> Result<()> {
        if row.status != MandateStatus::Active || row.valid_until == valid_until {
            return Ok(());
        }
        row.valid_until = valid_until;
        row.version += 1;
        store::save(conn, &row).await
    }

    async fn end(&self, conn: &mut AsyncPgConnection, mut row: Row) -> Result<()> {
        row.status = MandateStatus::Ended;
        row.ended_at = Some(self.now);
        row.version += 1;
        store::save(conn, &row).await?;
        self.record(conn, &row, "mandate.end").await
    }

    async fn record(&self, conn: &mut AsyncPgConnection, row: &Row, action: &str) -> Result<()> {
        let entry = Entry {
            occurred_at: self.now,
            actor: Actor::Resident(self.representative.as_uuid()),
            action,
            object_kind: "mandate",
            object_id: Some(row.id.as_uuid()),
            request_id: Some(self.request),
            detail: json!({"kind": row.kind, "version": row.version, "issuer": row.vouched_by}),
        };
        audit::record(conn, entry).await
    }
}

const fn kind(company: &RepresentedCompany) -> MandateKind {
    if company.is_own {
        MandateKind::CompanyOfficer
    } else {
        MandateKind::Attorney
    }
}

/// The first day on which it holds no more: no login of today is alive then.
fn valid_until(company: &RepresentedCompany, today: NaiveDate) -> NaiveDate {
    let login_is_over = today + Audience::Resident.absolute_lifetime() + Days::new(1);
    let told = company.last_day.and_then(|day| day.succ_opt());
    told.map_or(login_is_over, |told| told.min(login_is_over))
}

impl Row {
    /// Whether it says the same, whenever it ends.
    fn is_as(&self, other: &Self) -> bool {
        (self.principal_id, self.kind, &self.procedures)
            == (other.principal_id, other.kind, &other.procedures)
    }

    fn is_ended_by_clerk(&self) -> bool {
        self.status == MandateStatus::Ended && self.decided_by.is_some()
    }
}
