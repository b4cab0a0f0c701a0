//! The words residents read about their application.

use calendar::jst_datetime;
use documents::receipt::ReceiptContent;
use forms::{Procedure, ProcedureKind};

use crate::model::{ApplicationId, Standing};
use crate::state::Status;
use crate::store::Application;

/// Where a message leads to.
pub(crate) fn link(id: ApplicationId) -> String {
    format!("/v1/applications/{id}")
}

/// Title and body of the message that something has arrived.
pub(crate) fn received(procedure: &Procedure, receipt: &ReceiptContent) -> (String, String) {
    let name = &procedure.description.name.ja;
    let arrived = jst_datetime(receipt.arrived_at).format("%Y年%-m月%-d日 %H時%M分%S秒");
    let accepted = receipt.accepted_on.format("%Y年%-m月%-d日");
    let due = receipt.due_on.map_or_else(String::new, |day| {
        format!("\n処理の目安：{}まで", day.format("%Y年%-m月%-d日"))
    });
    let body = format!(
        "「{name}」が届きました。\n受付番号：{}\n到達日時：{arrived}\n受付日：{accepted}{due}",
        receipt.reference_number
    );
    (format!("「{name}」を受け付けました"), body)
}

/// Title and body of the message that a notification (届出) has been recorded.
pub(crate) fn recorded(procedure: &Procedure, reference_number: &str) -> (String, String) {
    let name = &procedure.description.name.ja;
    let body = format!(
        "「{name}」の確認と登録が終わりました。手続は完了です。\n受付番号：{reference_number}"
    );
    (format!("「{name}」の手続が完了しました"), body)
}

/// Where the application stands and what comes next, in plain words.
pub(crate) fn standing(application: &Application) -> Standing {
    let (now, next) = match application.status {
        Status::Draft => (
            "入力中です。",
            "入力が終わったら提出してください。".to_owned(),
        ),
        Status::Submitted => ("申請を受け付けました。", begins(application)),
        Status::UnderReview => ("担当課が内容を確認しています。", by_when(application)),
        Status::AwaitingApproval => ("担当課が決定の手続をしています。", by_when(application)),
        Status::Decided => ("決定しました。", "まもなく通知をお届けします。".to_owned()),
        Status::Completed => (
            "手続は完了しました。",
            "必要な操作はありません。".to_owned(),
        ),
        Status::Withdrawn => ("取り下げました。", "必要な操作はありません。".to_owned()),
    };
    Standing {
        now: now.to_owned(),
        next,
    }
}

fn begins(application: &Application) -> String {
    format!("担当課が確認を始めます。{}", by_when(application))
}

fn by_when(application: &Application) -> String {
    match (application.kind, application.due_on) {
        (ProcedureKind::Notification, _) => "確認が終わるとお知らせします。".to_owned(),
        (_, Some(day)) => format!("{}までに決定する予定です。", day.format("%Y年%-m月%-d日")),
        (_, None) => "決定したらお知らせします。".to_owned(),
    }
}
