//! The figures there are, with their definitions.

use crate::model::Name;

platform::text_enum! {
    /// A figure of Strategy 1.
    Metric {
        /// デジタル申請率
        DigitalApplicationRate = "digital_application_rate",
        /// デジタル申請利用者満足度
        DigitalSatisfactionRate = "digital_satisfaction_rate",
    }
}

/// What a figure means; a change of meaning is a new version.
pub(crate) struct Definition {
    pub(crate) version: i32,
    pub(crate) name: Name,
    pub(crate) text: &'static str,
    pub(crate) formula: &'static str,
}

impl Metric {
    pub(crate) const fn definition(self) -> Definition {
        match self {
            Self::DigitalApplicationRate => Definition {
                version: 1,
                name: Name {
                    ja: "デジタル申請率",
                    en: "Digital application rate",
                },
                text: "デジタル申請に対応した手続について、対応を始めた日以後に届いた申請のうち、\
                       デジタルで届いた申請の割合。紙などの件数がまだ報告されていない手続の月は、\
                       分子と分母の両方から除く。職員が紙の申請を代わりに入力したものはデジタルに数えない。",
                formula: "N / (N + O)",
            },
            Self::DigitalSatisfactionRate => Definition {
                version: 1,
                name: Name {
                    ja: "デジタル申請利用者満足度",
                    en: "Satisfaction of digital applicants",
                },
                text: "デジタルで申請した人に、受け付けの直後にお聞きした満足度（5段階）のうち、\
                       「とても満足」と「やや満足」の割合。「どちらともいえない」は分母に含め、\
                       「回答しない」は分母に含めない。回答した日の年度に数える。",
                formula: "(r4 + r5) / (r1 + r2 + r3 + r4 + r5)",
            },
        }
    }
}
