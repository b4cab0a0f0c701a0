//! What residents are told about their application; the words of messages are the form version's or the program's.

mod standing;

use audit::Actor;
use chrono::{DateTime, NaiveDate, Utc};
use digital_post::{Addressee, Class, Enclosure, Message, Route, Translation};
use documents::letter;
use documents::notice::DecisionNotice;
use documents::receipt::ReceiptContent;
use forms::{Filled, Localized, MailSubject, Occasion, Place, Procedure, PublishedForm, Values};
use keys::Keys;
use platform::{AsyncPgConnection, Result};

use crate::model::{ApplicationId, CorrectionItem, Outcome};
use crate::sight::side_of;
use crate::store::{Application, Extension};

pub(crate) use standing::standing;

/// Characters of a label that a message tells.
const LONGEST_LABEL: usize = 100;

/// A message about an application, to its applicant.
pub(crate) struct Notice {
    pub(crate) class: Class,
    pub(crate) route: Route,
    /// To whom it is handed over, where it is paper.
    pub(crate) addressee: Option<Addressee>,
    pub(crate) words: Filled,
    pub(crate) enclosures: Vec<Enclosure>,
    /// What it is sent on; each occasion has one message.
    pub(crate) occasion: String,
    pub(crate) actor: Actor,
}

impl Notice {
    /// Something to know, in the digital post.
    pub(crate) fn info(occasion: impl Into<String>, words: Filled, actor: Actor) -> Self {
        Self {
            class: Class::Info,
            route: Route::Digital,
            addressee: None,
            words,
            enclosures: Vec::new(),
            occasion: occasion.into(),
            actor,
        }
    }

    /// 通知 that law asks for: in the digital post of whoever asked for that when filing (デジタル手続法7条1項但書), on paper otherwise.
    pub(crate) fn formal(
        occasion: impl Into<String>,
        words: Filled,
        actor: Actor,
        (consent, addressee): (bool, letter::Addressee),
    ) -> Self {
        let letter::Addressee { name, address, .. } = addressee;
        let (route, addressee) = match consent {
            true => (Route::Digital, None),
            false => (Route::Paper, Some(Addressee { name, address })),
        };
        Self {
            class: Class::Formal,
            route,
            addressee,
            ..Self::info(occasion, words, actor)
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
            translations: match self.route {
                Route::Digital => translations(&self.words),
                Route::Paper => Vec::new(),
            },
            title: self.words.title.ja,
            body: self.words.body.ja,
            enclosures: self.enclosures,
            due: self.words.mail == MailSubject::Due,
            deduplication_key: &format!("{}:{}", self.occasion, application.id),
            actor: self.actor,
        };
        digital_post::deliver(conn, keys, message, now).await?;
        Ok(())
    }
}

fn translations(words: &Filled) -> Vec<Translation> {
    let Filled { title, body, .. } = words;
    let told = [
        ("ja-x-easy", &title.ja_x_easy, &body.ja_x_easy),
        ("en", &title.en, &body.en),
    ];
    let told = told.map(|(language, title, body)| Translation {
        language: language.to_owned(),
        title: title.clone(),
        body: body.clone(),
    });
    told.into()
}

/// Where a message leads to.
fn link(id: ApplicationId) -> String {
    format!("/v1/applications/{id}")
}

/// That something has arrived.
pub(crate) fn received(
    procedure: &Procedure,
    form: &PublishedForm,
    receipt: &ReceiptContent,
    limit_on: Option<NaiveDate>,
) -> Filled {
    let values = about(procedure, &receipt.reference_number)
        .with_moment(Place::ArrivedAt, receipt.arrived_at)
        .with_day(Place::AcceptedOn, receipt.accepted_on)
        .with_day(Place::DueOn, receipt.due_on)
        .with_day(Place::LimitOn, limit_on);
    words(form, Occasion::Received, &values)
}

/// That a draft goes unless it is saved; no version of a form words this.
pub(crate) fn draft_expires(procedure: &Procedure, expires_on: NaiveDate) -> Filled {
    let Localized {
        ja, ja_x_easy, en, ..
    } = &procedure.description.name;
    let day = expires_on.format("%Y年%-m月%-d日");
    let title = Localized {
        ja: format!("「{ja}」の下書きを{day}に削除します"),
        ja_x_easy: format!("「{ja_x_easy}」の 下書（したが）きを {day}に 消（け）します"),
        en: format!("Your draft of “{en}” will be deleted on {expires_on}"),
    };
    let body = Localized {
        ja: format!(
            "入力中の「{ja}」は、長いあいだ保存されていません。\nこのままにすると、{day}に、下書きと添付ファイルを削除します。\n続けるときは、その前の日までに下書きを開いて保存してください。"
        ),
        ja_x_easy: format!(
            "「{ja_x_easy}」の 下書（したが）きが あります。\n{day}に 下書（したが）きと ファイルを 消（け）します。\n続（つづ）ける ときは、その 前（まえ）の 日（ひ）までに 開（ひら）いて 保存（ほぞん）してください。"
        ),
        en: format!(
            "Nobody has saved this draft for a long time.\nIt will be deleted on {expires_on}, with its files.\nTo go on, open and save it by the day before."
        ),
    };
    Filled {
        title,
        body,
        mail: MailSubject::Due,
    }
}

/// That a notification (届出) has been recorded.
pub(crate) fn recorded(
    procedure: &Procedure,
    form: &PublishedForm,
    reference_number: &str,
) -> Filled {
    let values = about(procedure, reference_number);
    words(form, Occasion::Completed, &values)
}

/// That something is to be put right.
pub(crate) fn correction_asked(
    procedure: &Procedure,
    form: &PublishedForm,
    reference_number: &str,
    items: &[CorrectionItem],
    deadline: NaiveDate,
) -> Filled {
    let values = about(procedure, reference_number)
        .with(Place::Items, listed(form, items))
        .with_day(Place::Deadline, Some(deadline));
    words(form, Occasion::CorrectionRequested, &values)
}

/// That it cannot be decided by the day that law sets.
pub(crate) fn extended(
    procedure: &Procedure,
    form: &PublishedForm,
    reference_number: &str,
    extension: &Extension,
    reason: &str,
) -> Filled {
    let values = about(procedure, reference_number)
        .with_day(Place::LimitOn, Some(extension.former_limit_on))
        .with_day(Place::ExpectedOn, Some(extension.expected_on))
        .with_same(Place::Reason, reason);
    let values = match &form.definition.policy.statutory_limit {
        Some(limit) => values.with_same(Place::LegalBasis, &limit.legal_basis),
        None => values,
    };
    words(form, Occasion::Extended, &values)
}

/// That it is decided, as the notice says it.
pub(crate) fn decided(
    procedure: &Procedure,
    form: &PublishedForm,
    notice: &DecisionNotice,
    outcome: Outcome,
) -> Filled {
    let values = about(procedure, &notice.reference_number)
        .with_day(Place::ArrivedOn, Some(notice.arrived_on))
        .with_day(Place::DecidedOn, Some(notice.decided_on))
        .with(Place::Outcome, outcome.told())
        .with_same(Place::LegalBasis, notice.basis());
    let values = match &notice.reason {
        Some(reason) => values.with_same(Place::Reason, reason),
        None => values,
    };
    let values = match &notice.appeal {
        Some(appeal) => values.with_same(Place::Appeal, &appeal.lines().join("\n")),
        None => values,
    };
    words(form, Occasion::Decided, &values)
}

fn about(procedure: &Procedure, reference_number: &str) -> Values {
    Values::default()
        .with(Place::Procedure, procedure.description.name.clone())
        .with_same(Place::ReferenceNumber, reference_number)
}

fn words(form: &PublishedForm, occasion: Occasion, values: &Values) -> Filled {
    form.definition.messages.fill(occasion, values)
}

/// What is to be put right, a line each. The reasons are the clerk's words in any language.
fn listed(form: &PublishedForm, items: &[CorrectionItem]) -> Localized {
    let unnamed = Localized::new("この項目", "ここ", "This item");
    let lines = |of: fn(&Localized) -> &String, colon: &str| {
        let line = |item: &CorrectionItem| {
            let label = form.compiled.label(&item.pointer).unwrap_or(&unnamed);
            let label: String = of(label).chars().take(LONGEST_LABEL).collect();
            format!("・{label}{colon}{}", item.reason)
        };
        items.iter().map(line).collect::<Vec<_>>().join("\n")
    };
    Localized::new(
        lines(|label| &label.ja, "："),
        lines(|label| &label.ja_x_easy, "："),
        lines(|label| &label.en, ": "),
    )
}
