//! A column whose distribution moved far while the series of its shifts is still being learned: what a baseline would
//! say cannot be asked yet, but a large shift after several small ones can be told.
//!
//! Distributions of incremental loads move by nature: each run brings the next ids, the next dates, the orders that
//! were changed since. So a shift alone says nothing; it is told only where the column was seen to stay as it was.

use forebay_model::anomaly::{Expected, Metric, Point, SeriesKey, Unusual, Verdict};
use forebay_model::profile::ColumnProfile;

use crate::detect::explain::{place, significant};
use crate::detect::season::Slot;
use crate::detect::{Marks, Settings, detect};
use crate::distance::{Extent, LARGE_PSI, Shift, middle, moves_on, shift};
use crate::robust::{MAD_TO_SD, median, normal_tail};

/// So often the column must have been compared before, not counting the first time: that is with the first load, which
/// is often of all that there ever was.
pub const FEWEST_COMPARISONS: usize = 4;
/// And never have been apart by more than this part of the new distance.
const NEAR: f64 = 1.0 / 3.0;
/// A run of so many times the records of the other one is another kind of load: all there is, not what is new.
const LIKE_LOADS: u64 = 10;
const LEAST_CHANCE: f64 = 1e-12;

/// A column's profile in the newest run, and in the run that it is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    pub before: &'a ColumnProfile,
    pub after: &'a ColumnProfile,
}

/// Judges a point of any series as [`detect`](crate::detect()) does, and of a distribution's shift more: `compared` are
/// the profiles whose distance the point is. Where the series is still being learned, a [`large_shift`] is unusual; where
/// its baseline calls the point unusual, the finding says how large the shift is. So there is one finding of a shift.
pub fn judge(
    history: &[Point],
    marks: &Marks,
    new: Point,
    settings: &Settings,
    compared: Option<Compared<'_>>,
) -> Verdict {
    let verdict = detect(history, marks, new, settings);
    let is_shift = settings.series.as_ref().is_some_and(|series| series.metric == Metric::DistributionShift);
    let Some(compared) = compared.filter(|_| is_shift) else { return verdict };
    match verdict {
        Verdict::Learning { needed } => match large_shift(settings, history, marks, new, compared) {
            Some((expected, finding)) => Verdict::Unusual { expected, finding },
            None => Verdict::Learning { needed },
        },
        Verdict::Unusual { expected, mut finding } => {
            if let Some(shift) = shift(compared.before, compared.after) {
                finding.explanation = format!("{} {}", finding.explanation, told(&shift));
            }
            Verdict::Unusual { expected, finding }
        }
        usual @ Verdict::Usual { .. } => usual,
    }
}

/// What is unusual about a shift of which [`detect`](crate::detect()) says that its series is still being learned;
/// `history` are the series' points before `new`, ascending, and `settings` say which series it is. `None` unless
///
/// - the shift is large ([`Extent::Large`]), and there are so many values on both sides that chance alone would not
///   make it large in more than one of a thousand comparisons ([`Shift::psi_by_chance`]): 153 each for ten bins of
///   numbers, 82 for two categories;
/// - at least [`FEWEST_COMPARISONS`] earlier ones are known, the first one apart, and none of them was more than a third as
///   far: so a column that moves with every run is never told of, and any other one once;
/// - on a weekend, or after one, such a step was seen before: weekends may be others by nature;
/// - both runs are of the same kind: neither has ten times the records of the other;
/// - the column did not move on by itself ([`moves_on`]): numbers given out in turn, or times, that went forward.
///
/// The finding's `chance` is that of two samples of one distribution being so far apart, and its `deviations` are in
/// what such samples differ by; nobody knows yet what is usual for the series.
pub fn large_shift(
    settings: &Settings,
    history: &[Point],
    marks: &Marks,
    new: Point,
    compared: Compared<'_>,
) -> Option<(Expected, Unusual)> {
    let Compared { before, after } = compared;
    let series = settings.series.as_ref()?;
    let shift = shift(before, after).filter(|shift| shift.extent() == Extent::Large)?;
    let is_ours = !marks.ignores(new.at) && !marks.is_false_alarm(new.at);
    if !is_ours || shift.psi_by_chance() >= LARGE_PSI || !are_like_loads(compared) || moves_on(before, after)
    {
        return None;
    }
    let history = &history[..history.partition_point(|point| point.at < new.at)];
    let step = |from: Option<&Point>, to: Point| Step::of(from, to, settings.zone_offset_seconds);
    let now = step(history.last(), new);
    let is_known_step =
        now == Step::default() || history.windows(2).skip(1).any(|pair| step(Some(&pair[0]), pair[1]) == now);
    let known = history.iter().skip(1).filter(|p| !marks.ignores(p.at) && p.value.is_finite());
    let mut earlier: Vec<f64> = known.map(|point| point.value).collect();
    let distance = shift.distance();
    let furthest = earlier.iter().copied().fold(0.0, f64::max);
    if !is_known_step || earlier.len() < FEWEST_COMPARISONS || furthest > NEAR * distance {
        return None;
    }
    let usual = median(&mut earlier);
    let mut off: Vec<f64> = earlier.iter().map(|value| (value - usual).abs()).collect();
    let spread = (median(&mut off) * MAD_TO_SD).max(sampling(compared));
    let expected = Expected { value: usual, low: 0.0, high: furthest / NEAR };
    let explanation = explain(series, &shift, compared, (earlier.len(), furthest));
    let (deviations, chance) = ((distance - usual) / spread, chance(&shift, compared));
    Some((expected, Unusual { deviations, chance, since: new.at, explanation }))
}

/// From which kind of day a comparison was to which: whether each is of a weekend.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Step {
    from_weekend: bool,
    to_weekend: bool,
}

impl Step {
    fn of(from: Option<&Point>, to: Point, zone: i32) -> Self {
        let is_weekend = |at| Slot::of(at, zone).weekday >= 5;
        let from_weekend = from.is_some_and(|from| is_weekend(from.at));
        Self { from_weekend, to_weekend: is_weekend(to.at) }
    }
}

/// By how much a shift is large or not, in a sentence.
pub fn told(shift: &Shift) -> String {
    let psi = significant((shift.psi() * 100.0).round() / 100.0);
    match shift.extent() {
        Extent::Large => format!(
            "It is a large shift: its population stability index is {psi}, and large from {LARGE_PSI}."
        ),
        Extent::Moderate => format!(
            "It is a moderate shift: its population stability index is {psi}, and large from {LARGE_PSI}."
        ),
        Extent::None => "It is less than a moderate shift, or no more than chance gives.".to_owned(),
    }
}

fn explain(
    series: &SeriesKey,
    shift: &Shift,
    compared: Compared<'_>,
    (earlier, furthest): (usize, f64),
) -> String {
    let place = place(series);
    let came = match shift {
        Shift::Numbers(_) => {
            let distance = significant(shift.distance());
            format!(
                "The values of {place} were spread otherwise than in the last run with records, at a distance of {distance}"
            )
        }
        Shift::Categories(_) => {
            let share = significant((shift.distance() * 1000.0).round() / 10.0);
            format!(
                "{share}% of the values of {place} would have to be others to be spread as in the last run with records"
            )
        }
    };
    let middles = middles(compared).map_or_else(String::new, |(from, to)| {
        format!(", and the median went from {} to {}", significant(from), significant(to))
    });
    format!(
        "{came}{middles}; a distance of at most {} was expected, since it was never more than {} in {earlier} \
         comparisons before. {} The column is still being learned.",
        significant(furthest / NEAR),
        significant(furthest),
        told(shift),
    )
}

/// The medians, of what is neither personal nor a time.
fn middles(Compared { before, after }: Compared<'_>) -> Option<(f64, f64)> {
    let is_plain = |p: &ColumnProfile| !p.masked && p.sensitive.is_empty() && p.times.is_none();
    let middles = (middle(before.numbers.as_ref()?)?, middle(after.numbers.as_ref()?)?);
    (is_plain(before) && is_plain(after)).then_some(middles)
}

fn filled(profile: &ColumnProfile) -> u64 {
    profile.rows.saturating_sub(profile.nulls)
}

fn are_like_loads(Compared { before, after }: Compared<'_>) -> bool {
    let (less, more) = (before.rows.min(after.rows), before.rows.max(after.rows));
    more < less.saturating_mul(LIKE_LOADS)
}

/// The standard deviation by which the middles of two samples' distribution functions differ.
fn sampling(compared: Compared<'_>) -> f64 {
    0.5 * harmonic(compared).sqrt()
}

fn harmonic(Compared { before, after }: Compared<'_>) -> f64 {
    1.0 / filled(before).max(1) as f64 + 1.0 / filled(after).max(1) as f64
}

/// That two samples of one distribution are so far apart: of numbers by Smirnov's limit law (1948), of categories by
/// the chi-squared law of the stability index, as Wilson and Hilferty (1931) bring it to the normal one.
fn chance(shift: &Shift, compared: Compared<'_>) -> f64 {
    let sampling = harmonic(compared);
    let chance = match shift {
        Shift::Numbers(shift) => 2.0 * (-2.0 * shift.distance.powi(2) / sampling).exp(),
        Shift::Categories(shift) => {
            let freedom = compared.before.frequent.len().max(compared.after.frequent.len()).max(1) as f64;
            let ninth = 2.0 / (9.0 * freedom);
            normal_tail(((1.0 + shift.psi / sampling / freedom).cbrt() - (1.0 - ninth)) / ninth.sqrt())
        }
    };
    chance.clamp(LEAST_CHANCE, 1.0)
}
