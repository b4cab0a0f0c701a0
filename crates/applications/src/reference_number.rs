//! 受付番号: fiscal year, eight random characters, a check character.
//!
//! `2026-7K3M-9QPT-X`. The alphabet leaves out I, L, O and U, so that a number survives the telephone;
//! the check character (hybrid system of ISO 7064 over these 32 characters) finds every single wrong
//! character and every swap of neighbours. The random part says nothing about how many there are.

use calendar::FiscalYear;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The number for a fiscal year and 40 random bits.
pub(crate) fn reference_number(year: FiscalYear, random: [u8; 5]) -> String {
    let bits = random
        .iter()
        .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    let values: Vec<u8> = (0..8).rev().map(|i| (bits >> (5 * i) & 31) as u8).collect();
    let text: String = values.iter().map(|value| character(*value)).collect();
    let (first, second) = text.split_at(4);
    let check = character(check(&values));
    format!("{}-{first}-{second}-{check}", year.start_year())
}

fn character(value: u8) -> char {
    char::from(ALPHABET[usize::from(value & 31)])
}

/// The value that makes the hybrid sum come out at one.
fn check(values: &[u8]) -> u8 {
    let rest = sum(values);
    ((33 - rest) % 32) as u8
}

/// ISO 7064 hybrid recursion with modulus 32: each value is added modulo 32 (0 counting as 32),
/// then the sum is doubled modulo 33.
fn sum(values: &[u8]) -> u32 {
    values.iter().fold(32, |product, value| {
        let sum = match (product + u32::from(*value)) % 32 {
            0 => 32,
            sum => sum,
        };
        sum * 2 % 33
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values_of(number: &str) -> Vec<u8> {
        let characters = number.bytes().skip(5).filter(|byte| *byte != b'-');
        let value = |byte| ALPHABET.iter().position(|c| *c == byte).unwrap() as u8;
        characters.map(value).collect()
    }

    fn is_right(values: &[u8]) -> bool {
        check(&values[..8]) == values[8]
    }

    proptest! {
        #[test]
        fn one_wrong_character_is_always_found(random: [u8; 5], at in 0_usize..9, wrong in 0_u8..32) {
            let mut values = values_of(&reference_number(FiscalYear::of(chrono::NaiveDate::MIN + chrono::Days::new(96_000_000)), random));
            prop_assert!(is_right(&values));
            prop_assume!(values[at] != wrong);
            values[at] = wrong;
            prop_assert!(!is_right(&values));
        }

        #[test]
        fn two_swapped_neighbours_are_always_found(random: [u8; 5], at in 0_usize..8) {
            let mut values = values_of(&reference_number(FiscalYear::of(chrono::NaiveDate::MIN + chrono::Days::new(96_000_000)), random));
            prop_assume!(values[at] != values[at + 1]);
            values.swap(at, at + 1);
            prop_assert!(!is_right(&values));
        }
    }

    #[test]
    fn it_begins_with_the_fiscal_year() {
        let year = FiscalYear::of(chrono::NaiveDate::from_ymd_opt(2027, 3, 31).unwrap());
        let number = reference_number(year, [0xff, 0, 0xff, 0, 0xff]);
        assert!(number.starts_with("2026-"), "{number}");
        assert_eq!(number.len(), 16);
    }
}
