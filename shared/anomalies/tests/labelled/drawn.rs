//! Figures of runs whose records are drawn one by one: shares and sums have the noise that their records give them.

use crate::random::Random;

/// Records of a run, and what they are like.
#[derive(Debug, Clone, Copy)]
pub struct Records {
    /// How many are expected.
    pub expected: f64,
    /// The share that is counted; of sums, the standard deviation of the amounts' logarithms.
    pub part: f64,
    /// By how much of itself the share or the amounts differ between runs.
    pub noise: f64,
}

/// How far off a run is: in standard deviations of the noise between runs, and by an anomaly in standard deviations of
/// the figure.
#[derive(Debug, Clone, Copy)]
pub struct Off {
    pub noise: f64,
    pub anomaly: f64,
}

pub fn share(records: Records, off: Off, random: &mut Random) -> f64 {
    let n = random.poisson(records.expected).max(1.0);
    let Records { part, noise, .. } = records;
    let deviation = (part * (1.0 - part) / n + (noise * part).powi(2)).sqrt();
    let chance = (part + off.noise * noise * part + off.anomaly * deviation).clamp(0.0, 1.0);
    binomial(n, chance, random) / n
}

/// Of amounts that are all above zero; with `balanced`, of debits and credits.
pub fn sum(records: Records, balanced: bool, off: Off, random: &mut Random) -> f64 {
    let n = random.poisson(records.expected).max(1.0);
    let spread = records.part;
    let mut sum = 0.0;
    for _ in 0..n as usize {
        let amount = 100.0 * (spread * random.normal()).exp();
        sum += if balanced && random.chance(0.5) { -amount } else { amount };
    }
    let mean = 100.0 * (spread * spread / 2.0).exp();
    if balanced {
        let deviation = 100.0 * (spread * spread).exp() * records.expected.sqrt();
        return sum + off.anomaly * deviation;
    }
    let own = ((spread * spread).exp_m1() + 1.0) / records.expected;
    let deviation = mean * records.expected * (own + records.noise.powi(2)).sqrt();
    (sum * (off.noise * records.noise).exp() + off.anomaly * deviation).max(0.0)
}

fn binomial(n: f64, chance: f64, random: &mut Random) -> f64 {
    let variance = n * chance * (1.0 - chance);
    if n > 400.0 && variance > 30.0 {
        return (n * chance + variance.sqrt() * random.normal()).round().clamp(0.0, n);
    }
    if n > 400.0 && chance < 0.1 {
        return random.poisson(n * chance).min(n);
    }
    (0..n as usize).filter(|_| random.chance(chance)).count() as f64
}
