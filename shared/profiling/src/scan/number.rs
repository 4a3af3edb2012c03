//! Integers and decimals as programs write them. (As people write them: `grouped`.)

use super::date;
use super::kind::{Form, Kind};
use super::number_form::{Digits, NumberForm, Style};
use crate::seen::Exact;

/// Digits that a decimal type holds for sure.
const MOST_DIGITS: usize = 28;
const MOST_EXPONENT_DIGITS: usize = 3;

/// A number in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub kind: Kind,
    /// `None` beyond 28 digits or 28 decimal places, which only an exponent can ask for.
    pub exact: Option<Exact>,
    pub form: Form,
}

/// `-12`, `1.5`, `.5`, `2e-3`. A number with leading zeros is a code (a postal code, an account): converting
/// it would lose them, so it is none. A leading plus is a telephone number's more often than a number's.
pub(super) fn read(bytes: &[u8]) -> Option<Found> {
    let (negative, unsigned) = match bytes.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, bytes),
    };
    let (whole, rest) = digits(unsigned);
    if whole.len() > 1 && whole[0] == b'0' {
        return None;
    }
    let (fraction, rest) = match rest.strip_prefix(b".") {
        Some(rest) => digits(rest),
        None => (&[][..], rest),
    };
    let total = whole.len() + fraction.len();
    if total == 0 || total > MOST_DIGITS {
        return None;
    }
    let mantissa = mantissa(whole, fraction, negative);
    if whole.len() == unsigned.len() {
        return Some(of_digits(mantissa, whole.len()));
    }
    let scale = fraction.len() as i32;
    if !rest.is_empty() {
        let exact = scaled(mantissa, scale - exponent(rest)?);
        let form = NumberForm::styled(Style::Exponent).form(Kind::Decimal);
        let (whole, after) = exact.map_or((UNBOUNDED, 0), places);
        return Some(Found { kind: Kind::Decimal, exact, form: form.digits(whole, after) });
    }
    let three = fraction.len() == 3 && matches!(whole.len(), 1..=3) && whole[0] != b'0';
    let style = if three { Style::PointThree } else { Style::Plain };
    let form = NumberForm::styled(style).form(Kind::Decimal).digits(whole.len(), fraction.len());
    Some(Found { kind: Kind::Decimal, exact: Some(Exact { mantissa, scale: scale as u8 }), form })
}

/// Stands for more digits before the point than any decimal type has.
pub(crate) const UNBOUNDED: usize = 255;

fn of_digits(mantissa: i128, digits: usize) -> Found {
    let exact = Some(Exact { mantissa, scale: 0 });
    match i64::try_from(mantissa) {
        Ok(i) => {
            let form = NumberForm::counted(digits_of(i)).form(Kind::Integer).digits(digits, 0);
            Found { kind: Kind::Integer, exact, form }
        }
        Err(_) => {
            let form = NumberForm::PLAIN.form(Kind::Decimal).digits(digits, 0);
            Found { kind: Kind::Decimal, exact, form }
        }
    }
}

/// Digits before and after the point.
#[inline]
pub(crate) fn places(exact: Exact) -> (usize, usize) {
    let digits = match u64::try_from(exact.mantissa.unsigned_abs()) {
        Ok(0) => 0,
        Ok(small) => small.ilog10() as usize + 1,
        Err(_) => exact.mantissa.unsigned_abs().ilog10() as usize + 1,
    };
    let after = usize::from(exact.scale);
    (digits.saturating_sub(after), after)
}

/// What an integer could be besides a number, by its digits.
#[inline]
pub(crate) fn digits_of(i: i64) -> Digits {
    const SHORT: [Digits; 7] =
        [Digits::Any, Digits::Any, Digits::Any, Digits::Four, Digits::Five, Digits::Six, Digits::Seven];
    match u32::try_from(i) {
        Ok(0) => Digits::Zero,
        Ok(1) => Digits::One,
        Ok(short @ 2..10_000_000) => SHORT[short.ilog10() as usize],
        _ => many_digits_of(i),
    }
}

fn many_digits_of(i: i64) -> Digits {
    match i {
        10_000_000..100_000_000 if is_compact_date(i) => Digits::CompactDate,
        10_000_000..100_000_000 => Digits::Eight,
        100_000_000..1_000_000_000 => Digits::Nine,
        1_000_000_000..2_000_000_000 => Digits::EpochSeconds,
        2_000_000_000..10_000_000_000 if i / 1_000_000 % 10 >= 2 => Digits::TenDialled,
        2_000_000_000..10_000_000_000 => Digits::Ten,
        10_000_000_000..100_000_000_000 => Digits::Eleven,
        1_000_000_000_000..2_000_000_000_000 => Digits::EpochMillis,
        19_000_000_000_000..21_000_000_000_000 if is_compact_timestamp(i) => Digits::CompactTimestamp,
        _ => Digits::Any,
    }
}

fn is_compact_date(i: i64) -> bool {
    let (year, month, day) = (i / 10_000, i / 100 % 100, i % 100);
    (1900..2100).contains(&year) && date::days_of(year as u16, month as u8, day as u8).is_some()
}

fn is_compact_timestamp(i: i64) -> bool {
    let (hour, minute, second) = (i / 10_000 % 100, i / 100 % 100, i % 100);
    is_compact_date(i / 1_000_000) && hour < 24 && minute < 60 && second < 60
}

/// At most 28 digits, which 96 bits hold.
pub(super) fn mantissa(whole: &[u8], fraction: &[u8], negative: bool) -> i128 {
    const FIT_64_BITS: usize = 18;
    let unsigned = if whole.len() + fraction.len() <= FIT_64_BITS {
        let add = |n: i64, digit: &u8| n * 10 + i64::from(digit - b'0');
        i128::from(fraction.iter().fold(whole.iter().fold(0, add), add))
    } else {
        let add = |n: i128, digit: &u8| n * 10 + i128::from(digit - b'0');
        fraction.iter().fold(whole.iter().fold(0, add), add)
    };
    if negative { -unsigned } else { unsigned }
}

/// `mantissa / 10^scale` where it fits 28 digits and places.
fn scaled(mut mantissa: i128, mut scale: i32) -> Option<Exact> {
    const LIMIT: i128 = 10_i128.pow(MOST_DIGITS as u32);
    if mantissa == 0 {
        return Some(Exact { mantissa: 0, scale: 0 });
    }
    while scale < 0 {
        mantissa *= 10;
        scale += 1;
        if mantissa.abs() >= LIMIT {
            return None;
        }
    }
    while scale > MOST_DIGITS as i32 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    (scale <= MOST_DIGITS as i32).then_some(Exact { mantissa, scale: scale as u8 })
}

fn exponent(bytes: &[u8]) -> Option<i32> {
    let (b'e' | b'E', rest) = bytes.split_first()? else { return None };
    let negative = rest.starts_with(b"-");
    let unsigned = rest.strip_prefix(b"-").or(rest.strip_prefix(b"+")).unwrap_or(rest);
    let (exponent, rest) = digits(unsigned);
    if exponent.is_empty() || exponent.len() > MOST_EXPONENT_DIGITS || !rest.is_empty() {
        return None;
    }
    let value = i32::from(small(exponent));
    Some(if negative { -value } else { value })
}

/// The leading digits, and what follows.
pub(super) fn digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|b| !b.is_ascii_digit()).unwrap_or(bytes.len());
    bytes.split_at(end)
}

/// The value of at most four digits.
pub(super) fn small(digits: &[u8]) -> u16 {
    digits.iter().fold(0, |n, digit| n * 10 + u16::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Option<(i128, u8)> {
        read(text.as_bytes()).and_then(|found| found.exact).map(|exact| (exact.mantissa, exact.scale))
    }

    #[test]
    fn numbers_are_read_to_the_last_digit() {
        assert_eq!(exact("-42"), Some((-42, 0)));
        assert_eq!(exact("1.50"), Some((150, 2)));
        assert_eq!(exact("-.5"), Some((-5, 1)));
        assert_eq!(exact("5."), Some((5, 0)));
        assert_eq!(exact("9223372036854775808"), Some((9_223_372_036_854_775_808, 0)));
        assert_eq!(exact("1234567890.123456789012345678"), Some((1_234_567_890_123_456_789_012_345_678, 18)));
    }

    #[test]
    fn exponents_move_the_point_while_28_digits_hold_it() {
        assert_eq!(exact("1.5e3"), Some((1_500, 0)));
        assert_eq!(exact("2.5E-3"), Some((25, 4)));
        assert_eq!(exact("12e+2"), Some((1_200, 0)));
        assert_eq!(exact("0e999"), Some((0, 0)));
        assert_eq!(exact("100e-30"), Some((1, 28)));
        assert_eq!(exact("1e28"), None);
        assert_eq!(exact("1e-29"), None);
        assert_eq!(read(b"1e300").map(|found| found.kind), Some(Kind::Decimal));
    }

    proptest::proptest! {
        #[test]
        fn what_is_printed_is_read(mantissa in -10_i128.pow(27)..10_i128.pow(27), scale in 0_u32..20) {
            let decimal = rust_decimal::Decimal::from_i128_with_scale(mantissa, scale);
            proptest::prop_assert_eq!(exact(&decimal.to_string()), Some((mantissa, scale as u8)));
        }
    }
}
