//! How heavy a series' tails are, as all of its surprises tell: many points say more of that than the few
//! that are far off.

use crate::robust::{median, sample_of, student_tail};

/// Laws that noise may follow: Student's t with so many degrees of freedom, the logarithm of its density at
/// 0, and how much each is believed before anything is seen. Thirty degrees are as good as normal noise.
const LAWS: [(f64, f64, f64); 5] = [
    (3.0, -1.000_89, 0.30),
    (4.0, -0.980_83, 0.05),
    (6.0, -0.960_42, 0.05),
    (10.0, -0.943_90, 0.10),
    (30.0, -0.927_27, 0.50),
];
/// The part of the laws' chance that the fitted tail must not fall below: the laws are symmetric, and heavier
/// than most series. Chosen for precision and recall on the tuning seeds.
const SHARE: f64 = 0.3;
/// Laws that are believed less than this are left out: a heavy one would decide about what is far off though
/// nothing speaks for it.
const DOUBTED: f64 = 0.2;
/// Scales are estimated from at most so many surprises, in so many steps.
const SCALED: usize = 255;
const STEPS: usize = 3;

/// The laws, each with its scale and how much it is believed after the surprises were seen.
#[derive(Debug, Clone, Default)]
pub struct Mixture {
    laws: Vec<Law>,
}

#[derive(Debug, Clone, Copy)]
struct Law {
    freedom: f64,
    scale: f64,
    weight: f64,
}

impl Mixture {
    /// From surprises around 0, without those that were events.
    pub fn fit(scores: &[f64], scratch: &mut Vec<f64>) -> Self {
        if scores.is_empty() {
            return Self::default();
        }
        let squares: Vec<f64> = scores.iter().map(|score| score * score).collect();
        sample_of(squares.len(), SCALED, scratch, |index| squares[index]);
        // The median of a squared normal variable is 0.455.
        let begin = (median(scratch) / 0.455).max(1e-12);
        sample_of(squares.len(), SCALED, scratch, |index| squares[index]);
        let fitted = LAWS.map(|(freedom, density, prior)| {
            let square = square_of_scale(scratch, freedom, begin);
            let likelihood = squares.len() as f64 * (density - 0.5 * square.ln())
                - 0.5 * (freedom + 1.0) * log_sum(&squares, 1.0 / (freedom * square));
            (Law { freedom, scale: square.sqrt(), weight: prior }, likelihood)
        });
        let best = fitted.iter().map(|(_, likelihood)| *likelihood).fold(f64::NEG_INFINITY, f64::max);
        let believed =
            fitted.map(|(law, likelihood)| Law { weight: law.weight * (likelihood - best).exp(), ..law });
        let sum: f64 = believed.iter().map(|law| law.weight).sum();
        let kept: Vec<Law> = believed.into_iter().filter(|law| law.weight >= DOUBTED * sum).collect();
        let sum: f64 = kept.iter().map(|law| law.weight).sum();
        Self { laws: kept.into_iter().map(|law| Law { weight: law.weight / sum, ..law }).collect() }
    }

    /// What the chance that a surprise is at least `magnitude` on one side must not fall below.
    pub fn chance(&self, magnitude: f64) -> f64 {
        self.laws
            .iter()
            .map(|law| SHARE * law.weight * student_tail(magnitude / law.scale, law.freedom))
            .sum()
    }

    /// The least magnitude, from `least` on, whose chance is `chance` or less.
    pub fn magnitude(&self, chance: f64, least: f64) -> f64 {
        if self.chance(least) <= chance {
            return least;
        }
        let (mut low, mut high) = (least.max(1e-9), 2.0 * least.max(1e-9));
        // Doubling ends: the lightest law alone falls below any chance that a float can hold.
        for _ in 0..1100 {
            if self.chance(high) <= chance {
                break;
            }
            (low, high) = (high, 2.0 * high);
        }
        for _ in 0..30 {
            let middle = f64::midpoint(low, high);
            if self.chance(middle) <= chance { high = middle } else { low = middle }
        }
        high
    }
}

/// Expectation maximisation of the scale of Student's t (Lange, Little, Taylor 1989), squared.
fn square_of_scale(squares: &[f64], freedom: f64, begin: f64) -> f64 {
    (0..STEPS).fold(begin, |scale, _| {
        let weighted = squares.iter().map(|square| (freedom + 1.0) * square / (freedom + square / scale));
        (weighted.sum::<f64>() / squares.len() as f64).max(1e-12)
    })
}

/// The sum of ln(1 + square × factor); eight factors share one logarithm.
fn log_sum(squares: &[f64], factor: f64) -> f64 {
    let product = |eight: &[f64]| eight.iter().fold(1.0, |product, square| product * (1.0 + square * factor));
    squares.chunks(8).map(|eight| product(eight).ln()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The n-quantiles of Student's t.
    fn student_points(n: usize, freedom: f64) -> Vec<f64> {
        let law = Mixture { laws: vec![Law { freedom, scale: 1.0, weight: 1.0 }] };
        let half = (0..n / 2).map(|i| law.magnitude(SHARE * (i as f64 + 0.5) / n as f64, 0.0));
        half.flat_map(|m| [m, -m]).collect()
    }

    #[test]
    fn heavy_tails_are_told_from_light_ones() {
        let heavy = Mixture::fit(&student_points(150, 3.0), &mut Vec::new());
        let light = Mixture::fit(&student_points(150, 1000.0), &mut Vec::new());
        assert!(heavy.chance(6.0) > 6e-4, "{heavy:?}");
        assert!(light.chance(6.0) < 5e-5, "{light:?}");
    }

    #[test]
    fn magnitude_and_chance_are_inverse() {
        let mixture = Mixture::fit(&student_points(150, 4.0), &mut Vec::new());
        for chance in [1e-2, 1e-4, 1e-8] {
            let magnitude = mixture.magnitude(chance, 0.5);
            assert!((mixture.chance(magnitude) / chance - 1.0).abs() < 1e-3, "{chance}");
        }
        assert_eq!(mixture.magnitude(0.2, 2.0), 2.0);
    }
}
