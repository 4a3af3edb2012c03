//! Payment cards: issuers' prefixes and lengths as ISO/IEC 7812 assigns them, and Luhn's digit.

use super::checksum::{luhn, number};
use super::numeric::Numeric;
use super::{Detector, Hits};

pub(super) fn inspect(n: &Numeric, hits: &mut Hits) {
    let grouped = n.is_bare()
        || (!n.plus
            && !n.parentheses
            && !n.dots
            && !n.slashes
            && matches!(n.groups(), [4, 4, 4, 1..=4] | [4, 4, 4, 4, 1..=3] | [4, 6, 4..=5]));
    if grouped && has_prefix(n.digits()) {
        hits.add(Detector::Card, luhn(n.digits()));
    }
}

fn has_prefix(digits: &[u8]) -> bool {
    if !(13..=19).contains(&digits.len()) {
        return false;
    }
    match (number(&digits[..4]), digits.len()) {
        // Visa; American Express; Diners Club.
        (4000..=4999, 13 | 16 | 19) | (3400..=3499 | 3700..=3799, 15) => true,
        (3000..=3059 | 3600..=3699 | 3800..=3999, 14 | 16) => true,
        // Mastercard, Mir.
        (5100..=5599 | 2221..=2720 | 2200..=2204, 16) => true,
        // Discover, JCB, UnionPay, Maestro, RuPay.
        (6011 | 6440..=6599 | 3528..=3589 | 6200..=6299, 16..=19) => true,
        (5000..=5099 | 5600..=5899 | 6300..=6399 | 6700..=6799, 16..=19) => true,
        (6000..=6099 | 8100..=8299, 16) => true,
        _ => false,
    }
}
