//! The audit chain: sealed, verified, and every tampering named.

use portal::audit::{self, Fault, Verdict};
use tests::{TestApp, file, off_this_runtime};

/// Seals everything; answers what verification finds.
async fn seal(app: &TestApp) -> Verdict {
    let services = app.services.clone();
    off_this_runtime(async move {
        let mut conn = services.database.connection().await.unwrap();
        while audit::seal(&mut conn, services.clock.now()).await.unwrap() > 0 {}
        assert_eq!(audit::unsealed(&mut conn).await.unwrap(), 0);
        audit::verify(&mut conn).await.unwrap()
    })
    .await
}

/// What verification finds after somebody with all rights has been at work.
async fn after(app: &TestApp, tampering: &str) -> Option<Fault> {
    app.as_admin(&format!(
        "SET session_replication_role = replica; {tampering}"
    ))
    .await;
    seal(app).await.fault
}

async fn city_with_a_past() -> (TestApp, Verdict) {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    file(&hanako, "dog-registration-change", true).await;
    app.staff("takahashi").await;
    let verdict = seal(&app).await;
    assert_eq!(verdict.fault, None);
    assert!(verdict.links >= 4);
    (app, verdict)
}

#[actix_web::test]
async fn every_event_is_sealed_once() {
    let (app, verdict) = city_with_a_past().await;
    assert_eq!(
        app.count("SELECT count(*) FROM audit_events").await,
        verdict.links
    );
    assert_eq!(seal(&app).await, verdict);
}

#[actix_web::test]
async fn a_changed_event_is_named() {
    let (app, _) = city_with_a_past().await;
    let tampering = "UPDATE audit_events SET actor_id = gen_random_uuid()
        WHERE id = (SELECT event_id FROM audit_chain WHERE position = 2)";
    assert_eq!(after(&app, tampering).await, Some(Fault::Altered(2)));
}

#[actix_web::test]
async fn a_removed_event_is_named() {
    let (app, _) = city_with_a_past().await;
    let tampering = "DELETE FROM audit_events
        WHERE id = (SELECT event_id FROM audit_chain WHERE position = 3)";
    assert_eq!(after(&app, tampering).await, Some(Fault::Missing(3)));
}

#[actix_web::test]
async fn a_removed_link_is_named() {
    let (app, _) = city_with_a_past().await;
    let fault = after(&app, "DELETE FROM audit_chain WHERE position = 2").await;
    assert_eq!(fault, Some(Fault::Missing(2)));
}

#[actix_web::test]
async fn a_cut_off_tail_leaves_events_nobody_chained() {
    let (app, verdict) = city_with_a_past().await;
    let tampering = format!("DELETE FROM audit_chain WHERE position = {}", verdict.links);
    assert!(matches!(
        after(&app, &tampering).await,
        Some(Fault::Unchained(_))
    ));
}

#[actix_web::test]
async fn a_tail_cut_off_with_its_events_shows_in_the_head() {
    let (app, verdict) = city_with_a_past().await;
    let tampering = format!(
        "DELETE FROM audit_events WHERE id = (SELECT event_id FROM audit_chain WHERE position = {0});
         DELETE FROM audit_chain WHERE position = {0}",
        verdict.links
    );
    assert_eq!(after(&app, &tampering).await, None);
    assert_ne!(seal(&app).await.head, verdict.head);
}

#[actix_web::test]
async fn an_event_slipped_in_is_named() {
    let (app, _) = city_with_a_past().await;
    let tampering = "INSERT INTO audit_events SELECT gen_random_uuid(), occurred_at, actor_kind,
        actor_id, action, object_kind, object_id, request_id, detail FROM audit_events LIMIT 1";
    assert!(matches!(
        after(&app, tampering).await,
        Some(Fault::Unchained(_))
    ));
}

#[actix_web::test]
async fn the_record_holds_no_personal_data() {
    let (app, _) = city_with_a_past().await;
    let told = "SELECT count(*) FROM audit_events
        WHERE detail::text ~ '花子|小川町|ポチ|1990' OR action ~ '花子'";
    assert_eq!(app.count(told).await, 0);
}
