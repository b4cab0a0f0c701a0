//! The world one template sees: itself, its data and the press's fonts. No files, no packages, no clock.

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, World, WorldExt as _};

use super::press::Press;

pub(super) struct Sheet<'a> {
    press: &'a Press,
    template: Source,
    data: (FileId, Bytes),
}

impl<'a> Sheet<'a> {
    pub(super) fn new(press: &'a Press, template: &str, data: Vec<u8>) -> Option<Self> {
        Some(Self {
            press,
            template: Source::new(file("/letter.typ")?, template.to_owned()),
            data: (file("/data.json")?, Bytes::new(data)),
        })
    }

    /// All the letter follows from.
    pub(super) fn content(&self) -> Vec<u8> {
        [self.template.text().as_bytes(), self.data.1.as_slice()].concat()
    }

    /// The line of the template a fault lies in, from 1.
    pub(super) fn line(&self, fault: &SourceDiagnostic) -> Option<usize> {
        if fault.span.id() != Some(self.template.id()) {
            return None;
        }
        let start = self.range(fault.span)?.start;
        Some(self.template.lines().byte_to_line(start)? + 1)
    }
}

fn file(path: &str) -> Option<FileId> {
    let path = VirtualPath::new(path).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Sheet<'_> {
    fn library(&self) -> &LazyHash<Library> {
        self.press.library()
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.press.fonts().book()
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data.0 {
            Ok(self.data.1.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts().font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
