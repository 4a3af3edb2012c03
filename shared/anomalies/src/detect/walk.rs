//! A walk through a series' past: each point is predicted from those before it, then learned from.

use crate::robust::{MAD_TO_SD, median, sample, sample_of};

/// A new level that held for so many points is the baseline from then on.
pub const SHIFT_POINTS: usize = 6;
/// Shares of a surprise by which the level follows, slowest first.
const PACES: [f64; 3] = [0.04, 0.12, 0.35];
/// A faster pace, or a trend, must lower the prediction error to this share.
const WORTHWHILE: f64 = 0.98;
/// Surprises count up to so many standard deviations.
const CLIPPED: f64 = 2.5;
/// How fast the spread follows.
const SPREAD_PACE: f64 = 0.02;
/// Paces and trend are chosen on so many of the newest points.
const TRIAL: usize = 300;
/// The newest points have no say in that: what begins to drift is not to be followed for it.
const UNSETTLED: usize = 20;
/// The points at the beginning that only teach.
pub const WARM_UP: usize = 7;

/// What the walk knows after the last point, and how it was surprised on its way.
#[derive(Debug, Clone)]
pub struct Walk {
    /// Surprises in standard deviations, one per point.
    pub scores: Vec<f64>,
    /// Points that were taken for a passing disturbance or the beginning of a new level.
    pub disturbed: Vec<bool>,
    pub level: f64,
    pub spread: f64,
    pub slope_per_day: f64,
    last_day: f64,
}

/// How a walk goes.
#[derive(Debug, Clone, Copy)]
struct Gait {
    pace: f64,
    slope: f64,
    floor: f64,
}

/// Where a walk is.
#[derive(Debug, Clone, Copy)]
struct Place {
    level: f64,
    spread: f64,
    day: f64,
}

/// The path of a walk: times in days, ascending, and what came.
#[derive(Debug, Clone, Copy)]
struct Path<'a> {
    days: &'a [f64],
    values: &'a [f64],
}

/// Points that lie on one side of what was expected, one after the other.
#[derive(Debug, Clone, Copy, Default)]
struct Streak {
    positive: bool,
    length: usize,
    sum: f64,
}

impl Streak {
    fn extend(&mut self, score: f64) {
        let positive = score > 0.0;
        if score.abs() < 1.2 {
            *self = Self::default();
        } else if positive == self.positive && self.length > 0 {
            self.length += 1;
            self.sum += score.abs().min(6.0);
        } else {
            *self = Self { positive, length: 1, sum: score.abs().min(6.0) };
        }
    }

    fn is_new_level(self) -> bool {
        self.length >= SHIFT_POINTS && self.sum >= 3.0 * self.length as f64
    }
}

impl Gait {
    /// Takes one step and says by how much it was surprised, in standard deviations.
    fn step(self, place: &mut Place, index: usize, day: f64, value: f64) -> f64 {
        let expected = place.level + self.slope * (day - place.day);
        let surprise = value - expected;
        let score = surprise / place.spread;
        let pace = self.pace.max(1.0 / (index as f64 + 2.0));
        place.level = expected + pace * surprise.clamp(-CLIPPED * place.spread, CLIPPED * place.spread);
        let pace = SPREAD_PACE.max(1.0 / (index as f64 + 10.0));
        // The mean absolute value of normal noise, clipped at two, is 0.781 standard deviations.
        let seen = surprise.abs().min(2.0 * place.spread) * (1.0 / 0.781);
        place.spread = (place.spread + pace * (seen - place.spread)).max(self.floor);
        place.day = day;
        score
    }

    /// Walks the path from `place`; `passed` is told each point's place, its score, the spread after it and
    /// how many of the newest points turned out to be a new level.
    fn walk(self, path: Path<'_>, mut place: Place, mut passed: impl FnMut(usize, f64, f64, usize)) -> Place {
        let mut streak = Streak::default();
        for (index, (day, value)) in path.days.iter().zip(path.values).enumerate() {
            let score = self.step(&mut place, index, *day, *value);
            streak.extend(score);
            let mut disturbed = 0;
            let spread = place.spread;
            if streak.is_new_level() {
                place.level = newest_median(&path.values[..=index]);
                disturbed = streak.length;
                streak = Streak::default();
            }
            passed(index, score, spread, disturbed);
        }
        place
    }

    /// How far off this walk's predictions are in sum, none of them by more than four times `place.spread`.
    fn error(self, path: Path<'_>, place: Place) -> f64 {
        let (mut error, most) = (0.0, 4.0 * place.spread);
        self.walk(path, place, |index, score, spread, _| {
            error += if index >= WARM_UP { (score * spread).abs().min(most) } else { 0.0 };
        });
        error
    }
}

impl<'a> Path<'a> {
    fn part(self, from: usize, to: usize) -> Path<'a> {
        Path { days: &self.days[from..to], values: &self.values[from..to] }
    }

    /// Where a walk along it begins. The spread is that of the distances between neighbours, which neither
    /// trend nor level shifts widen.
    fn begin(self, floor: f64, scratch: &mut Vec<f64>) -> Place {
        let pairs = self.values.len().saturating_sub(1);
        sample(pairs, scratch, |index| (self.values[index + 1] - self.values[index]).abs());
        let spread = (median(scratch) * MAD_TO_SD / std::f64::consts::SQRT_2).max(floor);
        sample_of(self.values.len().min(WARM_UP), WARM_UP, scratch, |index| self.values[index]);
        Place { level: median(scratch), spread, day: self.days.first().copied().unwrap_or(0.0) }
    }
}

impl Walk {
    /// Walks with the slowest pace, and without a trend, unless others predict clearly better. `days` are
    /// the points' times in days, ascending; `floor` is the least spread.
    pub fn through(days: &[f64], values: &[f64], floor: f64, scratch: &mut Vec<f64>) -> Self {
        let path = Path { days, values };
        let settled = if values.len() >= 3 * UNSETTLED { values.len() - UNSETTLED } else { values.len() };
        let slope = slope(path.part(0, settled), scratch);
        let trial = path.part(settled.saturating_sub(TRIAL), settled);
        let begin = trial.begin(floor, scratch);
        let mut best: Option<(Gait, f64)> = None;
        for slope in [0.0, slope] {
            for pace in PACES {
                let gait = Gait { pace, slope, floor };
                let error = gait.error(trial, begin);
                if best.is_none_or(|(_, least)| error < least * WORTHWHILE) {
                    best = Some((gait, error));
                }
            }
        }
        let gait = best.map_or(Gait { pace: PACES[0], slope: 0.0, floor }, |(gait, _)| gait);
        let mut scores = Vec::with_capacity(values.len());
        let mut disturbed = vec![false; values.len()];
        let begin = path.begin(floor, scratch);
        let end = gait.walk(path, begin, |index, score, _, newest| {
            scores.push(score);
            disturbed[index + 1 - newest..=index].fill(true);
        });
        let Place { level, spread, day } = end;
        let slope_per_day = gait.slope;
        Self { scores, disturbed, level, spread, slope_per_day, last_day: day }
    }

    /// What a point at `day` should be.
    pub fn expected(&self, day: f64) -> f64 {
        self.level + self.slope_per_day * (day - self.last_day)
    }
}

/// The middle of the points that make a new level.
fn newest_median(values: &[f64]) -> f64 {
    let mut newest = [0.0; SHIFT_POINTS];
    newest.copy_from_slice(&values[values.len() - SHIFT_POINTS..]);
    median(&mut newest)
}

/// Theil-Sen: the median slope between the middles of up to 24 stretches.
fn slope(path: Path<'_>, scratch: &mut Vec<f64>) -> f64 {
    let size = path.values.len().div_ceil(24).max(1);
    let stretches = path.days.chunks(size).zip(path.values.chunks(size));
    let middles: Vec<(f64, f64)> = stretches
        .map(|(days, values)| {
            sample_of(values.len(), 63, scratch, |index| values[index]);
            (f64::midpoint(days[0], days[days.len() - 1]), median(scratch))
        })
        .collect();
    scratch.clear();
    for (index, (day, value)) in middles.iter().enumerate() {
        let later = middles[index + 1..].iter().filter(|(other, _)| other > day);
        scratch.extend(later.map(|(other, then)| (then - value) / (other - day)));
    }
    median(scratch)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(count: usize) -> Vec<f64> {
        (0..count).map(|day| day as f64).collect()
    }

    #[test]
    fn a_level_that_held_becomes_the_baseline() {
        let mut values: Vec<f64> = (0..60).map(|i| f64::from(i * 7 % 5)).collect();
        values.extend((0..SHIFT_POINTS).map(|i| 100.0 + (i * 7 % 5) as f64));
        let walk = Walk::through(&days(values.len()), &values, 0.1, &mut Vec::new());
        assert!((walk.level - 102.0).abs() < 3.0, "{}", walk.level);
        assert!(walk.disturbed[60..].iter().all(|d| *d));
        values.pop();
        let walk = Walk::through(&days(values.len()), &values, 0.1, &mut Vec::new());
        assert!(walk.level < 10.0, "one point fewer is not enough: {}", walk.level);
    }

    #[test]
    fn a_trend_is_followed_and_a_single_shift_is_none() {
        let rising: Vec<f64> = (0..90).map(|i| 5.0 * f64::from(i) + f64::from(i * 7 % 5)).collect();
        let walk = Walk::through(&days(90), &rising, 0.1, &mut Vec::new());
        assert!((walk.expected(90.0) - 452.0).abs() < 4.0, "{}", walk.expected(90.0));
        let shifted: Vec<f64> =
            (0..90).map(|i| f64::from(i * 7 % 5) + if i < 45 { 0.0 } else { 50.0 }).collect();
        let walk = Walk::through(&days(90), &shifted, 0.1, &mut Vec::new());
        assert!((walk.expected(90.0) - 52.0).abs() < 3.0, "{}", walk.expected(90.0));
    }
}
