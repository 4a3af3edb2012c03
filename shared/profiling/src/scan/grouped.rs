//! Numbers as people write them: thousands in groups, decimal commas, currencies, percent, parentheses.

use super::currency;
use super::kind::{Form, Kind};
use super::number;
use super::number_form::{NumberForm, Sign, Style};
use crate::seen::Exact;

/// Thirty characters of digits and separators, and room for what stands around them.
const MOST_BYTES: usize = 48;
const MOST_DIGITS: usize = 28;

/// A number in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub kind: Kind,
    /// `None` where two numbers can be meant, as with `1,234`.
    pub exact: Option<Exact>,
    pub form: Form,
}

/// `$1,234.56`, `(1.234,56)`, `12,5 %`, `1 234,56 EUR`, `100.00-`.
pub(super) fn read(bytes: &[u8]) -> Option<Found> {
    if bytes.len() > MOST_BYTES {
        return None;
    }
    let mut form = NumberForm::PLAIN;
    let mut negative = false;
    let mut rest = bytes;
    if let [b'(', inner @ .., b')'] = rest {
        (form.parentheses, negative, rest) = (true, true, inner);
    }
    rest = before(rest, &mut form, &mut negative);
    rest = after(rest, &mut form, &mut negative);
    let split = split(rest)?;
    form.style = split.style;
    if form == NumberForm::PLAIN && !negative && rest.len() == bytes.len() {
        // Left to the scanner of plain numbers.
        return None;
    }
    let kind = if split.fraction.is_empty() { Kind::Integer } else { Kind::Decimal };
    let whole = split.whole.iter().filter(|b| b.is_ascii_digit());
    let whole_digits = whole.clone().count();
    if whole_digits + split.fraction.len() > MOST_DIGITS {
        return None;
    }
    let value = whole.chain(split.fraction).fold(0_i128, |n, digit| n * 10 + i128::from(digit - b'0'));
    let mantissa = if negative { -value } else { value };
    let exact = Exact { mantissa, scale: split.fraction.len() as u8 };
    let exact = (split.style != Style::CommaThree).then_some(exact);
    let form = form.form(kind).digits(whole_digits, split.fraction.len());
    Some(Found { kind, exact, form })
}

/// What stands before the digits: a minus or plus and a currency, in either order.
fn before<'a>(mut rest: &'a [u8], form: &mut NumberForm, negative: &mut bool) -> &'a [u8] {
    for _ in 0..2 {
        match rest {
            [b'-', after @ ..] if !*negative => (*negative, rest) = (true, after),
            [0xe2, 0x88, 0x92, after @ ..] if !*negative => (*negative, rest) = (true, after),
            _ => {
                if let Some((sign, after)) = currency::sign_before(rest) {
                    (form.sign, rest) = (sign, after);
                }
            }
        }
    }
    rest
}

/// What stands after the digits: percent, a currency, a minus.
fn after<'a>(mut rest: &'a [u8], form: &mut NumberForm, negative: &mut bool) -> &'a [u8] {
    if let [inner @ .., b'%'] = rest {
        form.percent = true;
        rest = inner.strip_suffix(b" ").unwrap_or(inner);
    }
    if form.sign == Sign::None
        && let Some((sign, inner)) = currency::sign_after(rest)
    {
        (form.sign, form.sign_after, rest) = (sign, true, inner);
    }
    if let [inner @ .., b'-'] = rest
        && !*negative
    {
        (form.minus_after, *negative, rest) = (true, true, inner);
    }
    rest
}

struct Split<'a> {
    style: Style,
    /// Digits and separators between groups.
    whole: &'a [u8],
    fraction: &'a [u8],
}

/// Tells groups and fraction apart by the separators alone.
fn split(bytes: &[u8]) -> Option<Split<'_>> {
    let last = bytes.iter().rposition(|b| matches!(b, b'.' | b','));
    let (whole, point, fraction) = match last {
        Some(at) => (&bytes[..at], Some(bytes[at]), &bytes[at + 1..]),
        None => (bytes, None, &[][..]),
    };
    if !fraction.iter().all(u8::is_ascii_digit) || !bytes.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let groups = groups(whole, point == Some(b','))?;
    let split = |style| Some(Split { style, whole, fraction });
    let all = |style| Some(Split { style, whole: bytes, fraction: &[] });
    let three = fraction.len() == 3 && matches!(whole.len(), 1..=3) && !whole.starts_with(b"0");
    match (groups, point) {
        (Groups::None, None) => split(Style::Plain),
        (Groups::None, Some(b'.')) if three => split(Style::PointThree),
        (Groups::None, Some(b'.')) => split(Style::Plain),
        (Groups::None, Some(_)) if three => all(Style::CommaThree),
        (Groups::None, Some(_)) if !fraction.is_empty() && !whole.is_empty() => split(Style::CommaDecimal),
        (Groups::By(b','), Some(b'.')) => split(Style::CommaGroupsPoint),
        (Groups::By(b','), Some(b',')) if fraction.len() == 3 => all(Style::CommaGroups),
        (Groups::By(b'.'), Some(b',')) => split(Style::PointGroupsComma),
        (Groups::By(b'.'), Some(b'.')) if fraction.len() == 3 => all(Style::PointGroups),
        (Groups::By(b' '), None) => split(Style::SpaceGroups),
        (Groups::By(b' '), Some(b',')) => split(Style::SpaceGroupsComma),
        (Groups::By(b' '), Some(_)) => split(Style::SpaceGroupsPoint),
        (Groups::By(b'\''), None) => split(Style::QuoteGroups),
        (Groups::By(b'\''), Some(_)) => split(Style::QuoteGroupsPoint),
        _ => None,
    }
}

#[derive(Clone, Copy)]
enum Groups {
    None,
    By(u8),
}

/// Groups of three digits, the first of one to three; with commas also of two, as in India. Narrow and
/// unbreakable spaces are spaces. `goes_on` says that a comma and more follow.
fn groups(bytes: &[u8], goes_on: bool) -> Option<Groups> {
    let (first, mut rest) = number::digits(bytes);
    if rest.is_empty() {
        let code = first.len() > 1 && first[0] == b'0';
        return (!code).then_some(Groups::None);
    }
    if !matches!(first.len(), 1..=3) || first[0] == b'0' {
        return None;
    }
    let (separator, _) = separator(rest)?;
    while !rest.is_empty() {
        let (again, after) = self::separator(rest)?;
        let (group, after) = number::digits(after);
        let indian = separator == b',' && group.len() == 2 && (goes_on || !after.is_empty());
        if again != separator || (group.len() != 3 && !indian) {
            return None;
        }
        rest = after;
    }
    Some(Groups::By(separator))
}

fn separator(bytes: &[u8]) -> Option<(u8, &[u8])> {
    match bytes {
        [byte @ (b',' | b'.' | b' ' | b'\''), rest @ ..] => Some((*byte, rest)),
        [0xc2, 0xa0, rest @ ..] | [0xe2, 0x80, 0xaf, rest @ ..] => Some((b' ', rest)),
        [0xe2, 0x80, 0x99, rest @ ..] => Some((b'\'', rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<(Style, Option<(i128, u8)>)> {
        let found = read(text.as_bytes())?;
        Some((NumberForm::of(found.form.key).style, found.exact.map(|exact| (exact.mantissa, exact.scale))))
    }

    #[test]
    fn separators_say_what_is_meant() {
        assert_eq!(number("1,234.56"), Some((Style::CommaGroupsPoint, Some((123_456, 2)))));
        assert_eq!(number("1.234,56"), Some((Style::PointGroupsComma, Some((123_456, 2)))));
        assert_eq!(number("-1 234,5"), Some((Style::SpaceGroupsComma, Some((-12_345, 1)))));
        assert_eq!(number("1\u{202f}234"), Some((Style::SpaceGroups, Some((1_234, 0)))));
        assert_eq!(number("1'234.50"), Some((Style::QuoteGroupsPoint, Some((123_450, 2)))));
        assert_eq!(number("12,34,567"), Some((Style::CommaGroups, Some((1_234_567, 0)))));
        assert_eq!(number("1.234.567"), Some((Style::PointGroups, Some((1_234_567, 0)))));
        assert_eq!(number("0,123"), Some((Style::CommaDecimal, Some((123, 3)))));
        assert_eq!(number("1,234"), Some((Style::CommaThree, None)));
    }

    #[test]
    fn signs_and_units_stand_before_and_after() {
        assert_eq!(number("$1,234.56").and_then(|(_, exact)| exact), Some((123_456, 2)));
        assert_eq!(number("-$5").and_then(|(_, exact)| exact), Some((-5, 0)));
        assert_eq!(number("(12.50)").and_then(|(_, exact)| exact), Some((-1_250, 2)));
        assert_eq!(number("12,5 %").and_then(|(_, exact)| exact), Some((125, 1)));
        assert_eq!(number("99,00 €").and_then(|(_, exact)| exact), Some((9_900, 2)));
        assert_eq!(number("USD 12").and_then(|(_, exact)| exact), Some((12, 0)));
        assert_eq!(number("100.00-").and_then(|(_, exact)| exact), Some((-10_000, 2)));
    }

    #[test]
    fn what_is_grouped_wrongly_is_no_number() {
        for text in
            ["1,23,4", "1,2345.6", "12.34.56", "0,123,456", "1 23", "1,234,5", "$", "()", "%", ",5", "ABC 5"]
        {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
