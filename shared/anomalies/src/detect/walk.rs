//! A walk through a series' past: each point is predicted from those before it, then learned from.

use crate::robust::{MAD_TO_SD, median};

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
const TRIAL: usize = 400;
/// The newest points have no say in that: what begins to drift is not to be followed for it.
const UNSETTLED: usize = 20;
/// The points at the beginning that only teach.
pub const WARM_UP: usize = 7;

/// What the walk knows after the last point, and how it was surprised on its way.
#[derive(Debug, Clone, Default)]
pub struct Walk {
    /// Surprises in standard deviations, one per point.
    pub scores: Vec<f64>,
    /// Points that were taken for a passing disturbance or the beginning of a new level.
    pub disturbed: Vec<bool>,
    pub level: f64,
    pub spread: f64,
    pub slope_per_day: f64,
    pace: f64,
    last_day: f64,
    error: f64,
}

/// How a walk goes.
#[derive(Debug, Clone, Copy)]
struct Gait {
    pace: f64,
    slope: f64,
    floor: f64,
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

impl Walk {
    /// Walks with the slowest pace, and without a trend, unless others predict clearly better. `days` are
    /// the points' times in days, ascending; `floor` is the least spread.
    pub fn through(days: &[f64], values: &[f64], floor: f64, scratch: &mut Vec<f64>) -> Self {
        let settled = if values.len() >= 3 * UNSETTLED { values.len() - UNSETTLED } else { values.len() };
        let slope = slope(&days[..settled], &values[..settled]);
        let from = settled.saturating_sub(TRIAL);
        let mut best: Option<(Gait, f64)> = None;
        for slope in [0.0, slope] {
            for pace in [PACES[0], PACES[1], PACES[2]] {
                let gait = Gait { pace, slope, floor };
                let error = Self::with(&days[from..settled], &values[from..settled], gait, scratch).error;
                if best.is_none_or(|(_, least)| error < least * WORTHWHILE) {
                    best = Some((gait, error));
                }
            }
        }
        let gait = best.map_or(Gait { pace: PACES[0], slope: 0.0, floor }, |(gait, _)| gait);
        Self::with(days, values, gait, scratch)
    }

    fn with(days: &[f64], values: &[f64], gait: Gait, scratch: &mut Vec<f64>) -> Self {
        let first = initial_spread(values, scratch).max(gait.floor);
        scratch.clear();
        scratch.extend(&values[..values.len().min(WARM_UP)]);
        let mut walk = Self {
            scores: Vec::with_capacity(values.len()),
            disturbed: vec![false; values.len()],
            level: median(scratch),
            spread: first,
            slope_per_day: gait.slope,
            pace: gait.pace,
            last_day: days.first().copied().unwrap_or(0.0),
            error: 0.0,
        };
        let mut streak = Streak::default();
        for (index, (day, value)) in days.iter().zip(values).enumerate() {
            walk.step(*day, *value, index, gait.floor);
            let score = walk.scores[index];
            if index >= WARM_UP {
                walk.error += (score * walk.spread).abs().min(4.0 * first);
            }
            streak.extend(score);
            if streak.is_new_level() {
                let from = index + 1 - SHIFT_POINTS;
                scratch.clear();
                scratch.extend(&values[from..=index]);
                walk.level = median(scratch);
                walk.disturbed[index + 1 - streak.length..=index].fill(true);
                streak = Streak::default();
            }
        }
        walk
    }

    fn step(&mut self, day: f64, value: f64, index: usize, floor: f64) {
        let expected = self.level + self.slope_per_day * (day - self.last_day);
        let surprise = value - expected;
        self.scores.push(surprise / self.spread);
        let pace = self.pace.max(1.0 / (index as f64 + 2.0));
        self.level = expected + pace * surprise.clamp(-CLIPPED * self.spread, CLIPPED * self.spread);
        let pace = SPREAD_PACE.max(1.0 / (index as f64 + 10.0));
        // The mean absolute value of normal noise, clipped at two, is 0.781 standard deviations.
        let seen = surprise.abs().min(2.0 * self.spread) / 0.781;
        self.spread = (self.spread + pace * (seen - self.spread)).max(floor);
        self.last_day = day;
    }

    /// What a point at `day` should be.
    pub fn expected(&self, day: f64) -> f64 {
        self.level + self.slope_per_day * (day - self.last_day)
    }
}

/// From the distances between neighbours, which neither trend nor level shifts widen.
fn initial_spread(values: &[f64], scratch: &mut Vec<f64>) -> f64 {
    scratch.clear();
    scratch.extend(values.windows(2).map(|pair| (pair[1] - pair[0]).abs()));
    median(scratch) * MAD_TO_SD / std::f64::consts::SQRT_2
}

/// Theil-Sen: the median slope between the middles of up to 24 stretches.
fn slope(days: &[f64], values: &[f64]) -> f64 {
    let size = values.len().div_ceil(24).max(1);
    let mut scratch = Vec::with_capacity(size);
    let middles: Vec<(f64, f64)> = days
        .chunks(size)
        .zip(values.chunks(size))
        .map(|(days, values)| {
            scratch.clear();
            scratch.extend(values);
            (days.iter().sum::<f64>() / days.len() as f64, median(&mut scratch))
        })
        .collect();
    let mut slopes = Vec::with_capacity(middles.len() * middles.len() / 2);
    for (index, (day, value)) in middles.iter().enumerate() {
        let later = middles[index + 1..].iter().filter(|(other, _)| other > day);
        slopes.extend(later.map(|(other, then)| (then - value) / (other - day)));
    }
    median(&mut slopes)
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
