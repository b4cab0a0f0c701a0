//! From template and data to a PDF that archives accept and screen readers can read.

use std::path::Path;
use std::sync::OnceLock;

use fontdb::Database;
use serde_json::Value;
use typst::diag::{SourceDiagnostic, SourceResult, Warned};
use typst::foundations::Smart;
use typst::text::{FontFamily, FontList, TextElem};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _};
use typst_kit::fonts::FontStore;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use super::fonts;
use super::sheet::Sheet;
use platform::hex;

use crate::digest::{canonical, sha256};

/// Why there is no press.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// None of the fonts is installed.
    #[error(
        "no Japanese font is installed: letters need Noto Serif CJK JP, Noto Sans CJK JP or IPAmjMincho (Debian: apt-get install fonts-noto-cjk)"
    )]
    Missing,
    /// The PDF library does not know the standard.
    #[error("{0}")]
    Standard(String),
}

/// Why a letter cannot be printed. Says nothing of its data, because it is logged.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// The data has characters that would come out as empty boxes.
    #[error("no installed font has {}", code_points(.0))]
    MissingGlyphs(Vec<char>),
    /// The template does not fit the data.
    #[error("the letter's template fails{}", .0.map_or_else(String::new, |line| format!(" at line {line}")))]
    Template(Option<usize>),
    /// The data cannot be handed to the template.
    #[error("the letter's data cannot be read")]
    Data,
}

/// What is wrong with a template, tried on sample data.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct TemplateError(pub Vec<String>);

/// Prints letters. Made once, as it looks through the system's fonts; shared by reference.
///
/// Printing keeps one processor busy for a while: call it where blocking is allowed.
pub struct Press {
    /// Made for the first letter: whoever prints none needs not the megabytes.
    library: OnceLock<LazyHash<Library>>,
    families: Vec<FontFamily>,
    fonts: FontStore,
    standards: PdfStandards,
}

type Printed = Warned<SourceResult<Vec<u8>>>;

impl Press {
    /// A press with the fonts of this computer.
    ///
    /// # Errors
    /// When no Japanese font is installed; the text names the package to install.
    pub fn new() -> Result<Self, FontError> {
        let mut found = Database::new();
        found.load_system_fonts();
        Self::with(&found)
    }

    /// A press with the fonts in a folder and below.
    ///
    /// # Errors
    /// When no Japanese font is there.
    pub fn with_fonts_of(folder: &Path) -> Result<Self, FontError> {
        let mut found = Database::new();
        found.load_fonts_dir(folder);
        Self::with(&found)
    }

    fn with(found: &Database) -> Result<Self, FontError> {
        let fonts = fonts::suitable(found);
        let families = fonts::families(&fonts);
        if families.is_empty() {
            return Err(FontError::Missing);
        }
        let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
            .map_err(|error| FontError::Standard(error.message().to_string()))?;
        Ok(Self {
            library: OnceLock::new(),
            families,
            fonts,
            standards,
        })
    }

    /// Prints a letter as PDF/A-2a and PDF/UA-1. The template reads the data as
    /// `json("/data.json")` and must set the document's title and date itself.
    /// The same template and data give the same bytes.
    ///
    /// # Errors
    /// When a character has no glyph, or the template fails.
    pub fn print(&self, template: &str, data: &Value) -> Result<Vec<u8>, PrintError> {
        let mut text = String::new();
        collect(data, &mut text);
        let missing = self.missing_glyphs(&text);
        if !missing.is_empty() {
            return Err(PrintError::MissingGlyphs(missing));
        }
        let sheet = self.sheet(template, data).ok_or(PrintError::Data)?;
        self.run(&sheet).output.map_err(|faults| {
            PrintError::Template(faults.iter().find_map(|fault| sheet.line(fault)))
        })
    }

    /// Tries a template on sample data; warnings count, so that nothing is left to chance later.
    ///
    /// # Errors
    /// What is wrong with it, line by line. The texts may quote the sample.
    pub fn check(&self, template: &str, sample: &Value) -> Result<(), TemplateError> {
        let sheet = self
            .sheet(template, sample)
            .ok_or_else(|| TemplateError(vec![PrintError::Data.to_string()]))?;
        let Warned { output, warnings } = self.run(&sheet);
        let faults = output.err().into_iter().flatten().chain(warnings);
        let faults: Vec<_> = faults.map(|fault| explain(&sheet, &fault)).collect();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(TemplateError(faults))
        }
    }

    /// The characters of a text that no letter can bear, each once: no installed font has them.
    pub fn missing_glyphs(&self, text: &str) -> Vec<char> {
        let mut missing = Vec::new();
        for c in text.chars() {
            if !is_invisible(c) && !missing.contains(&c) && !self.has(c) {
                missing.push(c);
            }
        }
        missing
    }

    pub(super) fn library(&self) -> &LazyHash<Library> {
        self.library.get_or_init(|| {
            let mut library = Library::default();
            let families = FontList(self.families.clone());
            library.styles.set(TextElem::font, families);
            LazyHash::new(library)
        })
    }

    pub(super) fn fonts(&self) -> &FontStore {
        &self.fonts
    }

    fn sheet(&self, template: &str, data: &Value) -> Option<Sheet<'_>> {
        Sheet::new(self, template, canonical(data).ok()?)
    }

    fn run(&self, sheet: &Sheet<'_>) -> Printed {
        let Warned { output, warnings } = typst::compile::<PagedDocument>(sheet);
        let output = output.and_then(|document| typst_pdf::pdf(&document, &self.options(sheet)));
        // Typst remembers what it has laid out, and that is somebody's letter.
        typst::comemo::evict(0);
        Warned { output, warnings }
    }

    /// The identifier follows from the content, and no clock is read.
    fn options(&self, sheet: &Sheet<'_>) -> PdfOptions {
        PdfOptions {
            ident: Smart::Custom(hex(&sha256(&sheet.content()))),
            creator: Smart::Custom(Some("Madoguchi".to_owned())),
            standards: self.standards.clone(),
            ..PdfOptions::default()
        }
    }

    fn has(&self, c: char) -> bool {
        let book = self.fonts.book();
        (0..)
            .map_while(|index| book.info(index))
            .any(|font| font.coverage.contains(c.into()))
    }
}

/// What leaves no ink needs no glyph: controls and separators break lines, variation selectors only
/// choose among the glyphs of a character, marks of joining come along with pasted text. Not so what
/// turns the direction of the text after it: a letter must not read otherwise than it was approved.
fn is_invisible(c: char) -> bool {
    let is_mark = matches!(
        c,
        '\u{AD}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{2029}'
            | '\u{2060}'..='\u{2064}'
    );
    let is_selector = matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
    c.is_control() || is_mark || is_selector
}

fn collect(data: &Value, text: &mut String) {
    match data {
        Value::String(said) => text.push_str(said),
        Value::Array(items) => items.iter().for_each(|item| collect(item, text)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn code_points(characters: &[char]) -> String {
    let points: Vec<_> = characters
        .iter()
        .map(|c| format!("U+{:04X}", u32::from(*c)))
        .collect();
    points.join(", ")
}

fn explain(sheet: &Sheet<'_>, fault: &SourceDiagnostic) -> String {
    let place = match sheet.line(fault) {
        Some(line) => format!("line {line}: "),
        None => String::new(),
    };
    let hints = fault.hints.iter().map(|hint| format!(" ({})", hint.v));
    format!("{place}{}{}", fault.message, hints.collect::<String>())
}
