//! The city's register comes in from a file.

use chrono::TimeDelta;
use portal::auth::registration::{Imported, Purpose};
use tests::{Program, TestApp, cluster};

use super::{HANAKO, HEADER, MISAKI, TARO, import, register, request};

const PEOPLE: &str = "SELECT count(*) FROM addressees WHERE gone_at IS NULL";

#[actix_web::test]
async fn whoever_the_register_lacks_is_gone_until_it_has_them_again() {
    let app = TestApp::new().await;
    let first = import(&app, &[HANAKO, TARO, MISAKI]).await;
    let expected = Imported {
        people: 3,
        new: 3,
        gone: 0,
        protected: 1,
        forgotten: 0,
    };
    assert_eq!(first, expected);
    let second = import(&app, &[HANAKO, MISAKI]).await;
    assert_eq!((second.new, second.gone), (0, 1));
    assert_eq!(app.count(PEOPLE).await, 2);
    let third = import(&app, &[HANAKO, TARO, MISAKI]).await;
    assert_eq!((third.new, third.gone), (0, 0));
    assert_eq!(app.count(PEOPLE).await, 3);
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'addressee.import'";
    assert_eq!(app.count(recorded).await, 3);
}

#[actix_web::test]
async fn whoever_has_long_gone_is_forgotten_unless_a_registration_names_them() {
    let app = TestApp::new().await;
    let everybody = [HANAKO, TARO, MISAKI];
    import(&app, &everybody).await;
    let hanako = app.resident("hanako").await;
    assert_eq!(request(&hanako).await, "linked");
    hanako.delete("/v1/me/registration").await.expect(204);
    import(&app, &[TARO]).await;
    let kept = "SELECT count(*) FROM addressees";
    app.pass(TimeDelta::days(90));
    import(&app, &[TARO]).await;
    assert_eq!(app.count(kept).await, 3);
    app.pass(TimeDelta::seconds(1));
    let tried = register(&[TARO]);
    let tried = app.import_addressees(tried.as_bytes(), Purpose::Try).await;
    assert_eq!(tried.unwrap().forgotten, 1);
    assert_eq!(app.count(kept).await, 3);
    let done = import(&app, &[TARO]).await;
    assert_eq!((done.forgotten, done.new, done.gone), (1, 0, 0));
    let left = "SELECT count(*) FROM addressees a JOIN registrations r ON r.addressee_id = a.id
        WHERE gone_at IS NOT NULL";
    assert_eq!((app.count(kept).await, app.count(left).await), (2, 1));
    let back = import(&app, &everybody).await;
    assert_eq!((back.new, back.forgotten), (1, 0));
}

#[actix_web::test]
async fn nobody_is_forgotten_whom_a_clerk_is_linking_at_that_moment() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO, TARO]).await;
    import(&app, &[]).await;
    app.pass(TimeDelta::days(91));
    let linking =
        "SELECT 1 FROM (SELECT FROM addressees ORDER BY id LIMIT 1 FOR KEY SHARE) AS seen";
    let held = cluster().await.hold(&app.database, linking).await;
    assert_eq!(import(&app, &[]).await.forgotten, 1);
    held.release().await;
    assert_eq!(import(&app, &[]).await.forgotten, 1);
}

#[actix_web::test]
async fn one_fault_and_nothing_is_imported() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let wrong = "10000009,秘密,19901399,1,秘密,,無";
    let file = register(&[TARO, wrong, "10000008,秘密,x,1,秘密,,無"]);
    let refused = app.import_addressees(file.as_bytes(), Purpose::Keep).await;
    let told = refused.unwrap_err();
    let lines: Vec<_> = told.lines().collect();
    assert_eq!(lines.len(), 2, "{told}");
    assert!(lines[0].starts_with("line 3, column 生年月日: "), "{told}");
    assert!(lines[1].starts_with("line 4, column 生年月日: "), "{told}");
    assert!(!told.contains("秘密"), "{told}");
    assert_eq!(app.count(PEOPLE).await, 1);
}

#[actix_web::test]
async fn a_number_that_is_there_twice_is_refused_however_far_apart() {
    let app = TestApp::new().await;
    let near = register(&[HANAKO, TARO, HANAKO]);
    let told = app.import_addressees(near.as_bytes(), Purpose::Keep).await;
    assert_eq!(told.unwrap_err(), "line 4, column 宛名番号: is there twice");
    let many: Vec<_> = (1..=1_500)
        .map(|n| format!("A{n},山田 花子,19900514,女,小平市小川町{n},,無"))
        .collect();
    let mut lines: Vec<_> = many.iter().map(String::as_str).collect();
    lines.push("ａ1,山田 花子,19900514,女,小平市小川町1,,0");
    let far = register(&lines);
    let told = app.import_addressees(far.as_bytes(), Purpose::Keep).await;
    assert_eq!(
        told.unwrap_err(),
        "line 1502, column 宛名番号: is there twice"
    );
    lines.pop();
    assert_eq!(import(&app, &lines).await.new, 1_500);
}

#[actix_web::test]
async fn trying_an_import_tells_what_it_would_do_and_does_nothing() {
    let app = TestApp::new().await;
    import(&app, &[HANAKO]).await;
    let file = register(&[TARO, MISAKI]);
    let tried = app.import_addressees(file.as_bytes(), Purpose::Try).await;
    let tried = tried.unwrap();
    assert_eq!((tried.people, tried.new, tried.gone), (2, 2, 1));
    assert_eq!(app.count(PEOPLE).await, 1);
    let recorded = "SELECT count(*) FROM audit_events WHERE action = 'addressee.import'";
    assert_eq!(app.count(recorded).await, 1);
}

#[actix_web::test]
async fn a_file_that_was_cut_short_or_lost_its_protection_is_refused_and_nothing_is_lost() {
    let app = TestApp::new().await;
    let line =
        |n: u8, protected| format!("A{n},山田 花子,19900514,女,小平市小川町{n},,{protected}");
    let with = |protected| (1..=20).map(|n| line(n, protected)).collect::<Vec<_>>();
    let file = |lines: &[String]| register(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let whole = file(&with("有"));
    let kept = app.import_addressees(whole.as_bytes(), Purpose::Keep).await;
    assert_eq!(kept.unwrap().protected, 20);
    let protected = format!("{PEOPLE} AND protected");
    for (lacking, told) in [
        (file(&[]), "20 of 20 people would be gone and 0 of 20 no"),
        (file(&with("有")[..14]), "6 of 20 people would be gone"),
        (file(&with("無")), "20 of 20 no longer protected"),
    ] {
        for purpose in [Purpose::Try, Purpose::Keep] {
            let refused = app.import_addressees(lacking.as_bytes(), purpose).await;
            let error = refused.unwrap_err();
            assert!(error.contains(told), "{error}");
            assert!(error.contains("--accept-losses"), "{error}");
            assert_eq!(app.count(&protected).await, 20);
        }
    }
    let empty = file(&with(""));
    let refused = app.import_addressees(empty.as_bytes(), Purpose::Keep).await;
    let told = refused.unwrap_err();
    assert!(
        told.starts_with("line 2, column 支援措置: is not"),
        "{told}"
    );
    let few = file(&with("有")[..15]);
    let kept = app.import_addressees(few.as_bytes(), Purpose::Keep).await;
    assert_eq!(kept.unwrap().gone, 5);
}

#[actix_web::test]
async fn nobody_can_be_read_or_counted_in_the_database() {
    let app = TestApp::new().await;
    let twin = "10000011,山田 月子,19900514,女,東京都小平市小川町２－９９９９－１,,無";
    import(&app, &[HANAKO, twin]).await;
    let rows = "SELECT a::text || encode(sealed, 'escape') AS text FROM addressees a";
    for row in tests::cluster().await.texts(&app.database, rows).await {
        for told in ["山田", "10000001", "19900514", "小川町"] {
            assert!(!row.contains(told), "{row}");
        }
    }
    // Who shares a birthday alone shares nothing here; who shares birthday and house, one hash.
    let distinct = |hash| format!("SELECT count(DISTINCT {hash}) FROM addressees");
    assert_eq!(app.count(&distinct("name_birthdate_hash")).await, 2);
    assert_eq!(app.count(&distinct("birthdate_address_hash")).await, 1);
}

#[actix_web::test]
async fn the_command_imports_a_file_and_names_what_is_wrong_with_it() {
    let program = Program::new().await;
    let file = program.folder().join("register.csv");
    let run = |more: &[&str]| {
        let file = file.to_str().unwrap();
        let arguments = [&["addressees", "import", file], more].concat();
        program.command(&arguments).output().unwrap()
    };
    std::fs::write(&file, register(&[HANAKO, MISAKI])).unwrap();
    let tried = run(&["--dry-run"]);
    let told = "would import 2 people: 2 new, 0 gone, 1 protected, 0 forgotten\n";
    assert_eq!(String::from_utf8_lossy(&tried.stdout), told);
    let done = run(&[]);
    let told = "imported 2 people: 2 new, 0 gone, 1 protected, 0 forgotten\n";
    assert_eq!(String::from_utf8_lossy(&done.stdout), told);
    let twins: Vec<_> = (1..=6)
        .map(|n| format!("{n},山田 花子,19900514,女,小平市{n},,有"))
        .collect();
    let lines: Vec<_> = twins.iter().map(String::as_str).collect();
    std::fs::write(&file, register(&lines)).unwrap();
    assert!(run(&[]).status.success());
    std::fs::write(&file, HEADER).unwrap();
    let refused = run(&[]);
    assert!(!refused.status.success());
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(told.contains("6 of 6 people would be gone"), "{told}");
    let accepted = run(&["--accept-losses"]);
    let told = "imported 0 people: 0 new, 6 gone, 0 protected, 0 forgotten\n";
    assert_eq!(String::from_utf8_lossy(&accepted.stdout), told);
    std::fs::write(&file, HEADER.replace(",支援措置", "")).unwrap();
    let wrong = run(&[]);
    assert!(!wrong.status.success());
    let told = String::from_utf8_lossy(&wrong.stderr);
    assert!(
        told.contains("line 1, column 支援措置: is missing"),
        "{told}"
    );
}
