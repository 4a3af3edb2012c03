//! Divides the ids of an object into ranges. Pure.
//!
//! The first 15 characters of an id are digits of base 62. The boundaries need not be records' ids, and whatever
//! order the org compares ids in, each record is in at least one range: a boundary ends one range and begins the
//! next.

use super::cursor::Range;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The digits that count records; those before name the object and where it was made.
const DIGITS: usize = 9;

fn number(id: &str) -> Option<(&str, u128)> {
    let (prefix, digits) = id.get(..15)?.split_at(15 - DIGITS);
    let digit = |b: u8| ALPHABET.iter().position(|a| *a == b);
    let number = digits.bytes().try_fold(0u128, |sum, b| Some(sum * 62 + digit(b)? as u128))?;
    Some((prefix, number))
}

fn text(prefix: &str, number: u128) -> String {
    let mut rest = number;
    let mut digits = [b'0'; DIGITS];
    for digit in digits.iter_mut().rev() {
        *digit =
            usize::try_from(rest % 62).ok().and_then(|place| ALPHABET.get(place)).copied().unwrap_or(b'0');
        rest /= 62;
    }
    format!("{prefix}{}", String::from_utf8_lossy(&digits))
}

/// `parts` ranges of the same width from the first id to the last. One range for all where the ids are of several
/// instances, which no arithmetic divides well.
pub fn divide(first: &str, last: &str, parts: u64) -> Vec<Range> {
    let bounds = match (number(first), number(last)) {
        (Some((prefix, low)), Some((same, high))) if prefix == same && high > low => {
            let width = high - low;
            let mut all: Vec<String> =
                (1..parts).map(|n| text(prefix, low + width * u128::from(n) / u128::from(parts))).collect();
            all.dedup();
            all
        }
        _ => Vec::new(),
    };
    let after = std::iter::once(None).chain(bounds.iter().cloned().map(Some));
    let upto = bounds.iter().cloned().map(Some).chain(std::iter::once(None));
    after.zip(upto).map(|(after, upto)| Range { after, upto }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_each_other_and_leave_nothing_out() {
        let ranges = divide("001Ks0000000000AAA", "001Ks0000000zzzAAA", 4);
        assert_eq!(ranges.len(), 4);
        assert_eq!((&ranges[0].after, &ranges[3].upto), (&None, &None));
        assert!(ranges.windows(2).all(|pair| pair[0].upto == pair[1].after && pair[0].upto.is_some()));
        assert_eq!(ranges[1].after.as_deref(), Some("001Ks0000000FUz"));
        assert_eq!(divide("001Ks0000000000AAA", "001Kt0000000zzzAAA", 4), [Range::default()]);
        assert_eq!(divide("001Ks0000000000AAA", "001Ks0000000000AAA", 4), [Range::default()]);
    }
}
