//! Quantiles, histogram and outliers, all from one KLL sketch. Exact up to 593 numbers, then within 1.65% of the
//! rank at 99% confidence; smallest and largest are always exact.

use forebay_model::profile::{ColumnProfile, HistogramBin, Outliers, Quantile};
use forebay_stored::{Reader, StateError, Writer};

use super::{Numbers, Statistic};
use crate::sketch::kll::key::{from_key, to_key};
use crate::sketch::kll::{Kll, RANK_ERROR, Sorted};

const RANKS: [f64; 11] = [0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0];
const BINS: usize = 20;

#[derive(Debug, Clone, Default)]
pub(crate) struct Quantiles {
    sketch: Kll,
}

impl Quantiles {
    /// Apache DataSketches' form; none of no numbers.
    pub fn image(&self) -> Option<Vec<u8>> {
        (!self.is_default()).then(|| self.sketch.image())
    }

    /// The numbers that the image holds, its smallest and largest included.
    pub fn held(&self) -> impl Iterator<Item = f64> {
        let ends = (!self.is_default()).then(|| [self.sketch.min(), self.sketch.max()]);
        self.sketch.keys().chain(ends.into_iter().flatten()).map(from_key)
    }
}

impl Statistic for Quantiles {
    fn observe_numbers(&mut self, numbers: &Numbers<'_>) {
        self.sketch.add_sorted(numbers.keys);
        let weighted = numbers.weighted.iter().map(|(x, weight)| (to_key(*x), *weight));
        self.sketch.add_weighted(weighted.collect());
    }

    fn merge(&mut self, other: &Self) {
        self.sketch.merge(&other.sketch);
    }

    fn is_default(&self) -> bool {
        self.sketch.count() == 0
    }

    /// Whether anything was left out, then the image as it is.
    fn write(&self, to: &mut Writer) {
        to.u8((!self.sketch.is_exact()).into());
        to.raw(&self.sketch.image());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let sketch = if from.version() == 1 {
            Kll::read_version_1(from)?
        } else {
            let compacted = from.u8()? != 0;
            Kll::from_image(from.rest(), compacted).ok_or(from.damaged())?
        };
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
        numbers.outliers = Some(outliers(&self.sketch, &sorted));
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

/// Three times the distance of the quartiles beyond them. Counts are as exact as ranks are: off by at most
/// the rank error, and surely zero or not zero.
fn outliers(sketch: &Kll, sorted: &Sorted) -> Outliers {
    const FAR: f64 = 3.0;
    let (low, high) = (quantile(sketch, sorted, 0.25), quantile(sketch, sorted, 0.75));
    // Divided first, as above. Beyond the floats, nothing is.
    let distance = high / 4.0 - low / 4.0;
    let low_fence = (low / 4.0 - FAR * distance).max(f64::MIN / 4.0) * 4.0;
    let high_fence = (high / 4.0 + FAR * distance).min(f64::MAX / 4.0) * 4.0;
    let below = sorted.below(to_key(low_fence));
    let above = sketch.count().saturating_sub(sorted.up_to(to_key(high_fence)));
    Outliers {
        low_fence,
        high_fence,
        below: sure(below, from_key(sketch.min()) < low_fence),
        above: sure(above, from_key(sketch.max()) > high_fence),
        exact: sketch.is_exact(),
        examples: Vec::new(),
    }
}

/// The smallest and the largest number are exact and say whether there is any.
fn sure(estimated: u64, any: bool) -> f64 {
    if any { estimated.max(1) as f64 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(values: &[f64]) -> (Kll, Sorted) {
        let mut sketch = Kll::default();
        let mut keys: Vec<i64> = values.iter().map(|x| to_key(*x)).collect();
        keys.sort_unstable();
        sketch.add_sorted(&keys);
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
    fn outliers_are_beyond_the_outer_fences() {
        let mut values: Vec<f64> = (1..=100).map(f64::from).collect();
        // Quartiles 25 and 77 with the five below: fences at -131 and 233.
        values.extend([233.0, 233.5, 9e9, -1e300, -131.0]);
        let (sketch, sorted) = sketch(&values);
        let found = outliers(&sketch, &sorted);
        let (low, high) = (quantile(&sketch, &sorted, 0.25), quantile(&sketch, &sorted, 0.75));
        assert_eq!(
            (found.low_fence, found.high_fence),
            (low - 3.0 * (high - low), high + 3.0 * (high - low))
        );
        let beyond =
            |is: fn(f64, f64) -> bool, fence| values.iter().filter(|x| is(**x, fence)).count() as f64;
        assert_eq!(found.below, beyond(|x, fence| x < fence, found.low_fence));
        assert_eq!(found.above, beyond(|x, fence| x > fence, found.high_fence));
        assert!(found.exact && found.below >= 1.0 && found.above >= 2.0);
    }

    #[test]
    fn fences_stay_within_the_floats() {
        let (sketch, sorted) = sketch(&[f64::MIN, f64::MIN, f64::MAX, f64::MAX]);
        let found = outliers(&sketch, &sorted);
        assert!(found.low_fence.is_finite() && found.high_fence.is_finite());
        assert_eq!((found.below, found.above), (0.0, 0.0));
    }

    #[test]
    fn equal_numbers_fill_one_bin() {
        let (sketch, sorted) = sketch(&[7.5; 9]);
        assert_eq!(histogram(&sketch, &sorted), [HistogramBin { low: 7.5, high: 7.5, count: 9.0 }]);
    }
}
