//! An exact sum of decimals that no number of values overflows.
//!
//! Mantissas are added up per scale, in two limbs: the low 64 bits and the rest. With mantissas of 97 bits
//! and 2^64 values neither limb can overflow, so the sum does not depend on order. The limbs meet in a
//! 384-bit integer only when the sum is shown.

use forebay_stored::{Reader, StateError, Writer};

use crate::seen::Exact;

const MOST_SCALE: u8 = 28;

#[derive(Debug, Clone, Default)]
pub(crate) struct DecimalSum {
    /// One per scale met; columns have one or two.
    parts: Vec<Part>,
}

/// `(high * 2^64 + low) / 10^scale`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Part {
    scale: u8,
    high: i128,
    low: u128,
}

impl DecimalSum {
    #[inline]
    pub fn add(&mut self, exact: Exact, weight: u64) {
        let (high, low) = (exact.mantissa >> 64, exact.mantissa as u64);
        let part = self.part(exact.scale);
        if weight == 1 {
            part.high = part.high.wrapping_add(high);
            part.low = part.low.wrapping_add(low.into());
            return;
        }
        part.high = part.high.wrapping_add(high.wrapping_mul(weight.into()));
        part.low = part.low.wrapping_add(u128::from(low).wrapping_mul(weight.into()));
    }

    pub fn merge(&mut self, other: &Self) {
        for theirs in &other.parts {
            let ours = self.part(theirs.scale);
            ours.high = ours.high.wrapping_add(theirs.high);
            ours.low = ours.low.wrapping_add(theirs.low);
        }
    }

    /// All digits, with as many decimal places as the longest value had.
    pub fn text(&self) -> String {
        let scale = self.parts.iter().map(|part| part.scale).max().unwrap_or(0);
        let mut total = Wide::default();
        for part in &self.parts {
            let mut term = Wide::new(part.high, part.low);
            for _ in part.scale..scale {
                term.multiply(10);
            }
            total.add(term);
        }
        total.text(scale.into())
    }

    pub fn write(&self, to: &mut Writer) {
        let mut parts = self.parts.clone();
        parts.sort_unstable_by_key(|part| part.scale);
        to.u64(parts.len() as u64);
        for part in parts {
            let part = part.carried();
            to.u8(part.scale);
            to.i128(part.high);
            to.u128(part.low);
        }
    }

    pub fn read(from: &mut Reader<'_>) -> Result<Self, StateError> {
        let length = from.length(usize::from(MOST_SCALE) + 1)?;
        let mut parts: Vec<Part> = Vec::with_capacity(length);
        for _ in 0..length {
            let part = Part { scale: from.u8()?, high: from.i128()?, low: from.u128()? };
            let ascending = parts.last().is_none_or(|last| last.scale < part.scale);
            if !ascending || part.scale > MOST_SCALE || part.low >> 64 != 0 {
                return Err(from.damaged());
            }
            parts.push(part);
        }
        Ok(Self { parts })
    }

    #[inline]
    fn part(&mut self, scale: u8) -> &mut Part {
        let at = match self.parts.iter().position(|part| part.scale == scale) {
            Some(at) => at,
            None => {
                self.parts.push(Part { scale, high: 0, low: 0 });
                self.parts.len() - 1
            }
        };
        &mut self.parts[at]
    }
}

impl Part {
    /// The same sum with a low limb of 64 bits: one form for one value.
    fn carried(self) -> Self {
        let carry = (self.low >> 64) as i128;
        Self { high: self.high.wrapping_add(carry), low: self.low & u128::from(u64::MAX), ..self }
    }
}

/// A 384-bit integer in two's complement, least significant limb first.
#[derive(Debug, Clone, Copy, Default)]
struct Wide([u64; 6]);

impl Wide {
    fn new(high: i128, low: u128) -> Self {
        let sign = (high >> 127) as u64;
        let mut wide = Wide([0, high as u64, (high >> 64) as u64, sign, sign, sign]);
        wide.add(Wide([low as u64, (low >> 64) as u64, 0, 0, 0, 0]));
        wide
    }

    fn add(&mut self, other: Wide) {
        let mut carry = false;
        for (limb, theirs) in self.0.iter_mut().zip(other.0) {
            let (sum, first) = limb.overflowing_add(theirs);
            let (sum, second) = sum.overflowing_add(carry.into());
            *limb = sum;
            carry = first || second;
        }
    }

    fn multiply(&mut self, factor: u64) {
        let mut carry = 0_u128;
        for limb in &mut self.0 {
            let product = u128::from(*limb) * u128::from(factor) + carry;
            *limb = product as u64;
            carry = product >> 64;
        }
    }

    fn divide(&mut self, divisor: u64) -> u64 {
        let mut rest = 0_u128;
        for limb in self.0.iter_mut().rev() {
            let dividend = (rest << 64) | u128::from(*limb);
            *limb = (dividend / u128::from(divisor)) as u64;
            rest = dividend % u128::from(divisor);
        }
        rest as u64
    }

    fn text(mut self, scale: usize) -> String {
        let negative = self.0[5] >> 63 == 1;
        if negative {
            self.0.iter_mut().for_each(|limb| *limb = !*limb);
            self.add(Wide([1, 0, 0, 0, 0, 0]));
        }
        let mut digits = Vec::new();
        while self.0 != [0; 6] || digits.len() <= scale {
            digits.push(b'0' + self.divide(10) as u8);
        }
        let mut text = String::with_capacity(digits.len() + 2);
        if negative {
            text.push('-');
        }
        for (place, digit) in digits.iter().enumerate().rev() {
            text.push(char::from(*digit));
            if place == scale && scale > 0 {
                text.push('.');
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rust_decimal::Decimal;

    fn sum(values: &[(i128, u8)]) -> DecimalSum {
        let mut sum = DecimalSum::default();
        values.iter().for_each(|&(mantissa, scale)| sum.add(Exact { mantissa, scale }, 1));
        sum
    }

    proptest! {
        #[test]
        fn agrees_with_the_decimal_library_in_any_order(values in prop::collection::vec((any::<i64>(), 0u8..9), 0..50)) {
            let expected: Decimal = values.iter().map(|(m, s)| Decimal::new(*m, (*s).into())).sum();
            let mut wide: Vec<_> = values.iter().map(|(m, s)| (i128::from(*m), *s)).collect();
            let text = sum(&wide).text();
            prop_assert_eq!(text.parse::<Decimal>().unwrap(), expected);
            wide.reverse();
            prop_assert_eq!(sum(&wide).text(), text);
        }
    }

    #[test]
    fn sums_beyond_what_a_decimal_holds_keep_every_digit() {
        let most = Decimal::MAX.mantissa();
        assert_eq!(sum(&[(most, 0), (most, 0)]).text(), "158456325028528675187087900670");
        assert_eq!(
            sum(&[(most, 0), (1, 28)]).text(),
            "79228162514264337593543950335.0000000000000000000000000001"
        );
        let mut many = DecimalSum::default();
        many.add(Exact { mantissa: -most, scale: 0 }, u64::MAX);
        // 79228162514264337593543950335 * 18446744073709551615, from Python.
        assert_eq!(many.text(), "-1461501637330902918124456670183571937988679041025");
    }

    #[test]
    fn money_keeps_its_places() {
        assert_eq!(sum(&[(1_050, 2), (-50, 2)]).text(), "10.00");
        assert_eq!(sum(&[(-5, 2)]).text(), "-0.05");
        assert_eq!(sum(&[]).text(), "0");
    }
}
