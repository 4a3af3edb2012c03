//! Telephone numbers, and codes of digits in groups that look like them.

use super::kind::{Dialled, Form, Hidden, Post};

const MOST_GROUPS: usize = 8;
const MOST_BYTES: usize = 40;

/// Digits in groups, with what stands between them.
#[derive(Debug, Default)]
struct Grouped {
    plus: bool,
    lengths: [u8; MOST_GROUPS],
    groups: usize,
    /// The first digit of each group.
    firsts: [u8; MOST_GROUPS],
    total: usize,
    spaces: bool,
    dashes: bool,
    points: bool,
    slashes: bool,
    parentheses: bool,
    extension: bool,
}

/// `+1 415 555 0123`, `(415) 555-0123`, `415.555.0123 x12`; weaker: `030 123456`. Also `94105-1234` and other
/// postal codes with a separator. Digits alone are not looked at here.
pub(super) fn read(bytes: &[u8]) -> Option<Form> {
    let grouped = Grouped::of(bytes)?;
    if let Some(form) = grouped.postal() {
        return Some(form);
    }
    if grouped.is_telephone() {
        return Some(grouped.telephone());
    }
    let several = grouped.groups > 1 || grouped.parentheses || grouped.extension;
    (several && matches!(grouped.total, 7..=15) && !grouped.is_something_else())
        .then(|| Hidden::PhoneLike.form())
}

impl Grouped {
    fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MOST_BYTES {
            return None;
        }
        let mut found = Self { plus: bytes.starts_with(b"+"), ..Self::default() };
        let digits = bytes.strip_prefix(b"+").unwrap_or(bytes);
        let (digits, extension) = without_extension(digits);
        found.extension = extension;
        let mut in_group = false;
        for byte in digits {
            match byte {
                b'0'..=b'9' => {
                    if !in_group {
                        if found.groups == MOST_GROUPS {
                            return None;
                        }
                        found.firsts[found.groups] = *byte;
                        found.groups += 1;
                    }
                    found.lengths[found.groups - 1] += 1;
                    found.total += 1;
                }
                b' ' => found.spaces = true,
                b'-' => found.dashes = true,
                b'.' => found.points = true,
                b'/' => found.slashes = true,
                b'(' | b')' => found.parentheses = true,
                _ => return None,
            }
            in_group = byte.is_ascii_digit();
        }
        let ends_well = in_group || digits.last() == Some(&b')');
        (ends_well && found.total >= 5).then_some(found)
    }

    fn lengths(&self) -> &[u8] {
        &self.lengths[..self.groups]
    }

    /// Only dashes between the groups.
    fn is_dashed(&self) -> bool {
        self.dashes && !(self.spaces || self.points || self.slashes || self.parentheses || self.plus)
    }

    fn postal(&self) -> Option<Form> {
        if self.extension {
            return None;
        }
        match self.lengths() {
            [5, 4] if self.is_dashed() => Some(Post::ZipPlus4.form()),
            [3, 4] if self.is_dashed() => Some(Hidden::Dash34.form()),
            [5, 3] if self.is_dashed() => Some(Hidden::Dash53.form()),
            [2, 3] if self.is_dashed() => Some(Hidden::Dash23.form()),
            [4, 3] if self.is_dashed() => Some(Hidden::Dash43.form()),
            [3, 2] if self.spaces && !self.dashes && !self.parentheses && !self.plus => {
                Some(Hidden::Space32.form())
            }
            _ => None,
        }
    }

    /// With a plus and a country code (ITU-T E.164), or in the groups of North America, whose area and
    /// exchange codes do not begin with 0 or 1.
    fn is_telephone(&self) -> bool {
        if self.plus {
            return matches!(self.total, 8..=15) && self.firsts[0] != b'0';
        }
        let valid = |at: usize| self.firsts[at] >= b'2';
        match self.lengths() {
            [3, 3, 4] => valid(0) && valid(1),
            [1, 3, 3, 4] => self.firsts[0] == b'1' && valid(1) && valid(2),
            [3, 7] => self.parentheses && valid(0),
            _ => false,
        }
    }

    fn telephone(&self) -> Form {
        match self {
            Self { extension: true, .. } => Dialled::Extension.form(),
            Self { plus: true, groups: 1, .. } => Dialled::Compact.form(),
            Self { plus: true, .. } => Dialled::International.form(),
            Self { parentheses: true, .. } => Dialled::Parentheses.form(),
            Self { points: true, .. } => Dialled::Points.form(),
            Self { dashes: true, .. } => Dialled::Dashes.form(),
            _ => Dialled::Spaces.form(),
        }
    }

    /// A social security number, an employer's number, or a version.
    fn is_something_else(&self) -> bool {
        let known = matches!(self.lengths(), [3, 2, 4] | [2, 7] | [4, 4, 4, 4] | [4, 6, 5]);
        known || (self.points && self.lengths().iter().any(|length| *length < 2))
    }
}

/// Without `x12`, `ext. 12`, `ext 12`, `#12` at the end.
fn without_extension(bytes: &[u8]) -> (&[u8], bool) {
    let number = bytes.iter().rposition(|b| !b.is_ascii_digit()).map_or(0, |at| at + 1);
    if number == 0 || number == bytes.len() || bytes.len() - number > 6 {
        return (bytes, false);
    }
    let head = bytes[..number].trim_ascii_end();
    let marks: [&[u8]; 6] = [b"ext.", b"ext", b"extension", b"Ext.", b"x", b"#"];
    match marks.iter().find_map(|mark| head.strip_suffix(*mark)) {
        Some(rest) => {
            let rest = rest.trim_ascii_end();
            (rest.strip_suffix(b",").unwrap_or(rest), true)
        }
        None => (bytes, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephones_are_told_from_codes() {
        let cases: [(&str, Option<Form>); 16] = [
            ("+14155550123", Some(Dialled::Compact.form())),
            ("+49 (30) 123456-0", Some(Dialled::International.form())),
            ("(415) 555-0123", Some(Dialled::Parentheses.form())),
            ("(415)555-0123", Some(Dialled::Parentheses.form())),
            ("415-555-0123", Some(Dialled::Dashes.form())),
            ("415.555.0123", Some(Dialled::Points.form())),
            ("1 415 555 0123", Some(Dialled::Spaces.form())),
            ("415-555-0123 x12", Some(Dialled::Extension.form())),
            ("(415) 555-0123 ext. 9", Some(Dialled::Extension.form())),
            ("030 1234567", Some(Hidden::PhoneLike.form())),
            ("555-0123", Some(Hidden::Dash34.form())),
            ("94105-1234", Some(Post::ZipPlus4.form())),
            ("01310-100", Some(Hidden::Dash53.form())),
            ("123-45-6789", None),
            ("10-20", None),
            ("1.2.3.4567", None),
        ];
        for (text, form) in cases {
            assert_eq!(read(text.as_bytes()), form, "{text}");
        }
    }
}
