use actix_web::test::TestRequest;
use proptest::prelude::*;

use super::*;

/// Whom a request from the peer counts for, with these lines of `X-Forwarded-For`.
fn client(trusted: &str, peer: &str, lines: &[&str]) -> String {
    let proxies: TrustedProxies = trusted.parse().unwrap();
    let peer: IpAddr = peer.parse().unwrap();
    let mut request = TestRequest::default().peer_addr((peer, 1).into());
    for line in lines {
        request = request.append_header((X_FORWARDED_FOR, *line));
    }
    let request = request.to_http_request();
    proxies.client_address(&request).to_string()
}

#[test]
fn without_trusted_proxies_only_the_connection_counts() {
    assert_eq!(client("", "192.0.2.1", &[]), "192.0.2.1");
    assert_eq!(client("", "192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
}

#[test]
fn what_somebody_else_forwards_is_not_believed() {
    let trusted = "10.0.0.0/8";
    assert_eq!(client(trusted, "192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
    assert_eq!(client(trusted, "11.0.0.1", &["10.0.0.1"]), "11.0.0.1");
}

#[test]
fn behind_trusted_proxies_the_nearest_other_is_the_client() {
    let trusted = "10.0.0.0/8, 2001:db8::7";
    for (lines, expected) in [
        (&["203.0.113.9"][..], "203.0.113.9"),
        (&["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        (&["198.51.100.1, 203.0.113.9,10.9.9.9"], "203.0.113.9"),
        (&["198.51.100.1", "203.0.113.9, 2001:db8::7"], "203.0.113.9"),
        (&["203.0.113.9:4711"], "203.0.113.9"),
        (&["[2001:db8::9]:4711"], "2001:db8::9"),
        (&["::ffff:203.0.113.9"], "203.0.113.9"),
        (&["10.1.1.1, 10.2.2.2"], "10.1.1.1"),
        (&[], "10.0.0.1"),
    ] {
        assert_eq!(client(trusted, "10.0.0.1", lines), expected, "{lines:?}");
    }
    assert_eq!(
        client(trusted, "::ffff:10.0.0.1", &["2001:db8::9"]),
        "2001:db8::9"
    );
}

#[test]
fn what_cannot_be_read_counts_for_the_last_trusted_proxy() {
    for lines in [
        &["203.0.113.9, nonsense"][..],
        &["203.0.113.9, unknown"],
        &["203.0.113.9,"],
        &["203.0.113.9", ""],
        &["203.0.113.9, 窓口"],
        &["203.0.113.9, 999.1.1.1"],
    ] {
        assert_eq!(
            client("10.0.0.0/8", "10.0.0.1", lines),
            "10.0.0.1",
            "{lines:?}"
        );
    }
    let beyond = ["203.0.113.9, nonsense, 10.0.0.2"];
    assert_eq!(client("10.0.0.0/8", "10.0.0.1", &beyond), "10.0.0.2");
}

#[test]
fn everybody_and_nonsense_cannot_be_trusted() {
    for text in [
        "everybody",
        "10.0.0.0/33",
        "10.0.0.1;10.0.0.2",
        "proxy.example",
        "0.0.0.0/0",
        "::/0",
    ] {
        assert!(text.parse::<TrustedProxies>().is_err(), "{text}");
    }
    assert!(" 10.0.0.1 , , fd00::/8 ".parse::<TrustedProxies>().is_ok());
}

proptest! {
    /// However much a client writes before it, the hop that the trusted proxy added decides.
    #[test]
    fn no_header_of_a_client_changes_whom_it_counts_for(sent in "[ -~]{0,60}", last in any::<[u8; 4]>()) {
        let real = Ipv4Addr::from(last);
        prop_assume!(real.octets()[0] != 10);
        let line = format!("{sent}, {real}");
        prop_assert_eq!(client("10.0.0.0/8", "10.0.0.1", &[&line]), real.to_string());
        prop_assert_eq!(client("10.0.0.0/8", "10.0.0.1", &[&sent, &real.to_string()]), real.to_string());
        prop_assert_eq!(client("10.0.0.0/8", &real.to_string(), &[&sent]), real.to_string());
    }
}
