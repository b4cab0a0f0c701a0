//! Ratios of whole numbers and their rounding, half up, in integers throughout.

use std::ops::AddAssign;

use serde::{Serialize, Serializer};
use utoipa::ToSchema;

const MILLION: i128 = 1_000_000;

/// Numerator over denominator; without a value when the denominator is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ratio {
    pub(crate) numerator: i64,
    pub(crate) denominator: i64,
}

impl Ratio {
    /// To six decimal places.
    pub(crate) fn value(self) -> Option<Share> {
        self.scaled(MILLION).map(Share)
    }

    /// To six decimal places, of numbers that are no part of each other.
    pub(crate) fn quotient(self) -> Option<Decimal> {
        self.scaled(MILLION).map(Decimal)
    }

    /// As a percentage to one decimal place, such as `71.4`.
    pub(crate) fn percent(self) -> Option<String> {
        let tenths = self.scaled(1_000)?;
        Some(format!("{}.{}", tenths / 10, tenths % 10))
    }

    /// Whether it is at least `percent`, judged on the integers and never on rounded text.
    pub(crate) fn reaches(self, percent: i32) -> Option<bool> {
        let wanted = i128::from(percent) * i128::from(self.denominator);
        (self.denominator > 0).then(|| i128::from(self.numerator) * 100 >= wanted)
    }

    /// How many `1/scale` it is.
    fn scaled(self, scale: i128) -> Option<i128> {
        let denominator = i128::from(self.denominator);
        (denominator > 0).then(|| half_up(i128::from(self.numerator) * scale, denominator))
    }
}

/// The ratio of sums.
impl AddAssign for Ratio {
    fn add_assign(&mut self, other: Self) {
        self.numerator += other.numerator;
        self.denominator += other.denominator;
    }
}

/// The mean of the ratios that have a value, each with the same weight.
pub(crate) fn unweighted_mean(ratios: impl IntoIterator<Item = Ratio>) -> Option<Share> {
    // Twelve digits more than the result keeps, so that the parts' rounding cannot be seen in it.
    const FINE: i128 = 1_000_000_000_000;
    let parts: Vec<_> = ratios
        .into_iter()
        .filter_map(|ratio| ratio.scaled(MILLION * FINE))
        .collect();
    let count = i128::try_from(parts.len())
        .ok()
        .filter(|count| *count > 0)?;
    Some(Share(half_up(parts.iter().sum(), count * FINE)))
}

fn half_up(numerator: i128, denominator: i128) -> i128 {
    (2 * numerator + denominator).div_euclid(2 * denominator)
}

/// A share between 0 and 1, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = f64, minimum = 0, maximum = 1, example = 0.714286)]
pub(crate) struct Share(i128);

impl Share {
    pub(crate) fn of_percent(percent: i32) -> Self {
        Self(i128::from(percent) * 10_000)
    }

    /// The nearest one to what could only be computed in floats.
    pub(crate) fn nearest(value: f64) -> Self {
        Self((value.clamp(0.0, 1.0) * 1e6).round() as i128)
    }
}

/// A number that is not negative, in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decimal(i128);

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(float(self.0))
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(float(self.0))
    }
}

/// A JSON number is a float; the shortest one that reads back as six decimals is written.
fn float(millionths: i128) -> f64 {
    millionths as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ratio(numerator: i64, denominator: i64) -> Ratio {
        Ratio {
            numerator,
            denominator,
        }
    }

    #[test]
    fn values_and_percentages_round_half_up() {
        assert_eq!(ratio(800, 1120).value(), Some(Share(714_286)));
        assert_eq!(ratio(800, 1120).percent().unwrap(), "71.4");
        assert_eq!(ratio(1, 8_000).value(), Some(Share(125)));
        assert_eq!(ratio(1, 2_000).percent().unwrap(), "0.1");
        assert_eq!(ratio(1, 2_000_000).value(), Some(Share(1)));
        assert_eq!(ratio(1, 2_000_001).value(), Some(Share(0)));
        assert_eq!(ratio(7, 7).percent().unwrap(), "100.0");
    }

    #[test]
    fn nothing_over_nothing_has_no_value() {
        assert_eq!(ratio(0, 0).value(), None);
        assert_eq!(ratio(0, 0).percent(), None);
        assert_eq!(ratio(0, 0).reaches(0), None);
        assert_eq!(unweighted_mean([ratio(0, 0)]), None);
    }

    #[test]
    fn a_rate_that_rounds_to_its_target_has_not_reached_it() {
        let almost = ratio(6_999_999, 10_000_000);
        assert_eq!(almost.percent().unwrap(), "70.0");
        assert_eq!(almost.reaches(70), Some(false));
        assert_eq!(ratio(7, 10).reaches(70), Some(true));
    }

    #[test]
    fn a_share_is_written_as_a_json_number() {
        let json = |share| serde_json::to_string(&share).unwrap();
        assert_eq!(json(Share(714_286)), "0.714286");
        assert_eq!(json(Share(0)), "0.0");
        assert_eq!(json(Share::of_percent(70)), "0.7");
    }

    #[test]
    fn a_quotient_may_be_more_than_one() {
        let json = |ratio: Ratio| serde_json::to_string(&ratio.quotient()).unwrap();
        assert_eq!(json(ratio(782, 200)), "3.91");
        assert_eq!(json(ratio(5_000_000, 1)), "5000000.0");
        assert_eq!(json(ratio(1, 0)), "null");
    }

    #[test]
    fn thirds_do_not_drag_the_mean_below_a_half() {
        let mean = unweighted_mean([ratio(1, 3), ratio(2, 3), ratio(0, 0)]);
        assert_eq!(mean, Some(Share(500_000)));
    }

    proptest! {
        #[test]
        fn a_rate_is_never_outside_zero_to_one(part in 0..i64::MAX / 2, rest in 0..i64::MAX / 2) {
            let value = ratio(part, part + rest).value();
            prop_assert_eq!(value.is_none(), part + rest == 0);
            prop_assert!(value.is_none_or(|share| (0..=MILLION).contains(&share.0)));
        }
    }
}
