//! Categories, by the most frequent values that profiles keep.

use std::collections::BTreeMap;

use forebay_model::profile::{ColumnProfile, FrequentValue};

use super::{FEWEST_VALUES, psi_by_chance, stability};

/// Where the listed values are less of either side than this, they do not stand for the column.
const LISTED: f64 = 0.3;

/// How far two distributions over values are apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CategoryShift {
    /// The share of values that would have to change, 0 to 1; the counts' errors, and what sampling gives
    /// on average, subtracted.
    pub total_variation: f64,
    /// Jensen and Shannon's divergence in bits, 0 to 1 (Lin 1991), what sampling gives on average
    /// subtracted.
    pub jensen_shannon: f64,
    /// Population stability index over the values, what sampling gives on average subtracted.
    pub psi: f64,
    /// What `psi` stays under by chance in all but one of a thousand pairs of samples of these sizes.
    pub psi_by_chance: f64,
}

/// A value's share on both sides, and how far their difference can be off.
#[derive(Debug, Clone, Copy)]
struct Pair {
    before: f64,
    after: f64,
    error: f64,
}

pub(super) fn shift(before: &ColumnProfile, after: &ColumnProfile) -> Option<CategoryShift> {
    let (a, b) = (Listed::of(before)?, Listed::of(after)?);
    let mut pairs: Vec<Pair> = Vec::new();
    for value in a.counts.keys().chain(b.counts.keys().filter(|v| !a.counts.contains_key(*v))) {
        let ((before, error), (after, other)) = (a.share(value), b.share(value));
        pairs.push(Pair { before, after, error: error + other });
    }
    let listed = pairs.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.before, sum.1 + p.after));
    let error = pairs.iter().map(|p| p.error).sum();
    pairs.push(Pair { before: (1.0 - listed.0).max(0.0), after: (1.0 - listed.1).max(0.0), error });
    Some(distances(&pairs, a.filled, b.filled))
}

fn distances(pairs: &[Pair], n: f64, m: f64) -> CategoryShift {
    let sampling = 1.0 / n + 1.0 / m;
    let seen = pairs.iter().filter(|p| p.before + p.after > 0.0).count();
    let (mut variation, mut divergence, mut psi) = (0.0, 0.0, 0.0);
    for Pair { before, after, error } in pairs {
        let apart = (before - after).abs();
        let middle = f64::midpoint(*before, *after);
        // The mean absolute difference of two estimates of one share.
        let noise = (2.0 / std::f64::consts::PI * middle * (1.0 - middle).max(0.0) * sampling).sqrt();
        variation += (apart - error - noise).max(0.0);
        if apart > *error {
            divergence += relative(*before, middle) + relative(*after, middle);
            psi += stability(*before, *after, 0.5 / n.min(m));
        }
    }
    let freedom = seen.saturating_sub(1) as f64;
    CategoryShift {
        // The differences of both signs add up to nothing: half of their sizes is what moved.
        total_variation: (variation / 2.0).clamp(0.0, 1.0),
        jensen_shannon: (divergence / 2.0 - freedom * sampling / (8.0 * std::f64::consts::LN_2))
            .clamp(0.0, 1.0),
        psi: (psi - freedom * sampling).max(0.0),
        psi_by_chance: psi_by_chance(seen, sampling),
    }
}

fn relative(share: f64, middle: f64) -> f64 {
    if share > 0.0 { share * (share / middle).log2() } else { 0.0 }
}

/// The listed values of a profile.
struct Listed<'a> {
    /// Count and error; masked values that look alike are one.
    counts: BTreeMap<&'a str, (u64, u64)>,
    filled: f64,
    /// What an unlisted value can count at most.
    unlisted: f64,
}

impl<'a> Listed<'a> {
    fn of(profile: &'a ColumnProfile) -> Option<Self> {
        let filled = profile.rows.saturating_sub(profile.nulls);
        if filled < FEWEST_VALUES || profile.frequent.is_empty() {
            return None;
        }
        let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
        for FrequentValue { value, count, error } in &profile.frequent {
            let entry = counts.entry(value).or_default();
            *entry = (entry.0 + count, entry.1 + error);
        }
        let sum: u64 = counts.values().map(|(count, _)| count).sum();
        if (sum as f64) < LISTED * filled as f64 {
            return None;
        }
        let least = profile.frequent.iter().map(|f| f.count).min().unwrap_or(0);
        let unlisted = least.min(filled.saturating_sub(sum));
        Some(Self { counts, filled: filled as f64, unlisted: unlisted as f64 / filled as f64 })
    }

    /// The share of a value, and how much less it can be, or more where it is not listed.
    fn share(&self, value: &str) -> (f64, f64) {
        match self.counts.get(value) {
            Some((count, error)) => (*count as f64 / self.filled, *error as f64 / self.filled),
            None => (0.0, self.unlisted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(values: &[(&str, u64)], error: u64) -> ColumnProfile {
        let listed =
            |(value, count): &(&str, u64)| FrequentValue { value: (*value).into(), count: *count, error };
        let rows = values.iter().map(|(_, count)| count).sum();
        ColumnProfile { rows, frequent: values.iter().map(listed).collect(), ..ColumnProfile::default() }
    }

    #[test]
    fn the_same_shares_are_no_shift() {
        let a = profile(&[("open", 800), ("closed", 200)], 0);
        let b = profile(&[("open", 8_000), ("closed", 2_000)], 0);
        let found = shift(&a, &b).unwrap();
        assert_eq!((found.total_variation, found.jensen_shannon, found.psi), (0.0, 0.0, 0.0));
    }

    #[test]
    fn other_values_altogether_are_as_far_apart_as_can_be() {
        let a = profile(&[("open", 50_000)], 0);
        let b = profile(&[("OPEN", 50_000)], 0);
        let found = shift(&a, &b).unwrap();
        assert!(found.total_variation > 0.99 && found.jensen_shannon > 0.99 && found.psi > 1.0, "{found:?}");
    }

    #[test]
    fn half_of_the_values_moved_is_half_apart() {
        let a = profile(&[("open", 80_000), ("closed", 20_000)], 0);
        let b = profile(&[("open", 30_000), ("closed", 70_000)], 0);
        assert!((shift(&a, &b).unwrap().total_variation - 0.5).abs() < 0.01);
    }

    #[test]
    fn what_the_counts_errors_explain_is_no_shift() {
        let a = profile(&[("open", 800), ("closed", 200)], 60);
        let b = profile(&[("open", 740), ("closed", 260)], 60);
        assert_eq!(shift(&a, &b).unwrap().total_variation, 0.0);
    }

    #[test]
    fn a_column_whose_values_all_differ_has_no_categories() {
        let mut keys = profile(&[("a", 1), ("b", 1)], 0);
        keys.rows = 1_000;
        assert_eq!(shift(&keys, &keys), None);
    }
}
