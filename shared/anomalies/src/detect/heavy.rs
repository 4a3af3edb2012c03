//! How heavy a series' tails are, as all of its surprises tell: many points say more of that than the few
//! that are far off.

use super::settings::Domain;
use crate::robust::{median, sample, student_tail};

/// Laws that noise may follow: Student's t with so many degrees of freedom, its density at 0, and how much
/// each is believed before anything is seen, where tails are expected to be light and where heavy. Thirty
/// degrees are as good as normal noise.
const LAWS: [(i32, f64, f64, f64); 5] = [
    (3, 0.367_553, 0.03, 4.0),
    (4, 0.375, 0.05, 0.05),
    (6, 0.382_733, 0.05, 0.05),
    (10, 0.389_108, 0.10, 0.10),
    (30, 0.395_632, 0.50, 0.50),
];
/// Up to so many degrees a law is heavy.
const HEAVY: i32 = 6;
/// However little speaks for them, the heaviest tails are believed by so much: what was not seen in a few
/// hundred points is not excluded by them.
const LEAST_BELIEF: f64 = 1e-3;
/// One in so many points is an event and follows none of the laws, but Cauchy's, so many times as wide as
/// the noise: a spike is not taken for a heavy tail.
const EVENTS: f64 = 0.02;
const EVENT_WIDTH: f64 = 8.0;
/// A scale that is estimated from n surprises is off by chance, and a heavy tail's chance goes with its third
/// power or more: where tails are expected to be heavy, heavy laws' chances are raised by one n-th of this.
const SCALE_DOUBT: f64 = 20.0;
/// Steps in which the scale of each law is estimated.
const STEPS: usize = 6;
/// Of more surprises than bins, their sizes are counted in bins, ten to a factor of e.
const BINS: usize = 72;
const PER_E: f64 = 10.0;
const FIRST: f64 = -3.0;

/// The laws, each with its scale and how much it is believed after the surprises were seen.
#[derive(Debug, Clone, Default)]
pub struct Mixture {
    laws: Vec<Law>,
    /// What the heavy laws' chances are multiplied by.
    doubt: f64,
}

#[derive(Debug, Clone, Copy)]
struct Law {
    freedom: i32,
    scale: f64,
    weight: f64,
}

impl Law {
    fn chance(&self, magnitude: f64) -> f64 {
        self.weight * student_tail(magnitude / self.scale, f64::from(self.freedom))
    }
}

/// Surprises as squares of their sizes, and how often each came; the density of events among them.
struct Seen {
    squares: Vec<(f64, f64)>,
    /// The squared scale of noise, were it normal.
    unit: f64,
}

impl Mixture {
    /// From surprises around 0, events among them; those further off than `limit` do not tell how wide the
    /// noise is to begin with. Figures that can be anything, such as means and maxima of amounts, have tails
    /// as heavy as the amounts have; counts and shares are mild on their scales unless they prove otherwise.
    pub fn fit(scores: &[f64], limit: f64, domain: Domain, scratch: &mut Vec<f64>) -> Self {
        if scores.is_empty() {
            return Self::default();
        }
        let seen = Seen::of(scores, limit, scratch);
        let expected_heavy = matches!(domain, Domain::Any | Domain::NonNegative | Domain::Total);
        let fitted = LAWS.map(|(freedom, peak, light, heavy)| {
            let (scale, likelihood) = seen.fit(freedom, peak);
            let prior = if expected_heavy { heavy } else { light };
            (Law { freedom, scale, weight: prior }, likelihood)
        });
        let best = fitted.iter().map(|(_, likelihood)| *likelihood).fold(f64::NEG_INFINITY, f64::max);
        let believed =
            fitted.map(|(law, likelihood)| Law { weight: law.weight * (likelihood - best).exp(), ..law });
        let sum: f64 = believed.iter().map(|law| law.weight).sum();
        let mut laws = believed.map(|law| Law { weight: law.weight / sum, ..law });
        laws[0].weight = laws[0].weight.max(LEAST_BELIEF);
        let doubt = if expected_heavy { SCALE_DOUBT / scores.len() as f64 } else { 0.0 };
        Self { laws: laws.to_vec(), doubt: 1.0 + doubt }
    }

    /// The chance that a surprise is at least `magnitude` on one side.
    pub fn chance(&self, magnitude: f64) -> f64 {
        let light = self.laws.iter().filter(|law| law.freedom > HEAVY);
        self.heavy(magnitude) + light.map(|law| law.chance(magnitude)).sum::<f64>()
    }

    /// The heavy laws' part of it.
    pub fn heavy(&self, magnitude: f64) -> f64 {
        let heavy = self.laws.iter().filter(|law| law.freedom <= HEAVY);
        self.doubt * heavy.map(|law| law.chance(magnitude)).sum::<f64>()
    }
}

impl Seen {
    fn of(scores: &[f64], limit: f64, scratch: &mut Vec<f64>) -> Self {
        let near: Vec<f64> = scores.iter().filter(|s| s.abs() <= limit).map(|s| s * s).collect();
        sample(near.len(), scratch, |index| near[index]);
        // The median of a squared normal variable is 0.455.
        let unit = (median(scratch) / 0.455).max(1e-12);
        if scores.len() <= BINS {
            return Self { squares: scores.iter().map(|s| (s * s, 1.0)).collect(), unit };
        }
        let mut bins = [0.0; BINS];
        for score in scores {
            let size = 0.5 * (score * score / unit).max(1e-12).ln();
            let place = ((size - FIRST) * PER_E).round().max(0.0) as usize;
            bins[place.min(BINS - 1)] += 1.0;
        }
        let square = |bin: usize| unit * (2.0 * (FIRST + bin as f64 / PER_E)).exp();
        let counted = bins.iter().enumerate().filter(|(_, count)| **count > 0.0);
        Self { squares: counted.map(|(bin, count)| (square(bin), *count)).collect(), unit }
    }

    /// Expectation maximisation of the scale of Student's t (Lange, Little, Taylor 1989) among events: the
    /// scale, and the logarithm of the likelihood.
    fn fit(&self, freedom: i32, peak: f64) -> (f64, f64) {
        let mut square = self.unit;
        for _ in 0..STEPS {
            let (mut sum, mut weights) = (0.0, 0.0);
            for (x, count) in &self.squares {
                let (law, event) = self.densities(*x, freedom, peak, square);
                let weight = count * law / (law + event);
                weights += weight;
                sum += weight * f64::from(freedom + 1) * x / (f64::from(freedom) + x / square);
            }
            square = (sum / weights).max(1e-12);
        }
        let logarithm = |(x, count): &(f64, f64)| {
            let (law, event) = self.densities(*x, freedom, peak, square);
            count * (law + event).ln()
        };
        (square.sqrt(), self.squares.iter().map(logarithm).sum())
    }

    /// Of a surprise of this square: as noise of this law and squared scale, and as an event.
    fn densities(&self, x: f64, freedom: i32, peak: f64, square: f64) -> (f64, f64) {
        let base = 1.0 / (1.0 + x / (f64::from(freedom) * square));
        // The power is (freedom + 1) / 2.
        let half = if freedom % 2 == 0 { base.sqrt() } else { 1.0 };
        let law = (1.0 - EVENTS) * peak / square.sqrt() * half * base.powi((freedom + 1) / 2);
        let width = EVENT_WIDTH * EVENT_WIDTH * self.unit;
        (law, EVENTS / (std::f64::consts::PI * width.sqrt() * (1.0 + x / width)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The n-quantiles of Student's t.
    fn student_points(n: usize, freedom: f64) -> Vec<f64> {
        let quantile = |chance: f64| {
            let (mut low, mut high) = (0.0, 100.0);
            for _ in 0..50 {
                let middle = f64::midpoint(low, high);
                if student_tail(middle, freedom) <= chance { high = middle } else { low = middle }
            }
            high
        };
        (0..n / 2).map(|i| quantile((i as f64 + 0.5) / n as f64)).flat_map(|m| [m, -m]).collect()
    }

    fn fitted(scores: &[f64], domain: Domain) -> Mixture {
        Mixture::fit(scores, 5.0, domain, &mut Vec::new())
    }

    #[test]
    fn heavy_tails_are_told_from_light_ones() {
        for domain in [Domain::Any, Domain::Count] {
            let heavy = fitted(&student_points(400, 3.0), domain);
            let light = fitted(&student_points(400, 1000.0), domain);
            assert!(heavy.chance(8.0) > 4.0 * light.chance(8.0), "{domain:?}: {heavy:?} {light:?}");
            assert!(light.chance(8.0) < 2e-4, "{domain:?}: {light:?}");
        }
    }

    #[test]
    fn a_spike_is_not_taken_for_a_heavy_tail() {
        let mut spiked = student_points(150, 1000.0);
        spiked[40] = 11.0;
        let spiked = fitted(&spiked, Domain::Count);
        assert!(spiked.chance(8.0) < 1e-4, "{spiked:?}");
    }

    #[test]
    fn scales_are_found_again_from_bins_too() {
        for n in [60, 1000] {
            let scores: Vec<f64> = student_points(n, 3.0).iter().map(|s| 7.0 * s).collect();
            let (scale, _) = Seen::of(&scores, 40.0, &mut Vec::new()).fit(3, LAWS[0].1);
            assert!((scale / 7.0 - 1.0).abs() < 0.1, "{n}: {scale}");
        }
    }

    #[test]
    fn nothing_seen_excludes_heavy_tails() {
        let light = fitted(&student_points(2000, 1000.0), Domain::Count);
        assert!(light.chance(30.0) > 1e-9, "{light:?}");
    }
}
