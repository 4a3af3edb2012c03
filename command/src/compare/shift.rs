//! How far two profiles of one column are apart: the share of values that would have to move.

use std::collections::BTreeMap;

use forebay_model::profile::{ColumnProfile, NumberStatistics};

/// A distance and what it amounts to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// 0 to 1: Kolmogorov and Smirnov's distance of numbers, total variation of categories, the errors of the
    /// estimates subtracted.
    pub distance: f64,
    /// What the distance stays under by chance in all but one of a thousand pairs of samples.
    pub critical: f64,
}

impl Shift {
    /// Distances from a tenth on, if chance does not explain them, are news.
    pub fn is_news(self) -> bool {
        self.distance >= 0.1 && self.distance > self.critical
    }

    /// From a quarter on.
    pub fn is_large(self) -> bool {
        self.is_news() && self.distance >= 0.25
    }
}

/// Fewer values than these on either side tell no distribution.
const FEWEST: u64 = 30;
/// c(α) of the two-sample test at α = 0.001 (Smirnov 1948).
const CRITICAL: f64 = 1.949;
/// Frequent values that are less of a column than this do not stand for it.
const LISTED: f64 = 0.3;

/// By quantiles where both columns are of numbers or times, else by the most frequent values; `None` where
/// these do not tell.
pub fn shift(before: &ColumnProfile, after: &ColumnProfile) -> Option<Shift> {
    let filled = |profile: &ColumnProfile| profile.rows.saturating_sub(profile.nulls);
    if filled(before) < FEWEST || filled(after) < FEWEST {
        return None;
    }
    match (&before.numbers, &after.numbers) {
        (Some(a), Some(b)) if a.count >= FEWEST && b.count >= FEWEST => Some(numbers(a, b)),
        (Some(_), Some(_)) => None,
        _ => categories((before, filled(before) as f64), (after, filled(after) as f64)),
    }
}

fn critical(n: f64, m: f64) -> f64 {
    CRITICAL * (1.0 / n + 1.0 / m).sqrt()
}

fn numbers(a: &NumberStatistics, b: &NumberStatistics) -> Shift {
    let grid = a.quantiles.iter().chain(&b.quantiles).map(|quantile| quantile.value);
    let apart = |x: f64| {
        let ((a_low, a_high), (b_low, b_high)) = (ranks(a, x), ranks(b, x));
        // Between known ranks each function lies somewhere; only what lies outside of both is a distance.
        (a_low - b_high).max(b_low - a_high).max(0.0)
    };
    let distance = (grid.map(apart).fold(0.0, f64::max) - a.rank_error - b.rank_error).clamp(0.0, 1.0);
    Shift { distance, critical: critical(a.count as f64, b.count as f64) }
}

/// Between which shares the numbers up to `x` are.
fn ranks(numbers: &NumberStatistics, x: f64) -> (f64, f64) {
    let at_most =
        numbers.quantiles.iter().filter(|quantile| quantile.value <= x).map(|quantile| quantile.rank);
    let above = numbers.quantiles.iter().filter(|quantile| quantile.value > x).map(|quantile| quantile.rank);
    (at_most.fold(0.0, f64::max), above.fold(1.0, f64::min))
}

fn categories((before, n): (&ColumnProfile, f64), (after, m): (&ColumnProfile, f64)) -> Option<Shift> {
    let mut shares: BTreeMap<&str, [f64; 3]> = BTreeMap::new();
    let mut listed = [0.0; 2];
    for (side, (profile, filled)) in [(before, n), (after, m)].into_iter().enumerate() {
        for value in &profile.frequent {
            let entry = shares.entry(&value.value).or_default();
            entry[side] += value.count as f64 / filled;
            entry[2] += value.error as f64 / filled;
            listed[side] += value.count as f64 / filled;
        }
    }
    if listed.iter().any(|share| *share < LISTED) {
        return None;
    }
    // A value that one side does not list may still occur there, as often as the rarest that it lists.
    let unlisted = [(before, n, listed[0]), (after, m, listed[1])].map(|(profile, filled, share)| {
        let least =
            profile.frequent.iter().map(|value| value.count).min().unwrap_or_default() as f64 / filled;
        least.min((1.0 - share).max(0.0))
    });
    let moved = shares.values().map(|[was, is, error]| {
        let unknown = if *was == 0.0 {
            unlisted[0]
        } else if *is == 0.0 {
            unlisted[1]
        } else {
            0.0
        };
        ((was - is).abs() - error - unknown).max(0.0)
    });
    let rest = (listed[0] - listed[1]).abs();
    let distance = ((moved.sum::<f64>() + rest) / 2.0).clamp(0.0, 1.0);
    Some(Shift { distance, critical: critical(n, m) })
}

#[cfg(test)]
mod tests {
    use forebay_model::Value;
    use forebay_profiling::ColumnState;

    use super::*;

    fn profile(values: impl Iterator<Item = Value>) -> ColumnProfile {
        let mut state = ColumnState::new();
        values.for_each(|value| state.observe(&value));
        state.finish("x")
    }

    fn texts(shares: [(&str, usize); 2]) -> ColumnProfile {
        let repeated =
            |(text, times): (&str, usize)| std::iter::repeat_n(Value::Text(text.to_owned()), times);
        profile(shares.into_iter().flat_map(repeated))
    }

    #[test]
    fn numbers_that_moved_by_half_their_range_are_half_apart() {
        let a = profile((0..20_000).map(Value::Integer));
        let b = profile((10_000..30_000).map(Value::Integer));
        let found = shift(&a, &b).unwrap();
        assert!((0.35..0.55).contains(&found.distance) && found.is_large(), "{found:?}");
    }

    #[test]
    fn two_halves_of_one_column_are_not_apart() {
        let half = |odd: i64| profile((0..20_000).map(|i| Value::Integer((2 * i + odd) * 7919 % 10_007)));
        assert!(!shift(&half(0), &half(1)).unwrap().is_news());
        let a = texts([("open", 700), ("closed", 300)]);
        assert_eq!(shift(&a, &texts([("open", 70), ("closed", 30)])).unwrap().distance, 0.0);
    }

    #[test]
    fn categories_that_changed_places_are_apart() {
        let found = shift(&texts([("open", 800), ("closed", 200)]), &texts([("open", 300), ("closed", 700)]));
        assert!((found.unwrap().distance - 0.5).abs() < 0.01 && found.unwrap().is_large());
    }

    #[test]
    fn few_values_tell_no_distribution() {
        assert_eq!(shift(&texts([("a", 10), ("b", 10)]), &texts([("a", 1), ("b", 19)])), None);
    }
}
