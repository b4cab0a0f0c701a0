//! デジタル申請利用者満足度 (Strategy 1-3), pure: counts in, figures out.
//!
//! The rate is the ratings of 4 and 5 over all ratings of digital applicants. Neutral ratings stay in the
//! denominator; who declines to rate is in neither. An answer counts for the day it is given.

use std::collections::BTreeMap;
use std::ops::Add;

use calendar::Month;

use crate::application_rate::PortalCount;
use crate::channel::{Channel, Class};
use crate::ratio::Ratio;

/// Something that happened around the survey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// An application arrived.
    Arrived,
    /// Its applicant was asked.
    Offered,
    /// An answer with a rating, 1 to 5.
    Rated(i16),
    /// An answer without (回答しない).
    Declined,
}

/// How often it happened in a month, by the channel of the application.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Count {
    pub(crate) month: Month,
    pub(crate) channel: Channel,
    pub(crate) event: Event,
    pub(crate) count: i64,
}

impl From<PortalCount> for Count {
    fn from(arrived: PortalCount) -> Self {
        Self {
            month: arrived.month,
            channel: arrived.channel,
            event: Event::Arrived,
            count: arrived.count,
        }
    }
}

/// The figure of one period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Figure {
    /// From 1 to 5.
    pub(crate) ratings: [i64; 5],
    pub(crate) declined: i64,
    pub(crate) offered: i64,
    pub(crate) eligible: i64,
}

impl Figure {
    fn count(&mut self, event: Event, count: i64) {
        match event {
            Event::Arrived => self.eligible += count,
            Event::Offered => self.offered += count,
            Event::Declined => self.declined += count,
            Event::Rated(rating) => {
                let index = usize::try_from(rating - 1).ok();
                if let Some(rated) = index.and_then(|index| self.ratings.get_mut(index)) {
                    *rated += count;
                }
            }
        }
    }

    /// How many gave a rating.
    pub(crate) fn answered(&self) -> i64 {
        self.ratings.iter().sum()
    }

    /// The satisfied over all who gave a rating.
    pub(crate) fn rate(&self) -> Ratio {
        let [.., satisfied, very_satisfied] = self.ratings;
        ratio(satisfied + very_satisfied, self.answered())
    }

    /// Mean of the ratings, 1 to 5.
    pub(crate) fn mean(&self) -> Ratio {
        ratio(self.points(), self.answered())
    }

    /// (mean - 1) / 4
    pub(crate) fn index(&self) -> Ratio {
        ratio(self.points() - self.answered(), 4 * self.answered())
    }

    fn points(&self) -> i64 {
        (1..).zip(self.ratings).map(|(rating, n)| rating * n).sum()
    }

    pub(crate) fn offer_rate(&self) -> Ratio {
        ratio(self.offered, self.eligible)
    }

    pub(crate) fn response_rate(&self) -> Ratio {
        ratio(self.answered(), self.offered)
    }

    pub(crate) fn coverage(&self) -> Ratio {
        ratio(self.answered(), self.eligible)
    }
}

impl Add for Figure {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            ratings: std::array::from_fn(|index| self.ratings[index] + other.ratings[index]),
            declined: self.declined + other.declined,
            offered: self.offered + other.offered,
            eligible: self.eligible + other.eligible,
        }
    }
}

fn ratio(numerator: i64, denominator: i64) -> Ratio {
    Ratio {
        numerator,
        denominator,
    }
}

/// Everything counted, digital applicants only, by month.
#[derive(Clone, Debug)]
pub(crate) struct Months(BTreeMap<Month, Figure>);

impl Months {
    /// Puts counts into their months; those of offline channels are left out.
    pub(crate) fn assemble(counts: impl IntoIterator<Item = Count>, assisted: Class) -> Self {
        let mut months: BTreeMap<Month, Figure> = BTreeMap::new();
        for row in counts {
            if row.channel.class_with(assisted) == Class::Digital {
                let month = months.entry(row.month).or_default();
                month.count(row.event, row.count);
            }
        }
        Self(months)
    }

    /// The figure over the months from `first` to before `end`.
    pub(crate) fn figure(&self, first: Month, end: Month) -> Figure {
        let months = self.0.range(first..end).map(|(_, figure)| *figure);
        months.fold(Figure::default(), |sum, month| sum + month)
    }
}

/// The two ends of Wilson's score interval with a confidence of 95 percent; `None` without a denominator.
pub(crate) fn wilson95(rate: Ratio) -> Option<(f64, f64)> {
    const Z: f64 = 1.959_963_984_540_054;
    if rate.denominator <= 0 {
        return None;
    }
    let n = rate.denominator as f64;
    let p = rate.numerator as f64 / n;
    let z2 = Z * Z;
    let centre = p + z2 / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let scale = 1.0 + z2 / n;
    Some(((centre - spread) / scale, (centre + spread) / scale))
}

#[cfg(test)]
mod tests;
