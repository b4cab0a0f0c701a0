//! 受付番号: fiscal year, eight random characters, a check character.
//!
//! `2026-7K3M-9QPT-X`. The alphabet leaves out B, I, L, O and S, which look like 8, 1, 1, 0 and 5. It has
//! 31 characters, a prime: the check character is the sum of the others, each times its place, modulo
//! 31, which finds every single wrong character and every swap of two. The random part says nothing
//! about how many there are.

use calendar::FiscalYear;

const ALPHABET: &[u8; 31] = b"0123456789ACDEFGHJKMNPQRTUVWXYZ";
const RANDOM_CHARACTERS: usize = 8;

/// The number for a fiscal year and 64 random bits.
pub(crate) fn reference_number(year: FiscalYear, random: [u8; 8]) -> String {
    let mut rest = u64::from_be_bytes(random);
    let values: [u64; RANDOM_CHARACTERS] = std::array::from_fn(|_| {
        let value = rest % 31;
        rest /= 31;
        value
    });
    let text: String = values.iter().map(|value| character(*value)).collect();
    let (first, second) = text.split_at(RANDOM_CHARACTERS / 2);
    let check = character(check(&values));
    format!("{}-{first}-{second}-{check}", year.start_year())
}

fn character(value: u64) -> char {
    char::from(ALPHABET[usize::try_from(value % 31).unwrap_or_default()])
}

/// The weights 2 to 9 differ from each other and from the check character's own, modulo 31.
fn check(values: &[u64]) -> u64 {
    (2..)
        .zip(values)
        .map(|(weight, value)| weight * value)
        .sum::<u64>()
        % 31
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn year() -> FiscalYear {
        FiscalYear::of(chrono::NaiveDate::from_ymd_opt(2027, 3, 31).unwrap())
    }

    fn values_of(number: &str) -> Vec<u64> {
        let characters = number.bytes().skip(5).filter(|byte| *byte != b'-');
        let value = |byte| ALPHABET.iter().position(|c| *c == byte).unwrap() as u64;
        characters.map(value).collect()
    }

    fn is_right(values: &[u64]) -> bool {
        check(&values[..RANDOM_CHARACTERS]) == values[RANDOM_CHARACTERS]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn one_wrong_character_is_always_found(random: [u8; 8], at in 0_usize..9, wrong in 0_u64..31) {
            let mut values = values_of(&reference_number(year(), random));
            prop_assert!(is_right(&values));
            prop_assume!(values[at] != wrong);
            values[at] = wrong;
            prop_assert!(!is_right(&values));
        }

        #[test]
        fn two_swapped_characters_are_always_found(random: [u8; 8], one in 0_usize..9, other in 0_usize..9) {
            let mut values = values_of(&reference_number(year(), random));
            prop_assume!(values[one] != values[other]);
            values.swap(one, other);
            prop_assert!(!is_right(&values));
        }
    }

    #[test]
    fn it_begins_with_the_fiscal_year() {
        let number = reference_number(year(), [0xff; 8]);
        assert!(number.starts_with("2026-"), "{number}");
        assert_eq!(number.len(), 16);
    }
}
