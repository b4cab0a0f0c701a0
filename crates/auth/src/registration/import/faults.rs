//! What is wrong with a register file: lines and columns, never a value.

use std::fmt;

use platform::Error;

use super::losses::Losses;

/// The columns, by their names in the header.
pub(super) const NUMBER: &str = "宛名番号";
pub(super) const NAME: &str = "氏名";
pub(super) const BIRTHDATE: &str = "生年月日";
pub(super) const GENDER: &str = "性別";
pub(super) const ADDRESS: &str = "住所";
/// Of a building; where a city keeps it apart from the address.
pub(super) const BUILDING: &str = "方書";
pub(super) const PROTECTED: &str = "支援措置";

/// Faults told at one time.
const MOST: usize = 20;

/// Why a register is not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It is not written as it should be.
    #[error("{0}")]
    Faults(Faults),
    /// More would be lost than a city loses between two imports.
    #[error("{0}")]
    Losses(#[from] Losses),
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// The database or the keys.
    #[error(transparent)]
    Other(#[from] Error),
}

impl From<diesel::result::Error> for ImportError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Other(error.into())
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    line: u64,
    column: &'static str,
    what: &'static str,
}

impl Fault {
    pub(super) const fn new(line: u64, column: &'static str, what: &'static str) -> Self {
        Self { line, column, what }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, what } = self;
        if column.is_empty() {
            write!(f, "line {line}: {what}")
        } else {
            write!(f, "line {line}, column {column}: {what}")
        }
    }
}

/// The first of the things that are wrong, in the order of the lines.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        self.extend([fault]);
    }

    pub(super) fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        self.0.extend(faults);
        self.0.sort_by_key(|fault| fault.line);
        self.0.truncate(MOST);
    }

    pub(super) fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn are_enough(&self) -> bool {
        self.0.len() == MOST
    }

    /// # Errors
    /// [`ImportError::Faults`] when there are any.
    pub(super) fn refuse_any(self) -> Result<(), ImportError> {
        if self.are_none() {
            Ok(())
        } else {
            Err(ImportError::Faults(self))
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told: Vec<_> = self.0.iter().map(Fault::to_string).collect();
        f.write_str(&told.join("\n"))?;
        if self.are_enough() {
            f.write_str("\nthere may be more")?;
        }
        Ok(())
    }
}
