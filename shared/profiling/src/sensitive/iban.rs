//! IBAN (ISO 13616): the country's length and ISO 7064 mod 97-10.

use super::{Detector, Hits};

/// Countries of the SWIFT registry and how long their IBANs are.
const LENGTHS: &[(&[u8; 2], u8)] = &[
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BR", 29),
    (b"BY", 28),
    (b"CH", 21),
    (b"CR", 22),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GR", 27),
    (b"GT", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MK", 19),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// `compact` is in capitals and without separators.
pub(super) fn inspect(compact: &[u8], hits: &mut Hits) {
    let [a, b, c, d, rest @ ..] = compact else { return };
    if !c.is_ascii_digit() || !d.is_ascii_digit() || rest.is_empty() {
        return;
    }
    let country = LENGTHS.binary_search_by(|(code, _)| code.as_slice().cmp(&[*a, *b]));
    let Ok(at) = country else { return };
    if usize::from(LENGTHS[at].1) == compact.len() {
        hits.add(Detector::Iban, is_valid(compact));
    }
}

/// The first four characters go to the end, letters count 10 to 35; the whole must be 1 modulo 97.
fn is_valid(compact: &[u8]) -> bool {
    let (head, body) = compact.split_at(4);
    let remainder = body.iter().chain(head).fold(0_u32, |n, byte| match byte {
        b'0'..=b'9' => (n * 10 + u32::from(byte - b'0')) % 97,
        _ => (n * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    remainder == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registrys_examples_are_valid() {
        for iban in [
            "GB29NWBK60161331926819",
            "DE89370400440532013000",
            "NO9386011117947",
            "FR1420041010050500013M02606",
        ] {
            assert!(is_valid(iban.as_bytes()), "{iban}");
        }
        assert!(!is_valid(b"GB29NWBK60161331926818"));
    }

    #[test]
    fn countries_are_sorted_for_the_search() {
        assert!(LENGTHS.is_sorted_by(|a, b| a.0 < b.0));
    }
}
