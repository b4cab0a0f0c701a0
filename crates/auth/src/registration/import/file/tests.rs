//! How files are read.

use super::row::is_birthdate;
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
    let file = "世帯番号,支援措置,住所,性別,生年月日,氏名,宛名番号\n9,無,小平市,2,1990/5/14,山田 花子,12\n";
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
        (",秘密,19900514,1,秘密,,無", "宛名番号"),
        ("秘密,秘密,19900514,1,秘密,,無", "宛名番号"),
        ("1, ,19900514,1,秘密,,無", "氏名"),
        ("1,秘密,19901301,1,秘密,,無", "生年月日"),
        ("1,秘密,19900230,1,秘密,,無", "生年月日"),
        ("1,秘密,900514,1,秘密,,無", "生年月日"),
        ("1,秘密,19900514,1,,秘密,無", "住所"),
        ("1,秘密,19900514,1,秘密,,秘密", "支援措置"),
        ("1,秘密,19900514,1,秘密,,", "支援措置"),
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
