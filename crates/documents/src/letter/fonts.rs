//! The fonts of letters, looked for by family and read when the first letter needs them.

use fontdb::{Database, FaceInfo, Source};
use typst::text::{FontFamily, FontInfo};
use typst_kit::fonts::{FontPath, FontStore};

/// Fonts with the characters of Japanese registers, the one for letters first.
const FAMILIES: [&str; 3] = ["Noto Serif CJK JP", "IPAmjMincho", "Noto Sans CJK JP"];

/// The suitable ones among the fonts found.
pub(super) fn suitable(found: &Database) -> FontStore {
    let mut fonts = FontStore::new();
    fonts.extend(found.faces().filter_map(|face| entry(found, face)));
    fonts
}

/// The families that are there, in order of preference.
pub(super) fn families(fonts: &FontStore) -> Vec<FontFamily> {
    FAMILIES
        .into_iter()
        .filter(|family| fonts.book().contains_family(&family.to_lowercase()))
        .map(FontFamily::new)
        .collect()
}

fn entry(found: &Database, face: &FaceInfo) -> Option<(FontPath, FontInfo)> {
    let (family, _) = face.families.first()?;
    // Describing a font takes a while, so the others are left out before.
    if !FAMILIES.contains(&family.as_str()) {
        return None;
    }
    let (Source::File(path) | Source::SharedFile(path, _)) = &face.source else {
        return None;
    };
    let info = found.with_face_data(face.id, FontInfo::new)??;
    let (path, index) = (path.clone(), face.index);
    Some((FontPath { path, index }, info))
}
