//! Integers and decimals.

use super::Kind;

/// Digits that a decimal type holds for sure.
const MOST_DIGITS: usize = 28;
const MOST_EXPONENT_DIGITS: usize = 3;

/// `-12`, `1.5`, `.5`, `2e-3`. A number with leading zeros is a code (a postal code, an account): converting
/// it would lose them, so it is none. A leading plus is a telephone number's more often than a number's.
pub(super) fn kind(bytes: &[u8]) -> Option<Kind> {
    let unsigned = bytes.strip_prefix(b"-").unwrap_or(bytes);
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
    if whole.len() == unsigned.len() {
        return Some(if fits_64_bits(bytes) { Kind::Integer } else { Kind::Decimal });
    }
    (rest.is_empty() || is_exponent(rest)).then_some(Kind::Decimal)
}

fn is_exponent(bytes: &[u8]) -> bool {
    let Some((b'e' | b'E', rest)) = bytes.split_first() else { return false };
    let unsigned = rest.strip_prefix(b"-").or(rest.strip_prefix(b"+")).unwrap_or(rest);
    let (exponent, rest) = digits(unsigned);
    !exponent.is_empty() && exponent.len() <= MOST_EXPONENT_DIGITS && rest.is_empty()
}

fn fits_64_bits(bytes: &[u8]) -> bool {
    bytes.len() <= 18 || std::str::from_utf8(bytes).is_ok_and(|text| text.parse::<i64>().is_ok())
}

/// The leading digits, and what follows.
pub(super) fn digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|b| !b.is_ascii_digit()).unwrap_or(bytes.len());
    bytes.split_at(end)
}
