//! Slow drifts: where the series is now, against where it was before its level began to follow.

use super::windows::{Found, Kind, middle_and_spread};
use crate::robust::{sample, student_tail};

/// Shares by which "now" and "before" follow the series.
const NOW_PACE: f64 = 0.3;
const BEFORE_PACE: f64 = 0.02;
/// How fast the noise that distances are measured in follows.
const NOISE_PACE: f64 = 0.01;
/// Points count up to so many standard deviations from what was expected of them.
const CLIPPED: f64 = 3.0;
/// "Before" follows no faster than this many standard deviations at its pace.
const BEFORE_CLIPPED: f64 = 1.5;
/// The distance between "now" and "before" has at least this standard deviation in independent noise.
const LEAST_SPREAD: f64 = 0.45;
/// So far apart for so many points in a row, and no longer moving, "now" is the baseline from then on.
const APART: f64 = 2.5;
const HELD: usize = 6;
/// "Now" is compared with itself a few points ago: at this pace, and no further off than this.
const HELD_PACE: f64 = 0.2;
const STILL: f64 = 0.7;
/// A drift is not looked for with less history.
const FEWEST: usize = 30;
/// A finding goes back to where the distance began, by at most so many points.
const MOST_POINTS: usize = 20;

/// Two averages of one series, one fast and one slow.
#[derive(Debug, Clone, Copy)]
pub struct Drift {
    now: f64,
    held: f64,
    before: f64,
    day: f64,
    slope_per_day: f64,
    /// The standard deviation of the noise, which a drift must not widen while it lasts.
    noise: f64,
    steps: usize,
    apart: usize,
}

/// A point, and what was expected of it.
#[derive(Debug, Clone, Copy)]
pub struct Arrival {
    pub day: f64,
    pub value: f64,
    pub expected: f64,
    pub spread: f64,
}

impl Drift {
    pub fn begin(level: f64, day: f64, slope_per_day: f64, noise: f64) -> Self {
        Self { now: level, held: level, before: level, day, slope_per_day, noise, steps: 0, apart: 0 }
    }

    /// The distance between now and before after this point, in standard deviations of the noise.
    pub fn step(&mut self, point: Arrival) -> f64 {
        let growth = self.slope_per_day * (point.day - self.day);
        self.day = point.day;
        self.now += growth;
        self.before += growth;
        let reach = CLIPPED * point.spread;
        let value = point.value.clamp(point.expected - reach, point.expected + reach);
        self.now += NOW_PACE * (value - self.now);
        let pace = NOISE_PACE.max(1.0 / (self.steps as f64 + 10.0));
        self.noise += pace * (point.spread - self.noise);
        let distance = (self.now - self.before) / self.noise;
        let reach = BEFORE_CLIPPED * self.noise;
        let pace = BEFORE_PACE.max(1.0 / (self.steps as f64 + 2.0));
        self.before += pace * (value - self.before).clamp(-reach, reach);
        self.steps += 1;
        self.held += growth + HELD_PACE * (self.now - self.held - growth);
        let still = (self.now - self.held).abs() < STILL * self.noise;
        self.apart = if still && distance.abs() > APART { self.apart + 1 } else { 0 };
        if self.apart >= HELD {
            self.settle(self.now);
        }
        distance
    }

    /// A new level is the baseline from now on.
    pub fn settle(&mut self, level: f64) {
        (self.now, self.held, self.before, self.apart) = (level, level, level, 0);
    }
}

/// What such distances were like in a series' past.
#[derive(Debug, Clone)]
pub struct Drifts {
    drift: Drift,
    middle: f64,
    spread: f64,
    freedom: f64,
    count: f64,
    /// How long the distance has been above and below its middle.
    above: usize,
    below: usize,
    /// How far off those were that were called unusual and were not.
    usual: Vec<f64>,
}

impl Drifts {
    /// From the distances so far; `false_alarms` are the places of those that were called unusual and were
    /// not. `None` where there are too few.
    pub fn learn(
        drift: Drift,
        distances: &[f64],
        false_alarms: &[usize],
        scratch: &mut Vec<f64>,
    ) -> Option<Self> {
        if distances.len() < FEWEST {
            return None;
        }
        sample(distances.len(), scratch, |index| distances[index]);
        let (middle, spread) = middle_and_spread(scratch, LEAST_SPREAD);
        // Distances hang together: what counts is how often they came back.
        let returns = distances.windows(2).filter(|pair| (pair[0] > middle) != (pair[1] > middle)).count();
        let leaning = |sign: f64| {
            let past = distances.iter().rev().take(MOST_POINTS - 1);
            1 + past.take_while(|distance| (**distance - middle) * sign > spread).count()
        };
        Some(Self {
            drift,
            middle,
            spread,
            freedom: (returns as f64).clamp(4.0, 60.0),
            count: distances.len() as f64,
            above: leaning(1.0),
            below: leaning(-1.0),
            usual: false_alarms.iter().map(|place| (distances[*place] - middle) / spread).collect(),
        })
    }

    /// Where the series is after a new point.
    pub fn judge(&self, new: Arrival) -> Found {
        let away = (self.drift.clone().step(new) - self.middle) / self.spread;
        if std::env::var("DBG").is_ok() {
            eprintln!(
                "   drift away {away:.2} middle {:.2} spread {:.2} freedom {} apart {} steps {} now {:.3} before {:.3}",
                self.middle,
                self.spread,
                self.freedom,
                self.drift.apart,
                self.drift.steps,
                self.drift.now,
                self.drift.before
            );
        }
        let as_far = self.usual.iter().filter(|past| **past * away.signum() >= away.abs()).count();
        let known = if as_far == 0 { 0.0 } else { (as_far as f64 + 1.0) / (self.count + 1.0) };
        let chance = (2.0 * student_tail(away.abs(), self.freedom)).max(known);
        let (kind, points) = if away > 0.0 { (Kind::Higher, self.above) } else { (Kind::Lower, self.below) };
        Found { chance, kind, points }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(values: impl Iterator<Item = f64>) -> Drifts {
        let mut drift = Drift::begin(0.0, 0.0, 0.0, 1.0);
        let arrivals = values.enumerate().map(|(index, value)| arrival(index, value));
        let distances: Vec<f64> = arrivals.map(|point| drift.step(point)).collect();
        Drifts::learn(drift, &distances, &[], &mut Vec::new()).unwrap()
    }

    fn arrival(index: usize, value: f64) -> Arrival {
        Arrival { day: index as f64, value, expected: 0.0, spread: 1.0 }
    }

    /// Between -1.7 and 1.7, in no order.
    fn noise(i: usize) -> f64 {
        ((i * 7919 + 13) % 1009) as f64 / 1009.0 * 3.4 - 1.7
    }

    #[test]
    fn a_drift_is_found_and_one_wild_point_is_none() {
        let quiet = learned((0..120).map(noise));
        assert!(quiet.judge(arrival(120, 50.0)).chance > 0.01);
        let drifting = learned((0..120).map(|i| noise(i) + i.saturating_sub(105) as f64 * 0.35));
        let found = drifting.judge(arrival(120, 5.0));
        assert!(found.chance < 1e-4 && found.kind == Kind::Higher, "{found:?}");
    }

    #[test]
    fn where_a_series_stayed_is_its_baseline() {
        let moved = learned((0..200).map(|i| noise(i) + if i < 100 { 0.0 } else { 4.0 }));
        let found = moved.judge(arrival(200, 4.0));
        assert!(found.chance > 0.01, "{found:?}");
    }
}
