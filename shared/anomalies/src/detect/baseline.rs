//! What a series' past says of its next point.

use forebay_model::Instant;
use forebay_model::anomaly::{Expected, Point, Unusual, Verdict};

use super::explain::{Evidence, Facts, explain};
use super::heavy::Mixture;
use super::scale::Scale;
use super::season::{Season, Slot};
use super::settings::{Domain, LEAST_CHANCE, Marks, Settings, Sides, SortedMarks};
use super::tail::{self, Tail};
use super::walk::{WARM_UP, Walk};
use super::windows::{Found, Kind, LEAN_POINTS, Look, SCATTER_POINTS, Windows, stuck};
use crate::robust::{median, quantile, sample, sample_of};

/// With fewer usable points a series is still being learned.
pub const FEWEST_POINTS: usize = 14;
/// Of longer histories the newest so many points are used.
const MOST_POINTS: usize = 4096;
/// Seasons are learned from all of those; surprises are counted over the newest so many.
const MOST_SURPRISES: usize = 1024 + WARM_UP;

/// How the tolerated false alarms are divided among the tests; the shares add up to 1, so that all of them
/// together raise no more than the target.
const POINT_SHARE: f64 = 0.55;
const LEAN_SHARE: f64 = 0.12;
const SCATTER_SHARE: f64 = 0.16;
const STUCK_SHARE: f64 = 0.05;

/// Values beyond this are no measurements: their squares would not be finite.
pub const LARGEST_VALUE: f64 = 1e150;
/// Past surprises count up to so many standard deviations.
const MOST_SURPRISED: f64 = 1e9;

/// Where usually none of a run's records is counted, how many may be: the standard deviation. Two come now and then,
/// three hardly ever.
const SINGLE_RECORDS: f64 = 0.7;

/// Surprises beyond so many times the 75% quantile of their size (4.8 standard deviations of normal noise)
/// were unusual, unless marked otherwise.
const UNUSUAL_BEFORE: f64 = 4.2;
/// One in so many points may have been so by chance and stays in the calibration; more of them were events.
const ONE_WILD_IN: usize = 100;

/// A series' past, ready to judge points that come next.
#[derive(Debug, Clone)]
pub struct Baseline {
    scale: Scale,
    season: Season,
    walk: Walk,
    times: Vec<Instant>,
    values: Vec<f64>,
    /// Their places, ascending.
    false_alarms: Vec<usize>,
    /// What windows of past surprises were like, and the share of the tolerated false alarms for each.
    windows: Vec<(Windows, f64)>,
    /// The middle of the past surprises.
    middle: f64,
    above: Tail,
    below: Tail,
    left_out: usize,
}

/// The least chance among the tests, and what it rests on.
#[derive(Debug, Clone, Copy)]
struct Suspicion {
    chance: f64,
    evidence: Evidence,
}

impl Baseline {
    /// Learns from `history`, ascending by time. Values that are not finite, or beyond [`LARGEST_VALUE`],
    /// are no measurements and teach nothing: [`Baseline::left_out`] says how many there were.
    ///
    /// # Errors
    /// How many more points are needed, where there are fewer than [`FEWEST_POINTS`] that are usable.
    pub fn learn(history: &[Point], marks: &Marks, settings: &Settings) -> Result<Self, u32> {
        let marks = &marks.sorted();
        let left_out = history.iter().filter(|p| !is_measurement(p.value)).count();
        let mut usable = history.iter().filter(|p| is_measurement(p.value) && !marks.ignores(p.at));
        let newest: Vec<&Point> = usable.by_ref().rev().take(MOST_POINTS).collect();
        if newest.len() < FEWEST_POINTS {
            return Err((FEWEST_POINTS - newest.len()) as u32);
        }
        let (oldest, latest) = (usable.next().unwrap_or(newest[newest.len() - 1]), newest[0]);
        let seen = day(latest.at) - day(oldest.at) + 1.0;
        if newest.len() as f64 >= 1.5 * settings.learning_days && seen < settings.learning_days {
            let per_day = newest.len() as f64 / seen;
            return Err(((settings.learning_days - seen) * per_day).ceil() as u32);
        }
        let (times, values): (Vec<Instant>, Vec<f64>) = newest.iter().rev().map(|p| (p.at, p.value)).unzip();
        let mut scratch = Vec::with_capacity(values.len());
        let scale = Scale::choose((settings.domain, settings.step), &values, &mut scratch);
        let slots: Vec<Slot> = times.iter().map(|at| Slot::of(*at, settings.zone_offset_seconds)).collect();
        let mut stable: Vec<f64> = values.iter().map(|v| scale.forward(*v)).collect();
        let floor = least_spread(&values, scale, settings, &mut scratch);
        let season = Season::learn(&slots, &mut stable, &mut scratch);
        let from = times.len().saturating_sub(MOST_SURPRISES);
        let days: Vec<f64> = times[from..].iter().map(|at| day(*at)).collect();
        let walk = Walk::through(&days, &stable[from..], floor, &mut scratch);
        let marked = times.iter().enumerate().filter(|(_, at)| marks.is_false_alarm(**at));
        let false_alarms: Vec<usize> = marked.map(|(place, _)| place).collect();
        let (middle, above, below) =
            calibrate(&walk, &times[from..], marks, (settings.domain, scale), &mut scratch);
        let steady = false_alarms.iter().filter_map(|place| place.checked_sub(from + WARM_UP));
        let steady: Vec<usize> = steady.collect();
        let flicker = floor / walk.spread;
        let (above, below) = (above.with_flicker(flicker), below.with_flicker(flicker));
        let windows = windows(&walk, middle, &steady, &mut scratch);
        Ok(Self { scale, season, walk, times, values, false_alarms, windows, middle, above, below, left_out })
    }

    /// How many points of the history were no measurements.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// Judges a point after the past that was learned from. A value that is not finite is no measurement:
    /// the verdict is [`Verdict::Learning`] with no point needed.
    pub fn judge(&self, new: Point, marks: &Marks, settings: &Settings) -> Verdict {
        if !new.value.is_finite() {
            return Verdict::Learning { needed: 0 };
        }
        let slot = Slot::of(new.at, settings.zone_offset_seconds);
        let level = self.walk.expected(day(new.at)) + self.season.effect(slot);
        let score =
            (self.scale.forward(new.value.clamp(-LARGEST_VALUE, LARGEST_VALUE)) - level) / self.walk.spread;
        let mut expected = self.expected(level, settings);
        if marks.ignores(new.at) || marks.is_false_alarm(new.at) {
            expected.low = expected.low.min(new.value);
            expected.high = expected.high.max(new.value);
            return Verdict::Usual { expected };
        }
        let suspicion = self.suspicion(new.value, score, settings);
        if suspicion.chance.is_nan() || suspicion.chance > settings.target() {
            return Verdict::Usual { expected };
        }
        let chance = suspicion.chance.max(LEAST_CHANCE);
        let since = self.since(new, score, suspicion.evidence, settings);
        let facts = Facts {
            observed: new.value,
            expected,
            chance,
            since,
            evidence: suspicion.evidence,
            slot,
            by_weekday: self.season.has_weekdays(),
            by_hour: self.season.has_hours(),
        };
        let finding = Unusual {
            deviations: (score - self.middle).abs(),
            chance,
            since,
            explanation: explain(&facts, settings),
        };
        Verdict::Unusual { expected, finding }
    }

    fn expected(&self, level: f64, settings: &Settings) -> Expected {
        let inverse = |score: f64| self.scale.inverse(level + score * self.walk.spread);
        let at = |score: f64| inverse(score).clamp(f64::MIN, f64::MAX);
        let chance = settings.target() * side_share(settings);
        let low = match settings.sides {
            Sides::Both => at(self.middle - self.below.magnitude(chance)),
            Sides::Above if matches!(settings.domain, Domain::Any | Domain::Total) => f64::MIN,
            Sides::Above => 0.0,
        };
        Expected { value: at(self.middle), low, high: at(self.middle + self.above.magnitude(chance)) }
    }

    /// The chance of one point, each side having its share of the tolerated false alarms.
    fn point_chance(&self, score: f64, settings: &Settings) -> f64 {
        let away = score - self.middle;
        let chance = match settings.sides {
            _ if away >= 0.0 => self.above.chance(away),
            Sides::Both => self.below.chance(-away),
            Sides::Above => 1.0,
        };
        (chance / side_share(settings)).min(1.0)
    }

    fn suspicion(&self, value: f64, score: f64, settings: &Settings) -> Suspicion {
        let point = self.point_chance(score, settings);
        let mut worst = Suspicion { chance: point, evidence: Evidence::Point };
        let mut consider = |found: Option<Found>, share: f64| {
            let Some(found) = found else { return };
            let chance = (found.chance / share).min(1.0);
            let alarming = settings.sides == Sides::Both || matches!(found.kind, Kind::Higher);
            if alarming && chance < worst.chance {
                let evidence = Evidence::Window { kind: found.kind, points: found.points };
                worst = Suspicion { chance, evidence };
            }
        };
        for (windows, share) in &self.windows {
            consider(Some(windows.judge(score - self.middle)), *share);
        }
        let usual = |place: usize| self.false_alarms.binary_search(&place).is_ok();
        consider(stuck(&self.values, value, settings.target(), &usual), STUCK_SHARE);
        worst
    }

    /// The first of the unusual points without a usual one between.
    fn since(&self, new: Point, score: f64, evidence: Evidence, settings: &Settings) -> Instant {
        let window = match evidence {
            Evidence::Window { points, .. } => points - 1,
            Evidence::Point => 0,
        };
        let side = score > self.middle;
        let past = self.walk.scores.iter().rev();
        let unusual = past.take_while(|past| {
            let same_side = (**past > self.middle) == side;
            same_side && self.point_chance(**past, settings) <= settings.target()
        });
        let back = unusual.count().max(window);
        self.times.iter().rev().nth(back.wrapping_sub(1)).copied().unwrap_or(new.at)
    }
}

/// One side's share of the tolerated false alarms.
fn side_share(settings: &Settings) -> f64 {
    match settings.sides {
        Sides::Both => POINT_SHARE / 2.0,
        Sides::Above => POINT_SHARE,
    }
}

fn is_measurement(value: f64) -> bool {
    value.abs() <= LARGEST_VALUE
}

fn day(at: Instant) -> f64 {
    at.micros() as f64 / 86_400e6
}

/// The window tests, around the middle of the surprises after the warm-up, from which the places of the
/// false alarms count.
fn windows(walk: &Walk, middle: f64, false_alarms: &[usize], scratch: &mut Vec<f64>) -> Vec<(Windows, f64)> {
    let steady: Vec<f64> = walk.scores.iter().skip(WARM_UP).map(|score| score - middle).collect();
    let lean = LEAN_POINTS.map(|points| ((Look::Lean, points), LEAN_SHARE));
    let looks = lean.into_iter().chain([((Look::Scatter, SCATTER_POINTS), SCATTER_SHARE)]);
    let learn = |(look, share)| Some((Windows::learn(look, &steady, false_alarms, scratch)?, share));
    looks.filter_map(learn).collect()
}

/// What the resolution, a five-hundredth of the usual value, or the chance in a share of so many records comes to on
/// the stabilised scale.
fn least_spread(values: &[f64], scale: Scale, settings: &Settings, scratch: &mut Vec<f64>) -> f64 {
    sample(values.len(), scratch, |index| values[index]);
    let middle = median(scratch);
    let mut step = settings.resolution.max(middle.abs() / 500.0);
    if settings.domain == Domain::Share && settings.step > 0.0 {
        // So much a share of so many records differs by chance; where none is usual, single ones still come.
        let chance = (middle * (1.0 - middle)).max(0.0) * settings.step;
        step = step.max(chance.sqrt()).max(SINGLE_RECORDS * settings.step);
    }
    let step = if step > 0.0 { step } else { 1e-9 };
    (scale.forward(middle + step) - scale.forward(middle)).abs().max(1e-12)
}

/// The middle of the past surprises, and the tails on both sides of it.
fn calibrate(
    walk: &Walk,
    times: &[Instant],
    marks: &SortedMarks,
    (domain, scale): (Domain, Scale),
    scratch: &mut Vec<f64>,
) -> (f64, Tail, Tail) {
    let (mut scores, mut false_alarms) = (Vec::with_capacity(times.len()), Vec::new());
    for (index, score) in walk.scores.iter().enumerate().skip(WARM_UP) {
        let score = &score.clamp(-MOST_SURPRISED, MOST_SURPRISED);
        if marks.is_false_alarm(times[index]) {
            false_alarms.push(*score);
        } else if !walk.disturbed[index] {
            scores.push(*score);
        }
    }
    sample_of(scores.len(), scores.len(), scratch, |index| scores[index]);
    let middle = median(scratch);
    for score in scratch.iter_mut() {
        *score = (*score - middle).abs();
    }
    let limit = quantile(scratch, 0.75).unwrap_or(1.0).max(0.5) * UNUSUAL_BEFORE;
    for score in scores.iter_mut().chain(&mut false_alarms) {
        *score -= middle;
    }
    let law = Mixture::fit(&scores, limit, domain, scratch);
    // Counts that are measured as they are are few, and so are the records of such shares.
    let smooth = !matches!(domain, Domain::Count | Domain::Share) || scale != Scale::Identity;
    let mut wild = (scores.len() / ONE_WILD_IN).max(1);
    scores.retain(|score| {
        let far = score.abs() > limit;
        let kept = !far || wild > 0;
        wild -= usize::from(far && kept);
        kept
    });
    let (above, below) = tail::fit((&law, smooth), &scores, limit, &false_alarms);
    (middle, above, below)
}
