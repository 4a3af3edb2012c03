//! Words, codes and addresses.

use serde::de::IgnoredAny;

use super::kind::{Form, Hidden, Money, Nation, Truth};
use super::{country, currency};

/// Truth, placeholders and short codes: everything that is told by at most eight bytes.
#[inline]
pub(super) fn short(bytes: &[u8]) -> Option<Form> {
    if bytes.len() > 9 {
        return None;
    }
    code(bytes).or_else(|| spelled(bytes))
}

/// Codes of two and three letters.
fn code(bytes: &[u8]) -> Option<Form> {
    match *bytes {
        [b'N', b'O'] => Some(Truth::Norway.form()),
        [b'N', b'A'] => Some(Hidden::Namibia.form()),
        [a, b] => two([a, b]),
        [a, b, c] => three([a, b, c]),
        _ => None,
    }
}

fn two(code: [u8; 2]) -> Option<Form> {
    match (country::is_two(code), country::is_state(code)) {
        (true, true) => Some(Nation::TwoOrState.form()),
        (true, false) => Some(Nation::Two.form()),
        (false, true) => Some(Hidden::StateCode.form()),
        _ => {
            let capital = code.map(|letter| letter.wrapping_sub(32));
            let small = code != *b"no" && country::is_two(capital);
            small.then(|| Hidden::SmallCode.form())
        }
    }
}

fn three(code: [u8; 3]) -> Option<Form> {
    match (country::is_three(code), currency::is_code(code)) {
        (true, true) => Some(Nation::ThreeOrCurrency.form()),
        (true, false) => Some(Nation::Three.form()),
        (false, true) if currency::is_major(code) => Some(Money::MajorCode.form()),
        (false, true) => Some(Money::Code.form()),
        _ => None,
    }
}

/// In any case. Bytes are packed, with letters made small, so that all words are told apart by one match;
/// which lengths there are by a word's first byte, most texts do not have.
fn spelled(bytes: &[u8]) -> Option<Form> {
    const fn packed(word: &[u8]) -> u128 {
        let (mut key, mut at) = (0, 0);
        while at < word.len() {
            key = key << 8 | (word[at] | 0x20) as u128;
            at += 1;
        }
        key
    }
    const fn lengths(words: &[&[u8]]) -> [u16; 256] {
        let (mut lengths, mut at) = ([0; 256], 0);
        while at < words.len() {
            lengths[(words[at][0] | 0x20) as usize] |= 1 << words[at].len();
            at += 1;
        }
        lengths
    }
    macro_rules! spellings {
        ($($form:expr => $($word:literal),*;)*) => {
            static LENGTHS: [u16; 256] = lengths(&[$($($word as &[u8]),*),*]);
            let first = bytes.first()? | 0x20;
            if LENGTHS[usize::from(first)] >> bytes.len() & 1 == 0 {
                return None;
            }
            match packed(bytes) {
                $(key if $(key == const { packed($word) })||* => Some($form.form()),)*
                _ => None,
            }
        };
    }
    spellings! {
        Truth::True => b"true";
        Truth::False => b"false";
        Truth::T => b"t";
        Truth::F => b"f";
        Truth::Y => b"y";
        Truth::N => b"n";
        Truth::Yes => b"yes";
        Truth::No => b"no";
        Truth::On => b"on";
        Truth::Off => b"off";
        Hidden::Placeholder => b"n/a", b"null", b"none", b"nil", b"nan", b"tbd", b"-", b"--", b"---", b"?",
            b"#n/a", b"\\n", b"(null)", b"(blank)", b"(none)", b"- none -", b"-none-", b"<null>", b"n.a.",
            b"undefined";
    }
}

/// RFC 9562's text form, in braces or not.
pub(super) fn is_uuid(bytes: &[u8]) -> bool {
    let bare = match bytes {
        [b'{', bare @ .., b'}'] if bytes.len() == 38 => bare,
        _ if bytes.len() == 36 => bytes,
        _ => return false,
    };
    let dashes = [8, 13, 18, 23];
    let dashed = dashes.iter().all(|at| bare[*at] == b'-');
    // Counted without a branch.
    dashed && bare.iter().filter(|byte| byte.is_ascii_hexdigit()).count() == bare.len() - dashes.len()
}

/// One `@` between a local part and a host with a dot: what forms accept, narrower than RFC 5322.
pub(super) fn is_email(bytes: &[u8]) -> bool {
    const MOST_BYTES: usize = 254;
    if bytes.len() > MOST_BYTES {
        return false;
    }
    let end = bytes.iter().position(|b| class(*b) & NOT_LOCAL != 0);
    end.is_some_and(|at| at > 0 && bytes[at] == b'@' && is_domain(&bytes[at + 1..]))
}

const NOT_LOCAL: u8 = 1;
const NOT_LABEL: u8 = 2;
const NOT_DIGIT: u8 = 4;

/// What a byte cannot be in.
#[inline]
fn class(byte: u8) -> u8 {
    const fn classes() -> [u8; 256] {
        let (mut classes, mut at) = ([0; 256], 0_usize);
        while at < 256 {
            let byte = at as u8;
            let local = !byte.is_ascii_whitespace()
                && !matches!(
                    byte,
                    b'@' | b'(' | b')' | b'<' | b'>' | b',' | b';' | b':' | b'\\' | b'"' | b'[' | b']'
                );
            let label = byte.is_ascii_alphanumeric() || byte == b'-' || !byte.is_ascii();
            classes[at] = if local { 0 } else { NOT_LOCAL }
                | if label { 0 } else { NOT_LABEL }
                | if byte.is_ascii_digit() { 0 } else { NOT_DIGIT };
            at += 1;
        }
        classes
    }
    static CLASSES: [u8; 256] = classes();
    CLASSES[usize::from(byte)]
}

/// Labels of letters, digits and hyphens with dots between them; the last has no digits only.
fn is_domain(bytes: &[u8]) -> bool {
    let (mut start, mut classes) = (0, 0);
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == b'.' {
            if at == start {
                return false;
            }
            (start, classes) = (at + 1, 0);
            continue;
        }
        classes |= class(*byte);
        if classes & NOT_LABEL != 0 {
            return false;
        }
    }
    start > 0 && bytes.len() - start >= 2 && classes & NOT_DIGIT != 0
}

/// A host's name, with or without a path after it.
pub(super) fn is_host(bytes: &[u8]) -> bool {
    const MOST_BYTES: usize = 253;
    if bytes.len() > MOST_BYTES || bytes.iter().any(|b| b.is_ascii_whitespace() || *b == b'@') {
        return false;
    }
    bytes.split(|b| *b == b'/').next().is_some_and(is_domain)
}

/// An absolute web or file transfer address, or one that begins with `www.`.
#[inline]
pub(super) fn is_url(bytes: &[u8]) -> bool {
    matches!(bytes, [b'w' | b'W' | b'h' | b'H' | b'f' | b'F', ..]) && is_url_of(bytes)
}

fn is_url_of(bytes: &[u8]) -> bool {
    if bytes.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"www.")) {
        return is_host(bytes);
    }
    const SCHEMES: [&[u8]; 3] = [b"https://", b"http://", b"ftp://"];
    let rest = SCHEMES.iter().find_map(|scheme| {
        let (start, rest) = bytes.split_at_checked(scheme.len())?;
        start.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    rest.is_some_and(|rest| {
        let host = rest.first().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'[' || !b.is_ascii());
        host && !rest.iter().any(u8::is_ascii_whitespace)
    })
}

/// A whole object or array. (Other JSON texts are numbers, booleans or quoted text.)
pub(super) fn is_json(text: &str) -> bool {
    text.ends_with(['}', ']']) && serde_json::from_str::<IgnoredAny>(text).is_ok()
}
