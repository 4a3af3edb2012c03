//! Sums and moments in whole numbers of any size: every float is a whole multiple of 2^-1074.

use num_bigint::{BigInt, Sign};

/// In units of 2^-1074.
fn whole(x: f64) -> BigInt {
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as u32;
    let fraction = bits & ((1 << 52) - 1);
    let mantissa = if exponent == 0 { fraction } else { fraction | 1 << 52 };
    let magnitude = BigInt::from(mantissa) << exponent.saturating_sub(1);
    if x < 0.0 { -magnitude } else { magnitude }
}

/// `numerator / (denominator * 2^shift)` as a float, within one unit in the last place.
fn ratio(numerator: &BigInt, denominator: &BigInt, shift: i64) -> f64 {
    let wanted = 80 + denominator.bits() as i64 - numerator.bits() as i64;
    let quotient =
        if wanted >= 0 { (numerator << wanted) / denominator } else { numerator / (denominator << -wanted) };
    let (sign, digits) = quotient.to_u64_digits();
    let magnitude = digits.iter().rev().fold(0.0, |sum, digit| sum * 2_f64.powi(64) + *digit as f64);
    let exponent = (-wanted - shift) as i32;
    let scaled = magnitude * 2_f64.powi(exponent / 2) * 2_f64.powi(exponent - exponent / 2);
    if sign == Sign::Minus { -scaled } else { scaled }
}

pub struct Moments {
    pub sum: f64,
    pub mean: f64,
    pub deviation: f64,
    pub skewness: Option<f64>,
    pub kurtosis: Option<f64>,
}

pub fn moments(values: &[f64]) -> Moments {
    let count = BigInt::from(values.len());
    // What all have in common is left out, so that powers stay short.
    let wholes: Vec<BigInt> = values.iter().map(|x| whole(*x)).collect();
    let common = wholes.iter().filter_map(|x| x.trailing_zeros()).min().unwrap_or(0) as i64;
    let sum: BigInt = wholes.iter().sum();
    let (mut second, mut third, mut fourth) = (BigInt::ZERO, BigInt::ZERO, BigInt::ZERO);
    let count_once = |wholes: &[BigInt]| -> Vec<(BigInt, usize)> {
        let mut sorted = wholes.to_vec();
        sorted.sort_unstable();
        sorted.chunk_by(|a, b| a == b).map(|equal| (equal[0].clone(), equal.len())).collect()
    };
    for (x, times) in count_once(&wholes) {
        // The distance from the mean, times the count.
        let distance = (x * &count - &sum) >> common;
        let square = &distance * &distance;
        let times = BigInt::from(times);
        third += &square * &distance * &times;
        fourth += &square * &square * &times;
        second += square * times;
    }
    let shift = 1_074 - common;
    let variance_of = &count * &count * (&count - 1);
    let varied = second != BigInt::ZERO;
    let root = |numerator: &BigInt, denominator: &BigInt| ratio(numerator, denominator, 0).sqrt();
    Moments {
        sum: ratio(&sum, &BigInt::from(1), 1_074),
        mean: ratio(&sum, &count, 1_074),
        deviation: deviation(&second, &variance_of, shift),
        // sqrt(n) M3 / M2^1.5, with M3 = third / n^3 and M2 = second / n^2: n powers cancel but sqrt(n).
        skewness: varied.then(|| {
            let squared = root(&(&third * &third * &count), &(&second * &second * &second));
            if third < BigInt::ZERO { -squared } else { squared }
        }),
        kurtosis: varied.then(|| ratio(&(&fourth * &count), &(&second * &second), 0) - 3.0),
    }
}

/// The root of `second / denominator`, times 2^-shift.
fn deviation(second: &BigInt, denominator: &BigInt, shift: i64) -> f64 {
    // An even number of places away, so that the root is a float wherever the deviation is one.
    let bits = (second.bits() as i64 - denominator.bits() as i64) & !1;
    let root = ratio(second, denominator, bits).sqrt();
    let exponent = (bits / 2 - shift) as i32;
    root * 2_f64.powi(exponent / 2) * 2_f64.powi(exponent - exponent / 2)
}
