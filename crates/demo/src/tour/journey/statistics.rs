//! The digital application rate before and after.

use calendar::FiscalYear;
use chrono::{Datelike as _, NaiveDate};
use serde_json::{Value, json};

use crate::tour::client::{Ask, Person, check};
use crate::tour::{Portal, TourError};

/// What is known of the claims of a month: the tour may be walked more than once.
pub(super) struct Counted {
    numerator: i64,
    denominator: i64,
    /// Until a count of the counters is there, nothing of the month is in the figures.
    reported: bool,
}

impl Counted {
    fn of(observation: &Value) -> Self {
        let number = |pointer| observation.pointer(pointer).and_then(Value::as_i64);
        Self {
            numerator: number("/numerator").unwrap_or(-1),
            denominator: number("/denominator").unwrap_or(-1),
            reported: number("/coverage/cells_reported") == Some(1),
        }
    }

    fn on_paper(&self) -> i64 {
        self.denominator - self.numerator
    }
}

pub(super) async fn counted(portal: &Portal, today: NaiveDate) -> Result<Counted, TourError> {
    let analyst = portal.staff("watanabe").await?;
    let observation = observe(&analyst, today, "提出前の今月のデジタル申請率").await?;
    Ok(Counted::of(&observation))
}

/// The figure of today's month.
async fn observe(analyst: &Person<'_>, today: NaiveDate, title: &str) -> Result<Value, TourError> {
    let year = FiscalYear::of(today).start_year();
    let path = format!(
        "/v1/stats/kpis/digital_application_rate/observations?scope=procedure:child-allowance-claim&grain=month&from={year}&to={year}"
    );
    // A fiscal year begins in April.
    let index = (today.month0() + 9) % 12;
    let part = |name: &str| format!("/observations/{index}/{name}");
    let parts = [
        "period/label_ja",
        "numerator",
        "denominator",
        "value",
        "status",
    ];
    let shown = parts.map(part);
    let shown: Vec<_> = shown.iter().map(String::as_str).collect();
    let answer = analyst.ask(Ask::get(title, &path, &shown)).await?;
    Ok(answer["observations"][index as usize].clone())
}

/// Reports three more applications at the counter today; what was reported before is corrected.
async fn report_counter(clerk: &Person<'_>, today: NaiveDate) -> Result<(), TourError> {
    let ask = Ask::get(
        "佐藤が登録済みの窓口の件数を見る",
        "/v1/offline-counts?procedure=child-allowance-claim&limit=100",
        &[],
    );
    let listed = clerk.ask(ask).await?;
    let day = json!(today);
    let earlier = listed["items"].as_array().into_iter().flatten();
    let mut earlier = earlier.filter(|entry| {
        entry["channel"] == "counter" && entry["starts_on"] == day && entry["ends_on"] == day
    });
    let earlier = earlier.next().and_then(|entry| entry["count"].as_i64());
    let ask = Ask::post(
        "佐藤が今日の窓口の件数を登録する",
        "/v1/offline-counts",
        201,
        &[
            "/procedure",
            "/channel",
            "/starts_on",
            "/ends_on",
            "/count",
            "/revision",
        ],
    );
    let ask = ask.body(json!({
        "procedure": "child-allowance-claim",
        "channel": "counter",
        "starts_on": today,
        "ends_on": today,
        "count": earlier.unwrap_or(0) + 3,
        "reason": "デモの案内",
    }));
    clerk.ask(ask).await?;
    Ok(())
}

pub(super) async fn count(
    portal: &Portal,
    today: NaiveDate,
    before: Counted,
) -> Result<(), TourError> {
    report_counter(&portal.staff("sato").await?, today).await?;

    let analyst = portal.staff("watanabe").await?;
    let title = "渡辺（統計担当）が読む今月のデジタル申請率";
    let after = Counted::of(&observe(&analyst, today, title).await?);
    let step = "KPI";
    let one_more = if before.reported {
        after.numerator == before.numerator + 1
    } else {
        after.numerator >= 1
    };
    check(
        step,
        after.reported && one_more,
        format!("numerator {}", after.numerator),
    )?;
    check(
        step,
        after.on_paper() == before.on_paper() + 3,
        format!("denominator {}", after.denominator),
    )?;

    let city = Ask::get(
        "市全体と2030年度・2035年度の目標",
        "/v1/stats/kpis/digital_application_rate/observations?scope=city",
        &["/observations/0/percent", "/observations/0/targets"],
    );
    let city = analyst.ask(city).await?;
    let targets = &city["observations"][0]["targets"];
    let percents = [&targets[0]["value"], &targets[1]["value"]];
    check(
        step,
        percents == [&json!(0.7), &json!(0.9)],
        format!("targets {targets}"),
    )
}
