//! The program's own words, where a version has none.

use super::{MailSubject, MessageText, Occasion};
use crate::definition::Localized;

pub(super) const fn mail(occasion: Occasion) -> MailSubject {
    match occasion {
        Occasion::CorrectionRequested => MailSubject::Due,
        _ => MailSubject::YouHavePost,
    }
}

pub(super) fn text(occasion: Occasion) -> MessageText {
    let ([ja, ja_x_easy, en], [ja_body, ja_x_easy_body, en_body]) = match occasion {
        Occasion::Received => (RECEIVED_TITLE, RECEIVED),
        Occasion::CorrectionRequested => (CORRECTION_TITLE, CORRECTION),
        Occasion::Extended => (EXTENDED_TITLE, EXTENDED),
        Occasion::Completed => (COMPLETED_TITLE, COMPLETED),
        Occasion::Decided => (DECIDED_TITLE, DECIDED),
    };
    MessageText {
        title: Localized::new(ja, ja_x_easy, en),
        body: Localized::new(ja_body, ja_x_easy_body, en_body),
        mail: None,
    }
}

/// 日本語, やさしい日本語, English.
type Words = [&'static str; 3];

const RECEIVED_TITLE: Words = [
    "「{procedure}」を受け付けました",
    "「{procedure}」を 受（う）け付（つ）けました",
    "We have received your application: {procedure}",
];

const RECEIVED: Words = [
    "「{procedure}」が届きました。
受付番号：{reference_number}
到達日時：{arrived_at}
受付日：{accepted_on}
処理の目安：{due_on}まで
法律の定める期限：{limit_on}",
    "「{procedure}」が 届（とど）きました。
受付番号（うけつけばんごう）：{reference_number}
届（とど）いた 日（ひ）と 時間（じかん）：{arrived_at}
受（う）け付（つ）けた 日（ひ）：{accepted_on}
{due_on}までに 終（お）わる 予定（よてい）です。
法律（ほうりつ）では、{limit_on}までに 決（き）めます。",
    "“{procedure}” has arrived.
Reference number: {reference_number}
Arrived: {arrived_at} (Japan time)
Accepted on: {accepted_on}
Expected to be processed by: {due_on}
To be decided under the law by: {limit_on}",
];

const CORRECTION_TITLE: Words = [
    "「{procedure}」の補正のお願い",
    "「{procedure}」を 直（なお）して ください",
    "Please correct your application: {procedure}",
];

const CORRECTION: Words = [
    "「{procedure}」について、次の項目の補正をお願いします。
受付番号：{reference_number}
{items}
期限：{deadline}
申請日は変わりません。",
    "「{procedure}」の 次（つぎ）の ところを 直（なお）して ください。
受付番号（うけつけばんごう）：{reference_number}
{items}
{deadline}までに 送（おく）って ください。
申（もう）し込（こ）んだ 日（ひ）は 変（か）わりません。",
    "Please correct the following in “{procedure}”.
Reference number: {reference_number}
{items}
Deadline: {deadline}
The day of your application stays the same.",
];

const EXTENDED_TITLE: Words = [
    "「{procedure}」の決定が遅れるお知らせ（延期通知）",
    "「{procedure}」の 決定（けってい）が 遅（おく）れます",
    "Your decision will take longer: {procedure}",
];

const EXTENDED: Words = [
    "「{procedure}」は、法律の定める期限までに決定できないため、決定の日を延期します。
受付番号：{reference_number}
法律の定める期限：{limit_on}
理由：{reason}
決定の見込み：{expected_on}まで
根拠：{legal_basis}
手続をやり直す必要はありません。",
    "「{procedure}」を 決（き）めるのが、法律（ほうりつ）の 期限（きげん）より 遅（おく）れます。
受付番号（うけつけばんごう）：{reference_number}
法律（ほうりつ）の 期限（きげん）：{limit_on}
理由（りゆう）：{reason}
{expected_on}までに 決（き）める 予定（よてい）です。
もとになる 決（き）まり：{legal_basis}
もう一度（いちど） 申（もう）し込（こ）まなくて いいです。",
    "“{procedure}” cannot be decided by the day that the law sets. The decision is postponed.
Reference number: {reference_number}
Day set by law: {limit_on}
Reason: {reason}
Decision expected by: {expected_on}
Legal basis: {legal_basis}
You do not have to apply again.",
];

const COMPLETED_TITLE: Words = [
    "「{procedure}」の手続が完了しました",
    "「{procedure}」の 手続（てつづき）が 終（お）わりました",
    "Completed: {procedure}",
];

const COMPLETED: Words = [
    "「{procedure}」の確認と登録が終わりました。手続は完了です。
受付番号：{reference_number}",
    "「{procedure}」の 手続（てつづき）は 全部（ぜんぶ） 終（お）わりました。
受付番号（うけつけばんごう）：{reference_number}",
    "“{procedure}” has been checked and recorded. Nothing more has to be done.
Reference number: {reference_number}",
];

const DECIDED_TITLE: Words = [
    "「{procedure}」の決定通知",
    "「{procedure}」の 決（き）まったことの お知（し）らせ",
    "Notice of decision: {procedure}",
];

const DECIDED: Words = [
    "受付番号：{reference_number}
申請日：{arrived_on}
決定日：{decided_on}
決定の内容：{outcome}
理由：{reason}
根拠：{legal_basis}

{appeal}",
    "受付番号（うけつけばんごう）：{reference_number}
申（もう）し込（こ）んだ 日（ひ）：{arrived_on}
決（き）まった 日（ひ）：{decided_on}
決（き）まったこと：{outcome}
理由（りゆう）：{reason}
もとになる 決（き）まり：{legal_basis}

わからないときは、市役所（しやくしょ）に 聞（き）いて ください。納得（なっとく）できないときの 方法（ほうほう）です：
{appeal}",
    "Reference number: {reference_number}
Applied on: {arrived_on}
Decided on: {decided_on}
Decision: {outcome}
Reason: {reason}
Legal basis: {legal_basis}

How to object (the Japanese text is binding):
{appeal}",
];
