//! Central moments of some numbers. Distances are kept as multiples of a power of two near the largest, so
//! that their fourth powers stay within the range of floats whether numbers are 1e-300 or 1e300.

/// Unscaled distances under 2^-960 lose digits; under 1e-289.
const LEAST_EXPONENT: i32 = -960;
const MOST_EXPONENT: i32 = 1_025;
/// Sums side by side, so that the processor adds several at a time.
const LANES: usize = 4;

#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub count: u64,
    pub mean: f64,
    /// What rounding took off the mean. Without it, values far from zero (instants, in seconds) would cost
    /// the deviation half of its digits.
    pub rest: f64,
    /// Of the power of two that distances are multiples of.
    pub exponent: i32,
    /// Sums of the second, third and fourth powers of the distances from the mean.
    pub powers: [f64; 3],
}

impl Default for Moment {
    fn default() -> Self {
        Self { count: 0, mean: 0.0, rest: 0.0, exponent: LEAST_EXPONENT, powers: [0.0; 3] }
    }
}

impl Moment {
    /// An exponent out of a state.
    pub fn exponent(stored: i64) -> Option<i32> {
        i32::try_from(stored).ok().filter(|e| (LEAST_EXPONENT..=MOST_EXPONENT).contains(e))
    }

    pub fn of_sorted(sorted: &[f64]) -> Self {
        let (Some(low), Some(high)) = (sorted.first(), sorted.last()) else { return Self::default() };
        let count = sorted.len() as u64;
        if low == high {
            return Self { count, mean: *low, ..Self::default() };
        }
        // A thousandth first: the sum of large floats can be beyond the largest.
        const PART: f64 = 1.0 / 1_024.0;
        let sums = in_lanes(sorted, |x| [x * PART]);
        let mean = (sums[0] / count as f64) / PART;
        let scale = Scale::of((high * 0.5 - mean * 0.5).max(mean * 0.5 - low * 0.5));
        let sums = in_lanes(sorted, |x| {
            let distance = scale.distance(x, mean);
            let square = distance * distance;
            [distance, square, square * distance, square * square]
        });
        Self::around(count, mean, scale, sums)
    }

    pub fn of_weighted(weighted: &[(f64, u64)]) -> Self {
        let Some((first, _)) = weighted.first() else { return Self::default() };
        let count = weighted.iter().fold(0_u64, |sum, (_, weight)| sum.saturating_add(*weight));
        let (low, high) =
            weighted.iter().fold((*first, *first), |(low, high), (x, _)| (low.min(*x), high.max(*x)));
        if low == high {
            return Self { count, mean: low, ..Self::default() };
        }
        let total = count as f64;
        let mean: f64 = weighted.iter().map(|(x, weight)| x * (*weight as f64 / total)).sum();
        let scale = Scale::of((high * 0.5 - mean * 0.5).max(mean * 0.5 - low * 0.5));
        let mut sums = [0.0; 4];
        for (x, weight) in weighted {
            let distance = scale.distance(*x, mean);
            let mut term = *weight as f64;
            for sum in &mut sums {
                term *= distance;
                *sum += term;
            }
        }
        Self::around(count, mean, scale, sums)
    }

    /// From the powers of distances from a value near the mean.
    fn around(count: u64, near: f64, scale: Scale, sums: [f64; 4]) -> Self {
        let total = count as f64;
        let [first, second, third, fourth] = sums;
        let off = first / total;
        let (mean, rest) = sum_and_rest(near, scale.back(off));
        let powers = [
            (second - first * off).max(0.0),
            third - 3.0 * off * second + 2.0 * first * off * off,
            (fourth - 4.0 * off * third + 6.0 * off * off * second - 3.0 * first * off * off * off).max(0.0),
        ];
        Self { count, mean, rest, exponent: scale.exponent, powers }
    }

    /// The larger part takes in the smaller, so that the order of the two does not matter.
    pub fn joined(a: Moment, b: Moment) -> Moment {
        let size = |m: Moment| (m.count, m.mean.to_bits(), m.rest.to_bits());
        let (large, small) = if size(a) >= size(b) { (a, b) } else { (b, a) };
        if small.count == 0 {
            return large;
        }
        let count = large.count.saturating_add(small.count);
        let share = small.count as f64 / count as f64;
        let others = large.count as f64 / count as f64;
        let half = (small.mean * 0.5 - large.mean * 0.5) + (small.rest * 0.5 - large.rest * 0.5);
        let scale = Scale::of(half.abs()).or(large.exponent).or(small.exponent);
        let (l, s) = (scale.rescaled(large), scale.rescaled(small));
        let d = scale.scaled(half);
        let between = d * d * large.count as f64 * share;
        let powers = [
            (l[0] + s[0]) + between,
            (l[1] + s[1]) + between * d * (others - share) + 3.0 * d * (others * s[0] - share * l[0]),
            (l[2] + s[2])
                + between * d * d * (others * others - others * share + share * share)
                + 6.0 * d * d * (others * others * s[0] + share * share * l[0])
                + 4.0 * d * (others * s[1] - share * l[1]),
        ];
        // In halves: the distance itself can be beyond the largest float.
        let step = half * share;
        let (mean, rest) = sum_and_rest(large.mean, (large.rest + step) + step);
        Moment { count, mean, rest, exponent: scale.exponent, powers }
    }

    /// Of a sample; none under two values or beyond the range of floats.
    pub fn deviation(&self) -> Option<f64> {
        if self.count < 2 {
            return None;
        }
        let scale = Scale { exponent: self.exponent };
        let deviation = scale.back((self.powers[0] / (self.count - 1) as f64).sqrt());
        deviation.is_finite().then_some(deviation)
    }

    /// g1: the third moment by the deviation's third power.
    pub fn skewness(&self) -> Option<f64> {
        let [second, third, _] = self.powers;
        let skewness = (self.count as f64).sqrt() * (third / second) / second.sqrt();
        (self.count >= 3 && second > 0.0 && skewness.is_finite()).then_some(skewness)
    }

    /// g2: the fourth moment by the square of the second, less the normal distribution's 3.
    pub fn kurtosis(&self) -> Option<f64> {
        let [second, _, fourth] = self.powers;
        let kurtosis = self.count as f64 * (fourth / second) / second - 3.0;
        (self.count >= 4 && second > 0.0 && kurtosis.is_finite()).then_some(kurtosis)
    }
}

/// A power of two that distances are multiples of.
#[derive(Debug, Clone, Copy)]
struct Scale {
    exponent: i32,
}

impl Scale {
    /// By half of the largest distance, which is a float where the distance itself is beyond.
    fn of(half: f64) -> Self {
        let biased = (half.to_bits() >> 52) as i32 & 0x7ff;
        Self { exponent: (biased - 1_022).clamp(LEAST_EXPONENT, MOST_EXPONENT) }
    }

    fn or(self, exponent: i32) -> Self {
        Self { exponent: self.exponent.max(exponent) }
    }

    #[inline]
    fn distance(self, x: f64, mean: f64) -> f64 {
        self.scaled(x * 0.5 - mean * 0.5)
    }

    /// Half a distance as a multiple of this scale.
    #[inline]
    fn scaled(self, half: f64) -> f64 {
        half * power_of_two(1 - self.exponent)
    }

    /// In two steps: the power itself can be beyond the range of floats.
    fn back(self, multiple: f64) -> f64 {
        let half = self.exponent / 2;
        multiple * power_of_two(half) * power_of_two(self.exponent - half)
    }

    fn rescaled(self, moment: Moment) -> [f64; 3] {
        if moment.exponent == self.exponent || moment.powers[0] == 0.0 {
            return moment.powers;
        }
        let factor = power_of_two((moment.exponent - self.exponent).max(-1_022));
        let [second, third, fourth] = moment.powers;
        let square = factor * factor;
        [second * square, third * square * factor, fourth * square * square]
    }
}

/// Of an exponent from -1,074 to 1,023; beyond, the nearest of these.
#[inline]
fn power_of_two(exponent: i32) -> f64 {
    let biased = exponent.clamp(-1_022, 1_023) + 1_023;
    let normal = f64::from_bits((biased as u64) << 52);
    if exponent < -1_022 { normal * 0.5_f64.powi(-1_022 - exponent) } else { normal }
}

/// The sum of two floats, and what rounding took off it (Knuth's two-sum).
fn sum_and_rest(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// Sums of what `terms` says of each value.
#[inline]
fn in_lanes<const N: usize>(values: &[f64], terms: impl Fn(f64) -> [f64; N]) -> [f64; N] {
    let mut sums = [[0.0; LANES]; N];
    let chunks = values.chunks_exact(LANES);
    for (lane, x) in chunks.remainder().iter().enumerate() {
        let terms = terms(*x);
        (0..N).for_each(|n| sums[n][lane] += terms[n]);
    }
    for chunk in chunks {
        for (lane, x) in chunk.iter().enumerate() {
            let terms = terms(*x);
            (0..N).for_each(|n| sums[n][lane] += terms[n]);
        }
    }
    sums.map(|lanes| (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]))
}
