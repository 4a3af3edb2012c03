//! The exact sum of floats: a superaccumulator (Neal 2015, "Fast exact summation using small and large
//! superaccumulators"). Every finite float is an integer times 2^-1074; its bits are added to 32-bit wide
//! chunks that have 96 bits of room, so order and split never matter and nothing overflows.

use forebay_stored::{Reader, StateError, Writer};

/// 2,098 bits of a float's range, 64 bits for the number of values, and the last shift.
const CHUNKS: usize = 70;
const CHUNK_BITS: usize = 32;
const LOWEST_EXPONENT: i32 = -1_074;

#[derive(Debug, Clone, Default)]
pub(crate) struct FloatSum {
    /// Most columns have no floats, so the chunks wait for the first one.
    chunks: Option<Box<[i128; CHUNKS]>>,
}

/// The sum in its one form: a sign and chunks of exactly 32 bits.
struct Carried {
    negative: bool,
    chunks: [u32; CHUNKS],
}

impl FloatSum {
    /// `x` is finite.
    #[inline]
    pub fn add(&mut self, x: f64, weight: u64) {
        let bits = x.to_bits();
        let exponent = (bits >> 52) as usize & 0x7ff;
        let fraction = bits & ((1 << 52) - 1);
        let mantissa = if exponent == 0 { fraction } else { fraction | (1 << 52) };
        let place = exponent.saturating_sub(1);
        let shifted = u128::from(mantissa) << (place % CHUNK_BITS);
        let sign = if bits >> 63 == 0 { 1 } else { -1 };
        let weight = i128::from(weight) * sign;
        let chunks = self.chunks.get_or_insert_with(|| Box::new([0; CHUNKS]));
        let first = place / CHUNK_BITS;
        for (at, chunk) in chunks[first..first + 3].iter_mut().enumerate() {
            let part = i128::from((shifted >> (at * CHUNK_BITS)) as u32);
            *chunk = chunk.wrapping_add(part.wrapping_mul(weight));
        }
    }

    pub fn merge(&mut self, other: &Self) {
        let Some(theirs) = &other.chunks else { return };
        let ours = self.chunks.get_or_insert_with(|| Box::new([0; CHUNKS]));
        for (ours, theirs) in ours.iter_mut().zip(theirs.iter()) {
            *ours = ours.wrapping_add(*theirs);
        }
    }

    /// The sum divided by `count`, rounded once each; infinite only where the result is.
    pub fn divided_by(&self, count: u64) -> f64 {
        let Carried { negative, chunks } = self.carried();
        let Some(top) = chunks.iter().rposition(|chunk| *chunk != 0) else { return 0.0 };
        let lowest = top.saturating_sub(3);
        let mut leading = chunks[lowest..=top]
            .iter()
            .rev()
            .fold(0_u128, |sum, chunk| (sum << CHUNK_BITS) | u128::from(*chunk));
        // A bit that stands for all that is left out lets the conversion round as if it saw everything.
        leading |= u128::from(chunks[..lowest].iter().any(|chunk| *chunk != 0));
        let exponent = (lowest * CHUNK_BITS) as i32 + LOWEST_EXPONENT;
        let magnitude = scaled(leading as f64 / count as f64, exponent);
        if negative { -magnitude } else { magnitude }
    }

    pub fn write(&self, to: &mut Writer) {
        let Carried { negative, chunks } = self.carried();
        let Some(top) = chunks.iter().rposition(|chunk| *chunk != 0) else {
            to.u8(0);
            return;
        };
        let first = chunks.iter().position(|chunk| *chunk != 0).unwrap_or(0);
        to.u8((top - first + 1) as u8);
        to.u8(negative.into());
        to.u8(first as u8);
        chunks[first..=top].iter().for_each(|chunk| to.raw(&chunk.to_le_bytes()));
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let length = from.length(CHUNKS)?;
        if length == 0 {
            return Ok(Self::default());
        }
        let sign = if from.u8()? == 0 { 1 } else { -1 };
        let first = usize::from(from.u8()?);
        let mut chunks = Box::new([0_i128; CHUNKS]);
        let Some(filled) = chunks.get_mut(first..first + length) else { return Err(from.damaged()) };
        for chunk in filled {
            *chunk = i128::from(u32::from_le_bytes(from.array()?)) * sign;
        }
        Ok(Self { chunks: Some(chunks) })
    }

    fn carried(&self) -> Carried {
        let Some(chunks) = &self.chunks else { return Carried { negative: false, chunks: [0; CHUNKS] } };
        let (carried, rest) = carry(chunks.iter().copied());
        if rest >= 0 {
            return Carried { negative: false, chunks: carried };
        }
        let (carried, _) = carry(chunks.iter().map(|chunk| chunk.wrapping_neg()));
        Carried { negative: true, chunks: carried }
    }
}

fn carry(chunks: impl Iterator<Item = i128>) -> ([u32; CHUNKS], i128) {
    let mut carried = [0; CHUNKS];
    let mut rest = 0_i128;
    for (to, chunk) in carried.iter_mut().zip(chunks) {
        rest = rest.wrapping_add(chunk);
        *to = rest as u32;
        rest >>= CHUNK_BITS;
    }
    (carried, rest)
}

/// `x * 2^exponent`, in two steps because 2^-1074 times 2^100 leaves the range on the way.
fn scaled(x: f64, exponent: i32) -> f64 {
    let half = exponent / 2;
    x * 2_f64.powi(half) * 2_f64.powi(exponent - half)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(values: &[f64]) -> FloatSum {
        let mut sum = FloatSum::default();
        values.iter().for_each(|x| sum.add(*x, 1));
        sum
    }

    fn bytes(sum: &FloatSum) -> Vec<u8> {
        let mut to = Writer::default();
        sum.write(&mut to);
        to.into_bytes()
    }

    proptest! {
        #[test]
        fn order_and_split_never_matter(values in prop::collection::vec(prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO, 0..60), at in 0usize..60) {
            let at = at.min(values.len());
            let mut split = sum(&values[at..]);
            split.merge(&sum(&values[..at]));
            prop_assert_eq!(bytes(&split), bytes(&sum(&values)));
            let stored = bytes(&split);
            let back = FloatSum::read(&mut Reader::new(&stored, "test")).unwrap();
            prop_assert_eq!(bytes(&back), stored);
        }

        #[test]
        fn one_float_is_its_own_sum(x in prop::num::f64::NORMAL) {
            prop_assert_eq!(sum(&[x]).divided_by(1), x);
        }

        #[test]
        fn two_floats_add_up_as_the_processor_adds_them(x in -1e300..1e300, y in -1e300..1e300) {
            prop_assert_eq!(sum(&[x, y]).divided_by(1), x + y);
        }
    }

    #[test]
    fn small_terms_survive_large_ones_that_cancel() {
        assert_eq!(sum(&[1e300, 1.0, -1e300, 1e-300, -1e-300]).divided_by(1), 1.0);
        assert_eq!(sum(&[f64::MAX, f64::MAX]).divided_by(1), f64::INFINITY);
        assert_eq!(sum(&[f64::MAX, f64::MAX]).divided_by(2), f64::MAX);
        let mut weighted = FloatSum::default();
        weighted.add(-0.1, 1_000_000);
        assert_eq!(weighted.divided_by(1_000_000), -0.1);
    }
}
