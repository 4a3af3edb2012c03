//! HyperLogLog (Flajolet, Fusy, Gandouet, Meunier 2007) with the improved raw estimator of Ertl 2017 ("New
//! cardinality estimation algorithms for HyperLogLog sketches", section 4), which needs no bias tables and
//! no switch between ranges. Merging takes the larger register: exact whatever the split and the order.

use forebay_stored::{Reader, StateError};

mod image;

pub(crate) use image::IMAGE_BYTES;

const INDEX_BITS: u32 = 12;
const REGISTERS: usize = 1 << INDEX_BITS;
/// Bits of a fingerprint: what the index leaves counts leading zeros.
pub(crate) const FINGERPRINT_BITS: u32 = 48;
const RANK_BITS: u32 = FINGERPRINT_BITS - INDEX_BITS;
const MOST_RANK: u8 = RANK_BITS as u8 + 1;
/// Four registers of 6 bits in three bytes.
const PACKED_BYTES: usize = REGISTERS / 4 * 3;

/// 1.04 / sqrt(4096).
pub(crate) const RELATIVE_ERROR: f64 = 0.016_25;

#[derive(Debug, Clone)]
pub(crate) struct HyperLogLog {
    registers: Box<[u8; REGISTERS]>,
}

impl HyperLogLog {
    pub fn new() -> Self {
        Self { registers: Box::new([0; REGISTERS]) }
    }

    /// Takes in the low 48 bits of a well-mixed hash.
    #[inline]
    pub fn add(&mut self, fingerprint: u64) {
        let index = fingerprint as usize % REGISTERS;
        let rest = (fingerprint >> INDEX_BITS) & ((1 << RANK_BITS) - 1);
        let rank = (rest.leading_zeros() - (64 - RANK_BITS)) as u8 + 1;
        let register = &mut self.registers[index];
        if *register < rank {
            *register = rank;
        }
    }

    pub fn merge(&mut self, other: &Self) {
        for (ours, theirs) in self.registers.iter_mut().zip(other.registers.iter()) {
            *ours = (*ours).max(*theirs);
        }
    }

    pub fn estimate(&self) -> f64 {
        const M: f64 = REGISTERS as f64;
        let mut multiplicities = [0_u32; MOST_RANK as usize + 1];
        for register in self.registers.iter() {
            multiplicities[usize::from(*register)] += 1;
        }
        let share = |rank: usize| f64::from(multiplicities[rank]) / M;
        let mut z = M * tau(1.0 - share(usize::from(MOST_RANK)));
        for rank in (1..usize::from(MOST_RANK)).rev() {
            z = 0.5 * (z + f64::from(multiplicities[rank]));
        }
        z += M * sigma(share(0));
        M * M / (2.0 * std::f64::consts::LN_2 * z)
    }

    /// Reads the registers as states of version 1 held them: packed and nothing else.
    pub fn read_version_1(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let packed = from.raw(PACKED_BYTES)?;
        Self::unpacked(packed).ok_or(from.damaged())
    }

    /// Four registers of 6 bits in three bytes.
    fn packed(&self, to: &mut Vec<u8>) {
        for four in self.registers.chunks_exact(4) {
            let packed = four.iter().rev().fold(0_u32, |bits, register| (bits << 6) | u32::from(*register));
            to.extend_from_slice(&packed.to_le_bytes()[..3]);
        }
    }

    fn unpacked(packed: &[u8]) -> Option<Self> {
        let mut registers = Box::new([0; REGISTERS]);
        for (four, bytes) in registers.chunks_exact_mut(4).zip(packed.chunks_exact(3)) {
            let packed = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]);
            for (at, register) in four.iter_mut().enumerate() {
                *register = (packed >> (at * 6)) as u8 & 0x3f;
            }
        }
        registers.iter().all(|register| *register <= MOST_RANK).then_some(Self { registers })
    }
}

/// Ertl's algorithm 5: x + sum of x^(2^k) 2^(k-1).
fn sigma(mut x: f64) -> f64 {
    if x >= 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z == before {
            return z;
        }
    }
}

/// Ertl's algorithm 6: (1 - x - sum of (1 - x^(2^-k))^2 2^-k) / 3.
fn tau(mut x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x).powi(2) * y;
        if z == before {
            return z / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::mix;

    /// Relative errors over 30 disjoint runs of `count` values each.
    fn errors(count: u64) -> Vec<f64> {
        let run = |seed: u64| {
            let mut sketch = HyperLogLog::new();
            (0..count).for_each(|i| sketch.add(mix((seed << 40) + i)));
            sketch.estimate() / count as f64 - 1.0
        };
        (1..=30).map(run).collect()
    }

    #[test]
    fn errors_are_as_small_as_stated_from_few_to_many_values() {
        for count in [10, 1_000, 5_000, 20_000, 200_000] {
            let errors = errors(count);
            let rms = (errors.iter().map(|e| e * e).sum::<f64>() / errors.len() as f64).sqrt();
            let bias = errors.iter().sum::<f64>() / errors.len() as f64;
            assert!(rms < 1.4 * RELATIVE_ERROR, "{count}: {rms}");
            assert!(bias.abs() < RELATIVE_ERROR, "{count}: {bias}");
        }
    }

    #[test]
    fn an_empty_sketch_estimates_zero() {
        assert_eq!(HyperLogLog::new().estimate(), 0.0);
    }
}
