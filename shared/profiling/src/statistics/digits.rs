//! First significant digits, against Benford's law (Benford 1938; bands of deviation from Nigrini,
//! Benford's Law, 2012). Exact: a number's digit is the first of the shortest decimal that reads back as
//! the same float; numbers too small to be normal floats may be off by a digit.

use forebay_stored::{Reader, StateError, Writer};
use std::sync::LazyLock;

use forebay_model::profile::{ColumnProfile, LeadingDigits};

use super::{Numbers, Statistic};

/// The law is expected of as many numbers that spread over as much.
const LEAST_NUMBERS: u64 = 300;
const LEAST_SPREAD: f64 = 100.0;

/// Every float from which on another digit leads, ascending: 1e-324, 2e-324, … 9e308.
static BOUNDARIES: LazyLock<Vec<f64>> = LazyLock::new(|| {
    let text = |exponent: i32| (1..=9).map(move |digit| format!("{digit}e{exponent}"));
    (-324..=308).flat_map(text).filter_map(|text| text.parse().ok()).collect()
});

#[derive(Debug, Clone, Default)]
pub(crate) struct Digits {
    counts: [u64; 9],
    /// Smallest and largest distance from zero.
    magnitudes: Option<(f64, f64)>,
}

impl Digits {
    fn join(&mut self, counts: [u64; 9]) {
        for (ours, theirs) in self.counts.iter_mut().zip(counts) {
            *ours = ours.saturating_add(theirs);
        }
    }

    fn widen(&mut self, low: f64, high: f64) {
        let (min, max) = self.magnitudes.unwrap_or((low, high));
        self.magnitudes = Some((min.min(low), max.max(high)));
    }

    /// Takes in positive numbers in ascending order; a look-up per digit, not per number.
    fn tally(&mut self, ascending: impl Iterator<Item = f64>) {
        let (mut place, mut next, mut counts) = (0, 0.0, [0_u64; 9]);
        for x in ascending {
            if x >= next {
                place = place_from(place, x);
                next = BOUNDARIES.get(place).copied().unwrap_or(f64::INFINITY);
            }
            counts[digit(place)] += 1;
        }
        self.join(counts);
    }

    fn finished(&self) -> Option<LeadingDigits> {
        let total = self.counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
        let (low, high) = self.magnitudes?;
        let distance = |(at, count): (usize, &u64)| {
            let expected = (1.0 + 1.0 / (at + 1) as f64).log10();
            (*count as f64 / total as f64 - expected).abs()
        };
        let deviation = self.counts.iter().enumerate().map(distance).sum::<f64>() / 9.0;
        let expected = total >= LEAST_NUMBERS && high / low >= LEAST_SPREAD;
        let conformity = expected.then(|| band(deviation).to_owned());
        Some(LeadingDigits { counts: self.counts, deviation, conformity })
    }
}

/// How many boundaries are at or below `x`, which are no fewer than `from`.
fn place_from(from: usize, x: f64) -> usize {
    const NEAR: usize = 9;
    let rest = &BOUNDARIES[from..];
    let near = &rest[..rest.len().min(NEAR)];
    match near.iter().position(|boundary| *boundary > x) {
        Some(steps) => from + steps,
        None => from + rest.partition_point(|boundary| *boundary <= x),
    }
}

/// The digit before the boundary, from 0 for 1.
fn digit(place: usize) -> usize {
    place.saturating_sub(1) % 9
}

fn band(deviation: f64) -> &'static str {
    match deviation {
        d if d <= 0.006 => "close",
        d if d <= 0.012 => "acceptable",
        d if d <= 0.015 => "marginal",
        _ => "none",
    }
}

impl Statistic for Digits {
    fn observe_numbers(&mut self, numbers: &Numbers<'_>) {
        let sorted = numbers.sorted;
        let (negatives, rest) = sorted.split_at(sorted.partition_point(|x| *x < 0.0));
        let positives = &rest[rest.partition_point(|x| *x <= 0.0)..];
        if let (Some(low), Some(high)) = (positives.first(), positives.last()) {
            self.widen(*low, *high);
            self.tally(positives.iter().copied());
        }
        if let (Some(high), Some(low)) = (negatives.first(), negatives.last()) {
            self.widen(-low, -high);
            self.tally(negatives.iter().rev().map(|x| -x));
        }
        for (x, weight) in numbers.weighted.iter().filter(|(x, _)| *x != 0.0) {
            self.widen(x.abs(), x.abs());
            let count = &mut self.counts[digit(place_from(0, x.abs()))];
            *count = count.saturating_add(*weight);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.join(other.counts);
        if let Some((low, high)) = other.magnitudes {
            self.widen(low, high);
        }
    }

    fn is_default(&self) -> bool {
        self.magnitudes.is_none()
    }

    fn write(&self, to: &mut Writer) {
        let (low, high) = self.magnitudes.unwrap_or_default();
        to.f64(low);
        to.f64(high);
        self.counts.iter().for_each(|count| to.u64(*count));
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let (low, high) = (from.f64()?, from.f64()?);
        if !(low > 0.0 && low <= high && high.is_finite()) {
            return Err(from.damaged());
        }
        let mut counts = [0; 9];
        for count in &mut counts {
            *count = from.u64()?;
        }
        if counts == [0; 9] {
            Err(from.damaged())
        } else {
            Ok(Self { counts, magnitudes: Some((low, high)) })
        }
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        if let Some(finished) = self.finished() {
            super::numbers(profile).leading_digits = Some(finished);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn counted(mut values: Vec<f64>) -> Digits {
        values.sort_unstable_by(f64::total_cmp);
        let mut digits = Digits::default();
        digits.observe_numbers(&Numbers { sorted: &values, keys: &[], weighted: &[] });
        digits
    }

    proptest! {
        #[test]
        fn digits_are_those_that_are_shown(values in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::ZERO, 0..60), weight in 2_u64..9) {
            let mut expected = [0; 9];
            for x in values.iter().filter(|x| **x != 0.0) {
                let shown = format!("{:e}", x.abs());
                expected[usize::from(shown.as_bytes()[0] - b'1')] += 1;
            }
            prop_assert_eq!(counted(values.clone()).counts, expected);
            let weighted: Vec<(f64, u64)> = values.iter().map(|x| (*x, weight)).collect();
            let mut digits = Digits::default();
            digits.observe_numbers(&Numbers { sorted: &[], keys: &[], weighted: &weighted });
            prop_assert_eq!(digits.counts, expected.map(|count| count * weight));
        }
    }

    #[test]
    fn powers_of_two_follow_the_law_and_even_steps_do_not() {
        let powers = counted((0..1_000).map(|i| 2_f64.powi(i)).collect());
        assert_eq!(powers.finished().unwrap().conformity.as_deref(), Some("close"));
        let even = counted((1..100_000).map(f64::from).collect());
        assert_eq!(even.finished().unwrap().conformity.as_deref(), Some("none"));
    }

    #[test]
    fn few_or_narrow_numbers_are_not_judged() {
        let few = counted((1..300).map(|i| 2_f64.powi(i)).collect());
        assert_eq!(few.finished().unwrap().conformity, None);
        let narrow = counted((0..1_000).map(|i| 10.0 + f64::from(i) / 20.0).collect());
        assert_eq!(narrow.finished().unwrap().conformity, None);
        assert!(counted(vec![0.0; 500]).finished().is_none());
    }
}
