//! What it costs to know who asks and what they may: counted in PostgreSQL's log.

use tests::{Audience, TestApp, empower_in_all, file, say};

const PAGE: &str = "https://apply.city.example";
/// Who people are, how they are logged in, and what they hold.
const TABLES: [&str; 6] = [
    "residents",
    "staff_members",
    "refresh_families",
    "web_sessions",
    "postings",
    "mandates",
];

fn is_about_people(sql: &&String) -> bool {
    let mut words = sql.split(|c: char| !c.is_ascii_alphabetic() && c != '_');
    words.any(|word| TABLES.contains(&word))
}

#[actix_web::test]
async fn knowing_who_reads_an_application_and_may_costs_two_statements_at_most() {
    let mut app = TestApp::new().await;
    app.open_to_pages_of(PAGE).await;
    app.log_statements().await;
    let hanako = app.resident("hanako").await;
    let path = file(&hanako, "child-allowance-claim", true).await;
    let shiro = app.resident("shiro").await;
    let shiro = shiro.under(&empower_in_all(&hanako, &shiro).await);
    let page = |audience| app.anonymous(audience).get(&path);
    let cookies = [
        app.session_of(Audience::Resident, "hanako").await,
        app.session_of(Audience::Staff, "sato").await,
    ];
    let [owners, clerks] = cookies;
    for (who, call) in [
        ("the owner's token", hanako.get(&path)),
        (
            "the owner's cookie",
            page(Audience::Resident).with_header("cookie", owners),
        ),
        ("a representative's token", shiro.get(&path)),
        ("a clerk's token", app.staff("sato").await.get(&path)),
        (
            "a clerk's cookie",
            page(Audience::Staff).with_header("cookie", clerks),
        ),
    ] {
        let all = app.statements_of(call).await;
        let about_people: Vec<_> = all.iter().filter(is_about_people).collect();
        let (all, asked) = (all.len(), about_people.len());
        say(&format!(
            "an application by {who}: {all} statements, {asked} of them to know who and whether"
        ));
        assert!((1..=2).contains(&asked), "{who}: {about_people:#?}");
    }
}
