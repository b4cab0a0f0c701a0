//! Where an application stands and what comes next, in plain words.

use forms::ProcedureKind;

use crate::model::Standing;
use crate::state::Status;
use crate::store::Application;

/// Both, for its owner. The decision itself is in the notice, and only there: whoever reads it, has opened it.
pub(crate) fn standing(application: &Application, electronic: bool) -> Standing {
    let (now, next) = match application.status {
        Status::Draft => (
            "入力中です。",
            "入力が終わったら提出してください。".to_owned(),
        ),
        Status::Submitted => ("申請を受け付けました。", begins(application)),
        Status::UnderReview => ("担当課が内容を確認しています。", by_when(application)),
        Status::CorrectionRequested => (
            "補正をお願いしています。",
            "内容を直して、期限までに送ってください。".to_owned(),
        ),
        Status::AwaitingApproval => ("担当課が決定の手続をしています。", by_when(application)),
        Status::Decided => ("決定しました。", "まもなく通知をお届けします。".to_owned()),
        Status::Completed => completed(application.kind, electronic),
        Status::Withdrawn => ("取り下げました。", "必要な操作はありません。".to_owned()),
    };
    Standing {
        now: now.to_owned(),
        next,
    }
}

fn completed(kind: ProcedureKind, electronic: bool) -> (&'static str, String) {
    match (kind, electronic) {
        (ProcedureKind::Notification, _) => (
            "手続は完了しました。",
            "必要な操作はありません。".to_owned(),
        ),
        (_, true) => (
            "決定の通知をデジタルポストにお届けしました。",
            "通知を開いて、決定の内容と不服申立ての期限を確認してください。".to_owned(),
        ),
        (_, false) => (
            "決定の通知を郵送します。",
            "届いた通知で、決定の内容と不服申立ての期限を確認してください。".to_owned(),
        ),
    }
}

fn begins(application: &Application) -> String {
    format!("担当課が確認を始めます。{}", by_when(application))
}

fn by_when(application: &Application) -> String {
    match (application.kind, application.decide_by()) {
        (ProcedureKind::Notification, _) => "確認が終わるとお知らせします。".to_owned(),
        (_, Some(day)) => format!("{}までに決定する予定です。", day.format("%Y年%-m月%-d日")),
        (_, None) => "決定したらお知らせします。".to_owned(),
    }
}
