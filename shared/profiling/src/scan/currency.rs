//! ISO 4217 codes, and signs beside numbers.

use super::letters::Threes;
use super::number_form::Sign;

/// Active codes of ISO 4217, without funds, metals and tests.
static CODES: Threes = Threes::new(
    b"AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD \
CDF CHE CHF CHW CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP \
LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN \
PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS \
TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG",
);

/// Codes that nobody means anything else by.
static MAJOR: Threes =
    Threes::new(b"AUD BRL CAD CHF CNY DKK EUR GBP HKD INR JPY MXN NOK NZD PLN SEK SGD USD ZAR");

pub(super) fn is_code(code: [u8; 3]) -> bool {
    CODES.has(code)
}

pub(super) fn is_major(code: [u8; 3]) -> bool {
    MAJOR.has(code)
}

/// A currency that a number follows: `$`, `US$ `, `€`, `EUR `. Returns what follows it.
pub(super) fn sign_before(bytes: &[u8]) -> Option<(Sign, &[u8])> {
    let (sign, rest) = match bytes {
        [b'$', rest @ ..] => (Sign::Dollar, rest),
        [0xe2, 0x82, 0xac, rest @ ..] => (Sign::Euro, rest),
        [0xc2, 0xa3, rest @ ..] => (Sign::Pound, rest),
        [0xc2, 0xa5, rest @ ..] => (Sign::Yen, rest),
        [0xe2, 0x82, 0xa0..=0xbf, rest @ ..] => (Sign::Other, rest),
        [b'U', b'S', b'$', rest @ ..] => (Sign::Dollar, rest),
        [b'C' | b'A', b'A' | b'U', b'$', rest @ ..] | [b'C' | b'A' | b'R', b'$', rest @ ..] => {
            (Sign::Other, rest)
        }
        [a, b, c, rest @ ..] if is_code([*a, *b, *c]) => (Sign::Code, rest),
        _ => return None,
    };
    Some((sign, rest.strip_prefix(b" ").or(rest.strip_prefix(b"\xc2\xa0")).unwrap_or(rest)))
}

/// A currency that follows a number; returns what precedes it.
pub(super) fn sign_after(bytes: &[u8]) -> Option<(Sign, &[u8])> {
    let (sign, rest) = match bytes {
        [rest @ .., b'$'] => (Sign::Dollar, rest),
        [rest @ .., 0xe2, 0x82, 0xac] => (Sign::Euro, rest),
        [rest @ .., 0xc2, 0xa3] => (Sign::Pound, rest),
        [rest @ .., 0xc2, 0xa5] => (Sign::Yen, rest),
        [rest @ .., 0xe2, 0x82, 0xa0..=0xbf] => (Sign::Other, rest),
        [rest @ .., a, b, c] if is_code([*a, *b, *c]) => (Sign::Code, rest),
        _ => return None,
    };
    Some((sign, rest.strip_suffix(b" ").or(rest.strip_suffix(b"\xc2\xa0")).unwrap_or(rest)))
}
