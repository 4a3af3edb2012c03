//! How likely a usual point is as far off as a given one: from the series' own surprises, and beyond the
//! largest of them by the law that tails follow.

use super::heavy::Mixture;
use crate::robust::normal_tail;

/// The excesses over a high threshold follow a generalised Pareto distribution (Balkema, de Haan 1974;
/// Pickands 1975). Tails are taken from this share of the surprises, at most.
const TAIL_SHARE: f64 = 0.15;
const MOST_EXCESSES: usize = 64;
const FEWEST_EXCESSES: usize = 6;
/// What is believed of the shape before any excess is seen, and how many excesses that belief is worth: a
/// little heavier than normal noise, whose excesses this far out still fall faster than exponentially.
const PRIOR_SHAPE: f64 = -0.03;
const PRIOR_WEIGHT: f64 = 25.0;
/// Of the logarithms of the two chances, the part that the larger one has; the smaller one has the rest, but
/// for this share of the larger one, below which their mean must not fall.
const LARGER: f64 = 0.4;
const LEAST: f64 = 0.15;
/// Excesses that the other side's width is worth.
const WIDTH_WEIGHT: f64 = 5.0;

/// One side's tail.
#[derive(Debug, Clone, Default)]
pub struct Tail {
    threshold: f64,
    /// The share of points beyond the threshold.
    share: f64,
    shape: f64,
    width: f64,
    points: f64,
    /// What all the surprises say of the tail.
    law: Mixture,
    smooth: bool,
    /// The standard deviation of what the series cannot tell from nothing.
    flicker: f64,
    /// Magnitudes that are known to be usual: the excesses and the false alarms, ascending.
    usual: Vec<f64>,
}

/// What is known of one side's tail before its law is fitted.
struct Excesses {
    threshold: f64,
    over: Vec<f64>,
    mean: f64,
    usual: Vec<f64>,
}

impl Excesses {
    fn of(magnitudes: &mut [f64], points: usize, limit: f64, false_alarms: &[f64]) -> Self {
        let wanted = (points as f64 * TAIL_SHARE) as usize;
        let most = magnitudes.len().saturating_sub(1);
        let count = wanted.clamp(FEWEST_EXCESSES, MOST_EXCESSES).min(most);
        let split = magnitudes.len() - count;
        let mut threshold = 0.0;
        if split > 0 {
            let (_, value, _) = magnitudes.select_nth_unstable_by(split - 1, f64::total_cmp);
            threshold = *value;
        }
        let beyond = &magnitudes[split..];
        let mut usual: Vec<f64> = beyond.iter().copied().filter(|m| *m <= limit).collect();
        let mut over: Vec<f64> = beyond.iter().map(|m| (m.min(limit) - threshold).max(0.0)).collect();
        over.extend(false_alarms.iter().map(|m| (m - threshold).max(0.0)));
        usual.extend(false_alarms);
        usual.sort_unstable_by(f64::total_cmp);
        let mean = over.iter().sum::<f64>() / over.len().max(1) as f64;
        Self { threshold, over, mean, usual }
    }
}

/// Both tails of `scores` around 0, above first. Scores further off than `limit` were unusual, and count as
/// being there, not further off; `false_alarms` were usual whatever they are. The shape is taken from both
/// sides together, the width from each, drawn a little towards the other's. `law` is what all surprises
/// say; `smooth` is whether values are dense enough to follow one.
pub fn fit(
    (law, smooth): (&Mixture, bool),
    scores: &[f64],
    limit: f64,
    false_alarms: &[f64],
) -> (Tail, Tail) {
    let side = |sign: f64| {
        let of = |values: &[f64]| values.iter().map(|v| v * sign).filter(|m| *m > 0.0).collect::<Vec<f64>>();
        Excesses::of(&mut of(scores), scores.len(), limit, &of(false_alarms))
    };
    let sides = [side(1.0), side(-1.0)];
    let mut relative: Vec<f64> =
        sides.iter().flat_map(|s| s.over.iter().map(|x| x / s.mean.max(1e-12))).collect();
    let shape = shape(&mut relative);
    let count = relative.len().max(1) as f64;
    let together = sides.iter().map(|s| s.over.iter().sum::<f64>()).sum::<f64>() / count;
    let points = (scores.len() + false_alarms.len()) as f64;
    let [above, below] = sides.map(|side| {
        let n = side.over.len() as f64;
        let mean = (n * side.mean + WIDTH_WEIGHT * together) / (n + WIDTH_WEIGHT);
        Tail {
            threshold: side.threshold,
            share: (n + 0.5) / (points + 1.0),
            // A few excesses say little: the predictive distribution of an exponential tail of n excesses
            // has the shape 1/n. Four fifths of that kept the rate of false alarms on the tuning seeds.
            shape: not_zero(shape + 0.8 / (n + WIDTH_WEIGHT)),
            width: (mean * (1.0 - shape)).max(1e-9),
            points,
            law: law.clone(),
            smooth,
            flicker: 0.0,
            usual: side.usual,
        }
    });
    (above, below)
}

impl Tail {
    /// The same tail of a series whose points may always differ by so much, in standard deviations of normal noise,
    /// however little they did so far: one that never moved would else take its first flicker for a wonder.
    pub fn with_flicker(self, flicker: f64) -> Self {
        Self { flicker, ..self }
    }

    /// The chance that a usual point is at least `magnitude` off on this side.
    pub fn chance(&self, magnitude: f64) -> f64 {
        self.seen(magnitude).max(self.of_flicker(magnitude))
    }

    fn of_flicker(&self, magnitude: f64) -> f64 {
        if self.flicker > 0.0 { normal_tail(magnitude / self.flicker) } else { 0.0 }
    }

    /// What the surprises say of it.
    fn seen(&self, magnitude: f64) -> f64 {
        if magnitude <= self.threshold {
            return self.share;
        }
        let beyond = 1.0 + self.shape * (magnitude - self.threshold) / self.width;
        let extrapolated = if beyond > 0.0 { self.share * beyond.powf(-1.0 / self.shape) } else { 0.0 };
        let extrapolated = self.blend(magnitude, extrapolated);
        let further = self.usual.len() - self.usual.partition_point(|m| *m < magnitude);
        if further == 0 {
            return extrapolated;
        }
        // As usual as what was usual before: the conformal p-value (Vovk et al. 2005).
        extrapolated.max((further as f64 + 1.0) / (self.points + 1.0))
    }

    /// The Pareto tail and the law that all surprises follow err in different series: where they differ, the
    /// truth was between them on the tuning seeds, but for small counts, which no smooth law fits: of those
    /// the larger counts. What heavy tails give is a lower bound.
    fn blend(&self, magnitude: f64, pareto: f64) -> f64 {
        let law = self.law.chance(magnitude).min(self.share);
        let (more, less) = (pareto.max(law), pareto.min(law));
        if !self.smooth {
            return more;
        }
        let mean = more.powf(LARGER) * less.powf(1.0 - LARGER);
        mean.max(LEAST * more).max(self.law.heavy(magnitude).min(self.share))
    }

    /// The least magnitude whose chance is `chance` or less.
    pub fn magnitude(&self, chance: f64) -> f64 {
        if self.share.max(self.of_flicker(self.threshold)) <= chance {
            return self.threshold;
        }
        let (mut low, mut high) = (self.threshold, 2.0 * self.threshold.max(1.0));
        // The heaviest law falls below 1e-12 at a hundred thousand times its scale.
        for _ in 0..100 {
            if self.chance(high) <= chance {
                break;
            }
            (low, high) = (high, 2.0 * high);
        }
        // To a ten-thousandth of the magnitude.
        for _ in 0..14 {
            let middle = f64::midpoint(low, high);
            if self.chance(middle) <= chance { high = middle } else { low = middle }
        }
        high
    }
}

/// The shape of excesses, which it reorders: the posterior mean of Zhang and Stephens (2009), drawn towards the prior.
fn shape(excesses: &mut [f64]) -> f64 {
    let n = excesses.len() as f64;
    let mean = excesses.iter().sum::<f64>() / n.max(1.0);
    let largest = excesses.iter().copied().fold(0.0, f64::max);
    if largest <= 0.0 {
        return PRIOR_SHAPE;
    }
    let place = ((n / 4.0 + 0.5) as usize).clamp(1, excesses.len()) - 1;
    let (_, quartile, _) = excesses.select_nth_unstable_by(place, f64::total_cmp);
    let quartile = *quartile;
    let quartile = if quartile > 0.0 { quartile } else { mean / 4.0 };
    let candidates = 20 + n.sqrt() as usize;
    let mut profile = Vec::with_capacity(candidates);
    for index in 1..=candidates {
        let step = 1.0 - (candidates as f64 / (index as f64 - 0.5)).sqrt();
        let candidate = 1.0 / largest + step / (3.0 * quartile);
        profile.push((candidate, likelihood(excesses, candidate)));
    }
    let best = profile.iter().map(|(_, l)| *l).fold(f64::NEG_INFINITY, f64::max);
    let (mut weights, mut theta) = (0.0, 0.0);
    for (candidate, likelihood) in profile {
        let weight = (likelihood - best).exp();
        weights += weight;
        theta += weight * candidate;
    }
    let fitted = shape_of(excesses, theta / weights);
    ((n * fitted + PRIOR_WEIGHT * PRIOR_SHAPE) / (n + PRIOR_WEIGHT)).clamp(-0.25, 0.9)
}

/// The law's formulas divide by the shape; so near zero they agree with the exponential one.
fn not_zero(shape: f64) -> f64 {
    if shape.abs() < 1e-4 { 1e-4 } else { shape }
}

/// The mean logarithm of 1 - theta x; eight factors share one logarithm, because logarithms are what costs.
fn shape_of(excesses: &[f64], theta: f64) -> f64 {
    let product = |eight: &[f64]| eight.iter().fold(1.0, |product, x| product * (1.0 - theta * x));
    excesses.chunks(8).map(|eight| product(eight).ln()).sum::<f64>() / excesses.len() as f64
}

fn likelihood(excesses: &[f64], theta: f64) -> f64 {
    let shape = shape_of(excesses, theta);
    let ratio = -theta / shape;
    if ratio.is_nan() || ratio <= 0.0 {
        return f64::NEG_INFINITY;
    }
    excesses.len() as f64 * (ratio.ln() - shape - 1.0)
}

#[cfg(test)]
mod tests {
    use super::super::settings::Domain;
    use super::*;

    /// The n-quantiles of a generalised Pareto distribution of width 1.
    fn pareto_points(n: usize, shape: f64) -> Vec<f64> {
        (0..n).map(|i| ((1.0 - (i as f64 + 0.5) / n as f64).powf(-shape) - 1.0) / shape).collect()
    }

    fn fitted(scores: &[f64], limit: f64, false_alarms: &[f64]) -> (Tail, Tail) {
        let law = Mixture::fit(scores, limit, Domain::Count, &mut Vec::new());
        fit((&law, true), scores, limit, false_alarms)
    }

    #[test]
    fn shapes_of_long_tails_are_found_again() {
        for expected in [0.1, 0.3, 0.6] {
            let found = shape(&mut pareto_points(2000, expected));
            assert!((found - expected).abs() < 0.05, "{expected}: {found}");
        }
    }

    #[test]
    fn magnitude_and_chance_are_inverse() {
        let scores: Vec<f64> =
            (1..=400).map(|i| (400.0 / f64::from(i)).ln() * if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        for tail in <[Tail; 2]>::from(fitted(&scores, 10.0, &[])) {
            for chance in [1e-3, 1e-4, 1e-6] {
                let magnitude = tail.magnitude(chance);
                assert!(tail.chance(magnitude + 1e-9) <= chance * 1.001);
                assert!(tail.chance(magnitude - 0.01) > chance);
            }
        }
    }

    #[test]
    fn what_a_series_cannot_tell_from_nothing_is_usual_though_it_never_moved() {
        let (never, _) = fitted(&[0.0; 60], 4.0, &[]);
        assert!(never.chance(1.0) < 1e-9);
        let never = never.with_flicker(1.0);
        assert!(never.chance(1.0) > 0.1 && never.chance(6.0) < 1e-8);
        assert!((never.magnitude(1e-3) - 3.09).abs() < 0.01, "{}", never.magnitude(1e-3));
    }

    #[test]
    fn what_a_false_alarm_reached_is_usual() {
        let scores: Vec<f64> = (-45..=45).map(|i| f64::from(i) / 20.0).collect();
        let (strict, _) = fitted(&scores, 5.0, &[]);
        assert!(strict.chance(8.0) < 1e-4);
        let (taught, below) = fitted(&scores, 5.0, &[8.0]);
        assert!(taught.chance(7.9) > 0.01 && taught.magnitude(1e-4) >= 8.0);
        assert!(below.chance(7.9) < 0.01, "the other side has not learned from it");
    }
}
