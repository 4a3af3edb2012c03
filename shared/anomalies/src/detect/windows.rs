//! Findings that no single point shows: a run of points that lean one way, that scatter more or less than
//! they did, or that repeat one value.

use crate::robust::{MAD_TO_SD, median, quantile, student_tail};

/// Surprises count up to so many standard deviations here: one wild point is no drift.
const CLIPPED: f64 = 3.0;
/// Points that lean one way are looked for over so many.
pub const LEAN_POINTS: [usize; 2] = [4, 10];
/// Points that scatter otherwise are looked for over so many.
pub const SCATTER_POINTS: usize = 10;

/// What a window test found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// That a usual point ends such a window.
    pub chance: f64,
    pub kind: Kind,
    /// The points that show it, the tested one included.
    pub points: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Higher,
    Lower,
    Wilder,
    Calmer,
    Stuck,
}

/// Whether the point at a place was called unusual and was not.
pub type Usual<'a> = &'a dyn Fn(usize) -> bool;

/// As usual as a window that ends with a false alarm and was as far off; 0 where there is none.
fn as_usual(windows: &[f64], points: usize, usual: Usual<'_>, as_far: impl Fn(f64) -> bool) -> f64 {
    let ends = windows.iter().enumerate();
    let known = ends.filter(|(index, window)| usual(index + points - 1) && as_far(**window)).count();
    if known == 0 { 0.0 } else { (known as f64 + 1.0) / (windows.len() as f64 + 1.0) }
}

/// The newest points lean one way. The distribution of such sums is the series' own, so that surprises
/// that hang together widen it.
pub fn lean(
    scores: &[f64],
    new: f64,
    points: usize,
    usual: Usual<'_>,
    scratch: &mut Vec<f64>,
) -> Option<Found> {
    let before = scores.len().checked_sub(points - 1)?;
    if scores.len() < 3 * points {
        return None;
    }
    let clipped = |score: f64| score.clamp(-CLIPPED, CLIPPED);
    let mut sums = Vec::with_capacity(scores.len());
    let mut sum: f64 = scores[..points].iter().copied().map(clipped).sum();
    sums.push(sum);
    for end in points..scores.len() {
        sum += clipped(scores[end]) - clipped(scores[end - points]);
        sums.push(sum);
    }
    let now = scores[before..].iter().copied().map(clipped).sum::<f64>() + clipped(new);
    let (middle, spread) = middle_and_spread(&sums, (points as f64).sqrt(), scratch);
    let away = (now - middle) / spread;
    let freedom = freedom(scores.len(), points);
    let chance = (2.0 * student_tail(away.abs(), freedom))
        .max(as_usual(&sums, points, usual, |sum| (sum - middle) * away.signum() / spread >= away.abs()));
    let kind = if away > 0.0 { Kind::Higher } else { Kind::Lower };
    Some(Found { chance, kind, points: leaning(scores, away > 0.0, points) })
}

/// How long before the new point the surprises have been on its side.
fn leaning(scores: &[f64], positive: bool, most: usize) -> usize {
    let same = scores.iter().rev().take_while(|score| (**score > 0.0) == positive && score.abs() > 0.5);
    1 + same.take(most - 1).count()
}

/// The newest points scatter more or less than windows of as many points did. The cube root of a mean
/// square is nearly normal (Wilson, Hilferty 1931).
pub fn scatter(scores: &[f64], new: f64, usual: Usual<'_>, scratch: &mut Vec<f64>) -> Option<Found> {
    let points = SCATTER_POINTS;
    if scores.len() < 3 * points {
        return None;
    }
    let square = |score: f64| score.clamp(-CLIPPED, CLIPPED).powi(2);
    let root = |sum: f64| (sum.max(0.0) / points as f64).cbrt();
    let mut sum: f64 = scores[..points].iter().copied().map(square).sum();
    let mut roots = vec![root(sum)];
    for end in points..scores.len() {
        sum += square(scores[end]) - square(scores[end - points]);
        roots.push(root(sum));
    }
    let last = &scores[scores.len() + 1 - points..];
    let now = root(last.iter().copied().map(square).sum::<f64>() + square(new));
    let least = (2.0 / (9.0 * points as f64)).sqrt();
    let (middle, spread) = middle_and_spread(&roots, least, scratch);
    let away = (now - middle) / spread;
    let freedom = freedom(scores.len(), points);
    let kind = if away > 0.0 { Kind::Wilder } else { Kind::Calmer };
    let chance = (2.0 * student_tail(away.abs(), freedom))
        .max(as_usual(&roots, points, usual, |root| (root - middle) * away.signum() / spread >= away.abs()));
    Some(Found { chance, kind, points })
}

/// Sums of clipped surprises are nearly normal; how wide they are is known from so many of them.
fn freedom(scores: usize, points: usize) -> f64 {
    (3.0 * scores as f64 / points as f64 + 10.0).min(60.0)
}

/// Robust, and never narrower than independent normal noise would be.
fn middle_and_spread(values: &[f64], least: f64, scratch: &mut Vec<f64>) -> (f64, f64) {
    scratch.clear();
    scratch.extend(values);
    let middle = median(scratch);
    for value in scratch.iter_mut() {
        *value = (*value - middle).abs();
    }
    // Sums that hang together have wider tails than their middle shows.
    let wide = quantile(scratch, 0.75).unwrap_or(0.0) / 1.15;
    (middle, (median(scratch) * MAD_TO_SD).max(wide).max(least))
}

/// The newest points all have one value, in a series whose neighbours rarely do. A pair of equal
/// neighbours is as likely as it was so far, more so after another one. Earlier runs as unlikely as `target`
/// were unusual and teach nothing, unless `usual` says of their last point's place that they were not.
pub fn stuck(values: &[f64], new: f64, target: f64, usual: Usual<'_>) -> Option<Found> {
    let run = values.iter().rev().take_while(|v| **v == new).count();
    // A run that is most of the series is what the series is.
    if run < 2 || run >= values.len() / 2 {
        return None;
    }
    let past = &values[..values.len() - run];
    let mut end = 0;
    let mut runs: Vec<(usize, bool)> = Vec::new();
    for same in past.chunk_by(|a, b| a == b) {
        end += same.len();
        if same.len() > 1 {
            runs.push((same.len() - 1, (end - same.len()..end).any(usual)));
        }
    }
    runs.sort_unstable_by(|a, b| b.cmp(a));
    let mut known = runs.as_slice();
    while let Some(((longest, false), others)) = known.split_first() {
        if *longest < 2 || Ties::of(others, past.len()).chance(*longest) > target {
            break;
        }
        known = others;
    }
    if known.first().is_some_and(|(longest, _)| run <= *longest) {
        return None;
    }
    let chance = Ties::of(known, past.len()).chance(run);
    Some(Found { chance, kind: Kind::Stuck, points: run + 1 })
}

/// How likely equal neighbours are.
struct Ties {
    first: f64,
    next: f64,
}

impl Ties {
    /// From the lengths of the runs of equal neighbours among `points`.
    fn of(runs: &[(usize, bool)], points: usize) -> Self {
        let begun = runs.len() as f64;
        let went_on: f64 = runs.iter().map(|(length, _)| *length as f64 - 1.0).sum();
        let first = (begun + 1.0) / (points as f64 - went_on).max(1.0);
        // Each run ended once and went on the other times; before any is known, one in ten goes on.
        let next = (went_on + 0.2) / (begun + went_on + 2.0);
        Self { first: first.min(1.0), next: next.max(first.min(0.98)) }
    }

    fn chance(&self, run: usize) -> f64 {
        self.first * self.next.powi(run as i32 - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Between -1.7 and 1.7, in no order.
    fn noise(count: usize) -> Vec<f64> {
        (0..count).map(|i| ((i * 7919 + 13) % 1009) as f64 / 1009.0 * 3.4 - 1.7).collect()
    }

    #[test]
    fn points_that_lean_one_way_are_found_though_none_is_far_off() {
        let mut scores = noise(100);
        assert!(lean(&scores, 1.0, 4, &|_| false, &mut Vec::new()).unwrap().chance > 1e-3);
        scores.extend([1.9, 2.4, 2.2, 2.6, 2.3, 2.5, 2.1, 2.2, 2.4]);
        let found = lean(&scores, 2.3, 10, &|_| false, &mut Vec::new()).unwrap();
        assert!(found.chance < 1e-5 && found.kind == Kind::Higher && found.points == 10, "{found:?}");
    }

    #[test]
    fn more_and_less_scatter_are_found() {
        let mut scores = noise(100);
        scores.extend([3.0, -3.0, 2.8, -2.9, 3.0, -3.0, 2.9, -2.8, 3.0]);
        let found = scatter(&scores, -3.0, &|_| false, &mut Vec::new()).unwrap();
        assert!(found.chance < 1e-4 && found.kind == Kind::Wilder, "{found:?}");
        let mut scores = noise(100);
        scores.extend([0.01, -0.02, 0.01, 0.0, 0.01, 0.02, -0.01, 0.0, 0.01]);
        let found = scatter(&scores, 0.0, &|_| false, &mut Vec::new()).unwrap();
        assert!(found.chance < 1e-3 && found.kind == Kind::Calmer, "{found:?}");
    }

    #[test]
    fn a_repeated_value_is_stuck_only_where_values_do_not_repeat() {
        let mut moving: Vec<f64> = (0..60).map(|i| f64::from(i * 7919 % 1009)).collect();
        moving.extend([500.0, 500.0]);
        assert_eq!(stuck(&moving, 3.0, 1e-3, &|_| false), None);
        let found = stuck(&moving, 500.0, 1e-3, &|_| false).unwrap();
        assert!(found.chance < 0.01 && found.points == 3, "{found:?}");
        moving.push(500.0);
        assert!(stuck(&moving, 500.0, 1e-3, &|_| false).unwrap().chance < found.chance);
        assert_eq!(stuck(&[7.0; 60], 7.0, 1e-3, &|_| false), None);
    }
}
