//! The sketch in the form of Apache DataSketches' `hll_sketch`, type HLL_6, lgK = 12. Laid out as in
//! `hll/PreambleUtil` of datasketches-java; all little-endian. Registers hold the same as theirs; hashes do
//! not (ours are XXH3), so other tools read and estimate it but cannot add values to it.

use super::{HyperLogLog, INDEX_BITS, MOST_RANK, PACKED_BYTES, REGISTERS};

/// Preamble in 4-byte words, version, family.
const HEAD: [u8; 3] = [10, 1, 7];
/// Estimated from the registers, not from the order in which values came.
const OUT_OF_ORDER: u8 = 16;
/// Registers, of type HLL_6.
const MODE: u8 = 2 | 1 << 2;
const PREAMBLE: usize = 40;
pub(crate) const IMAGE_BYTES: usize = PREAMBLE + PACKED_BYTES + 1;
/// Registers under this count into the first of the two sums of inverse powers.
const FIRST_SUM: usize = 32;

impl HyperLogLog {
    pub fn image(&self) -> Vec<u8> {
        let mut image = Vec::with_capacity(IMAGE_BYTES);
        image.extend_from_slice(&HEAD);
        image.extend_from_slice(&[INDEX_BITS as u8, 0, OUT_OF_ORDER, 0, MODE]);
        let mut multiplicities = [0_u32; MOST_RANK as usize + 1];
        self.registers.iter().for_each(|rank| multiplicities[usize::from(*rank)] += 1);
        let term = |(rank, times): (usize, &u32)| f64::from(*times) * 0.5_f64.powi(rank as i32);
        let terms = || multiplicities.iter().enumerate().map(term);
        let history = 0.0_f64;
        image.extend_from_slice(&history.to_le_bytes());
        image.extend_from_slice(&terms().take(FIRST_SUM).sum::<f64>().to_le_bytes());
        image.extend_from_slice(&terms().skip(FIRST_SUM).sum::<f64>().to_le_bytes());
        image.extend_from_slice(&multiplicities[0].to_le_bytes());
        image.extend_from_slice(&0_u32.to_le_bytes());
        self.packed(&mut image);
        // The last register is read as two bytes.
        image.push(0);
        image
    }

    /// Reads [`HyperLogLog::image`] and refuses what it cannot have written.
    pub fn from_image(image: &[u8]) -> Option<Self> {
        const { assert!(PACKED_BYTES * 4 == REGISTERS * 3) };
        let packed = image.get(PREAMBLE..PREAMBLE + PACKED_BYTES)?;
        let read = Self::unpacked(packed)?;
        (read.image() == image).then_some(read)
    }
}
