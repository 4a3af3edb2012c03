//! Check digits. Digits are values 0 to 9, not their ASCII codes.

/// Luhn's mod 10 (ISO/IEC 7812-1 annex B), check digit last.
pub(crate) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits.iter().rev().enumerate().map(|(at, d)| luhn_term(at, *d)).sum();
    !digits.is_empty() && sum.is_multiple_of(10)
}

fn luhn_term(from_right: usize, digit: u8) -> u32 {
    let digit = u32::from(digit);
    match (from_right % 2, digit) {
        (0, _) => digit,
        (_, 5..) => 2 * digit - 9,
        _ => 2 * digit,
    }
}

/// Verhoeff's dihedral check (1969), check digit last.
pub(crate) fn verhoeff(digits: &[u8]) -> bool {
    const PERMUTED: [[u8; 10]; 8] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
        [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
        [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
        [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
        [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ];
    let fold = |check, (at, digit): (usize, &u8)| dihedral(check, PERMUTED[at % 8][usize::from(*digit % 10)]);
    digits.iter().rev().enumerate().fold(0, fold) == 0
}

/// The product of two elements of the dihedral group of order ten.
fn dihedral(a: u8, b: u8) -> u8 {
    match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    }
}

/// ISO/IEC 7064 mod 11,10: the hybrid system with one decimal check digit.
pub(crate) fn mod_11_10(digits: &[u8]) -> bool {
    let Some((check, body)) = digits.split_last() else { return false };
    let product = body.iter().fold(10_u32, |product, digit| {
        let sum = (product + u32::from(*digit)) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == u32::from(*check)
}

/// The sum of digits times weights, as far as both go.
pub(crate) fn weighted(digits: &[u8], weights: &[u8]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * u32::from(*weight)).sum()
}

/// The decimal number that the digits (19 at most) write.
pub(crate) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |n, digit| n * 10 + u64::from(*digit))
}

/// The EAN check (GS1): weights 1 and 3 from the right, check digit last.
pub(crate) fn ean(digits: &[u8]) -> bool {
    let term = |(at, digit): (usize, &u8)| u32::from(*digit) * if at % 2 == 0 { 1 } else { 3 };
    digits.iter().rev().enumerate().map(term).sum::<u32>().is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes().map(|b| b - b'0').collect()
    }

    #[test]
    fn published_examples_pass() {
        assert!(luhn(&digits("79927398713")));
        assert!(verhoeff(&digits("2363")));
        assert!(mod_11_10(&digits("86095742719")));
        assert!(ean(&digits("4006381333931")));
    }

    proptest! {
        #[test]
        fn exactly_one_check_digit_in_ten_passes(body in prop::collection::vec(0_u8..10, 8..16)) {
            for check in [luhn as fn(&[u8]) -> bool, verhoeff, mod_11_10, ean] {
                let passing = (0..10).filter(|last| {
                    let mut all = body.clone();
                    all.push(*last);
                    check(&all)
                });
                prop_assert_eq!(passing.count(), 1);
            }
        }
    }
}
