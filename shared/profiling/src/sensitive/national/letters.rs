//! Numbers with letters in them.

use super::is_day;
use crate::sensitive::checksum::number;
use crate::sensitive::{Detector, Hits};

/// `compact` is in capitals and without separators. Only what has its letters in the right places
/// counts as a candidate.
pub(in crate::sensitive) fn inspect(compact: &[u8], hits: &mut Hits) {
    // A Spanish DNI may end in K too.
    if matches!(compact.len(), 8..=9) && is_rut(compact) {
        hits.add(Detector::ClRut, rut_ends_in_k(compact));
    }
    match compact.len() {
        9 => inspect_nine(compact, hits),
        10 if is_like(compact, b"AAAAA9999A") => hits.add(Detector::InPan, compact[3] == b'P'),
        10 | 11 => inspect_hetu(compact, hits),
        15 if is_corsican(compact) => hits.add(Detector::FrNir, fr_nir(compact)),
        16 if is_fiscal_code(compact) => hits.add(Detector::ItCodiceFiscale, fiscal_check(compact)),
        18 if is_like(compact, b"AAAA999999AAAAAA99") || is_like(compact, b"AAAA999999AAAAAAA9") => {
            hits.add(Detector::MxCurp, curp_check(compact));
        }
        18 if compact[17] == b'X' && digits(&compact[..17]).is_some() => {
            let valid = digits(&compact[..17]).is_some_and(|d| {
                matches!(number(&d[6..8]), 19 | 20)
                    && is_day(number(&d[12..14]), number(&d[10..12]))
                    && mod_11_2(&d) == 10
            });
            hits.add(Detector::CnResident, valid);
        }
        _ => {}
    }
}

fn inspect_nine(compact: &[u8], hits: &mut Hits) {
    if is_like(compact, b"AA999999A") {
        hits.add(Detector::UkNino, nino(compact));
    } else if is_like(compact, b"99999999A") {
        hits.add(Detector::EsDni, spanish(&compact[..8], compact[8]));
    } else if is_like(compact, b"A9999999A") {
        if let Some(lead @ 0..=2) = compact[0].checked_sub(b'X') {
            let mut digits = [b'0' + lead; 8];
            digits[1..].copy_from_slice(&compact[1..8]);
            hits.add(Detector::EsNie, spanish(&digits, compact[8]));
        } else if matches!(compact[0], b'S' | b'T' | b'F' | b'G') {
            hits.add(Detector::SgNric, nric(compact));
        }
    }
}

/// `A` stands for a letter, `9` for a digit.
fn is_like(compact: &[u8], pattern: &[u8]) -> bool {
    let fits = |(byte, place): (&u8, &u8)| match place {
        b'A' => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_digit(),
    };
    compact.len() == pattern.len() && compact.iter().zip(pattern).all(fits)
}

fn digits(bytes: &[u8]) -> Option<Vec<u8>> {
    bytes.iter().map(|b| b.is_ascii_digit().then(|| b - b'0')).collect()
}

/// HMRC's rules: letters and prefixes that are not given out; the suffix is A to D.
fn nino(c: &[u8]) -> bool {
    !b"DFIQUV".contains(&c[0])
        && !b"DFIQUVO".contains(&c[1])
        && !matches!(&c[..2], b"BG" | b"GB" | b"NK" | b"KN" | b"TN" | b"NT" | b"ZZ")
        && matches!(c[8], b'A'..=b'D')
}

/// The letter is the number modulo 23.
fn spanish(number: &[u8], letter: u8) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let n = number.iter().fold(0_usize, |n, b| n * 10 + usize::from(b - b'0'));
    LETTERS[n % 23] == letter && n > 0
}

/// Weights 2, 7, 6, 5, 4, 3, 2; T and G (from 2000 on) add 4.
fn nric(c: &[u8]) -> bool {
    let sum: u32 = c[1..8].iter().zip([2, 7, 6, 5, 4, 3, 2]).map(|(b, w)| u32::from(b - b'0') * w).sum();
    let rest = (sum + if matches!(c[0], b'T' | b'G') { 4 } else { 0 }) % 11;
    let letters = if matches!(c[0], b'S' | b'T') { b"JZIHGFEDCBA" } else { b"XWUTRQPNMLK" };
    letters[rest as usize] == c[8]
}

/// Chile: seven or eight digits and K; all others are read with their dash, where digits are.
fn is_rut(c: &[u8]) -> bool {
    c.split_last().is_some_and(|(last, body)| *last == b'K' && body.iter().all(u8::is_ascii_digit))
}

/// K is 10 modulo 11.
fn rut_ends_in_k(c: &[u8]) -> bool {
    let weights = [2, 3, 4, 5, 6, 7].into_iter().cycle();
    let body = c.iter().rev().skip(1);
    body.zip(weights).map(|(b, w)| u32::from(b - b'0') * w).sum::<u32>() % 11 == 1
}

/// Finland: birth date, century sign, serial, check character modulo 31. Signs are taken out of `compact`
/// when they are dashes, so both lengths come.
fn inspect_hetu(c: &[u8], hits: &mut Hits) {
    const CHECKS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let (date, serial) = if c.len() == 11 && matches!(c[6], b'A'..=b'F' | b'U'..=b'Y') {
        (&c[..6], &c[7..])
    } else if c.len() == 10 {
        c.split_at(6)
    } else {
        return;
    };
    let (Some(date), Some(number_of_day)) = (digits(date), digits(&serial[..3])) else { return };
    let rest = (number(&date) * 1_000 + number(&number_of_day)) % 31;
    let valid = is_day(number(&date[..2]), number(&date[2..4])) && CHECKS[rest as usize] == serial[3];
    hits.add(Detector::FiHetu, valid);
}

/// Born in Corsica: department 2A or 2B.
fn is_corsican(c: &[u8]) -> bool {
    let rest = c[..5].iter().chain(&c[7..]).all(u8::is_ascii_digit);
    rest && c[5] == b'2' && matches!(c[6], b'A' | b'B')
}

/// 2A counts as 19 and 2B as 18.
fn fr_nir(c: &[u8]) -> bool {
    let mut counted: Vec<u8> = c.to_vec();
    (counted[5], counted[6]) = if c[6] == b'A' { (b'1', b'9') } else { (b'1', b'8') };
    digits(&counted).is_some_and(|d| 97 - number(&d[..13]) % 97 == number(&d[13..]))
}

/// Surname, name, year, month letter, day, town, check letter; digits may be letters in homonyms.
fn is_fiscal_code(c: &[u8]) -> bool {
    let digit = |b: u8| b.is_ascii_digit() || b"LMNPQRSTUV".contains(&b);
    let fits = |(at, b): (usize, &u8)| match at {
        6 | 7 | 9 | 10 | 12..=14 => digit(*b),
        8 => b"ABCDEHLMPRST".contains(b),
        _ => b.is_ascii_uppercase(),
    };
    c.iter().enumerate().all(fits)
}

fn fiscal_check(c: &[u8]) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let value = |b: u8| usize::from(if b.is_ascii_digit() { b - b'0' } else { b - b'A' });
    let term = |(at, b): (usize, &u8)| if at % 2 == 0 { ODD[value(*b)] } else { value(*b) as u32 };
    let sum: u32 = c[..15].iter().enumerate().map(term).sum();
    (sum % 26) as u8 + b'A' == c[15]
}

/// Weights 18 to 2 over the alphabet with Ñ in its place.
fn curp_check(c: &[u8]) -> bool {
    let value = |b: u8| match b {
        b'0'..=b'9' => u32::from(b - b'0'),
        b'A'..=b'N' => u32::from(b - b'A') + 10,
        _ => u32::from(b - b'A') + 11,
    };
    let sum: u32 = c[..17].iter().zip((2..=18).rev()).map(|(b, weight)| value(*b) * weight).sum();
    matches!(c[10], b'H' | b'M' | b'X') && (10 - sum % 10) % 10 == u32::from(c[17].wrapping_sub(b'0'))
}

/// ISO/IEC 7064 mod 11-2 of 17 digits: the check value, 10 being written X.
pub(super) fn mod_11_2(d: &[u8]) -> u32 {
    let rest = d.iter().fold(0_u32, |sum, digit| (sum + u32::from(*digit)) * 2 % 11);
    (12 - rest) % 11
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_examples_are_valid() {
        let found = |compact: &str| {
            let mut hits = Hits::default();
            inspect(compact.as_bytes(), &mut hits);
            hits.iter().filter(|(_, valid)| *valid).map(|(detector, _)| detector).collect::<Vec<_>>()
        };
        let all = [
            ("AA123456C", Detector::UkNino),
            ("12345678Z", Detector::EsDni),
            ("X1234567L", Detector::EsNie),
            ("S1234567D", Detector::SgNric),
            ("RSSMRA85T10A562S", Detector::ItCodiceFiscale),
            ("131052308T", Detector::FiHetu),
            ("131052A308T", Detector::FiHetu),
            ("HEGG560427MVZRRL04", Detector::MxCurp),
            ("11010519491231002X", Detector::CnResident),
            ("ABCPE1234F", Detector::InPan),
        ];
        for (text, detector) in all {
            assert_eq!(found(text), [detector], "{text}");
        }
        assert!(found("GB123456C").is_empty() && found("12345678A").is_empty());
    }
}
