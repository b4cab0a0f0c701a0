//! 異体字 and old kana of names, and what they are usually written as.

use std::collections::HashMap;
use std::sync::LazyLock;

/// Each old, popular or rare form with the usual one; compatibility characters such as 神 (U+FA19) are told by Unicode.
///
/// Some, such as 冨 and 富, are names of their own, too. Whoever is found by them has the same birthday and address.
const PAIRS: &str = "\
    髙高 﨑崎 碕崎 嵜崎 𠮷吉 邊辺 邉辺 齋斎 齊斉 濵浜 濱浜 澤沢 廣広 國国 嶋島 嶌島 櫻桜 眞真 惠恵 瀨瀬 德徳 淸清 靑青 黑黒 \
    寬寛 彥彦 增増 榮栄 壽寿 實実 藏蔵 學学 圓円 將将 關関 凉涼 峯峰 舘館 條条 會会 佛仏 曾曽 藪薮 蘆芦 栁柳 桒桑 槗橋 檜桧 \
    晧皓 緖緒 渕淵 渊淵 靜静 淨浄 亞亜 兒児 來来 假仮 傳伝 價価 儉倹 冨富 勳勲 卷巻 單単 嚴厳 囑嘱 團団 壯壮 奧奥 寶宝 專専 \
    尙尚 峽峡 巖巌 帶帯 應応 懷懐 戀恋 戶戸 拜拝 敎教 數数 晉晋 曉暁 棲栖 樂楽 橫横 步歩 歷歴 每毎 氣気 淺浅 滿満 澁渋 瀧滝 \
    燈灯 爲為 狹狭 獨独 產産 畫画 盡尽 禰祢 穗穂 竝並 粹粋 絲糸 綠緑 總総 縣県 繪絵 聰聡 聲声 萬万 莊荘 蔣蒋 薰薫 藝芸 蟲虫 \
    衞衛 觀観 譽誉 讓譲 豐豊 賴頼 輕軽 辯弁 遙遥 遲遅 鄕郷 醫医 鐵鉄 鑛鉱 鎭鎮 靈霊 顯顕 鷄鶏 麥麦 齡齢 龜亀 ゐい ゑえ ヰイ \
    ヱエ";

/// The usual form of a character; itself where it has no other.
pub(super) fn usual(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    USUAL.get(&c).copied().unwrap_or(c)
}

static USUAL: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let pairs = PAIRS.split_whitespace().filter_map(|pair| {
        let mut both = pair.chars();
        Some((both.next()?, both.next()?))
    });
    pairs.collect()
});

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_pair_is_two_characters_and_no_usual_form_is_itself_a_variant() {
        let mut seen = BTreeSet::new();
        for pair in PAIRS.split_whitespace() {
            let chars: Vec<char> = pair.chars().collect();
            assert_eq!(chars.len(), 2, "{pair}");
            assert!(seen.insert(chars[0]), "{pair} is there twice");
            assert_ne!(chars[0], chars[1], "{pair}");
            assert_eq!(usual(chars[1]), chars[1], "{pair}");
        }
    }
}
