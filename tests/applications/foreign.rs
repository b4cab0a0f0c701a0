//! A draft is its owner's alone. Who may see what was filed is in the matrix.

use serde_json::json;
use tests::TestApp;

#[actix_web::test]
async fn the_department_never_sees_a_draft() {
    let app = TestApp::new().await;
    let (hanako, takahashi) = (app.resident("hanako").await, app.staff("takahashi").await);
    let (path, _) = tests::filled(&hanako, "dog-registration-change").await;
    takahashi.get(&path).await.assert_problem(404, "not_found");
    let queue = takahashi.get("/v1/applications").await.expect(200);
    assert_eq!(queue["items"], json!([]));
}
