//! Personal data in one value. Pure functions; nothing of a value is kept. Which columns hold personal
//! data is decided in `evidence`, from how many values each detector accepted.

mod address;
mod card;
mod checksum;
mod column_name;
mod detectors;
mod dictionary;
mod email;
pub(crate) mod evidence;
mod iban;
mod ip;
pub(crate) mod json;
mod leaves;
mod name;
mod national;
mod numeric;
mod phone;
mod single;
mod summary;

use forebay_model::Value;

use crate::scan::{self, Kind};
use crate::seen::{Moment, Seen};
pub(crate) use detectors::Detector;
pub(crate) use leaves::Leaves;
use numeric::Numeric;
pub(crate) use single::spans;
use summary::{MOST_BYTES, Summary};

/// Detectors that a value is a candidate of (its form fits), and whether it is valid.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    /// Bits by detector.
    candidates: u64,
    valid: u64,
}

impl Hits {
    fn add(&mut self, detector: Detector, valid: bool) {
        let bit = 1 << detector as u8;
        self.candidates |= bit;
        if valid {
            self.valid |= bit;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.candidates == 0
    }

    pub fn iter(&self) -> impl Iterator<Item = (Detector, bool)> + use<> {
        let (mut rest, valid) = (self.candidates, self.valid);
        std::iter::from_fn(move || {
            let at = rest.trailing_zeros();
            let detector = Detector::from_number(u8::try_from(at).ok()?)?;
            rest &= rest - 1;
            Some((detector, valid >> at & 1 == 1))
        })
    }
}

/// Numbers under this have fewer digits than any id, card or phone, lost zeros included.
const LEAST_NUMBER: u64 = 1_000_000;

/// What a value could be.
#[inline]
pub(crate) fn inspect(seen: &Seen<'_>) -> Hits {
    let mut hits = Hits::default();
    match seen.value {
        Value::Integer(i) => inspect_number(u64::try_from(*i).unwrap_or(0), &mut hits),
        Value::Float(x) if x.fract() == 0.0 && *x > 0.0 && *x < 9e15 => inspect_number(*x as u64, &mut hits),
        Value::Decimal(d) if d.scale() == 0 => {
            inspect_number(u64::try_from(d.mantissa()).unwrap_or(0), &mut hits);
        }
        Value::Date(d) => hits.add(Detector::BirthDate, is_life_time(d.year())),
        Value::Timestamp(_) => {
            // A birth date that became an instant stands at midnight of some zone: on a whole quarter hour.
            const QUARTER: i64 = 15 * 60 * 1_000_000;
            let whole = seen.moment.is_some_and(|m| m.written_micros % QUARTER == 0);
            let year = seen.moment.map_or(0, |m| year_of(m.written_micros));
            hits.add(Detector::BirthDate, whole && is_life_time(year));
        }
        Value::Text(_) => {
            if let Some(text) = &seen.text {
                inspect_text(scan::trimmed(text.full), seen.kind, seen.moment, &mut hits);
            }
        }
        _ => {}
    }
    hits
}

fn inspect_number(n: u64, hits: &mut Hits) {
    if n < LEAST_NUMBER {
        return;
    }
    if let Some(numeric) = Numeric::of_integer(n) {
        inspect_numeric(&numeric, hits);
    }
}

fn inspect_numeric(n: &Numeric, hits: &mut Hits) {
    card::inspect(n, hits);
    phone::inspect(n, hits);
    national::inspect_digits(n, hits);
    if n.is_bare() && n.digits().len() == 8 {
        hits.add(Detector::BirthDate, is_compact_date(n.digits()));
    }
}

/// Of a text without space around it, of which nothing is known yet.
fn inspect_bare_text(text: &str, hits: &mut Hits) {
    if text.len() <= MOST_BYTES {
        let reading = scan::read(text);
        inspect_text(text, reading.kind, reading.moment, hits);
    }
}

/// Of a text without space around it.
fn inspect_text(text: &str, kind: Kind, moment: Option<Moment>, hits: &mut Hits) {
    let bytes = text.as_bytes();
    if bytes.len() > MOST_BYTES || bytes.len() < 2 {
        return;
    }
    if matches!(kind, Kind::Boolean | Kind::Uuid | Kind::Url | Kind::Json) {
        return;
    }
    if matches!(kind, Kind::Date | Kind::Timestamp) {
        let year = moment.map(|m| year_of(m.written_micros));
        hits.add(Detector::BirthDate, year.is_some_and(is_life_time));
        return;
    }
    let summary = Summary::of(bytes);
    if summary.is_numeric() {
        if summary.digits() >= 4
            && let Some(n) = Numeric::parse(bytes)
            && !ip::inspect_v4(bytes, &n, hits)
        {
            inspect_numeric(&n, hits);
        }
    } else if summary.ats() > 0 {
        email::inspect(text, hits);
    } else if summary.digits() == 0 && !(summary.others() > 1 && text.contains(':')) {
        name::inspect(text, summary, hits);
    } else {
        inspect_mixed(text, summary, hits);
    }
}

/// Digits and letters.
fn inspect_mixed(text: &str, summary: Summary, hits: &mut Hits) {
    if summary.others() >= 2 && summary.spaces() == 0 {
        ip::inspect_v6(text, hits);
    }
    if summary.digits() >= 4 && summary.non_ascii() + summary.others() == 0 {
        let mut compact = [0; COMPACT];
        if let Some(length) = compacted(text.as_bytes(), &mut compact) {
            iban::inspect(&compact[..length], hits);
            national::inspect_letters(&compact[..length], hits);
        }
    }
    if summary.digits() >= 7
        && let Some(number) = without_extension(text)
        && let Some(n) = Numeric::parse(number.as_bytes())
    {
        phone::inspect(&n, hits);
    }
    address::inspect(text, summary, hits);
}

/// The longest IBAN has 34 characters.
const COMPACT: usize = 34;

/// In capitals, without spaces, dots and dashes. `None` where it is longer than any id.
fn compacted(bytes: &[u8], to: &mut [u8; COMPACT]) -> Option<usize> {
    let mut length = 0;
    for byte in bytes {
        match byte {
            b' ' | b'-' | b'.' => {}
            b'/' | b'(' | b')' | b'+' => return None,
            _ => {
                *to.get_mut(length)? = byte.to_ascii_uppercase();
                length += 1;
            }
        }
    }
    Some(length)
}

/// `+1 212 555 0123 ext. 5`, `tel: …`, without what is not the number.
fn without_extension(text: &str) -> Option<&str> {
    let from = text.find(|c: char| c.is_ascii_digit() || matches!(c, '+' | '('))?;
    let lead = text[..from].trim_end_matches([' ', ':', '.']);
    let known = ["", "t", "tel", "phone", "mobile", "m", "p", "fax", "f"];
    let number = known.iter().any(|word| word.eq_ignore_ascii_case(lead)).then(|| &text[from..])?;
    let Some(end) = number.find(|c: char| c.is_ascii_alphabetic() || c == '#') else { return Some(number) };
    let (number, rest) = number.split_at(end);
    let extension = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
    let word = rest[..rest.len() - extension.len()].trim_end_matches([' ', '.', ':']);
    let known = ["x", "ext", "extension", "#", "durchwahl", "poste"];
    let named = known.iter().any(|known| known.eq_ignore_ascii_case(word));
    let short = (1..=6).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_digit());
    (named && short).then(|| number.trim_end_matches([' ', ',', '/']))
}

/// Somebody who was born then may be alive or within living memory. There is no clock here, so what lies
/// ahead is judged by the century only.
fn is_life_time(year: i32) -> bool {
    (1900..2100).contains(&year)
}

/// Of microseconds since 1970, by the mean length of a year: days near New Year may count as the next.
fn year_of(micros: i64) -> i32 {
    const YEAR: i64 = 31_556_952 * 1_000_000;
    i32::try_from(1970 + micros.div_euclid(YEAR)).unwrap_or(0)
}

/// YYYYMMDD.
fn is_compact_date(d: &[u8]) -> bool {
    let number = checksum::number(d);
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    (1900..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valid(value: Value) -> Vec<Detector> {
        let hits = inspect(&Seen::new(&value, 1, None));
        hits.iter().filter(|(_, valid)| *valid).map(|(detector, _)| detector).collect()
    }

    fn text(text: &str) -> Vec<Detector> {
        valid(Value::Text(text.to_owned()))
    }

    #[test]
    fn each_kind_is_found_in_one_value() {
        assert_eq!(text("ada@example.org"), [Detector::Email]);
        assert_eq!(text("Ada <ada@example.org>"), [Detector::Email]);
        assert_eq!(text("+49 30 1234567"), [Detector::PhoneInternational]);
        assert_eq!(text("(212) 555-0123 ext. 12"), [Detector::PhoneNational]);
        assert_eq!(text("020 7946 0958"), [Detector::PhoneNational]);
        assert_eq!(text("4111 1111 1111 1111"), [Detector::Card]);
        assert_eq!(text("DE89 3704 0044 0532 0130 00"), [Detector::Iban]);
        assert_eq!(text("123-45-6789"), [Detector::PhoneLoose, Detector::UsSsn]);
        assert_eq!(text("192.0.2.1"), [Detector::IpV4]);
        assert_eq!(text("2001:db8::1"), [Detector::IpV6]);
        assert_eq!(text("1985-03-12"), [Detector::BirthDate]);
        assert_eq!(text("12 Main Street"), [Detector::Address]);
        assert!(valid(Value::Integer(4_111_111_111_111_111)).contains(&Detector::Card));
        assert!(valid(Value::Float(4_111_111_111_111_111.0)).contains(&Detector::Card));
        assert!(valid(Value::Integer(1_144_477_735_i64 * 10 + 5)).contains(&Detector::PhoneLoose));
        // 01234567890 with its zero lost.
        assert!(valid(Value::Integer(1_234_567_890)).contains(&Detector::BrCpf));
    }

    #[test]
    fn ordinary_values_are_nothing() {
        for ordinary in [
            "",
            "x",
            "SKU-1234-AB",
            "furiously regular deposits",
            "12.50",
            "2.5E-3",
            "order 12",
            "A",
            "1.2.3",
        ] {
            assert!(text(ordinary).is_empty(), "{ordinary}");
        }
        assert!(
            valid(Value::Integer(42)).is_empty() && valid(Value::Integer(-4_111_111_111_111_111)).is_empty()
        );
        assert!(valid(Value::Float(1.5)).is_empty() && valid(Value::Boolean(true)).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_a_detector(any in ".{0,140}", ids in "[0-9A-Za-z .()/+@:-]{0,40}", numbers in "[0-9 .()/+-]{0,30}") {
            for text in [any, ids, numbers] {
                inspect(&Seen::new(&Value::Text(text), 1, None));
            }
        }

        #[test]
        fn no_number_breaks_a_detector(i: i64, x: f64) {
            inspect(&Seen::new(&Value::Integer(i), 1, None));
            inspect(&Seen::new(&Value::Float(x), 1, None));
        }
    }
}
