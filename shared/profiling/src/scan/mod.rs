//! Which type a text looks like, by hand-written scanners that read it once.
//!
//! The first byte and the length decide which scanners look at a text at all, so that free text costs next to
//! nothing.

mod address;
mod clock;
mod country;
mod currency;
mod date;
mod dialled;
mod digits;
mod grouped;
mod kind;
mod letters;
mod moment;
mod month;
mod name;
mod number;
mod number_form;
mod postal;
mod time_form;
mod word;

use crate::seen::{Exact, Moment};

pub(crate) use kind::{Address, Dialled, Form, Hidden, Key, Kind, Money, Nation, Post, Truth};
pub(crate) use number::{UNBOUNDED, digits_of, places};
pub(crate) use number_form::{Digits, NumberForm, Sign, Style};
pub(crate) use time_form::{
    Between, DAY_FIRST, Joint, MONTH_FIRST, MonthName, Precision, TimeForm, YEAR_FIRST, ZoneForm,
};

/// What a text would fit, and the number or time that it says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    pub kind: Kind,
    /// Of numbers; of times the seconds since 1970. `None` where two can be meant, as with `1,234` and
    /// `03/04/2026`. Percent are not divided: `12%` is 12.
    pub number: Option<Exact>,
    pub moment: Option<Moment>,
    pub form: Form,
}

impl Reading {
    fn of(form: Form) -> Self {
        Self { kind: form.key.kind(), number: None, moment: None, form }
    }

    fn number(kind: Kind, number: Option<Exact>, form: Form) -> Self {
        Self { kind, number, moment: None, form }
    }
}

/// Space around a text does not count.
pub(crate) fn read(text: &str) -> Reading {
    let text = trimmed(text);
    let bytes = text.as_bytes();
    let Some(first) = bytes.first() else { return Reading::of(Form::of(Kind::Empty)) };
    if word::is_uuid(bytes) {
        return Reading::of(Form::of(Kind::Uuid));
    }
    let found = match first {
        b'0'..=b'9' => digits::read(bytes),
        b'A'..=b'Z' | b'a'..=b'z' => letters(bytes),
        b'{' | b'[' => word::is_json(text).then_some(Reading::of(Form::of(Kind::Json))),
        b':' => address::v6(bytes).map(Reading::of),
        _ => signs(bytes),
    };
    found.unwrap_or(Reading::of(Form::of(Kind::Text)))
}

/// Most texts have nothing to trim, and where ASCII stands at the ends one look tells.
#[inline]
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

/// Texts that begin with a letter.
#[inline]
fn letters(bytes: &[u8]) -> Option<Reading> {
    if let Some(form) = word::short(bytes) {
        return Some(Reading::of(form));
    }
    if month::can_begin(bytes)
        && let Some(found) = month::read(bytes).and_then(moment::with_clock)
    {
        return Some(found);
    }
    if let Some(kind) = name::kind(bytes) {
        let form = if kind == Kind::Country { Nation::Name.form() } else { Money::Name.form() };
        return Some(Reading::of(form));
    }
    if let Some(form) = postal::read(bytes).or_else(|| address::v6(bytes)) {
        return Some(Reading::of(form));
    }
    if is_amount(bytes)
        && let Some(found) = grouped::read(bytes)
    {
        return Some(Reading::number(found.kind, found.exact, found.form));
    }
    if word::is_url(bytes) {
        return Some(Reading::of(Form::of(Kind::Url)));
    }
    addressed(bytes)
}

/// Whether a text that begins with a capital letter can be a currency and a number.
#[inline]
fn is_amount(bytes: &[u8]) -> bool {
    matches!(bytes, [b'A'..=b'Z', b'A'..=b'Z' | b'$', .., b'0'..=b'9' | b')' | b'-' | b'%'])
}

/// One word with a dot or an at sign in it.
#[inline]
fn addressed(bytes: &[u8]) -> Option<Reading> {
    let end = bytes.iter().position(|b| matches!(b, b'@' | b'.' | b' '))?;
    if bytes[end] == b' ' {
        return None;
    }
    if word::is_email(bytes) {
        return Some(Reading::of(Form::of(Kind::Email)));
    }
    word::is_host(bytes).then(|| Reading::of(Hidden::Domain.form()))
}

/// Texts that begin with anything else.
fn signs(bytes: &[u8]) -> Option<Reading> {
    if let Some(found) = number::read(bytes) {
        return Some(Reading::number(found.kind, found.exact, found.form));
    }
    if let Some(form) = word::short(bytes) {
        return Some(Reading::of(form));
    }
    if let Some(b'+' | b'(') = bytes.first()
        && let Some(form) = dialled::read(bytes)
    {
        return Some(Reading::of(form));
    }
    if let Some(found) = grouped::read(bytes) {
        return Some(Reading::number(found.kind, found.exact, found.form));
    }
    addressed(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seen::Zone;

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
        all(Kind::Date, &["03-Mar-2026", "Mar 3, 2026", "3 March 2026", "03/31/26"]);
        all(Kind::Timestamp, &["2026-03-01 10:00", "3/1/2026 4:05 PM", "3/1/2026, 4:05 PM"]);
        all(
            Kind::TimestampTz,
            &[
                "2026-03-01T10:00:00Z",
                "2026-03-01T10:00:00.123456+02:00",
                "2026-03-01T23:59:60-0800",
                "2026-03-01T10:00:00.000+0000",
                "Tue, 03 Mar 2026 10:00:00 GMT",
            ],
        );
        all(Kind::Time, &["12:30", "4:05 PM", "10:00:59.5"]);
        all(Kind::Decimal, &["1,234.56", "1,5", "$5.00", "12.5%", "1.234,56 €"]);
        all(Kind::Integer, &["1,234", "(5)", "USD 12"]);
        all(Kind::Phone, &["+49 123 4567", "(415) 555-0123", "415-555-0123"]);
        all(Kind::Ip, &["10.0.0.1", "10.0.0.0/8", "2001:db8::1", "::1", "fe80::1"]);
        all(Kind::Country, &["US", "DEU", "Germany", "united states"]);
        all(Kind::Currency, &["USD", "CHF", "Euro", "US Dollar"]);
        all(Kind::PostalCode, &["94105-1234", "SW1A 1AA", "K1A 0B1", "1234 AB"]);
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
                "1.2.3",
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
