//! The whole matrix: every operation, tried by everybody, on something real.

mod callers;
mod operations;
mod things;

use tests::{Response, TestApp, say};

use callers::callers;
use operations::operations;
use things::things;

const CARE: &str = "long-term-care-certification-renewal";
/// What differs from one answer to the next, whatever was asked.
const OF_EACH_REQUEST: &[&str] = &["x-request-id"];
const UNKNOWN: &str = "0192f0c1-2345-7abc-8def-0123456789ab";

/// What somebody may expect of an operation on Hanako's things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// Nobody is asked who they are.
    Public,
    /// Whatever comes, it is not a matter of rights.
    Admitted,
    /// 401
    NotLoggedIn,
    /// 403
    NotTheirRole,
    /// 404, as for something that never was.
    NotTheirs,
}

/// Everything the city knows but the audit record, boiled down to a number.
async fn fingerprint(app: &TestApp) -> i64 {
    let tables = "SELECT string_agg(format(
            'SELECT coalesce(sum(hashtext(t::text)::bigint), 0) AS s FROM %I t', tablename), ' UNION ALL ') AS text
        FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'audit%'";
    let union = tests::cluster().await.texts(&app.database, tables).await;
    let sql = format!(
        "SELECT sum(s)::bigint AS count FROM ({}) AS all_of_it",
        union[0]
    );
    app.count(&sql).await
}

async fn denials(app: &TestApp) -> i64 {
    let sql = "SELECT count(*) FROM audit_events WHERE action = 'access.denied'";
    app.count(sql).await
}

/// What is wrong with an answer, if anything.
fn fault(expected: Expected, answer: &Response, unknown: Option<&Response>) -> Option<String> {
    let status = answer.status();
    let right = match expected {
        Expected::Public => {
            !answer.text().contains("\"unauthenticated\"") && status != 403 && status < 500
        }
        Expected::Admitted => !matches!(status, 401 | 403 | 404) && status < 500,
        Expected::NotLoggedIn => status == 401,
        Expected::NotTheirRole => status == 403,
        Expected::NotTheirs => {
            status == 404 && unknown.is_some_and(|unknown| is_the_same(unknown, answer))
        }
    };
    let told: String = answer.text().chars().take(200).collect();
    (!right).then(|| format!("{expected:?}, got {status}: {told}"))
}

fn is_the_same(one: &Response, other: &Response) -> bool {
    let headers = [one, other].map(|answer| answer.headers_but(OF_EACH_REQUEST));
    one.text() == other.text() && headers[0] == headers[1]
}

#[actix_web::test]
async fn everybody_gets_from_every_operation_what_is_theirs_and_nothing_else() {
    let app = TestApp::new().await;
    let hanako = app.resident("hanako").await;
    let things = things(&app, &hanako).await;
    let callers = callers(&app, hanako).await;
    let operations = operations();
    let (mut cases, mut faults) = (0, Vec::new());
    let mut before = (fingerprint(&app).await, denials(&app).await);
    for tried in &operations {
        for caller in callers
            .iter()
            .filter(|caller| caller.client.is_of(tried.audience))
        {
            cases += 1;
            let expected = caller.relation.expects(tried);
            let answer = tried
                .try_out(&caller.client, things.path(tried, None))
                .await;
            let after = (fingerprint(&app).await, denials(&app).await);
            let unknown = match expected {
                Expected::NotTheirs => {
                    let path = things.path(tried, Some(UNKNOWN));
                    Some(tried.try_out(&caller.client, path).await)
                }
                _ => None,
            };
            let fault = fault(expected, &answer, unknown.as_ref());
            let mut found: Vec<_> = fault.into_iter().collect();
            let denied = !matches!(expected, Expected::Public | Expected::Admitted);
            if denied && after.0 != before.0 {
                found.push("something changed".to_owned());
            }
            if denied && expected != Expected::NotLoggedIn && after.1 != before.1 + 1 {
                found.push("it is not on record".to_owned());
            }
            faults.extend(
                found
                    .iter()
                    .map(|fault| format!("{} as {}: {fault}", tried.id(), caller.name)),
            );
            before = match unknown {
                Some(_) => (fingerprint(&app).await, denials(&app).await),
                None => after,
            };
        }
    }
    let operations = operations.len();
    say(&format!(
        "the matrix: {operations} operations, {cases} cases"
    ));
    assert!(faults.is_empty(), "{faults:#?}");
    assert!(cases > 300, "{cases}");
    app.as_admin("DELETE FROM jobs").await;
}
