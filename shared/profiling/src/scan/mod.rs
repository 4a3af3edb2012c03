//! Which type a text looks like, by hand-written scanners that read it once.

mod clock;
mod date;
mod number;
mod word;

use crate::seen::{Exact, Moment, Zone};

/// What a text would fit, most specific first. The order is part of stored states: add at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Empty,
    Boolean,
    Integer,
    Decimal,
    Date,
    Timestamp,
    Uuid,
    Email,
    Url,
    Json,
    Text,
}

impl Kind {
    pub const COUNT: usize = Kind::Text as usize + 1;

    pub fn name(self) -> &'static str {
        match self {
            Kind::Empty => "empty",
            Kind::Boolean => "boolean",
            Kind::Integer => "integer",
            Kind::Decimal => "decimal",
            Kind::Date => "date",
            Kind::Timestamp => "timestamp",
            Kind::Uuid => "uuid",
            Kind::Email => "email",
            Kind::Url => "url",
            Kind::Json => "json",
            Kind::Text => "text",
        }
    }
}

/// What a text would fit, and the number or time that it says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    pub kind: Kind,
    /// Of numbers; of times the seconds since 1970.
    pub number: Option<Exact>,
    pub moment: Option<Moment>,
}

impl Reading {
    const fn of(kind: Kind) -> Self {
        Self { kind, number: None, moment: None }
    }

    fn number(found: number::Found) -> Self {
        Self { number: found.exact, ..Self::of(found.kind) }
    }
}

/// Space around a text does not count.
pub(crate) fn read(text: &str) -> Reading {
    let text = text.trim();
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else { return Reading::of(Kind::Empty) };
    if word::is_uuid(bytes) {
        return Reading::of(Kind::Uuid);
    }
    let found = match first {
        b'0'..=b'9' => number::read(bytes).map(Reading::number).or_else(|| time(bytes)),
        b'-' | b'.' => number::read(bytes).map(Reading::number),
        b'{' | b'[' => word::is_json(text).then_some(Reading::of(Kind::Json)),
        _ if word::is_boolean(bytes) => Some(Reading::of(Kind::Boolean)),
        _ if word::is_url(bytes) => Some(Reading::of(Kind::Url)),
        _ => None,
    };
    match found {
        Some(reading) => reading,
        None if word::is_email(bytes) => Reading::of(Kind::Email),
        None => Reading::of(Kind::Text),
    }
}

const MICROS_PER_SECOND: i64 = 1_000_000;
const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;
const MICROS_SCALE: u8 = 6;

/// A date, or a date with a time of day after it.
fn time(bytes: &[u8]) -> Option<Reading> {
    let date = date::read(bytes)?;
    let Some((separator, rest)) = date.rest.split_first() else {
        let moment = date.days.map(|days| Moment {
            written_micros: days * MICROS_PER_DAY,
            zone: Zone::None,
            date_only: true,
        });
        return Some(at(Kind::Date, moment, false));
    };
    if !matches!(separator, b'T' | b't' | b' ') {
        return None;
    }
    let clock = clock::read(rest)?;
    let moment = date.days.map(|days| Moment {
        written_micros: days * MICROS_PER_DAY + clock.micros,
        zone: clock.zone,
        date_only: false,
    });
    Some(at(Kind::Timestamp, moment, clock.has_fraction))
}

fn at(kind: Kind, moment: Option<Moment>, has_fraction: bool) -> Reading {
    let number = moment.map(|moment| match has_fraction {
        true => Exact { mantissa: moment.micros().into(), scale: MICROS_SCALE },
        false => Exact { mantissa: (moment.micros() / MICROS_PER_SECOND).into(), scale: 0 },
    });
    Reading { kind, number, moment }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Kind {
        read(text).kind
    }

    fn all(kind_expected: Kind, texts: &[&str]) {
        for text in texts {
            assert_eq!(kind(text), kind_expected, "{text:?}");
        }
    }

    #[test]
    fn texts_are_told_apart() {
        all(Kind::Empty, &["", " ", "\t\n"]);
        all(Kind::Boolean, &["true", "False", "T", "f", "yes", "NO", "y", "N", " true "]);
        all(Kind::Integer, &["0", "7", "-42", "9223372036854775807", " 12 "]);
        all(Kind::Decimal, &["1.5", "-0.01", ".5", "1e5", "2.5E-3", "9223372036854775808", "5."]);
        all(Kind::Date, &["2026-03-01", "2026/3/1", "03/31/2026", "31.03.2026", "1-12-2026"]);
        all(
            Kind::Timestamp,
            &[
                "2026-03-01T10:00:00Z",
                "2026-03-01 10:00",
                "2026-03-01T10:00:00.123456+02:00",
                "3/1/2026 4:05 PM",
                "2026-03-01T23:59:60-0800",
                "2026-03-01T10:00:00.000+0000",
            ],
        );
        all(Kind::Uuid, &["123e4567-e89b-12d3-a456-426614174000", "{A23E4567-E89B-12D3-A456-426614174000}"]);
        all(Kind::Email, &["a@example.com", "first.last+tag@mail.example.org", "0x@example.com"]);
        all(Kind::Url, &["https://example.com/a?b=c", "http://localhost:80", "ftp://example.com"]);
        all(Kind::Json, &["{}", "[1,2,{\"a\":null}]", " {\"a\": 1} "]);
    }

    #[test]
    fn what_only_looks_like_a_type_stays_text() {
        all(
            Kind::Text,
            &[
                "007",
                "01234",
                "1,5",
                "1.2.3",
                "10.0.0.1",
                "-",
                ".",
                "--5",
                "1e",
                "+49 123",
                "1e99999",
                "2026-13-01",
                "2026-02-30",
                "31/31/2026",
                "2026-03-01T25:00",
                "2026-03-01T",
                "12:30",
                "a@b",
                "@example.com",
                "a b@example.com",
                "a@@example.com",
                "http://",
                "https://a b",
                "{",
                "[1,",
                "{a}",
                "maybe",
                "123e4567-e89b-12d3-a456-42661417400g",
                "1e5e",
                "O",
                "été",
            ],
        );
    }

    #[test]
    fn numbers_and_moments_in_texts_are_read() {
        let number = |text: &str| read(text).number.map(|exact| (exact.mantissa, exact.scale));
        assert_eq!(number(" -1.50 "), Some((-150, 2)));
        assert_eq!(number("2026-03-31"), Some((20_543 * 86_400, 0)));
        assert_eq!(number("1969-12-31T23:59:58Z"), Some((-2, 0)));
        assert_eq!(number("1970-01-01T01:00:00.5+01:00"), Some((500_000, 6)));
        assert_eq!(number("03/04/2026"), None);
        assert_eq!(number("007"), None);

        let moment = read("1970-01-01 01:00+01:00").moment;
        let expected = Moment { written_micros: 3_600_000_000, zone: Zone::Offset(60), date_only: false };
        assert_eq!(moment, Some(expected));
        assert_eq!(moment.map(Moment::micros), Some(0));
        assert!(read("31.12.2026").moment.is_some_and(|moment| moment.date_only));
        assert_eq!(read("17").moment, None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_a_scanner(text in ".{0,60}", dated in "[0-9TZ:/. +-]{0,30}") {
            kind(&text);
            kind(&dated);
        }

        #[test]
        fn what_rust_reads_as_an_integer_is_one(i: i64) {
            proptest::prop_assert_eq!(kind(&i.to_string()), Kind::Integer);
        }
    }
}
