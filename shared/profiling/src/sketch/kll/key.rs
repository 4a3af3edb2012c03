//! Floats as integers in the same order.

/// The two zeros are one.
#[inline]
pub(crate) fn to_key(x: f64) -> i64 {
    let bits = (x + 0.0).to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

#[inline]
pub(crate) fn from_key(key: i64) -> f64 {
    f64::from_bits((key ^ (((key >> 63) as u64) >> 1) as i64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn keys_order_as_floats_do_and_come_back(a in prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL, b in prop::num::f64::NORMAL) {
            prop_assert_eq!(to_key(a).cmp(&to_key(b)), a.partial_cmp(&b).unwrap());
            prop_assert_eq!(from_key(to_key(a)), a);
        }
    }
}
