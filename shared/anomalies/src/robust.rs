//! Order statistics and tail probabilities that several tests need.

/// From a median absolute deviation to the standard deviation of normal noise.
pub const MAD_TO_SD: f64 = 1.4826;

/// Of more values than this, so many, evenly spread, stand for all where only a middle or a quantile of them
/// is asked for.
const SAMPLE: usize = 255;

/// Fills `out` with `value` of the places 0 to `count`, or of at most `most` of them, evenly spread.
pub fn sample_of(count: usize, most: usize, out: &mut Vec<f64>, value: impl Fn(usize) -> f64) {
    out.clear();
    if count <= most {
        out.extend((0..count).map(value));
    } else {
        out.extend((0..most).map(|index| value(index * count / most)));
    }
}

/// [`sample_of`] as many as stand for all.
pub fn sample(count: usize, out: &mut Vec<f64>, value: impl Fn(usize) -> f64) {
    sample_of(count, SAMPLE, out, value);
}

/// The value at `share` of the order, 0 to 1; reorders `values`. `None` of nothing.
pub fn quantile(values: &mut [f64], share: f64) -> Option<f64> {
    if values.is_empty() {
        return None;
    }
    let index = ((values.len() - 1) as f64 * share.clamp(0.0, 1.0)).round() as usize;
    let (_, value, _) = values.select_nth_unstable_by(index, f64::total_cmp);
    Some(*value)
}

/// The middle value, the mean of the two middle ones where there are two; reorders `values`. 0 of nothing.
pub fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    if values.is_empty() {
        return 0.0;
    }
    let even = values.len().is_multiple_of(2);
    let (below, value, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *value;
    if !even {
        return upper;
    }
    let lower = below.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    f64::midpoint(lower, upper)
}

/// Mean of the values, the largest `cut` of them counted as the value where these begin.
pub fn clipped_mean(values: &[f64], cut: f64, scratch: &mut Vec<f64>) -> f64 {
    sample(values.len(), scratch, |index| values[index]);
    let Some(most) = quantile(scratch, 1.0 - cut) else { return 0.0 };
    values.iter().map(|value| value.min(most)).sum::<f64>() / values.len() as f64
}

/// The chance that a standard normal variable exceeds `z`: Abramowitz and Stegun 26.2.17 near the middle,
/// the asymptotic series of Mills' ratio beyond four, both within 1e-3 of the value.
pub fn normal_tail(z: f64) -> f64 {
    if z < 0.0 {
        return 1.0 - normal_tail(-z);
    }
    let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
    if z > 4.0 {
        let square = z * z;
        return density / z * (1.0 - 1.0 / square + 3.0 / (square * square));
    }
    let t = 1.0 / (1.0 + 0.231_641_9 * z);
    let series = [1.330_274_429, -1.821_255_978, 1.781_477_937, -0.356_563_782, 0.319_381_530];
    density * series.iter().fold(0.0, |sum, c| (sum + c) * t)
}

/// The chance that Student's t with `freedom` degrees exceeds `t`, by Wallace's normal transformation
/// (1959), within a few per cent from three degrees up.
pub fn student_tail(t: f64, freedom: f64) -> f64 {
    let z = (freedom * (t * t / freedom).ln_1p()).sqrt() * (8.0 * freedom + 1.0) / (8.0 * freedom + 3.0);
    normal_tail(if t < 0.0 { -z } else { z })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_agree_with_tables() {
        for (z, p) in [(0.0, 0.5), (1.0, 0.158_655), (3.0, 0.001_349_9), (5.0, 2.866_5e-7)] {
            assert!((normal_tail(z) / p - 1.0).abs() < 2e-3, "{z}: {}", normal_tail(z));
        }
        for (t, freedom, p) in [(2.0, 10.0, 0.036_694), (4.0, 5.0, 0.005_162), (3.0, 30.0, 0.002_695)] {
            assert!((student_tail(t, freedom) / p - 1.0).abs() < 0.05, "{t}: {}", student_tail(t, freedom));
        }
        assert!((student_tail(-2.0, 10.0) - (1.0 - 0.036_694)).abs() < 0.005);
    }

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), 2.5);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut []), 0.0);
        assert_eq!(quantile(&mut [5.0, 1.0, 3.0], 1.0), Some(5.0));
    }

    #[test]
    fn the_largest_values_have_no_more_say_than_those_below_them() {
        assert_eq!(clipped_mean(&[1.0, 1.0, 1.0, 1.0, 100.0], 0.25, &mut Vec::new()), 1.0);
        assert_eq!(clipped_mean(&[], 0.25, &mut Vec::new()), 0.0);
    }

    #[test]
    fn a_sample_is_spread_over_all_places() {
        let mut out = Vec::new();
        sample_of(10, 5, &mut out, |index| index as f64);
        assert_eq!(out, [0.0, 2.0, 4.0, 6.0, 8.0]);
        sample_of(3, 5, &mut out, |index| index as f64);
        assert_eq!(out, [0.0, 1.0, 2.0]);
    }
}
