use super::*;
use proptest::prelude::*;

fn wareki(date: &str) -> String {
    to_wareki(date.parse().unwrap()).unwrap().to_string()
}

fn read(text: &str) -> Result<String, WarekiError> {
    text.parse().map(|wareki: Wareki| wareki.date().to_string())
}

#[test]
fn a_day_is_written_in_the_years_of_its_era() {
    assert_eq!(wareki("2026-04-01"), "令和8年4月1日");
    assert_eq!(wareki("1873-01-01"), "明治6年1月1日");
}

#[test]
fn eras_change_on_the_day_the_law_says() {
    let borders = [
        (
            "1912-07-29",
            "明治45年7月29日",
            "1912-07-30",
            "大正元年7月30日",
        ),
        (
            "1926-12-24",
            "大正15年12月24日",
            "1926-12-25",
            "昭和元年12月25日",
        ),
        (
            "1989-01-07",
            "昭和64年1月7日",
            "1989-01-08",
            "平成元年1月8日",
        ),
        (
            "2019-04-30",
            "平成31年4月30日",
            "2019-05-01",
            "令和元年5月1日",
        ),
    ];
    for (last, last_ja, first, first_ja) in borders {
        assert_eq!(
            (wareki(last), wareki(first)),
            (last_ja.into(), first_ja.into())
        );
    }
}

#[test]
fn a_day_of_the_lunisolar_calendar_is_refused() {
    let eve = NaiveDate::from_ymd_opt(1872, 12, 31).unwrap();
    assert_eq!(to_wareki(eve), Err(WarekiError::BeforeSolarCalendar));
    assert_eq!(
        read("明治5年12月2日"),
        Err(WarekiError::BeforeSolarCalendar)
    );
}

#[test]
fn every_spelling_people_use_is_read() {
    for text in [
        "令和元年5月1日",
        "令和1年5月1日",
        "令和０１年０５月０１日",
        "R1.5.1",
        "R元.05.01",
    ] {
        assert_eq!(read(text).as_deref(), Ok("2019-05-01"), "{text}");
    }
    assert_eq!(read("S64.1.7").as_deref(), Ok("1989-01-07"));
    assert_eq!(read("H1.1.8").as_deref(), Ok("1989-01-08"));
}

#[test]
fn a_birthday_on_a_day_of_two_eras_is_read_in_both() {
    assert_eq!(read("明治45年7月30日"), read("大正元年7月30日"));
    assert_eq!(read("大正15年12月25日").as_deref(), Ok("1926-12-25"));
    assert_eq!(read("大正15年12月26日"), Err(WarekiError::OutsideEra));
}

#[test]
fn a_day_outside_its_era_is_refused() {
    for text in [
        "H31.5.1",
        "S64.1.8",
        "H1.1.7",
        "R1.4.30",
        "令和0年12月31日",
        "昭和100年1月1日",
    ] {
        assert_eq!(read(text), Err(WarekiError::OutsideEra), "{text}");
    }
}

#[test]
fn what_is_no_date_is_refused() {
    for text in [
        "",
        "令和",
        "令和8年",
        "令和8年4月1日 ",
        "令和+8年4月1日",
        "慶応4年1月1日",
        "R8.4",
        "R8.4.1.1",
    ] {
        assert_eq!(read(text), Err(WarekiError::Malformed), "{text}");
    }
    for text in ["令和8年2月29日", "令和8年13月1日", "R8.0.1"] {
        assert_eq!(read(text), Err(WarekiError::NoSuchDay), "{text}");
    }
}

proptest! {
    #[test]
    fn what_is_written_can_be_read(days in -35_428i32..40_000) {
        let date = NaiveDate::from_epoch_days(days).unwrap();
        let wareki = to_wareki(date).unwrap();
        let short = format!("{}{}.{}.{}", wareki.era().letter(), wareki.year(), date.month(), date.day());
        prop_assert_eq!(wareki.to_string().parse(), Ok(wareki));
        prop_assert_eq!(short.parse(), Ok(wareki));
    }
}
