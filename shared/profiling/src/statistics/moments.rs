//! Standard deviation, by the pairwise merge of central moments (Pébay 2008, "Formulas for robust,
//! one-pass parallel computation of covariances and arbitrary-order statistical moments"; Chan, Golub,
//! LeVeque 1979). Floating point: equal within 1e-11 whatever the split; merging two states is
//! commutative to the bit. The mean that is shown comes from the exact sum.

use forebay_model::profile::ColumnProfile;

use super::Statistic;
use crate::codec::{Reader, StateError, Writer};
use crate::seen::Seen;

/// Values that are summed around one shift before they join the total: three operations each, no division.
const BLOCK: u32 = 1_024;

#[derive(Debug, Clone, Default)]
pub(crate) struct Moments {
    total: Moment,
    block: Block,
}

#[derive(Debug, Clone, Copy, Default)]
struct Moment {
    count: u64,
    mean: f64,
    /// What rounding took off the mean. Without it, values far from zero (instants, in seconds) would cost
    /// the deviation half of its digits.
    rest: f64,
    /// Sum of squared distances from the mean.
    squares: f64,
}

/// Sums of distances from a value near the mean.
#[derive(Debug, Clone, Copy, Default)]
struct Block {
    count: u32,
    shift: f64,
    sum: f64,
    squares: f64,
}

impl Moment {
    /// The larger part takes in the smaller, so that the order of the two does not matter.
    fn joined(a: Moment, b: Moment) -> Moment {
        let size = |m: Moment| (m.count, m.mean.to_bits(), m.rest.to_bits());
        let (large, small) = if size(a) >= size(b) { (a, b) } else { (b, a) };
        if small.count == 0 {
            return large;
        }
        let count = large.count.saturating_add(small.count);
        let share = small.count as f64 / count as f64;
        let distance = (small.mean - large.mean) + (small.rest - large.rest);
        let (mean, rest) = sum_and_rest(large.mean, large.rest + distance * share);
        Moment {
            count,
            mean,
            rest,
            squares: (large.squares + small.squares) + distance * distance * large.count as f64 * share,
        }
    }
}

/// The sum of two floats, and what rounding took off it (Knuth's two-sum).
fn sum_and_rest(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

impl Moments {
    fn close_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        if block.count == 0 {
            return;
        }
        let count = f64::from(block.count);
        let mean = block.sum / count;
        let squares = (block.squares - block.sum * mean).max(0.0);
        let (mean, rest) = sum_and_rest(block.shift, mean);
        let closed = Moment { count: block.count.into(), mean, rest, squares };
        self.total = Moment::joined(self.total, closed);
    }
}

impl Statistic for Moments {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        let Some(number) = seen.number else { return };
        if seen.weight > 1 {
            let repeated = Moment { count: seen.weight, mean: number.value, rest: 0.0, squares: 0.0 };
            self.total = Moment::joined(self.total, repeated);
            return;
        }
        if self.block.count == 0 {
            self.block.shift = if self.total.count == 0 { number.value } else { self.total.mean };
        }
        let distance = number.value - self.block.shift;
        self.block.sum += distance;
        self.block.squares += distance * distance;
        self.block.count += 1;
        if self.block.count == BLOCK {
            self.close_block();
        }
    }

    fn merge(&mut self, other: &Self) {
        self.total = Moment::joined(self.total, other.total);
    }

    fn settle(&mut self) {
        self.close_block();
    }

    fn is_default(&self) -> bool {
        self.total.count == 0
    }

    fn write(&self, to: &mut Writer) {
        to.u64(self.total.count);
        to.f64(self.total.mean);
        to.f64(self.total.rest);
        to.f64(self.total.squares);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let total = Moment { count: from.u64()?, mean: from.f64()?, rest: from.f64()?, squares: from.f64()? };
        Ok(Self { total, block: Block::default() })
    }

    /// Where the squares leave the range of floats (values beyond 1e154), there is no deviation to show.
    fn finish(&self, profile: &mut ColumnProfile) {
        if self.total.count < 2 {
            return;
        }
        let deviation = (self.total.squares / (self.total.count - 1) as f64).sqrt();
        super::numbers(profile).standard_deviation = deviation.is_finite().then_some(deviation);
    }
}
