//! A register file: CSV with a Japanese header, in UTF-8 or CP932.

mod row;
#[cfg(test)]
mod tests;

use std::io::Read;

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};
use encoding_rs::SHIFT_JIS;

use super::faults::{
    ADDRESS, BIRTHDATE, BUILDING, Fault, Faults, GENDER, ImportError, NAME, NUMBER, PROTECTED,
};
use crate::registration::addressee::Addressee;
use crate::registration::basics::Basics;
use row::Row;

/// A person of the file.
pub(super) struct Entry {
    pub(super) line: u64,
    pub(super) addressee: Addressee,
    pub(super) protected: bool,
}

/// A file whose header has been read.
pub(super) struct RegisterFile<R> {
    reader: Reader<R>,
    encoding: Encoding,
    columns: Columns,
}

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    /// As Windows has it, with its own characters.
    Cp932,
}

/// Where each column stands; other columns are not read.
struct Columns {
    number: usize,
    name: usize,
    birthdate: usize,
    gender: usize,
    address: usize,
    building: Option<usize>,
    protected: usize,
}

impl<R: Read> RegisterFile<R> {
    /// # Errors
    /// When a column is missing.
    pub(super) fn open(file: R) -> Result<Self, ImportError> {
        // On bytes: no trail byte of CP932 is a comma, a quotation mark or a line feed.
        let mut reader = ReaderBuilder::new().from_reader(file);
        let header = match reader.byte_headers() {
            Ok(header) => header.clone(),
            Err(error) => return Err(unreadable(error)?.alone()),
        };
        let encoding = Encoding::of(&header);
        let columns = Columns::find(&header, encoding).map_err(Fault::alone)?;
        Ok(Self {
            reader,
            encoding,
            columns,
        })
    }

    /// Some of the people that come next, without those that have a fault; `None` after the last, or when enough is wrong.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub(super) fn next_entries(
        &mut self,
        most: usize,
        faults: &mut Faults,
    ) -> Result<Option<Vec<Entry>>, ImportError> {
        let (mut entries, mut record) = (Vec::new(), ByteRecord::new());
        while entries.len() < most && !faults.are_enough() {
            match self.reader.read_byte_record(&mut record) {
                Ok(true) => match self.entry(&record) {
                    Ok(entry) => entries.push(entry),
                    Err(fault) => faults.add(fault),
                },
                Ok(false) => break,
                Err(error) => faults.add(unreadable(error)?),
            }
        }
        Ok((!entries.is_empty()).then_some(entries))
    }

    fn entry(&self, record: &ByteRecord) -> Result<Entry, Fault> {
        let row = Row {
            record,
            encoding: self.encoding,
            line: record.position().map_or(0, csv::Position::line),
        };
        let Columns {
            number,
            name,
            birthdate,
            gender,
            address,
            building,
            protected,
        } = self.columns;
        let building = match building {
            Some(column) => row.text(column, BUILDING)?,
            None => String::new(),
        };
        let address = row.given(address, ADDRESS)?;
        let basics = Basics {
            name: row.given(name, NAME)?,
            address: joined(address, &building),
            birthdate: row.birthdate(birthdate)?,
            gender: row.text(gender, GENDER)?,
        };
        Ok(Entry {
            line: row.line,
            protected: row.protected(protected)?,
            addressee: Addressee {
                number: row.number(number)?,
                basics,
            },
        })
    }
}

fn joined(address: String, building: &str) -> String {
    if building.trim().is_empty() {
        address
    } else {
        format!("{address}\u{3000}{building}")
    }
}

impl Fault {
    fn alone(self) -> ImportError {
        let mut faults = Faults::default();
        faults.add(self);
        ImportError::Faults(faults)
    }
}

/// What is wrong with a row as a whole.
///
/// # Errors
/// When it is the file that cannot be read.
fn unreadable(error: csv::Error) -> Result<Fault, ImportError> {
    let line = error.position().map_or(1, csv::Position::line);
    match error.into_kind() {
        ErrorKind::Io(error) => Err(error.into()),
        ErrorKind::UnequalLengths { .. } => Ok(Fault::new(
            line,
            "",
            "has more or fewer columns than the header",
        )),
        _ => Ok(Fault::new(line, "", "is not CSV")),
    }
}

impl Encoding {
    /// The header is in Japanese: in CP932 it is no UTF-8.
    fn of(header: &ByteRecord) -> Self {
        if header.iter().all(|name| str::from_utf8(name).is_ok()) {
            Self::Utf8
        } else {
            Self::Cp932
        }
    }

    fn decode(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => str::from_utf8(bytes).ok().map(str::to_owned),
            Self::Cp932 => {
                let decoded = SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes);
                decoded.map(|text| text.into_owned())
            }
        }
    }
}

impl Columns {
    fn find(header: &ByteRecord, encoding: Encoding) -> Result<Self, Fault> {
        let name = |bytes: &[u8]| {
            let name = encoding.decode(bytes).unwrap_or_default();
            name.trim_start_matches('\u{FEFF}').trim().to_owned()
        };
        let names: Vec<_> = header.iter().map(name).collect();
        let find = |column| {
            let mut found = names.iter().enumerate().filter(|(_, name)| *name == column);
            let first = found.next().map(|(at, _)| at);
            match found.next() {
                None => Ok(first),
                Some(_) => Err(Fault::new(1, column, "is there twice")),
            }
        };
        let need = |column| find(column)?.ok_or(Fault::new(1, column, "is missing"));
        Ok(Self {
            number: need(NUMBER)?,
            name: need(NAME)?,
            birthdate: need(BIRTHDATE)?,
            gender: need(GENDER)?,
            address: need(ADDRESS)?,
            building: find(BUILDING)?,
            protected: need(PROTECTED)?,
        })
    }
}
