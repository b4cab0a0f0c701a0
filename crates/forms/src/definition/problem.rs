//! Why a definition cannot be published: where, as a code for programs, and in words.

use serde::Serialize;
use utoipa::ToSchema;

/// The part of a definition a problem or a change is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum File {
    /// `schema.json`
    Schema,
    /// `ui_schema.json`
    UiSchema,
    /// `texts.json`
    Texts,
    /// `policy.json`
    Policy,
    /// `examples.json`
    Examples,
    /// `letter.typ`
    Letter,
    /// `messages.json`
    Messages,
}

impl File {
    /// The member of a definition it is.
    pub(crate) const fn member(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::UiSchema => "ui_schema",
            Self::Texts => "texts",
            Self::Policy => "policy",
            Self::Examples => "examples",
            Self::Letter => "letter",
            Self::Messages => "messages",
        }
    }
}

/// Why a definition cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{}: {code}: {}", self.place(), self.told())]
pub struct DefinitionProblem {
    /// The part it is in.
    pub file: File,
    /// JSON Pointer into that part; empty when it concerns the whole.
    pub pointer: String,
    /// Stable, for programs.
    pub code: &'static str,
    /// For the author of the form.
    pub message: String,
}

impl DefinitionProblem {
    pub(crate) fn new(
        file: File,
        pointer: &str,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            file,
            pointer: pointer.to_owned(),
            code,
            message: message.into(),
        }
    }

    /// JSON Pointer into the whole definition; where names are very long, the beginning of it.
    pub(crate) fn place(&self) -> String {
        let place = format!("/{}{}", self.file.member(), self.pointer);
        place.chars().take(500).collect()
    }

    /// The same in plain Japanese, with the particulars.
    pub(crate) fn told(&self) -> String {
        let told = format!("{}（{}）", in_japanese(self.code), self.message);
        told.chars().take(500).collect()
    }
}

#[cfg(test)]
impl DefinitionProblem {
    /// The same, whose code has words of its own and is in the page of the API's rules.
    pub(crate) fn documented(self) -> Self {
        let page = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/api.md"));
        assert!(page.contains(&format!("`{}`", self.code)), "{self}");
        assert_ne!(in_japanese(self.code), in_japanese(""), "{self}");
        self
    }
}

fn in_japanese(code: &str) -> &'static str {
    match code {
        "invalid_schema" => "JSON Schema として正しくありません。",
        "outside_profile" => "この様式では使えない書き方です。",
        "unknown_keyword" => "この様式にない書き方です。つづりを確かめてください。",
        "open_object" => "オブジェクトには \"additionalProperties\": false が必要です。",
        "property_name" => "項目の名前に使えない文字があります。",
        "recursive_ref" => "$ref が自分自身に戻っています。",
        "unknown_ref" => "$ref の参照先がこの様式の中にありません。外部は参照できません。",
        "too_deep" => "入れ子が深すぎます。",
        "too_complex" => "参照をたどると、様式が複雑すぎます。",
        "too_many_properties" => "項目が多すぎます。",
        "catastrophic_pattern" => "この正規表現は、画面での確認に時間がかかりすぎます。",
        "scope_not_found" => "scope の指す項目がありません。",
        "unknown_element" => "画面の部品の種類が正しくありません。",
        "unknown_effect" | "unknown_condition" => "表示条件の書き方が正しくありません。",
        "rule_in_detail" => "一覧の中の項目には表示条件を付けられません。",
        "not_read_only" => "計算する項目には \"readOnly\": true が必要です。",
        "bad_expression" => "計算式の書き方が正しくありません。",
        "unknown_operator" => "計算式に、使えない演算があります。",
        "unknown_field" => "計算式の読む項目がありません。",
        "unbounded_list" => "計算式の読む一覧に maxItems がありません。",
        "expression_too_costly" => "計算式が複雑すぎます。",
        "computed_cycle" => "計算する項目が互いに依存しています。",
        "unreachable_property" => "画面のどこからも入力できない項目です。",
        "rule_cycle" => "表示条件が互いに依存していて、表示が決まりません。",
        "missing_text" => "必要な言語の文がありません。",
        "unexpected_result" => "入力例の結果が、書かれているものと違います。",
        "no_passing_example" => "受け付けられる入力例が必要です。",
        "no_failing_example" => "受け付けられない入力例が必要です。",
        "no_time_to_file" => "ログインしてから提出するまでの時間が短すぎます。",
        "unexpected_approval_route" => "届出には決裁の経路がありません。",
        "unexpected_statutory_limit" => "届出には法定の処理期限がありません。",
        "wrong_approval_route" => "決裁の経路は、1段階から10段階までです。",
        "unknown_approval_role" => "決裁の経路に書ける役割は、決裁者（approver）だけです。",
        "unknown_department" => "この課は登録されていないか、廃止されています。",
        "no_attachment_field" => "書類を添付できる項目ではありません。",
        "fee_disagrees" => "手数料の種類（fee_kind）と金額が合いません。",
        "missing_appeal" => "決定には教示が必要です。",
        "closes_before_opening" => "受付の終わりは、始まりより後にしてください。",
        "unknown_placeholder" => "ここでは使えない差し込みです。",
        "missing_placeholder" => "必ず入れる差し込みがありません。",
        "unused_message" => "この種類の手続では送られないメッセージです。",
        "not_one_line" => "件名は1行で書いてください。",
        "too_long" => "差し込みを入れると長すぎます。",
        "unprintable_letter" => "通知書を印刷できません。",
        _ => "このままでは公開できません。",
    }
}
