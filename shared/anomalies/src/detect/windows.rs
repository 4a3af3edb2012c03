//! Findings that no single point shows: a run of points that lean one way, that scatter more or less than
//! they did, or that repeat one value.

use crate::robust::{MAD_TO_SD, median, quantile, sample, student_tail};

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

/// What windows are looked at for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// That their points lean one way.
    Lean,
    /// That they scatter more or less than others. The cube root of a mean square is nearly normal (Wilson,
    /// Hilferty 1931).
    Scatter,
}

impl Look {
    fn of(self, score: f64) -> f64 {
        let score = score.clamp(-CLIPPED, CLIPPED);
        match self {
            Self::Lean => score,
            Self::Scatter => score * score,
        }
    }

    fn measure(self, sum: f64, points: usize) -> f64 {
        match self {
            Self::Lean => sum,
            Self::Scatter => (sum.max(0.0) / points as f64).cbrt(),
        }
    }

    /// The standard deviation of independent normal noise.
    fn least_spread(self, points: usize) -> f64 {
        match self {
            Self::Lean => (points as f64).sqrt(),
            Self::Scatter => (2.0 / (9.0 * points as f64)).sqrt(),
        }
    }
}

/// What windows of a series' past surprises were like: their distribution is the series' own, so that
/// surprises that hang together widen it.
#[derive(Debug, Clone)]
pub struct Windows {
    look: Look,
    points: usize,
    middle: f64,
    spread: f64,
    freedom: f64,
    count: f64,
    /// What the newest points bring into the window that the next one ends.
    begun: f64,
    /// How long before the next point the surprises have been above and below.
    above: usize,
    below: usize,
    /// How far off the windows were that end with a false alarm.
    usual: Vec<f64>,
}

impl Windows {
    /// Learns from the surprises; `false_alarms` are the places of those that were called unusual and were
    /// not. `None` where there are too few surprises.
    pub fn learn(
        (look, points): (Look, usize),
        scores: &[f64],
        false_alarms: &[usize],
        scratch: &mut Vec<f64>,
    ) -> Option<Self> {
        if scores.len() < 3 * points {
            return None;
        }
        let mut sums = Vec::with_capacity(scores.len() + 1);
        let mut sum = 0.0;
        sums.push(sum);
        sums.extend(scores.iter().map(|score| {
            sum += look.of(*score);
            sum
        }));
        let window = |end: usize| look.measure(sums[end] - sums[end - points], points);
        let count = scores.len() + 1 - points;
        sample(count, scratch, |index| window(index + points));
        let (middle, spread) = middle_and_spread(scratch, look.least_spread(points));
        let ends = false_alarms.iter().map(|place| place + 1).filter(|end| *end >= points);
        Some(Self {
            look,
            points,
            middle,
            spread,
            freedom: freedom(scores.len(), points),
            count: count as f64,
            begun: sums[scores.len()] - sums[scores.len() + 1 - points],
            above: leaning(scores, 1.0, points),
            below: leaning(scores, -1.0, points),
            usual: ends.map(|end| (window(end) - middle) / spread).collect(),
        })
    }

    /// The window that ends with a new surprise.
    pub fn judge(&self, new: f64) -> Found {
        let now = self.look.measure(self.begun + self.look.of(new), self.points);
        let away = (now - self.middle) / self.spread;
        let as_far = self.usual.iter().filter(|past| **past * away.signum() >= away.abs()).count();
        // As usual as a window that ends with a false alarm and was as far off.
        let known = if as_far == 0 { 0.0 } else { (as_far as f64 + 1.0) / (self.count + 1.0) };
        let chance = (2.0 * student_tail(away.abs(), self.freedom)).max(known);
        let (kind, points) = match self.look {
            Look::Lean if away > 0.0 => (Kind::Higher, self.above),
            Look::Lean => (Kind::Lower, self.below),
            Look::Scatter if away > 0.0 => (Kind::Wilder, self.points),
            Look::Scatter => (Kind::Calmer, self.points),
        };
        Found { chance, kind, points }
    }
}

/// How many points a window that leans this way and ends with the next point has, of at most `most`.
fn leaning(scores: &[f64], sign: f64, most: usize) -> usize {
    let same = scores.iter().rev().take(most - 1).take_while(|score| **score * sign > 0.5);
    1 + same.count()
}

/// Sums of clipped surprises are nearly normal; how wide they are is known from so many of them.
fn freedom(scores: usize, points: usize) -> f64 {
    (3.0 * scores as f64 / points as f64 + 30.0).min(60.0)
}

/// Robust, and never narrower than independent normal noise would be.
fn middle_and_spread(values: &mut [f64], least: f64) -> (f64, f64) {
    let middle = median(values);
    for value in values.iter_mut() {
        *value = (*value - middle).abs();
    }
    // Sums that hang together have wider tails than their middle shows.
    let wide = quantile(values, 0.75).unwrap_or(0.0) / 1.15;
    (middle, (median(values) * MAD_TO_SD).max(wide).max(least))
}

/// Whether the point at a place was called unusual and was not.
pub type Usual<'a> = &'a dyn Fn(usize) -> bool;

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
    let mut ties = Ties::of(known, past.len());
    while let Some(((longest, false), others)) = known.split_first() {
        let without = ties.without(*longest);
        if *longest < 2 || without.chance(*longest) > target {
            break;
        }
        (known, ties) = (others, without);
    }
    if known.first().is_some_and(|(longest, _)| run <= *longest) {
        return None;
    }
    Some(Found { chance: ties.chance(run), kind: Kind::Stuck, points: run + 1 })
}

/// How likely equal neighbours are: of so many points, how often a pair was one and how often it went on.
#[derive(Debug, Clone, Copy)]
struct Ties {
    points: usize,
    begun: usize,
    went_on: usize,
}

impl Ties {
    /// From the lengths of the runs of equal neighbours among `points`.
    fn of(runs: &[(usize, bool)], points: usize) -> Self {
        let went_on = runs.iter().map(|(length, _)| length - 1).sum();
        Self { points, begun: runs.len(), went_on }
    }

    /// Had one run, of this length, not been.
    fn without(self, length: usize) -> Self {
        Self { begun: self.begun - 1, went_on: self.went_on + 1 - length, ..self }
    }

    fn chance(self, run: usize) -> f64 {
        let (begun, went_on) = (self.begun as f64, self.went_on as f64);
        let first = ((begun + 1.0) / (self.points as f64 - went_on).max(1.0)).min(1.0);
        // Each run ended once and went on the other times; before any is known, one in ten goes on.
        let next = ((went_on + 0.2) / (begun + went_on + 2.0)).max(first.min(0.98));
        first * next.powi(run as i32 - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Between -1.7 and 1.7, in no order.
    fn noise(count: usize) -> Vec<f64> {
        (0..count).map(|i| ((i * 7919 + 13) % 1009) as f64 / 1009.0 * 3.4 - 1.7).collect()
    }

    fn judged(look: Look, points: usize, scores: &[f64], new: f64) -> Found {
        Windows::learn((look, points), scores, &[], &mut Vec::new()).unwrap().judge(new)
    }

    #[test]
    fn points_that_lean_one_way_are_found_though_none_is_far_off() {
        let mut scores = noise(100);
        assert!(judged(Look::Lean, 4, &scores, 1.0).chance > 1e-3);
        scores.extend([1.9, 2.4, 2.2, 2.6, 2.3, 2.5, 2.1, 2.2, 2.4]);
        let found = judged(Look::Lean, 10, &scores, 2.3);
        assert!(found.chance < 1e-5 && found.kind == Kind::Higher && found.points == 10, "{found:?}");
    }

    #[test]
    fn more_and_less_scatter_are_found() {
        let mut scores = noise(100);
        scores.extend([3.0, -3.0, 2.8, -2.9, 3.0, -3.0, 2.9, -2.8, 3.0]);
        let found = judged(Look::Scatter, 10, &scores, -3.0);
        assert!(found.chance < 1e-4 && found.kind == Kind::Wilder, "{found:?}");
        let mut scores = noise(100);
        scores.extend([0.01, -0.02, 0.01, 0.0, 0.01, 0.02, -0.01, 0.0, 0.01]);
        let found = judged(Look::Scatter, 10, &scores, 0.0);
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
