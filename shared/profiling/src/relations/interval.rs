//! How far a figure of the sample may be from that of all rows, with a confidence of 95%.
//!
//! The sample is drawn from the different rows, each with all its repeats, so a row that repeats is one draw of a larger
//! weight: what its repeats are worth is Kish's effective size (1965), and the variance of a figure is the sum of the
//! squared influences of the different rows (linearisation: Deville 1999), less for the share of them that is in the
//! sample.

use forebay_model::profile::Interval;

/// Of the normal distribution, 95% two-sided.
pub(super) const NORMAL: f64 = 1.959_963_984_540_054;

/// Where fewer rows than this make a figure, another sample would give another one, and its variance is as unsure.
const LEAST_CARRIERS: f64 = 10.0;

/// What the figures are computed on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawn {
    /// All rows are held.
    pub exact: bool,
    /// The share of the different rows that is held.
    pub share: f64,
    /// All rows together are not many more than the held ones suggest: no row that is not held has many repeats.
    pub represents: bool,
}

impl Drawn {
    /// Of the variance, what is left by drawing without putting back.
    pub fn left(self) -> f64 {
        1.0 - self.share
    }
}

/// How often the rows occur that a figure is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weights {
    pub total: f64,
    squares: f64,
    fourths: f64,
}

impl Weights {
    pub fn of(counts: &[f64]) -> Self {
        let sum = |power: i32| counts.iter().map(|count| count.powi(power)).sum();
        Self { total: sum(1), squares: sum(2), fourths: sum(4) }
    }

    /// So many rows that do not repeat would tell as much (Kish 1965).
    pub fn effective(&self) -> f64 {
        if self.squares > 0.0 { self.total * self.total / self.squares } else { 0.0 }
    }

    /// Whether enough rows carry the weight.
    pub fn are_shared(&self) -> bool {
        self.squares * self.squares >= LEAST_CARRIERS * self.fourths
    }
}

/// Of a correlation, by Fisher's z: with the variance by the influences of its rows, which heavy tails raise, and never
/// less than normal numbers have. -1 to 1 where a few rows decide it.
pub(super) fn of_correlation(r: f64, influences: &[f64], counts: &[f64], drawn: Drawn) -> Interval {
    if drawn.exact {
        return Interval { low: r, high: r };
    }
    let weights = Weights::of(counts);
    let effective = weights.effective();
    let shifts = || influences.iter().zip(counts).map(|(influence, count)| (influence * count).powi(2));
    let (sum, squares): (f64, f64) = (shifts().sum(), shifts().map(|shift| shift * shift).sum());
    let carriers = if squares > 0.0 { sum * sum / squares } else { f64::INFINITY };
    if !drawn.represents || effective <= 4.0 || !weights.are_shared() || carriers < LEAST_CARRIERS {
        return Interval { low: -1.0, high: 1.0 };
    }
    // Points on one line: one row of as many as there are may still be off it.
    let (slope, kept) = ((1.0 - r * r).max(1.0 / effective), r.abs().min(1.0 - 0.5 / effective).copysign(r));
    let by_influence = sum / (weights.total * slope).powi(2);
    let deviation = (by_influence.max(1.0 / (effective - 3.0)) * drawn.left()).sqrt();
    let reach = student(carriers / 2.0) * deviation;
    let z = kept.atanh();
    Interval { low: (z - reach).tanh().min(r), high: (z + reach).tanh().max(r) }
}

/// The quantile of Student's distribution, 95% two-sided, by Cornish and Fisher's expansion: within 1% from 4 degrees.
pub(super) fn student(degrees: f64) -> f64 {
    let (z, n) = (NORMAL, degrees);
    let first = (z.powi(3) + z) / (4.0 * n);
    let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / (96.0 * n * n);
    let third = (3.0 * z.powi(7) + 19.0 * z.powi(5) + 17.0 * z.powi(3) - 15.0 * z) / (384.0 * n.powi(3));
    z + first + second + third
}

/// Of a share of which `met` in `of` draws were met: Wilson's (1927).
pub(super) fn of_share(met: f64, of: f64) -> Interval {
    let square = NORMAL * NORMAL;
    let middle = (met + square / 2.0) / (of + square);
    let reach = NORMAL / (of + square) * (met * (1.0 - met / of) + square / 4.0).max(0.0).sqrt();
    Interval { low: (middle - reach).max(0.0), high: (middle + reach).min(1.0) }
}

/// Bounds of the noncentrality with which chi square, of so many degrees, comes out as `found`: by the cube root's
/// normal approximation (Abdel-Aty 1954).
pub(super) fn of_noncentrality(found: f64, degrees: f64) -> Interval {
    let score = |noncentrality: f64| {
        let mean = degrees + noncentrality;
        let variance = 2.0 * (1.0 + noncentrality / mean) / (9.0 * mean);
        ((found / mean).cbrt() - (1.0 - variance)) / variance.sqrt()
    };
    // The score falls as the noncentrality grows.
    let at = |wanted: f64| {
        let (mut low, mut high) = (0.0, 4.0 * found + 100.0);
        if score(low) <= wanted {
            return low;
        }
        for _ in 0..60 {
            let middle = (low + high) / 2.0;
            if score(middle) > wanted { low = middle } else { high = middle }
        }
        high
    };
    Interval { low: at(NORMAL), high: at(-NORMAL) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_student_are_those_of_tables() {
        for (degrees, quantile) in [(5.0, 2.5706), (10.0, 2.2281), (30.0, 2.0423), (1e6, 1.96)] {
            assert!((student(degrees) - quantile).abs() < 0.01, "{degrees}: {}", student(degrees));
        }
    }

    #[test]
    fn nothing_met_is_bounded_by_more_than_the_rule_of_three() {
        let none = of_share(0.0, 1_000.0);
        assert!(none.low == 0.0 && none.high > 0.003 && none.high < 0.004, "{none:?}");
    }

    #[test]
    fn noncentralities_are_bounded_by_both_tails() {
        // A chi square of one degree and noncentrality a² is (z + a)²: 100 comes of 8.04² and 11.96².
        let found = of_noncentrality(100.0, 1.0);
        assert!(
            (found.low.sqrt() - 8.04).abs() < 0.1 && (found.high.sqrt() - 11.96).abs() < 0.1,
            "{found:?}"
        );
        assert_eq!(of_noncentrality(0.5, 1.0).low, 0.0);
    }

    #[test]
    fn equal_weights_are_worth_their_number_and_one_heavy_row_is_worth_one() {
        assert_eq!(Weights::of(&[3.0; 50]).effective(), 50.0);
        let mut heavy = vec![1.0; 50];
        heavy[0] = 1e6;
        let weights = Weights::of(&heavy);
        assert!(weights.effective() < 1.001 && !weights.are_shared());
    }
}
