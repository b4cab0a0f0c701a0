use std::net::Ipv4Addr;

use chrono::DateTime;
use proptest::prelude::*;

use super::*;
use crate::problem::Code;

fn clock() -> Clock {
    Clock::fixed(DateTime::from_timestamp(1_800_000_000, 0).unwrap())
}

fn limits(factor: &str, clock: &Clock) -> RateLimits {
    RateLimits::new(factor.parse().unwrap(), clock).unwrap()
}

/// The headers of the answer to one request, or how long it has to wait.
fn ask(limits: &RateLimits, class: Class, address: &str) -> Result<(String, String), i64> {
    let mut count = limits.count(class);
    let refused = count.address(address.parse().unwrap()).err();
    let mut headers = HeaderMap::new();
    count.tell(&mut headers);
    let text =
        |headers: &HeaderMap, name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
    match refused {
        None => Ok((
            text(&headers, "ratelimit"),
            text(&headers, "ratelimit-policy"),
        )),
        Some(error) => {
            assert_eq!(error.code(), Code::TooManyRequests);
            assert!(text(&headers, "ratelimit").starts_with("\"address\";r=0;t="));
            let answer = actix_web::ResponseError::error_response(&error);
            Err(text(answer.headers(), "retry-after").parse().unwrap())
        }
    }
}

#[test]
fn every_answer_tells_what_is_left_and_when_all_of_it_is_back() {
    let clock = clock();
    let limits = limits("0.05", &clock);
    let policy = "\"address\";q=3;w=60".to_owned();
    for (left, seconds) in [(2, 20), (1, 40), (0, 60)] {
        let standing = format!("\"address\";r={left};t={seconds}");
        assert_eq!(
            ask(&limits, Class::ByCode, "192.0.2.1"),
            Ok((standing, policy.clone()))
        );
    }
    assert_eq!(ask(&limits, Class::ByCode, "192.0.2.1"), Err(20));
    clock.advance(TimeDelta::milliseconds(19_001));
    assert_eq!(ask(&limits, Class::ByCode, "192.0.2.1"), Err(1));
    clock.advance(TimeDelta::seconds(1));
    assert!(ask(&limits, Class::ByCode, "192.0.2.1").is_ok());
}

#[test]
fn addresses_classes_and_listeners_are_counted_apart() {
    let clock = clock();
    let (one, other) = (limits("0.001", &clock), limits("0.001", &clock));
    assert!(ask(&one, Class::ByCode, "192.0.2.1").is_ok());
    assert!(ask(&one, Class::ByCode, "192.0.2.1").is_err());
    assert!(ask(&one, Class::ByCode, "192.0.2.2").is_ok());
    assert!(ask(&one, Class::SignIn, "192.0.2.1").is_ok());
    assert!(ask(&other, Class::ByCode, "192.0.2.1").is_ok());
}

#[test]
fn a_whole_ipv6_network_counts_as_one_address() {
    let limits = limits("0.001", &clock());
    assert!(ask(&limits, Class::ByCode, "2001:db8:1:2::1").is_ok());
    assert!(ask(&limits, Class::ByCode, "2001:db8:1:2:ffff:ffff:ffff:ffff").is_err());
    assert!(ask(&limits, Class::ByCode, "2001:db8:1:3::1").is_ok());
    assert!(ask(&limits, Class::ByCode, "::1").is_ok());
    assert!(ask(&limits, Class::ByCode, "0.0.0.1").is_ok());
}

#[test]
fn a_person_is_told_of_both_limits() {
    let limits = limits("1", &clock());
    let mut count = limits.count(Class::Read);
    count.address(Ipv4Addr::LOCALHOST.into()).unwrap();
    count.account(Uuid::from_u128(1)).unwrap();
    let mut headers = HeaderMap::new();
    count.tell(&mut headers);
    assert_eq!(
        headers.get("ratelimit").unwrap(),
        "\"address\";r=5999;t=1, \"account\";r=599;t=1"
    );
    assert_eq!(
        headers.get("ratelimit-policy").unwrap(),
        "\"address\";q=6000;w=60, \"account\";q=600;w=60"
    );
}

#[test]
fn the_factor_is_off_or_a_sensible_number() {
    for text in ["0", "-1", "NaN", "inf", "1001", "on", ""] {
        assert!(text.parse::<RateFactor>().is_err(), "{text}");
    }
    for text in ["off", "1", "0.5", "1000"] {
        assert_eq!(text.parse::<RateFactor>().unwrap().to_string(), text);
    }
    assert!(RateLimits::new(RateFactor::OFF, &clock()).is_none());
}

#[test]
fn every_class_has_its_limits() {
    let limits = limits("1", &clock());
    for class in Class::ALL {
        let policy = format!("\"address\";q={};", class.per_address().requests);
        let (_, told) = ask(&limits, *class, "192.0.2.1").unwrap();
        assert!(told.starts_with(&policy), "{class:?}: {told}");
        assert_eq!(
            limits.of(*class).account.is_some(),
            class.per_account().is_some()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// In no window does more get through than the allowance of a full start and what the time gives back.
    #[test]
    fn no_rhythm_of_requests_beats_the_limit(pauses in prop::collection::vec(0_i64..30_000, 1..100)) {
        let clock = clock();
        let limits = limits("0.1", &clock);
        let mut let_in = Vec::new();
        let mut now = 0;
        for pause in pauses {
            clock.advance(TimeDelta::milliseconds(pause));
            now += pause;
            if ask(&limits, Class::ByCode, "192.0.2.1").is_ok() {
                let_in.push(now);
            }
        }
        // Six in a minute: one comes back every ten seconds.
        for (first, start) in let_in.iter().enumerate() {
            for (last, end) in let_in.iter().enumerate().skip(first) {
                let most = 6 + (end - start) / 10_000;
                prop_assert!(most > (last - first) as i64, "from {start} to {end}");
            }
        }
    }

    /// Whoever waits as long as they were told is let in, unless they ask meanwhile and succeed.
    #[test]
    fn waiting_as_told_is_enough(pauses in prop::collection::vec(0_i64..5_000, 1..100)) {
        let clock = clock();
        let limits = limits("0.1", &clock);
        for pause in pauses {
            clock.advance(TimeDelta::milliseconds(pause));
            if let Err(seconds) = ask(&limits, Class::ByCode, "192.0.2.1") {
                prop_assert!((1..=10).contains(&seconds), "{}", seconds);
                clock.advance(TimeDelta::seconds(seconds));
                prop_assert!(ask(&limits, Class::ByCode, "192.0.2.1").is_ok());
            }
        }
    }
}
