//! Numbers of many distributions, and what holds between two columns computed from all their values.

use std::collections::HashMap;

use rand::{Rng, rngs::StdRng};

pub const NAMES: [&str; 12] = [
    "uniform",
    "normal",
    "exponential",
    "bimodal",
    "few different",
    "sawtooth",
    "rounded",
    "sorted",
    "log-normal",
    "Pareto",
    "mostly zero",
    "of all magnitudes",
];

/// Whether a few of the numbers make most of their variance.
pub const TAILS: [bool; 12] =
    [false, false, false, false, false, false, false, false, true, true, true, true];

pub fn normal(rng: &mut StdRng) -> f64 {
    // Box and Muller 1958.
    let (u, v) = (1.0 - rng.random::<f64>(), rng.random::<f64>());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// Of one of the distributions, of about unit size.
pub fn numbers(rng: &mut StdRng, distribution: usize, count: usize) -> Vec<f64> {
    let mut draw = |at: usize| match NAMES[distribution] {
        "uniform" => rng.random_range(-1.7..1.7),
        "normal" => normal(rng),
        "exponential" => -(1.0 - rng.random::<f64>()).ln(),
        "bimodal" => 0.2 * normal(rng) + if at.is_multiple_of(3) { 1.4 } else { -0.7 },
        "few different" => f64::from(rng.random_range(1..=6)),
        "sawtooth" => (at % 997) as f64 / 300.0,
        "rounded" => -rng.random_range(1.0..350.0_f64).round() / 100.0,
        "sorted" => at as f64 / 1_700.0,
        "log-normal" => normal(rng).exp(),
        "Pareto" => (1.0 - rng.random::<f64>()).powf(-1.2),
        "mostly zero" => {
            if rng.random_range(0..100) == 0 {
                5.0 * rng.random::<f64>()
            } else {
                0.0
            }
        }
        _ => 10_f64.powi(rng.random_range(-150..150)),
    };
    (0..count).map(&mut draw).collect()
}

pub fn pearson(x: &[f64], y: &[f64]) -> f64 {
    let largest = |x: &[f64]| x.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    let (scale_x, scale_y) = (largest(x), largest(y));
    let n = x.len() as f64;
    let mean = |x: &[f64], scale: f64| x.iter().map(|x| x / scale).sum::<f64>() / n;
    let (mean_x, mean_y) = (mean(x, scale_x), mean(y, scale_y));
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for (x, y) in x.iter().zip(y) {
        let (x, y) = (x / scale_x - mean_x, y / scale_y - mean_y);
        (xx, yy, xy) = (xx + x * x, yy + y * y, xy + x * y);
    }
    xy / (xx * yy).sqrt()
}

/// Equal numbers share their mean rank.
pub fn ranks(x: &[f64]) -> Vec<f64> {
    let mut sorted = x.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let rank = |x: &f64| {
        let (below, up_to) = (sorted.partition_point(|y| y < x), sorted.partition_point(|y| y <= x));
        (below + up_to + 1) as f64 / 2.0
    };
    x.iter().map(rank).collect()
}

/// Cramér's V by expected counts, with Bergsma's correction as printed.
pub fn association(a: &[&str], b: &[&str]) -> f64 {
    let n = a.len() as f64;
    let (mut rows, mut columns, mut cells) = (HashMap::new(), HashMap::new(), HashMap::new());
    for (a, b) in a.iter().zip(b) {
        *rows.entry(*a).or_insert(0.0) += 1.0;
        *columns.entry(*b).or_insert(0.0) += 1.0;
        *cells.entry((*a, *b)).or_insert(0.0) += 1.0;
    }
    let mut chi_squared = 0.0;
    for (a, row) in &rows {
        for (b, column) in &columns {
            let expected = row * column / n;
            let observed: f64 = cells.get(&(*a, *b)).copied().unwrap_or(0.0);
            chi_squared += (observed - expected) * (observed - expected) / expected;
        }
    }
    let (r, k) = (rows.len() as f64, columns.len() as f64);
    let phi = (chi_squared / n - (k - 1.0) * (r - 1.0) / (n - 1.0)).max(0.0);
    let (r, k) = (r - (r - 1.0).powi(2) / (n - 1.0), k - (k - 1.0).powi(2) / (n - 1.0));
    (phi / (k - 1.0).min(r - 1.0)).sqrt()
}
