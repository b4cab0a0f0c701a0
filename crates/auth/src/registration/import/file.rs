//! A register file: CSV with a Japanese header, in UTF-8 or CP932.

use std::io::Read;

use chrono::NaiveDate;
use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};
use encoding_rs::SHIFT_JIS;

use super::faults::{
    ADDRESS, BIRTHDATE, BUILDING, Fault, Faults, GENDER, ImportError, NAME, NUMBER, PROTECTED,
};
use crate::registration::addressee::Addressee;
use crate::registration::basics::Basics;
use crate::registration::fold;

/// Characters, as the API promises.
const LONGEST: usize = 500;
const LONGEST_NUMBER: usize = 20;

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

/// A row about a person.
struct Row<'a> {
    record: &'a ByteRecord,
    encoding: Encoding,
    line: u64,
}

impl Row<'_> {
    /// Code point for code point.
    fn text(&self, at: usize, column: &'static str) -> Result<String, Fault> {
        let wrong = |what| Fault::new(self.line, column, what);
        let bytes = self.record.get(at).unwrap_or_default();
        let decoded = self.encoding.decode(bytes);
        let text = decoded.ok_or(wrong("cannot be decoded"))?;
        if text.chars().any(char::is_control) {
            Err(wrong("has a control character"))
        } else if text.chars().count() > LONGEST {
            Err(wrong("is too long"))
        } else {
            Ok(text)
        }
    }

    fn given(&self, at: usize, column: &'static str) -> Result<String, Fault> {
        let text = self.text(at, column)?;
        if text.trim().is_empty() {
            return Err(Fault::new(self.line, column, "is empty"));
        }
        Ok(text)
    }

    fn number(&self, at: usize) -> Result<String, Fault> {
        let number = fold::text(&self.given(at, NUMBER)?);
        let is_plain = number.bytes().all(|b| b.is_ascii_alphanumeric());
        if is_plain && number.len() <= LONGEST_NUMBER {
            Ok(number)
        } else {
            let what = "is not up to 20 letters and digits";
            Err(Fault::new(self.line, NUMBER, what))
        }
    }

    /// A day, or one of which month or day are not known.
    fn birthdate(&self, at: usize) -> Result<String, Fault> {
        let written = self.given(at, BIRTHDATE)?;
        if is_birthdate(&fold::birthdate(&written)) {
            Ok(written)
        } else {
            let what = "is not YYYYMMDD or YYYY-MM-DD, with 00 for an unknown month or day";
            Err(Fault::new(self.line, BIRTHDATE, what))
        }
    }

    fn protected(&self, at: usize) -> Result<bool, Fault> {
        match fold::text(&self.text(at, PROTECTED)?).as_str() {
            "1" | "有" => Ok(true),
            "0" | "無" | "" => Ok(false),
            _ => Err(Fault::new(
                self.line,
                PROTECTED,
                "is not 1, 有, 0, 無 or empty",
            )),
        }
    }
}

fn is_birthdate(digits: &str) -> bool {
    let Ok(number) = digits.parse::<u32>() else {
        return false;
    };
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    // A part that nobody knows may be any.
    let possible = i32::try_from(year)
        .ok()
        .and_then(|year| NaiveDate::from_ymd_opt(year, month.max(1), day.max(1)));
    digits.len() == 8 && year >= 1800 && possible.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "宛名番号,氏名,生年月日,性別,住所,方書,支援措置";

    fn read(file: &[u8]) -> Result<Vec<Entry>, String> {
        let mut faults = Faults::default();
        let opened = RegisterFile::open(file).map_err(|error| error.to_string())?;
        let entries = { opened }.next_entries(10, &mut faults).unwrap();
        faults.refuse_any().map_err(|error| error.to_string())?;
        Ok(entries.unwrap_or_default())
    }

    fn fault(row: &str) -> String {
        let file = format!("{HEADER}\n{row}\n");
        read(file.as_bytes())
            .map(|entries| entries.len())
            .unwrap_err()
    }

    #[test]
    fn utf_8_with_and_without_bom_and_cp932_say_the_same() {
        let file = format!("{HEADER}\r\n0001,髙橋 美咲,20010101,女,小平市仲町１番,ハイツ１,有\r\n");
        let (cp932, _, unmappable) = SHIFT_JIS.encode(&file);
        assert!(!unmappable);
        let bom = format!("\u{FEFF}{file}");
        for bytes in [file.as_bytes(), bom.as_bytes(), &cp932] {
            let entry = read(bytes).unwrap().remove(0);
            assert_eq!(entry.addressee.number, "0001");
            assert_eq!(entry.addressee.basics.name, "髙橋 美咲");
            assert_eq!(
                entry.addressee.basics.address,
                "小平市仲町１番\u{3000}ハイツ１"
            );
            assert!(entry.protected);
        }
    }

    #[test]
    fn columns_may_stand_in_any_order_among_others() {
        let file = "世帯番号,支援措置,住所,性別,生年月日,氏名,宛名番号\n9,,小平市,2,1990/5/14,山田 花子,12\n";
        let entry = read(file.as_bytes()).unwrap().remove(0);
        assert_eq!(entry.addressee.number, "12");
        assert_eq!(entry.addressee.basics.name, "山田 花子");
        assert!(!entry.protected);
    }

    #[test]
    fn a_column_that_is_missing_or_there_twice_is_named() {
        let missing = read(HEADER.replace(",支援措置", "").as_bytes());
        assert_eq!(
            missing.err().unwrap(),
            "line 1, column 支援措置: is missing"
        );
        let twice = read(HEADER.replace("性別", "氏名").as_bytes());
        assert_eq!(twice.err().unwrap(), "line 1, column 氏名: is there twice");
    }

    #[test]
    fn every_fault_names_its_line_and_column_and_no_value() {
        for (row, column) in [
            (",秘密,19900514,1,秘密,,", "宛名番号"),
            ("秘密,秘密,19900514,1,秘密,,", "宛名番号"),
            ("1, ,19900514,1,秘密,,", "氏名"),
            ("1,秘密,19901301,1,秘密,,", "生年月日"),
            ("1,秘密,19900230,1,秘密,,", "生年月日"),
            ("1,秘密,900514,1,秘密,,", "生年月日"),
            ("1,秘密,19900514,1,,秘密,", "住所"),
            ("1,秘密,19900514,1,秘密,,秘密", "支援措置"),
        ] {
            let told = fault(row);
            assert!(
                told.starts_with(&format!("line 2, column {column}: ")),
                "{told}"
            );
            assert!(!told.contains("秘密"), "{told}");
        }
        assert_eq!(
            fault("1,秘密"),
            "line 2: has more or fewer columns than the header"
        );
        let broken = [HEADER.as_bytes(), b"\n1,\xFF\xFE,19900514,1,a,,\n"].concat();
        let told = read(&broken).err().unwrap();
        assert_eq!(told, "line 2, column 氏名: cannot be decoded");
    }

    #[test]
    fn a_birthdate_may_lack_month_and_day() {
        for good in ["19480000", "19480500", "19480229", "19900514"] {
            assert!(is_birthdate(good), "{good}");
        }
        for wrong in [
            "19490229", "19481301", "00000000", "194800", "1948000", "19480532", "",
        ] {
            assert!(!is_birthdate(wrong), "{wrong}");
        }
    }
}
