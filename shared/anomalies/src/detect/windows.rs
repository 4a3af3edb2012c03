//! Findings that no single point shows: a run of points that lean one way, that scatter more or less than
//! they did, or that repeat one value.

use crate::robust::{MAD_TO_SD, median, student_tail};

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

/// The newest points lean one way. The distribution of such sums is the series' own, so that surprises
/// that hang together widen it.
pub fn lean(scores: &[f64], new: f64, points: usize, scratch: &mut Vec<f64>) -> Option<Found> {
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
    let freedom = (scores.len() as f64 / points as f64 + 2.0).min(60.0);
    let chance = 2.0 * student_tail(away.abs(), freedom);
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
pub fn scatter(scores: &[f64], new: f64, scratch: &mut Vec<f64>) -> Option<Found> {
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
    let freedom = (scores.len() as f64 / points as f64 + 2.0).min(60.0);
    let kind = if away > 0.0 { Kind::Wilder } else { Kind::Calmer };
    Some(Found { chance: 2.0 * student_tail(away.abs(), freedom), kind, points })
}

/// Robust, and never narrower than independent normal noise would be.
fn middle_and_spread(values: &[f64], least: f64, scratch: &mut Vec<f64>) -> (f64, f64) {
    scratch.clear();
    scratch.extend(values);
    let middle = median(scratch);
    for value in scratch.iter_mut() {
        *value = (*value - middle).abs();
    }
    (middle, (median(scratch) * MAD_TO_SD).max(least))
}

/// The newest points all have one value, in a series whose neighbours rarely do. A pair of equal
/// neighbours is as likely as it was so far, more so after another one.
pub fn stuck(values: &[f64], new: f64) -> Option<Found> {
    let run = values.iter().rev().take_while(|v| **v == new).count();
    if run < 2 {
        return None;
    }
    let past = &values[..values.len() - run];
    let (mut ties, mut after_tie, mut ties_after_tie) = (0.0_f64, 0.0_f64, 0.0_f64);
    let (mut longest, mut length) = (0, 0);
    for pair in past.windows(2) {
        let tie = pair[0] == pair[1];
        if length > 0 {
            after_tie += 1.0;
            ties_after_tie += f64::from(u8::from(tie));
        }
        length = if tie { length + 1 } else { 0 };
        ties += f64::from(u8::from(tie));
        longest = longest.max(length);
    }
    if run <= longest {
        return None;
    }
    let first = (ties + 1.0) / (past.len() as f64 + 1.0);
    let next = ((ties_after_tie + 1.0) / (after_tie + 2.0)).min(0.98);
    // After few ties little is known of the next one: it is no likelier than the first by more than so much.
    let next = if after_tie < 3.0 { first.max(0.1) } else { next };
    let chance = first * next.powi(run as i32 - 1);
    Some(Found { chance, kind: Kind::Stuck, points: run + 1 })
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
        assert!(lean(&scores, 1.0, 4, &mut Vec::new()).unwrap().chance > 1e-3);
        scores.extend([1.9, 2.4, 2.2, 2.6, 2.3, 2.5, 2.1, 2.2, 2.4]);
        let found = lean(&scores, 2.3, 10, &mut Vec::new()).unwrap();
        assert!(found.chance < 1e-5 && found.kind == Kind::Higher && found.points == 10, "{found:?}");
    }

    #[test]
    fn more_and_less_scatter_are_found() {
        let mut scores = noise(100);
        scores.extend([3.0, -3.0, 2.8, -2.9, 3.0, -3.0, 2.9, -2.8, 3.0]);
        let found = scatter(&scores, -3.0, &mut Vec::new()).unwrap();
        assert!(found.chance < 1e-4 && found.kind == Kind::Wilder, "{found:?}");
        let mut scores = noise(100);
        scores.extend([0.01, -0.02, 0.01, 0.0, 0.01, 0.02, -0.01, 0.0, 0.01]);
        let found = scatter(&scores, 0.0, &mut Vec::new()).unwrap();
        assert!(found.chance < 1e-3 && found.kind == Kind::Calmer, "{found:?}");
    }

    #[test]
    fn a_repeated_value_is_stuck_only_where_values_do_not_repeat() {
        let mut moving: Vec<f64> = (0..60).map(|i| f64::from(i * 7919 % 1009)).collect();
        moving.extend([500.0, 500.0]);
        assert_eq!(stuck(&moving, 3.0), None);
        let found = stuck(&moving, 500.0).unwrap();
        assert!(found.chance < 0.01 && found.points == 3, "{found:?}");
        moving.push(500.0);
        assert!(stuck(&moving, 500.0).unwrap().chance < found.chance);
        assert_eq!(stuck(&[7.0; 60], 7.0).map_or(1.0, |f| f.chance).max(0.5), 1.0);
    }
}
