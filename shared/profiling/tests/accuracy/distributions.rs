//! Twenty named distributions and what is adversarial to a sketch.

use rand::{Rng, SeedableRng, rngs::StdRng};

pub const COUNT: usize = 40_000;

fn normal(rng: &mut StdRng) -> f64 {
    // Box and Muller 1958.
    let (u, v) = (1.0 - rng.random::<f64>(), rng.random::<f64>());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// By rejection (Devroye 1986, X.6.1); ranks up to a million.
fn zipf(rng: &mut StdRng, s: f64) -> f64 {
    let b = 2_f64.powf(s - 1.0);
    loop {
        let (u, v) = (1.0 - rng.random::<f64>(), rng.random::<f64>());
        let x = u.powf(-1.0 / (s - 1.0)).floor();
        let t = (1.0 + 1.0 / x).powf(s - 1.0);
        if x <= 1e6 && v * x * (t - 1.0) / (b - 1.0) <= t / b {
            return x;
        }
    }
}

/// Zooms in on the middle from both sides, so that every compaction meets values around the same rank.
fn zooming(at: usize) -> f64 {
    let step = 1.0 / (1.0 + at as f64);
    if at.is_multiple_of(2) { step } else { -step }
}

/// Many values once and all of them again and again, so that counters are purged for ever.
fn flooding(at: usize) -> f64 {
    match at % 5 {
        0 => 1.0,
        1 => (at % 1_000) as f64 + 10.0,
        _ => at as f64 + 10_000.0,
    }
}

pub fn all() -> Vec<(&'static str, Vec<f64>)> {
    let mut rng = StdRng::seed_from_u64(7);
    let mut drawn = |name: &'static str, draw: fn(&mut StdRng, usize) -> f64| {
        (name, (0..COUNT).map(|i| draw(&mut rng, i)).collect::<Vec<f64>>())
    };
    vec![
        drawn("uniform", |rng, _| rng.random_range(-1.0..1.0)),
        drawn("normal", |rng, _| normal(rng)),
        drawn("log-normal", |rng, _| normal(rng).exp()),
        drawn("Pareto, heavy tail", |rng, _| (1.0 - rng.random::<f64>()).powf(-1.2)),
        drawn("exponential", |rng, _| -(1.0 - rng.random::<f64>()).ln()),
        drawn("bimodal", |rng, i| normal(rng) + if i % 3 == 0 { 40.0 } else { -40.0 }),
        drawn("Zipf, s = 1.1", |rng, _| zipf(rng, 1.1)),
        drawn("Zipf, s = 2", |rng, _| zipf(rng, 2.0)),
        drawn("constant", |_, _| 42.1),
        drawn("all distinct", |_, i| (i.wrapping_mul(2_654_435_761) % (1 << 32)) as f64),
        drawn("alternating", |_, i| if i % 2 == 0 { 1e6 } else { -1e6 }),
        drawn("sorted", |_, i| i as f64),
        drawn("reverse sorted", |_, i| -(i as f64)),
        drawn("sawtooth", |_, i| (i % 997) as f64),
        drawn("few distinct", |rng, _| f64::from(rng.random_range(1..=6))),
        drawn("negative", |rng, _| -rng.random_range(1.0..1e4_f64).round() / 100.0),
        drawn("tiny", |rng, _| rng.random_range(-1e-300..1e-300)),
        drawn("huge", |rng, _| rng.random_range(-1e300..1e300)),
        drawn("near-equal, far from zero", |rng, _| 1e9 + rng.random_range(0.0..1e-3)),
        drawn("of all magnitudes", |rng, _| 10_f64.powi(rng.random_range(-150..150))),
        drawn("mostly zero", |rng, _| if rng.random_range(0..100) == 0 { rng.random() } else { 0.0 }),
        drawn("adversarial to quantiles", |_, i| zooming(i)),
        drawn("adversarial to counters", |_, i| flooding(i)),
    ]
}
