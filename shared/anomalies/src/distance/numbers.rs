//! Numbers, by the quantiles that profiles keep.

use forebay_model::profile::NumberStatistics;

use super::{FEWEST_VALUES, psi_by_chance, stability};

/// Reference bins: tenths of the earlier profile.
const BINS: usize = 10;
/// c(α) of the two-sample test at α = 0.001 (Smirnov 1948).
const CRITICAL: f64 = 1.949;

/// How far two distributions of numbers are apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberShift {
    /// The largest distance of the distribution functions (Kolmogorov, Smirnov), both profiles' rank errors
    /// subtracted.
    pub distance: f64,
    /// What `distance` stays under by chance in all but one of a thousand pairs of samples of these sizes.
    pub critical: f64,
    /// Population stability index over tenths of the earlier profile, what sampling and the rank errors
    /// give on average subtracted.
    pub psi: f64,
    /// What `psi` stays under by chance in all but one of a thousand pairs of samples of these sizes.
    pub psi_by_chance: f64,
}

pub(super) fn shift(before: &NumberStatistics, after: &NumberStatistics) -> Option<NumberShift> {
    let enough = before.count >= FEWEST_VALUES && after.count >= FEWEST_VALUES;
    let (a, b) = (Steps::of(before)?, Steps::of(after)?);
    if !enough {
        return None;
    }
    let (n, m) = (before.count as f64, after.count as f64);
    let errors = before.rank_error + after.rank_error;
    let grid = a.values().chain(b.values());
    let apart = |x: f64| (a.below(x) - b.below(x)).abs().max((a.up_to(x) - b.up_to(x)).abs());
    let distance = (grid.map(apart).fold(0.0, f64::max) - errors).clamp(0.0, 1.0);
    let critical = CRITICAL * (1.0 / n + 1.0 / m).sqrt();
    let psi_by_chance = psi_by_chance(BINS, 1.0 / n + 1.0 / m);
    Some(NumberShift { distance, critical, psi: psi(&a, &b, (n, m), errors), psi_by_chance })
}

/// The stability index has, where nothing shifted, the mean (bins - 1)(1/n + 1/m) (Yurdakul 2018), and on
/// top of it the square of what rank errors move, relative to each bin.
fn psi(a: &Steps, b: &Steps, (n, m): (f64, f64), errors: f64) -> f64 {
    let mut edges: Vec<f64> = (1..BINS).map(|i| a.quantile(i as f64 / BINS as f64)).collect();
    edges.dedup();
    let least = 0.5 / n.min(m);
    let (mut sum, mut noise) = (0.0, edges.len() as f64 * (1.0 / n + 1.0 / m));
    let (mut from_a, mut from_b) = (0.0, 0.0);
    for edge in edges.iter().copied().map(Some).chain([None]) {
        let (to_a, to_b) = edge.map_or((1.0, 1.0), |x| (a.up_to(x), b.up_to(x)));
        let (share_a, share_b) = ((to_a - from_a).max(0.0), (to_b - from_b).max(0.0));
        sum += stability(share_a, share_b, least);
        // The rank error is a bound at 99% confidence, 2.58 standard deviations.
        noise += (errors / 2.58).powi(2) / share_a.max(0.5 / BINS as f64);
        (from_a, from_b) = (to_a, to_b);
    }
    (sum - noise).max(0.0)
}

/// A distribution function between known quantiles: straight, and a step where ranks share a value.
struct Steps {
    /// Value, rank below it, rank up to it; ascending.
    steps: Vec<(f64, f64, f64)>,
}

impl Steps {
    fn of(numbers: &NumberStatistics) -> Option<Self> {
        let mut known = numbers.quantiles.clone();
        known.retain(|q| q.value.is_finite());
        known.sort_by(|a, b| a.value.total_cmp(&b.value).then(a.rank.total_cmp(&b.rank)));
        let mut steps: Vec<(f64, f64, f64)> = Vec::with_capacity(known.len());
        for q in known {
            match steps.last_mut() {
                Some(last) if last.0 == q.value => last.2 = last.2.max(q.rank),
                _ => steps.push((q.value, q.rank, q.rank)),
            }
        }
        if let Some(last) = steps.last_mut() {
            last.2 = 1.0;
        }
        let first = steps.first_mut()?;
        first.1 = 0.0;
        Some(Self { steps })
    }

    fn values(&self) -> impl Iterator<Item = f64> {
        self.steps.iter().map(|(value, _, _)| *value)
    }

    /// The share of numbers under `x`.
    fn below(&self, x: f64) -> f64 {
        let at = self.steps.partition_point(|(value, _, _)| *value < x);
        match self.steps.get(at) {
            Some((value, below, _)) if *value == x => *below,
            _ => self.between(at, x),
        }
    }

    /// The share of numbers up to `x`.
    fn up_to(&self, x: f64) -> f64 {
        let at = self.steps.partition_point(|(value, _, _)| *value < x);
        match self.steps.get(at) {
            Some((value, _, up_to)) if *value == x => *up_to,
            _ => self.between(at, x),
        }
    }

    /// Between the step before `at` and the one at it.
    fn between(&self, at: usize, x: f64) -> f64 {
        let (Some(before), Some(after)) = (at.checked_sub(1).map(|i| self.steps[i]), self.steps.get(at))
        else {
            return if at == 0 { 0.0 } else { 1.0 };
        };
        before.2 + (after.1 - before.2) * (x - before.0) / (after.0 - before.0)
    }

    fn quantile(&self, rank: f64) -> f64 {
        let at = self.steps.partition_point(|(_, _, up_to)| *up_to < rank);
        let last = self.steps.len() - 1;
        let (value, below, _) = self.steps[at.min(last)];
        if rank >= below || at == 0 {
            return value;
        }
        let before = self.steps[at - 1];
        before.0 + (value - before.0) * (rank - before.2) / (below - before.2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use forebay_model::profile::Quantile;

    fn numbers(count: u64, rank_error: f64, of: impl Fn(f64) -> f64) -> NumberStatistics {
        let ranks = [0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0];
        let quantiles = ranks.iter().map(|rank| Quantile { rank: *rank, value: of(*rank) }).collect();
        NumberStatistics { count, rank_error, quantiles, ..NumberStatistics::default() }
    }

    #[test]
    fn the_same_numbers_are_no_shift() {
        let a = numbers(10_000, 0.0165, |rank| rank * 100.0);
        let found = shift(&a, &a).unwrap();
        assert_eq!((found.distance, found.psi), (0.0, 0.0));
    }

    #[test]
    fn a_uniform_distribution_moved_by_a_third_is_a_third_apart() {
        let a = numbers(10_000, 0.0, |rank| rank * 90.0);
        let b = numbers(10_000, 0.0, |rank| rank * 90.0 + 30.0);
        let found = shift(&a, &b).unwrap();
        assert!((found.distance - 1.0 / 3.0).abs() < 0.02, "{found:?}");
        assert!(found.psi > super::super::LARGE_PSI && found.distance > found.critical);
    }

    #[test]
    fn what_rank_errors_explain_is_no_shift() {
        let a = numbers(10_000, 0.0165, |rank| rank * 100.0);
        let b = numbers(10_000, 0.0165, |rank| ((rank + 0.02).min(1.0)) * 100.0);
        let found = shift(&a, &b).unwrap();
        assert_eq!(found.distance, 0.0);
        assert!(found.psi < super::super::MODERATE_PSI, "{found:?}");
    }

    #[test]
    fn a_value_that_half_the_numbers_share_is_a_step() {
        let half = numbers(1_000, 0.0, |rank| if rank <= 0.5 { 0.0 } else { rank });
        let none = numbers(1_000, 0.0, |rank| rank);
        assert!((shift(&none, &half).unwrap().distance - 0.5).abs() < 0.05);
        assert_eq!(shift(&half, &half).unwrap().distance, 0.0);
    }

    #[test]
    fn few_numbers_tell_nothing() {
        let few = numbers(10, 0.0, |rank| rank);
        assert_eq!(shift(&few, &numbers(1_000, 0.0, |rank| rank)), None);
        assert_eq!(shift(&NumberStatistics::default(), &few), None);
    }
}
