//! Offers of the survey and answers to it.

use calendar::Month;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Nullable, SmallInt, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use platform::{AsyncPgConnection, Result};
use uuid::Uuid;

use crate::channel::Channel;
use crate::model::Reason;
use crate::satisfaction::{Count, Event};
use crate::schema::{survey_answers, survey_tokens};
use crate::store::Observed;
use crate::survey::{Offer, Touchpoint};

pub(crate) async fn insert_token(
    conn: &mut AsyncPgConnection,
    token_sha256: &[u8],
    offer: &Offer,
) -> Result<()> {
    diesel::insert_into(survey_tokens::table)
        .values((
            survey_tokens::token_sha256.eq(token_sha256),
            survey_tokens::procedure_id.eq(offer.procedure_id),
            survey_tokens::form_version.eq(offer.form_version),
            survey_tokens::channel.eq(offer.channel),
            survey_tokens::touchpoint.eq(offer.touchpoint),
            survey_tokens::issued_on.eq(offer.on),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// What a token that was presented turned out to be.
pub(crate) enum Presented {
    /// Used just now, by this transaction.
    Fresh(Offer),
    Used,
    Unknown,
}

/// Uses up a token. Of several at once the first wins; the others wait for its row and find it used.
pub(crate) async fn use_token(
    conn: &mut AsyncPgConnection,
    token_sha256: &[u8],
) -> Result<Presented> {
    let token = survey_tokens::table.find(token_sha256);
    type Row = (Uuid, i32, Channel, Touchpoint, NaiveDate);
    let fresh: Option<Row> = diesel::update(token.filter(survey_tokens::used.eq(false)))
        .set(survey_tokens::used.eq(true))
        .returning((
            survey_tokens::procedure_id,
            survey_tokens::form_version,
            survey_tokens::channel,
            survey_tokens::touchpoint,
            survey_tokens::issued_on,
        ))
        .get_result(conn)
        .await
        .optional()?;
    if let Some((procedure_id, form_version, channel, touchpoint, on)) = fresh {
        return Ok(Presented::Fresh(Offer {
            procedure_id,
            form_version,
            channel,
            touchpoint,
            on,
        }));
    }
    let issued = diesel::select(diesel::dsl::exists(token));
    Ok(match issued.get_result(conn).await? {
        true => Presented::Used,
        false => Presented::Unknown,
    })
}

/// An answer to be kept.
pub(crate) struct Answer {
    pub(crate) id: Uuid,
    pub(crate) offer: Offer,
    pub(crate) rating: Option<i16>,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) free_text: Option<String>,
    pub(crate) answered_on: NaiveDate,
}

pub(crate) async fn insert_answer(conn: &mut AsyncPgConnection, answer: Answer) -> Result<()> {
    diesel::insert_into(survey_answers::table)
        .values((
            survey_answers::id.eq(answer.id),
            survey_answers::procedure_id.eq(answer.offer.procedure_id),
            survey_answers::form_version.eq(answer.offer.form_version),
            survey_answers::channel.eq(answer.offer.channel),
            survey_answers::touchpoint.eq(answer.offer.touchpoint),
            survey_answers::rating.eq(answer.rating),
            survey_answers::reasons.eq(answer.reasons),
            survey_answers::free_text.eq(answer.free_text),
            survey_answers::answered_on.eq(answer.answered_on),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct MonthlyCount {
    #[diesel(sql_type = Date)]
    month: NaiveDate,
    #[diesel(sql_type = Text)]
    channel: Channel,
    #[diesel(sql_type = Nullable<SmallInt>)]
    rating: Option<i16>,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl MonthlyCount {
    fn of(self, event: Event) -> Count {
        Count {
            month: Month::of(self.month),
            channel: self.channel,
            event,
            count: self.count,
        }
    }
}

const OFFERS: &str = "
    SELECT date_trunc('month', issued_on::timestamp)::date AS month, channel,
           NULL::smallint AS rating, count(*) AS count
    FROM unnest($1, $2, $3) AS counting (procedure_id, starts_on, ends_on)
    JOIN survey_tokens USING (procedure_id)
    WHERE issued_on >= counting.starts_on AND (counting.ends_on IS NULL OR issued_on < counting.ends_on)
      AND touchpoint = $4 AND issued_on >= $5 AND issued_on < $6
    GROUP BY 1, 2";

const ANSWERS: &str = "
    SELECT date_trunc('month', answered_on::timestamp)::date AS month, channel, rating,
           count(*) AS count
    FROM unnest($1, $2, $3) AS counting (procedure_id, starts_on, ends_on)
    JOIN survey_answers USING (procedure_id)
    WHERE answered_on >= counting.starts_on AND (counting.ends_on IS NULL OR answered_on < counting.ends_on)
      AND touchpoint = $4 AND answered_on >= $5 AND answered_on < $6
    GROUP BY 1, 2, 3";

/// Offers and answers of days in `[from, to)` at the touchpoint the figure is made of.
pub(crate) async fn load_survey_counts(
    conn: &mut AsyncPgConnection,
    of: &Observed,
    days: (NaiveDate, NaiveDate),
) -> Result<Vec<Count>> {
    let offers = count_monthly(conn, OFFERS, of, days).await?;
    let answers = count_monthly(conn, ANSWERS, of, days).await?;
    let offers = offers.into_iter().map(|row| row.of(Event::Offered));
    let answers = answers.into_iter().map(|row| match row.rating {
        Some(rating) => row.of(Event::Rated(rating)),
        None => row.of(Event::Declined),
    });
    Ok(offers.chain(answers).collect())
}

async fn count_monthly(
    conn: &mut AsyncPgConnection,
    sql: &str,
    of: &Observed,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<MonthlyCount>> {
    let days = of.owned();
    Ok(diesel::sql_query(sql)
        .bind::<Array<SqlUuid>, _>(days.procedures)
        .bind::<Array<Date>, _>(days.starts)
        .bind::<Array<Nullable<Date>>, _>(days.ends)
        .bind::<Text, _>(Touchpoint::Submitted)
        .bind::<Date, _>(from)
        .bind::<Date, _>(to)
        .load(conn)
        .await?)
}
