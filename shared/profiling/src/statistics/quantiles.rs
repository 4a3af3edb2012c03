//! Quantiles and histogram, both from one KLL sketch. Exact up to 600 numbers, then within 1.65% of the
//! rank at 99% confidence; smallest and largest are always exact.

use forebay_model::profile::{ColumnProfile, HistogramBin, Quantile};

use super::Statistic;
use crate::codec::{Reader, StateError, Writer};
use crate::seen::Seen;
use crate::sketch::kll::{Kll, RANK_ERROR, Sorted};

const RANKS: [f64; 11] = [0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0];
const BINS: usize = 20;

#[derive(Debug, Clone, Default)]
pub(crate) struct Quantiles {
    sketch: Kll,
}

impl Statistic for Quantiles {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        let Some(number) = seen.number else { return };
        if seen.weight == 1 {
            self.sketch.add(to_key(number.value));
        } else {
            self.sketch.add_weighted(to_key(number.value), seen.weight);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.sketch.merge(&other.sketch);
    }

    fn settle(&mut self) {
        self.sketch.settle();
    }

    fn is_default(&self) -> bool {
        self.sketch.count() == 0
    }

    fn write(&self, to: &mut Writer) {
        self.sketch.write(to);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let sketch = Kll::read(from)?;
        let finite = from_key(sketch.min()).is_finite() && from_key(sketch.max()).is_finite();
        if finite { Ok(Self { sketch }) } else { Err(from.damaged()) }
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        if self.is_default() {
            return;
        }
        let sorted = self.sketch.sorted();
        let numbers = super::numbers(profile);
        numbers.rank_error = if self.sketch.is_exact() { 0.0 } else { RANK_ERROR };
        numbers.quantiles = RANKS
            .iter()
            .map(|&rank| Quantile { rank, value: quantile(&self.sketch, &sorted, rank) })
            .collect();
        numbers.histogram = histogram(&self.sketch, &sorted);
    }
}

/// The smallest value with at least that share of the values at or below it.
fn quantile(sketch: &Kll, sorted: &Sorted, rank: f64) -> f64 {
    let place = (rank * sketch.count() as f64).ceil() as u64;
    let key = match place {
        0 => sketch.min(),
        place if place >= sketch.count() => sketch.max(),
        place => sorted.at(place).unwrap_or(sketch.max()),
    };
    from_key(key)
}

/// Bins of equal width; one bin where all values are equal.
fn histogram(sketch: &Kll, sorted: &Sorted) -> Vec<HistogramBin> {
    let (low, high) = (from_key(sketch.min()), from_key(sketch.max()));
    let total = sketch.count();
    if low == high {
        return vec![HistogramBin { low, high, count: total as f64 }];
    }
    // Divided first: the distance between two floats can be beyond the largest float.
    let width = high / BINS as f64 - low / BINS as f64;
    let edge = |at: usize| if at == BINS { high } else { (low + width * at as f64).min(high) };
    let below = |at: usize| if at == BINS { total } else { sorted.below(to_key(edge(at))) };
    let bin = |at: usize| {
        let count = below(at + 1).saturating_sub(below(at)) as f64;
        HistogramBin { low: edge(at), high: edge(at + 1), count }
    };
    (0..BINS).map(bin).collect()
}

/// Integers that are in the order of the floats; the two zeros are one.
#[inline]
fn to_key(x: f64) -> i64 {
    let bits = (x + 0.0).to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

fn from_key(key: i64) -> f64 {
    f64::from_bits((key ^ (((key >> 63) as u64) >> 1) as i64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_order_as_floats_do_and_come_back(a in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL, b in prop::num::f64::NORMAL) {
            prop_assert_eq!(to_key(a).cmp(&to_key(b)), a.partial_cmp(&b).unwrap());
            prop_assert_eq!(from_key(to_key(a)), a);
        }
    }

    fn sketch(values: &[f64]) -> (Kll, Sorted) {
        let mut sketch = Kll::default();
        values.iter().for_each(|x| sketch.add(to_key(*x)));
        sketch.settle();
        let sorted = sketch.sorted();
        (sketch, sorted)
    }

    #[test]
    fn a_histogram_counts_every_value_once_even_over_the_whole_range_of_floats() {
        let values = [f64::MIN, -1.0, 0.0, 0.0, 1.0, f64::MAX];
        let (sketch, sorted) = sketch(&values);
        let bins = histogram(&sketch, &sorted);
        assert_eq!(bins.len(), BINS);
        assert_eq!(bins.iter().map(|bin| bin.count).sum::<f64>(), 6.0);
        assert!(bins.iter().all(|bin| bin.low.is_finite() && bin.low <= bin.high));
        assert_eq!((bins[0].low, bins[BINS - 1].high), (f64::MIN, f64::MAX));
    }

    #[test]
    fn quantiles_of_few_numbers_are_the_numbers_themselves() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        let (sketch, sorted) = sketch(&values);
        let at = |rank| quantile(&sketch, &sorted, rank);
        assert_eq!(
            [at(0.0), at(0.01), at(0.25), at(0.5), at(0.99), at(1.0)],
            [1.0, 1.0, 25.0, 50.0, 99.0, 100.0]
        );
    }

    #[test]
    fn equal_numbers_fill_one_bin() {
        let (sketch, sorted) = sketch(&[7.5; 9]);
        assert_eq!(histogram(&sketch, &sorted), [HistogramBin { low: 7.5, high: 7.5, count: 9.0 }]);
    }
}
