//! What residents are told about their application, and the words for it.

use audit::Actor;
use calendar::jst_datetime;
use chrono::{DateTime, NaiveDate, Utc};
use digital_post::{Addressee, Class, Enclosure, Message, Route};
use documents::receipt::ReceiptContent;
use forms::{Procedure, ProcedureKind, PublishedForm};
use keys::Keys;
use platform::{AsyncPgConnection, Result};

use crate::model::{ApplicationId, CorrectionItem, Standing};
use crate::sight::side_of;
use crate::state::Status;
use crate::store::Application;

/// A message about an application, to its applicant.
pub(crate) struct Notice {
    pub(crate) class: Class,
    pub(crate) route: Route,
    /// To whom it is handed over, where it is paper.
    pub(crate) addressee: Option<Addressee>,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) enclosures: Vec<Enclosure>,
    /// Whether it asks for something by a day.
    pub(crate) due: bool,
    /// What it is sent on; each occasion has one message.
    pub(crate) occasion: String,
    pub(crate) actor: Actor,
}

impl Notice {
    /// Something to know, in the digital post.
    pub(crate) fn info(
        occasion: impl Into<String>,
        title: String,
        body: String,
        actor: Actor,
    ) -> Self {
        Self {
            class: Class::Info,
            route: Route::Digital,
            addressee: None,
            title,
            body,
            enclosures: Vec::new(),
            due: false,
            occasion: occasion.into(),
            actor,
        }
    }

    pub(crate) async fn deliver(
        self,
        conn: &mut AsyncPgConnection,
        keys: &Keys,
        application: &Application,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let message = Message {
            resident: application.applicant_id,
            side: &side_of(application),
            class: self.class,
            route: self.route,
            addressee: self.addressee,
            sender_department: application.department_id,
            subject_ref: "",
            link: Some(&link(application.id)),
            title: self.title,
            body: self.body,
            enclosures: self.enclosures,
            due: self.due,
            deduplication_key: &format!("{}:{}", self.occasion, application.id),
            actor: self.actor,
        };
        digital_post::deliver(conn, keys, message, now).await?;
        Ok(())
    }
}

/// Where a message leads to.
fn link(id: ApplicationId) -> String {
    format!("/v1/applications/{id}")
}

/// Title and body of the message that something has arrived.
pub(crate) fn received(procedure: &Procedure, receipt: &ReceiptContent) -> (String, String) {
    let name = &procedure.description.name.ja;
    let arrived = jst_datetime(receipt.arrived_at).format("%Y年%-m月%-d日 %H時%M分%S秒");
    let accepted = receipt.accepted_on.map_or_else(String::new, |day| {
        format!("\n受付日：{}", day.format("%Y年%-m月%-d日"))
    });
    let due = receipt.due_on.map_or_else(String::new, |day| {
        format!("\n処理の目安：{}まで", day.format("%Y年%-m月%-d日"))
    });
    let body = format!(
        "「{name}」が届きました。\n受付番号：{}\n到達日時：{arrived}{accepted}{due}",
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

/// Title and body of the message that something is to be put right.
pub(crate) fn correction_asked(
    procedure: &Procedure,
    form: &PublishedForm,
    reference_number: &str,
    items: &[CorrectionItem],
    deadline: NaiveDate,
) -> (String, String) {
    let name = &procedure.description.name.ja;
    let items: Vec<_> = items
        .iter()
        .map(|item| {
            let label = form.compiled.label(&item.pointer).unwrap_or("この項目");
            format!("・{label}：{}", item.reason)
        })
        .collect();
    let body = format!(
        "「{name}」について、次の項目の補正をお願いします。\n受付番号：{reference_number}\n{}\n期限：{}\n申請日は変わりません。",
        items.join("\n"),
        deadline.format("%Y年%-m月%-d日")
    );
    (format!("「{name}」の補正のお願い"), body)
}

/// Where the application stands and what comes next, in plain words.
///
/// The decision itself is in the notice, and only there: whoever reads it, has opened it.
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
    match (application.kind, application.due_on) {
        (ProcedureKind::Notification, _) => "確認が終わるとお知らせします。".to_owned(),
        (_, Some(day)) => format!("{}までに決定する予定です。", day.format("%Y年%-m月%-d日")),
        (_, None) => "決定したらお知らせします。".to_owned(),
    }
}
