//! Numbers of digits. Each line of the table says how long one is, how it is grouped when written with
//! separators, and which check its issuer publishes.

use super::is_day;
use crate::sensitive::checksum::{ean, luhn, mod_11_10, number, verhoeff, weighted};
use crate::sensitive::numeric::Numeric;
use crate::sensitive::{Detector, Hits};

struct Id {
    detector: Detector,
    length: usize,
    groups: &'static [&'static [u8]],
    bare: Bare,
    check: fn(&[u8]) -> bool,
}

/// Whether digits without separators can be this id.
#[derive(PartialEq)]
enum Bare {
    Yes,
    /// And where they are typed as a number, it may begin with zeros that were lost.
    Padded,
    /// Without a check digit only the grouping tells it from any number.
    No,
}

use Bare::{No, Padded, Yes};

const fn id(
    detector: Detector,
    length: usize,
    groups: &'static [&'static [u8]],
    bare: Bare,
    check: fn(&[u8]) -> bool,
) -> Id {
    Id { detector, length, groups, bare, check }
}

#[rustfmt::skip]
const IDS: &[Id] = &[
    id(Detector::UsSsn, 9, &[&[3, 2, 4]], No, us_ssn),
    id(Detector::UsSsnPlain, 9, &[], Padded, us_ssn),
    id(Detector::UsItin, 9, &[&[3, 2, 4]], No, us_itin),
    id(Detector::UkNhs, 10, &[&[3, 3, 4]], Yes, uk_nhs),
    id(Detector::DeSteuerId, 11, &[&[2, 3, 3, 3]], Yes, de_steuer_id),
    id(Detector::FrNir, 15, &[&[1, 2, 2, 2, 3, 3, 2], &[13, 2]], Yes, fr_nir),
    id(Detector::NlBsn, 9, &[&[4, 2, 3], &[3, 3, 3]], Padded, nl_bsn),
    id(Detector::PlPesel, 11, &[], Padded, pl_pesel),
    id(Detector::SePersonnummer, 10, &[&[6, 4]], Padded, se_personnummer),
    id(Detector::SePersonnummer, 12, &[&[8, 4]], Yes, se_personnummer_long),
    id(Detector::BrCpf, 11, &[&[3, 3, 3, 2]], Padded, br_cpf),
    id(Detector::InAadhaar, 12, &[&[4, 4, 4]], Yes, in_aadhaar),
    id(Detector::CaSin, 9, &[&[3, 3, 3]], Yes, ca_sin),
    id(Detector::BeNationalNumber, 11, &[&[2, 2, 2, 3, 2], &[6, 5], &[6, 3, 2]], Padded, be_national_number),
    id(Detector::ChAhv, 13, &[&[3, 4, 4, 2]], Yes, ch_ahv),
    id(Detector::PtNif, 9, &[&[3, 3, 3]], Yes, pt_nif),
    id(Detector::AuTfn, 9, &[&[3, 3, 3]], Yes, au_tfn),
    id(Detector::NoFodselsnummer, 11, &[&[6, 5]], Padded, no_fodselsnummer),
    id(Detector::FiHetu, 10, &[&[6, 4]], No, fi_hetu),
    id(Detector::ClRut, 9, &[&[2, 3, 3, 1], &[8, 1]], No, cl_rut),
    id(Detector::ClRut, 8, &[&[1, 3, 3, 1], &[7, 1]], No, cl_rut),
    id(Detector::DkCpr, 10, &[&[6, 4]], No, dk_cpr),
    id(Detector::ZaId, 13, &[&[6, 4, 3], &[6, 4, 2, 1]], Padded, za_id),
    id(Detector::CnResident, 18, &[], Yes, cn_resident),
    id(Detector::TrKimlik, 11, &[], Yes, tr_kimlik),
    id(Detector::ArCuil, 11, &[&[2, 8, 1]], Yes, ar_cuil),
    id(Detector::JpMyNumber, 12, &[&[4, 4, 4]], Padded, jp_my_number),
];

pub(in crate::sensitive) fn inspect(n: &Numeric, hits: &mut Hits) {
    if n.plus || n.parentheses || n.digits().len() < 8 {
        return;
    }
    for id in IDS {
        let length = n.digits().len();
        let plain = if n.is_bare() { id.bare != No } else { id.groups.contains(&n.groups()) };
        if length == id.length && plain {
            hits.add(id.detector, is_valid(id, n.digits()));
        } else if n.typed
            && id.bare == Padded
            && length < id.length
            && let Some(padded) = n.padded(id.length)
        {
            hits.add(id.detector, is_valid(id, padded.digits()));
        }
    }
}

/// Placeholders such as 000000000 pass many checks and are nobody's.
fn is_valid(id: &Id, digits: &[u8]) -> bool {
    digits.iter().any(|d| *d != digits[0]) && (id.check)(digits)
}

/// The area is not 000, 666 or 900 and up, the group not 00, the serial not 0000 (SSA, since 2011).
fn us_ssn(d: &[u8]) -> bool {
    let (area, group, serial) = (number(&d[..3]), number(&d[3..5]), number(&d[5..]));
    area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
}

/// 9xx with a group that the IRS gives out.
fn us_itin(d: &[u8]) -> bool {
    d[0] == 9 && matches!(number(&d[3..5]), 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// Mod 11. England, Wales and the Isle of Man (4, 6, 7) and the test range 999. ISBN-10 has the same check,
/// so the ranges that the NHS has not given out are left out.
fn uk_nhs(d: &[u8]) -> bool {
    let issued = matches!(d[0], 4 | 6 | 7) || d[..3] == [9, 9, 9];
    issued && weighted(d, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Mod 11,10; of the first ten digits one occurs two or three times and no other more than once.
fn de_steuer_id(d: &[u8]) -> bool {
    let mut counts = [0_u8; 10];
    d[..10].iter().for_each(|digit| counts[usize::from(*digit)] += 1);
    let repeated = counts.iter().filter(|count| **count > 1).count();
    d[0] != 0 && repeated == 1 && counts.iter().all(|count| *count <= 3) && mod_11_10(d)
}

/// The key is 97 minus the rest modulo 97; sex 1 or 2 (3, 4, 7, 8 while provisional), month to 12 or a
/// substitute from 20.
fn fr_nir(d: &[u8]) -> bool {
    let month = number(&d[3..5]);
    let person = matches!(d[0], 1..=4 | 7 | 8) && (matches!(month, 1..=12) || month >= 20);
    person && 97 - number(&d[..13]) % 97 == number(&d[13..])
}

/// The eleven test: weights 9 to 2, and -1 for the last.
fn nl_bsn(d: &[u8]) -> bool {
    let sum = weighted(&d[..8], &[9, 8, 7, 6, 5, 4, 3, 2]);
    sum >= u32::from(d[8]) && (sum - u32::from(d[8])).is_multiple_of(11)
}

/// Weights 1, 3, 7, 9; the century is added to the month.
fn pl_pesel(d: &[u8]) -> bool {
    let date = is_day(number(&d[4..6]), number(&d[2..4]) % 20);
    date && weighted(d, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}

/// Luhn over all ten; coordination numbers add 60 to the day.
fn se_personnummer(d: &[u8]) -> bool {
    let day = number(&d[4..6]);
    is_day(if day > 60 { day - 60 } else { day }, number(&d[2..4])) && luhn(d)
}

fn se_personnummer_long(d: &[u8]) -> bool {
    matches!(number(&d[..2]), 18..=20) && se_personnummer(&d[2..])
}

/// Two check digits mod 11.
fn br_cpf(d: &[u8]) -> bool {
    let check = |sum: u32| (sum * 10 % 11 % 10) as u8;
    check(weighted(&d[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2])) == d[9]
        && check(weighted(&d[..10], &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2])) == d[10]
}

fn in_aadhaar(d: &[u8]) -> bool {
    d[0] >= 2 && verhoeff(d)
}

/// No number begins with 0 or 8 (8 is kept for businesses).
fn ca_sin(d: &[u8]) -> bool {
    !matches!(d[0], 0 | 8) && luhn(d)
}

/// 97 minus the rest modulo 97; who is born from 2000 on has a 2 put in front.
fn be_national_number(d: &[u8]) -> bool {
    let (body, check) = (number(&d[..9]), number(&d[9..]));
    // Numbers of people without a civil record add 20 or 40 to the month; 0 where the date is unknown.
    let month = number(&d[2..4]) % 20;
    let date = month <= 12 && number(&d[4..6]) <= 31;
    date && [body, 2_000_000_000 + body].iter().any(|body| 97 - body % 97 == check)
}

/// Country 756 in front of an EAN-13.
fn ch_ahv(d: &[u8]) -> bool {
    d[..3] == [7, 5, 6] && ean(d)
}

/// People's begin with 1, 2 or 3.
fn pt_nif(d: &[u8]) -> bool {
    let rest = weighted(&d[..8], &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    matches!(d[0], 1..=3) && u32::from(d[8]) == if rest < 2 { 0 } else { 11 - rest }
}

fn au_tfn(d: &[u8]) -> bool {
    weighted(d, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11)
}

/// Day first (40 is added in D-numbers), two check digits mod 11.
fn no_fodselsnummer(d: &[u8]) -> bool {
    let day = number(&d[..2]);
    let first = weighted(d, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]);
    let second = weighted(d, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
    is_day(if day > 40 { day - 40 } else { day }, number(&d[2..4]) % 40)
        && first.is_multiple_of(11)
        && second.is_multiple_of(11)
}

/// Where the check character is a digit; the others are read where letters are.
fn fi_hetu(d: &[u8]) -> bool {
    is_day(number(&d[..2]), number(&d[2..4])) && number(&d[..9]) % 31 == u64::from(d[9])
}

/// Weights 2 to 7 from the right, again and again; mod 11.
fn cl_rut(d: &[u8]) -> bool {
    let Some((check, body)) = d.split_last() else { return false };
    let weights = [2, 3, 4, 5, 6, 7].into_iter().cycle();
    let sum: u32 = body.iter().rev().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    (11 - sum % 11) % 11 == u32::from(*check)
}

/// Day, month, year; numbers given out since 2007 need not fit the old check.
fn dk_cpr(d: &[u8]) -> bool {
    is_day(number(&d[..2]), number(&d[2..4]))
}

fn za_id(d: &[u8]) -> bool {
    is_day(number(&d[4..6]), number(&d[2..4])) && d[10] <= 2 && luhn(d)
}

/// ISO 7064 mod 11-2 over 18 digits; those that end in X are read where letters are.
fn cn_resident(d: &[u8]) -> bool {
    matches!(number(&d[6..8]), 19 | 20)
        && is_day(number(&d[12..14]), number(&d[10..12]))
        && super::letters::mod_11_2(&d[..17]) == u32::from(d[17])
}

/// The tenth digit from the odd and even places, the eleventh from the sum of the ten.
fn tr_kimlik(d: &[u8]) -> bool {
    let sum = |from: usize, to: usize| d[from..to].iter().step_by(2).map(|x| u32::from(*x)).sum::<u32>();
    let total: u32 = d[..10].iter().map(|x| u32::from(*x)).sum();
    // 70 is a multiple of ten that no even sum exceeds.
    d[0] != 0 && (sum(0, 9) * 7 + 70 - sum(1, 8)) % 10 == u32::from(d[9]) && total % 10 == u32::from(d[10])
}

/// Persons have 20, 23, 24 or 27 in front.
fn ar_cuil(d: &[u8]) -> bool {
    let check = (11 - weighted(&d[..10], &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11;
    matches!(number(&d[..2]), 20 | 23 | 24 | 27) && check == u32::from(d[10])
}

fn jp_my_number(d: &[u8]) -> bool {
    let rest = weighted(&d[..11], &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    u32::from(d[11]) == if rest < 2 { 0 } else { 11 - rest }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Examples out of the issuers' own documents and test ranges.
    #[test]
    fn published_examples_are_valid() {
        type Check = fn(&[u8]) -> bool;
        let all: [(Check, &[&str]); 19] = [
            (us_itin, &["900700000"]),
            (uk_nhs, &["4010232137"]),
            (de_steuer_id, &["86095742719", "47036892816", "65929970489"]),
            (fr_nir, &["269054958815780"]),
            (nl_bsn, &["111222333", "123456782"]),
            (pl_pesel, &["44051401359", "02070803628"]),
            (se_personnummer, &["8112189876"]),
            (se_personnummer_long, &["198112189876"]),
            (br_cpf, &["52998224725", "11144477735"]),
            (ca_sin, &["130692544"]),
            (be_national_number, &["85073003328", "93051822361"]),
            (ch_ahv, &["7569217076985"]),
            (pt_nif, &["123456789"]),
            (au_tfn, &["123456782"]),
            (za_id, &["8001015009087"]),
            (cn_resident, &["110101199003074477"]),
            (tr_kimlik, &["10000000146"]),
            (ar_cuil, &["20123456786"]),
            (jp_my_number, &["123456789018"]),
        ];
        for (check, examples) in all {
            for example in examples {
                let digits: Vec<u8> = example.bytes().map(|b| b - b'0').collect();
                assert!(check(&digits), "{example}");
            }
        }
    }

    #[test]
    fn numbers_that_were_never_issued_are_refused() {
        let digits = |text: &str| text.bytes().map(|b| b - b'0').collect::<Vec<u8>>();
        assert!(
            ["000121234", "666121234", "900121234", "123001234", "123450000"]
                .iter()
                .all(|s| !us_ssn(&digits(s)))
        );
        assert!(!ca_sin(&digits("046454286")) && !uk_nhs(&digits("3161484100")));
        let cpf = IDS.iter().find(|id| id.detector == Detector::BrCpf).unwrap();
        assert!(br_cpf(&digits("11111111111")) && !is_valid(cpf, &digits("11111111111")));
    }
}
