use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate};

/// 2019 to 2028, checked against the npm package @holiday-jp/holiday_jp 2.5.1. The equinoxes of
/// 2028 are those of its forecast: 暦要項 fixes them in the official gazette in February 2027.
static HOLIDAYS: LazyLock<BTreeMap<NaiveDate, &'static str>> = LazyLock::new(|| {
    let rows = include_str!("holidays.csv").lines().skip(1);
    rows.filter_map(parse_row).collect()
});

fn parse_row(row: &'static str) -> Option<(NaiveDate, &'static str)> {
    let (date, name) = row.split_once(',')?;
    Some((date.parse().ok()?, name))
}

/// The table of holidays does not reach this year, so no answer about its days is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the holidays of {0} are not known")]
pub struct MissingYear(pub i32);

/// The name of the holiday on `date` by 国民の祝日に関する法律 (昭和23年法律第178号), including
/// 振替休日 (3条2項), 国民の休日 (3条3項) and the days of special acts: the enthronement of 2019
/// (平成30年法律第99号) and the moves for the Olympic Games in 2020 and 2021.
///
/// # Errors
/// [`MissingYear`] where the table ends; a missing year never reads as "no holiday".
pub fn holiday(date: NaiveDate) -> Result<Option<&'static str>, MissingYear> {
    let year = date.year();
    // 元日 stands in every year, so a year without it is a year without data.
    let known = NaiveDate::from_ymd_opt(year, 1, 1).is_some_and(|day| HOLIDAYS.contains_key(&day));
    if known {
        Ok(HOLIDAYS.get(&date).copied())
    } else {
        Err(MissingYear(year))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Weekday;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn name(date: &str) -> Option<&'static str> {
        holiday(date.parse().unwrap()).unwrap()
    }

    fn derived(name: &str) -> bool {
        ["振替休日", "国民の休日"].contains(&name)
    }

    fn days() -> impl Iterator<Item = NaiveDate> {
        day(2019, 1, 1)
            .iter_days()
            .take_while(|date| date.year() <= 2028)
    }

    #[test]
    fn every_row_of_the_table_is_read() {
        assert_eq!(
            HOLIDAYS.len(),
            include_str!("holidays.csv").lines().count() - 1
        );
    }

    #[test]
    fn each_year_has_the_holidays_of_the_reference() {
        let counts: Vec<_> = (2019..=2028)
            .map(|y| {
                days()
                    .filter(|d| d.year() == y && HOLIDAYS.contains_key(d))
                    .count()
            })
            .collect();
        assert_eq!(counts, [22, 18, 17, 16, 17, 21, 19, 18, 17, 16]);
    }

    #[test]
    fn the_special_days_are_in_the_table() {
        assert_eq!(name("2019-04-30"), Some("国民の休日"));
        assert_eq!(name("2019-05-01"), Some("天皇の即位の日"));
        assert_eq!(name("2019-10-22"), Some("即位礼正殿の儀の行われる日"));
        assert_eq!(name("2020-07-24"), Some("スポーツの日"));
        assert_eq!(name("2020-10-12"), None);
        assert_eq!(name("2021-08-08"), Some("山の日"));
        assert_eq!(name("2021-08-11"), None);
        assert_eq!(name("2026-09-22"), Some("国民の休日"));
    }

    #[test]
    fn a_missing_year_is_an_error_and_not_a_year_without_holidays() {
        assert_eq!(holiday(day(2018, 12, 31)), Err(MissingYear(2018)));
        assert_eq!(holiday(day(2029, 1, 1)), Err(MissingYear(2029)));
        assert_eq!(holiday(day(2029, 6, 15)), Err(MissingYear(2029)));
        assert_eq!(holiday(day(2028, 12, 31)), Ok(None));
    }

    /// 祝日法3条2項: a holiday on a Sunday moves to the next day that is not one itself.
    #[test]
    fn the_substitute_holidays_are_those_of_the_act() {
        let named = |date: &NaiveDate| HOLIDAYS.get(date).is_some_and(|name| !derived(name));
        let expected: Vec<_> = days()
            .filter(|date| date.weekday() == Weekday::Sun && named(date))
            .map(|date| date.iter_days().find(|day| !named(day)).unwrap())
            .collect();
        let actual: Vec<_> = days()
            .filter(|date| HOLIDAYS.get(date) == Some(&"振替休日"))
            .collect();
        assert_eq!(actual, expected);
    }

    /// 祝日法3条3項: a day between two holidays is one, unless it is a substitute.
    #[test]
    fn the_citizens_holidays_are_those_of_the_act() {
        let named = |date: Option<NaiveDate>| {
            date.and_then(|date| HOLIDAYS.get(&date))
                .is_some_and(|name| !derived(name))
        };
        let expected: Vec<_> = days()
            .filter(|date| named(date.pred_opt()) && named(date.succ_opt()))
            .filter(|date| !named(Some(*date)) && HOLIDAYS.get(date) != Some(&"振替休日"))
            .collect();
        let actual: Vec<_> = days()
            .filter(|date| HOLIDAYS.get(date) == Some(&"国民の休日"))
            .collect();
        assert_eq!(actual, expected);
    }

    /// 祝日法2条, for the years no special act touched; the equinoxes by the usual approximation.
    #[test]
    fn the_named_holidays_of_ordinary_years_are_those_of_the_act() {
        for year in 2022..=2028 {
            let nth_monday = |month, n| {
                NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, n).unwrap()
            };
            let since = f64::from(year - 1980);
            let equinox = |epoch: f64| (epoch + 0.242_194 * since - (since / 4.0).floor()) as u32;
            let expected = [
                (day(year, 1, 1), "元日"),
                (nth_monday(1, 2), "成人の日"),
                (day(year, 2, 11), "建国記念の日"),
                (day(year, 2, 23), "天皇誕生日"),
                (day(year, 3, equinox(20.8431)), "春分の日"),
                (day(year, 4, 29), "昭和の日"),
                (day(year, 5, 3), "憲法記念日"),
                (day(year, 5, 4), "みどりの日"),
                (day(year, 5, 5), "こどもの日"),
                (nth_monday(7, 3), "海の日"),
                (day(year, 8, 11), "山の日"),
                (nth_monday(9, 3), "敬老の日"),
                (day(year, 9, equinox(23.2488)), "秋分の日"),
                (nth_monday(10, 2), "スポーツの日"),
                (day(year, 11, 3), "文化の日"),
                (day(year, 11, 23), "勤労感謝の日"),
            ];
            let actual: Vec<_> = HOLIDAYS
                .range(day(year, 1, 1)..=day(year, 12, 31))
                .filter(|(_, name)| !derived(name))
                .map(|(date, name)| (*date, *name))
                .collect();
            assert_eq!(actual, expected, "{year}");
        }
    }
}
