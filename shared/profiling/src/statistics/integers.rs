//! How many numbers have no fraction, whatever their type: 3, 3.0 and 3e0 have none. Exact.

use forebay_model::profile::ColumnProfile;
use forebay_stored::{Reader, StateError, Writer};

use super::{Numbers, Statistic};
use crate::seen::{Exact, Seen};

/// From here on, floats have no fractions.
const WHOLE: f64 = 4_503_599_627_370_496.0;
/// Decimals with more bits than a float's are asked themselves.
const FLOAT_BITS: u32 = 53;

#[derive(Debug, Clone, Default)]
pub(crate) struct Integers {
    /// By the numbers' nearest floats, and put right for long decimals. It wraps on the way: what is put
    /// right may come before the float that it puts right.
    count: u64,
}

impl Statistic for Integers {
    #[inline]
    fn observe(&mut self, seen: &Seen<'_>) {
        let Some(number) = seen.number else { return };
        let Some(exact) = number.exact else { return };
        if exact.scale > 0 && exact.mantissa.unsigned_abs() >> FLOAT_BITS != 0 {
            self.put_right(exact, number.value, seen.weight);
        }
    }

    fn observe_numbers(&mut self, numbers: &Numbers<'_>) {
        self.count = self.count.wrapping_add(numbers.count(is_whole));
    }

    fn merge(&mut self, other: &Self) {
        self.count = self.count.wrapping_add(other.count);
    }

    fn is_default(&self) -> bool {
        self.count == 0
    }

    fn write(&self, to: &mut Writer) {
        to.u64(self.count);
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        Ok(Self { count: from.u64()? })
    }

    fn finish(&self, profile: &mut ColumnProfile) {
        if self.count > 0 {
            super::numbers(profile).integers = self.count;
        }
    }
}

impl Integers {
    #[cold]
    fn put_right(&mut self, exact: Exact, float: f64, weight: u64) {
        let whole = exact.mantissa % 10_i128.pow(exact.scale.into()) == 0;
        match (whole, is_whole(float)) {
            (true, false) => self.count = self.count.wrapping_add(weight),
            (false, true) => self.count = self.count.wrapping_sub(weight),
            _ => {}
        }
    }
}

/// Adding and taking off 2^52 rounds to a whole number, without a branch and many at a time.
#[inline]
fn is_whole(x: f64) -> bool {
    let magnitude = x.abs();
    ((magnitude + WHOLE) - WHOLE == magnitude) | (magnitude >= WHOLE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Statistics;
    use forebay_model::Value;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    proptest! {
        #[test]
        fn floats_are_whole_where_truncating_leaves_them(x in any::<f64>(), i in any::<i64>()) {
            prop_assume!(x.is_finite());
            prop_assert_eq!(is_whole(x), x.trunc() == x);
            prop_assert!(is_whole(i as f64));
        }

        #[test]
        fn long_decimals_are_judged_by_their_own_digits(mantissa in any::<i64>(), high in 0_i128..100_000_000, scale in 0_u32..28, weight in 1_u64..4) {
            let d = Decimal::try_from_i128_with_scale(i128::from(mantissa) * high, scale).unwrap();
            let mut statistics = Statistics::default();
            statistics.observe(&Seen::new(&Value::Decimal(d), weight, None));
            statistics.settle();
            prop_assert_eq!(statistics.integers.count, if d.fract().is_zero() { weight } else { 0 });
        }
    }
}
