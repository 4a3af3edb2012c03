//! How likely a usual point is as far off as a given one: from the series' own surprises, and beyond the
//! largest of them by the law that tails follow.

/// The excesses over a high threshold follow a generalised Pareto distribution (Balkema, de Haan 1974;
/// Pickands 1975). Tails are taken from this share of the surprises, at most.
const TAIL_SHARE: f64 = 0.15;
const MOST_EXCESSES: usize = 64;
const FEWEST_EXCESSES: usize = 6;
/// What is believed of the shape before any excess is seen, and how many excesses that belief is worth: a
/// little heavier than normal noise.
const PRIOR_SHAPE: f64 = 0.1;
const PRIOR_WEIGHT: f64 = 20.0;

/// One side's tail.
#[derive(Debug, Clone, Default)]
pub struct Tail {
    threshold: f64,
    /// The share of points beyond the threshold.
    share: f64,
    shape: f64,
    width: f64,
    points: f64,
    /// Magnitudes that are known to be usual: the excesses and the false alarms, ascending.
    usual: Vec<f64>,
}

impl Tail {
    /// From the magnitudes on one side; `points` were looked at on both. Magnitudes beyond `limit` were
    /// unusual, and count as being there, not further off; `false_alarms` were usual whatever they are.
    pub fn fit(magnitudes: &mut [f64], points: usize, limit: f64, false_alarms: &[f64]) -> Self {
        let wanted = (points as f64 * TAIL_SHARE) as usize;
        let most = magnitudes.len().saturating_sub(1);
        let count = wanted.clamp(FEWEST_EXCESSES, MOST_EXCESSES).min(most);
        let split = magnitudes.len() - count;
        if count < magnitudes.len() && split > 0 {
            magnitudes.select_nth_unstable_by(split - 1, f64::total_cmp);
        }
        let threshold = if split > 0 { magnitudes.get(split - 1).copied().unwrap_or(0.0) } else { 0.0 };
        let mut usual: Vec<f64> = magnitudes[split..].iter().copied().filter(|m| *m <= limit).collect();
        let mut excesses: Vec<f64> = magnitudes[split..].iter().map(|m| m.min(limit) - threshold).collect();
        excesses.extend(false_alarms.iter().map(|m| (m - threshold).max(0.0)));
        excesses.sort_unstable_by(f64::total_cmp);
        usual.extend(false_alarms);
        usual.sort_unstable_by(f64::total_cmp);
        let (shape, width) = pareto(&excesses);
        let points = (points + false_alarms.len()) as f64;
        Self { threshold, share: (excesses.len() as f64 + 1.0) / (points + 1.0), shape, width, points, usual }
    }

    /// The chance that a usual point is at least `magnitude` off on this side.
    pub fn chance(&self, magnitude: f64) -> f64 {
        if magnitude <= self.threshold {
            return self.share;
        }
        let beyond = 1.0 + self.shape * (magnitude - self.threshold) / self.width;
        let extrapolated = self.share * beyond.powf(-1.0 / self.shape);
        let further = self.usual.len() - self.usual.partition_point(|m| *m < magnitude);
        if further == 0 {
            return extrapolated;
        }
        // As usual as what was usual before: the conformal p-value (Vovk et al. 2005).
        extrapolated.max((further as f64 + 1.0) / (self.points + 1.0))
    }

    /// The least magnitude whose chance is `chance` or less.
    pub fn magnitude(&self, chance: f64) -> f64 {
        let ratio = (self.share / chance).max(1.0);
        let extrapolated = self.threshold + self.width / self.shape * (ratio.powf(self.shape) - 1.0);
        let known = self.usual.iter().rev().enumerate();
        let mut usual = known.filter(|(further, _)| (*further as f64 + 2.0) / (self.points + 1.0) > chance);
        usual.next().map_or(extrapolated, |(_, m)| m.max(extrapolated))
    }
}

/// Shape and width of ascending excesses: the posterior mean of Zhang and Stephens (2009), its shape drawn
/// towards the prior, and widened by how little a few excesses say (the predictive distribution of an
/// exponential tail of n excesses has shape 1/n).
fn pareto(excesses: &[f64]) -> (f64, f64) {
    let n = excesses.len() as f64;
    let mean = excesses.iter().sum::<f64>() / n.max(1.0);
    let largest = excesses.last().copied().unwrap_or(0.0);
    if largest <= 0.0 {
        return (PRIOR_SHAPE, f64::MIN_POSITIVE.max(1e-9));
    }
    let quartile = excesses[((n / 4.0 + 0.5) as usize).clamp(1, excesses.len()) - 1];
    let quartile = if quartile > 0.0 { quartile } else { mean / 4.0 };
    let candidates = 20 + n.sqrt() as usize;
    let (mut weights, mut theta) = (0.0, 0.0);
    let mut profile = Vec::with_capacity(candidates);
    for index in 1..=candidates {
        let step = 1.0 - (candidates as f64 / (index as f64 - 0.5)).sqrt();
        let candidate = 1.0 / largest + step / (3.0 * quartile);
        profile.push((candidate, likelihood(excesses, candidate)));
    }
    let best = profile.iter().map(|(_, l)| *l).fold(f64::NEG_INFINITY, f64::max);
    for (candidate, likelihood) in profile {
        let weight = (likelihood - best).exp();
        weights += weight;
        theta += weight * candidate;
    }
    theta /= weights;
    let shape = shape_of(excesses, theta);
    let drawn = (n * shape + PRIOR_WEIGHT * PRIOR_SHAPE) / (n + PRIOR_WEIGHT);
    let shape = drawn.clamp(0.01, 0.9) + 1.0 / n;
    // The width that keeps the mean excess, for which the drawn shape may no longer be the fitted one.
    (shape, (mean * (1.0 - drawn.clamp(0.01, 0.9))).max(1e-9))
}

fn shape_of(excesses: &[f64], theta: f64) -> f64 {
    excesses.iter().map(|x| (-theta * x).ln_1p()).sum::<f64>() / excesses.len() as f64
}

fn likelihood(excesses: &[f64], theta: f64) -> f64 {
    let shape = shape_of(excesses, theta);
    let ratio = -theta / shape;
    if !(ratio > 0.0) {
        return f64::NEG_INFINITY;
    }
    excesses.len() as f64 * (ratio.ln() - shape - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The n-quantiles of a generalised Pareto distribution of width 1.
    fn pareto_points(n: usize, shape: f64) -> Vec<f64> {
        (0..n).map(|i| ((1.0 - (i as f64 + 0.5) / n as f64).powf(-shape) - 1.0) / shape).collect()
    }

    #[test]
    fn shapes_of_long_tails_are_found_again() {
        for shape in [0.1, 0.3, 0.6] {
            let (found, width) = pareto(&pareto_points(2000, shape));
            assert!((found - shape).abs() < 0.05, "{shape}: {found}");
            assert!((width - 1.0).abs() < 0.12, "{shape}: {width}");
        }
    }

    #[test]
    fn magnitude_and_chance_are_inverse() {
        let mut magnitudes: Vec<f64> = (1..=200).map(|i| (200.0 / f64::from(i)).ln()).collect();
        let tail = Tail::fit(&mut magnitudes, 400, 10.0, &[]);
        for chance in [1e-3, 1e-4, 1e-6] {
            let magnitude = tail.magnitude(chance);
            assert!(tail.chance(magnitude + 1e-9) <= chance * 1.001);
            assert!(tail.chance(magnitude - 0.01) > chance);
        }
    }

    #[test]
    fn what_a_false_alarm_reached_is_usual() {
        let magnitudes: Vec<f64> = (1..=45).map(|i| f64::from(i) / 20.0).collect();
        let strict = Tail::fit(&mut magnitudes.clone(), 90, 5.0, &[]);
        assert!(strict.chance(8.0) < 1e-4);
        let taught = Tail::fit(&mut magnitudes.clone(), 90, 5.0, &[8.0]);
        assert!(taught.chance(7.9) > 0.01 && taught.magnitude(1e-4) >= 8.0);
    }
}
