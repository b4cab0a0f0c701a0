//! What can one apply for?

use crate::tour::client::{Ask, check};
use crate::tour::{Portal, TourError};

pub(super) async fn look_around(portal: &Portal) -> Result<(), TourError> {
    let ask = Ask::get(
        "オンラインで申請できる手続",
        "/v1/procedures?accepts_digital=true",
        &[
            "/items/0/code",
            "/items/0/name/ja",
            "/items/1/name/ja-x-easy",
        ],
    );
    let listed = portal.anyone(ask).await?;
    let codes: Vec<_> = listed["items"].as_array().into_iter().flatten().collect();
    check("list", codes.len() >= 2, "two procedures are digital")?;
    let ask = Ask::get(
        "児童手当 認定請求の様式（JSON Schema＋JSON Forms）",
        "/v1/procedures/child-allowance-claim/form",
        &[
            "/number",
            "/sha256",
            "/policy/processing_period",
            "/policy/appeal/review_authority",
        ],
    );
    let form = portal.anyone(ask).await?;
    check(
        "form",
        form["schema"]["type"] == "object",
        "a form has a schema",
    )
}
