//! Telephone numbers by how people write them (ITU-T E.123, E.164, the North American plan). Digits alone
//! are no phone unless the column's name says so: ids look the same.

use super::numeric::Numeric;
use super::{Detector, Hits};

/// Digits of a subscriber's number without area.
const FEWEST_DIGITS: usize = 7;
/// E.164.
const MOST_DIGITS: usize = 15;

pub(super) fn inspect(n: &Numeric, hits: &mut Hits) {
    if let Some(detector) = form(n) {
        hits.add(detector, true);
    }
}

fn form(n: &Numeric) -> Option<Detector> {
    let (digits, groups) = (n.digits(), n.groups());
    if !(FEWEST_DIGITS..=MOST_DIGITS).contains(&digits.len()) {
        return None;
    }
    if n.plus {
        return (digits[0] != 0 && digits.len() >= 8).then_some(Detector::PhoneInternational);
    }
    if groups.len() == 1 && !n.parentheses {
        return (digits.len() >= 8).then_some(Detector::PhoneLoose);
    }
    let strong = match groups {
        [3, 3, 4] => is_north_american(digits),
        [1, 3, 3, 4] => digits[0] == 1 && is_north_american(&digits[1..]),
        // ZIP+4 and dates have these groups.
        [5, 4] | [4, 2, 2] | [2, 2, 4] => false,
        // (11) 91234-5678: an area in parentheses.
        [2..=5, 3..=9, ..] if n.parentheses => digits.len() >= 9,
        _ => digits[0] == 0 && is_trunk(n),
    };
    Some(if strong { Detector::PhoneNational } else { Detector::PhoneLoose })
}

/// NXX-NXX-XXXX, N being 2 to 9; no area ends in 11, no area has 9 in its middle.
fn is_north_american(digits: &[u8]) -> bool {
    let [a, b, c, d, e, f, ..] = digits else { return false };
    digits.len() == 10 && *a >= 2 && *d >= 2 && (*b, *c) != (1, 1) && *b != 9 && (*e, *f) != (1, 1)
}

/// 0 and an area, or 00 and a country, as in `020 7946 0958`, `030/123456`, `0049 30 123456`.
fn is_trunk(n: &Numeric) -> bool {
    let (digits, groups) = (n.digits(), n.groups());
    let international = digits[..2] == [0, 0];
    let long_enough = if international { digits.len() >= 10 } else { (9..=12).contains(&digits.len()) };
    let (Some(first), Some(last)) = (groups.first(), groups.last()) else { return false };
    let dotted = n.dots && !n.spaces && !n.dashes && !n.slashes && !groups[1..].iter().all(|g| *g == 2);
    // Codes with dashes end short; numbers in pairs (06 12 34 56 78) have spaces or dots.
    let dashed = n.dashes && !n.spaces && !n.slashes && (*last < 4 || groups.len() > 3);
    let area = (2..=6).contains(first) && (!international || digits[2] != 0);
    long_enough && area && !dotted && !dashed && *last >= 2
}
